"""Speed and memory as ratios, each against a reference taken in the same run: `make bench`.

    python tests/bench.py [--write] [program] [plan] [training] [demos]

Without a name all four parts run. `--write` also puts their tables into the guide `measurements`.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from record import provenance, record
from speedbench.demos import experiments
from speedbench.plan import planning
from speedbench.program import ANSWERS, CARDS, RUNS, program
from speedbench.ratios import table
from speedbench.training import training

PARTS = {
    "program": (program, f"Median of {RUNS} pairs; large: {CARDS:,} cards, {ANSWERS:,} answers"),
    "plan": (planning, "Median of 5 pairs, one thread"),
    "training": (training, "Median of 5 pairs, one thread"),
    "demos": (experiments, "Seed 0 where none is named; processor seconds"),
}


def main() -> int:
    """Measure, print the tables, and fail when a bound is broken."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    held = True
    for name in wanted.parts or PARTS:
        measure, how = PARTS[name]
        made = provenance(how)
        rows = measure()
        print(f"{made}\n\n{table(rows)}\n", flush=True)
        if wanted.write:
            record(f"bench {name}", made, table(rows))
        held = held and all(row.held for row in rows)
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
