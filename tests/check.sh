#!/usr/bin/env bash
# check.sh          all that must hold: format, lint, types, contracts, the wheel away from the
#                   clone, and every test
# check.sh changed  for the developer's loop: all but the wheel, and the tests of the rooms that
#                   changed, without those that drive a terminal, break disks or train
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(cd "$(dirname "$PYTHON")" && pwd)/$(basename "$PYTHON")
bin=$(dirname "$python")
clone=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

code() {
    "$bin/ruff" format --check . && "$bin/ruff" check . && "$bin/lint-imports" && "$bin/mypy"
}

wheel() (
    set -e
    "$python" -m build --quiet --outdir "$scratch/dist" .
    "$python" -m venv "$scratch/venv"
    "$scratch/venv/bin/python" -m pip --disable-pip-version-check --quiet \
        install --no-compile -c constraints.txt "$scratch"/dist/*.whl
    mkdir "$scratch/empty"
    cd "$scratch/empty"
    export CONTRASTIVE_DRILL_HOME="$scratch/home"
    drill="$scratch/venv/bin/contrastive-drill"
    if "$scratch/venv/bin/python" -c "import torch" 2>/dev/null; then
        echo "the drill must install without torch" >&2
        exit 1
    fi
    "$drill" --help >"$scratch/help"
    "$drill" bank check
    "$drill" demo --list
    printf 'one softmax over the batch\nall good\n:quit\n' | "$drill" review >"$scratch/review"
    "$drill" status --json | grep -q '"answered_today": 1'
    "$scratch/venv/bin/python" -I "$clone/tests/installed.py"
    echo "The wheel works without the development extra: help, bank check, demo list, one review."
)

# Two cores: what runs on one goes beside the tests, and is shown when it ends.
beside() {
    code || return
    [ "$1" = changed ] || wheel
}
what=${1:-all}
beside "$what" >"$scratch/beside" 2>&1 &
job=$!
held=0
if [ "$what" = changed ]; then
    mapfile -t rooms < <("$python" tests/changed.py)
    if [ "${#rooms[@]}" -gt 0 ]; then
        echo "Tests of ${rooms[*]}"
        "$bin/pytest" -n auto -q -m "not terminal and not fault and not demo" "${rooms[@]}" || held=$?
        [ "$held" -ne 5 ] || held=0 # none of them is quick
    fi
else
    "$bin/pytest" -n auto -q || held=$?
fi
wait "$job" || held=1
grep -v 'KEPT' "$scratch/beside" || true
exit "$held"
