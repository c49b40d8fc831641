# make drill            answer questions
# make demo NAME=...    run an experiment; without NAME, list them
# make check            format, lint, types, contracts, and the tests of the rooms that changed
# make test             everything that must hold before a change lands
# make bench            speed and memory, as ratios
# make bench-plan       plans against their rivals, over simulated learners
# make bench-faults     kills, full disks, broken files, random keys: thousands of trials
#                       with ARGS=--write, all three also write their tables into the guide
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Where it is set, every start compiles every module anew: half a start, and half of the tests.
unexport PYTHONDONTWRITEBYTECODE
# Not from the environment, where some systems set it.
NAME =
ARGS =

.PHONY: drill demo check test bench bench-plan bench-faults clean

drill: .venv/drill
	@$(BIN)/contrastive-drill

demo: .venv/demos
	@$(BIN)/contrastive-drill demo $(NAME)

check: .venv/dev
	@PYTHON=$(BIN)/python tests/check.sh changed

test: .venv/dev
	@PYTHON=$(BIN)/python tests/check.sh

bench: .venv/dev
	@$(BIN)/python tests/bench.py $(ARGS)

bench-plan: .venv/dev
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/plan_bench.py $(ARGS)

bench-faults: .venv/dev
	@$(BIN)/python tests/fault_bench.py $(ARGS)

clean:
	rm -rf .venv build dist *.egg-info

# Each stamp is newer than what it was installed from, so a second run installs nothing.
.venv/made:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or later is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/drill: .venv/made pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[anki]'
	@touch $@

.venv/demos: .venv/drill pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e '.[anki,demos]'
	@touch $@

# All at once, and what no test imports is not compiled: half the time.
.venv/dev: .venv/made pyproject.toml constraints.txt
	$(PIP) install --no-compile -c constraints.txt -e '.[demos,dev]'
	@touch .venv/drill .venv/demos $@
