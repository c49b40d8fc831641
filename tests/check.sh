#!/usr/bin/env bash
# The one check: format, lint, types, import contracts, tests, then the wheel away from the clone.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(cd "$(dirname "$PYTHON")" && pwd)/$(basename "$PYTHON")
bin=$(dirname "$python")

"$bin/ruff" format --check .
"$bin/ruff" check .
"$bin/mypy"
"$bin/lint-imports"
"$bin/pytest" -n auto -q

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m build --quiet --outdir "$scratch/dist" .
"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip --disable-pip-version-check --quiet \
    install -c constraints.txt "$scratch"/dist/*.whl
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
echo "The wheel works without the development extra: help, bank check, demo list, one review."
