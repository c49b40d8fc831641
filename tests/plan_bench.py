"""Plans against their rivals, over simulated learners: `make bench-plan`, Markdown on stdout.

    python tests/plan_bench.py [--write] [--cells N]

`--write` also puts the table into the guide `measurements`.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from planbench.cells import SEED
from planbench.measured import CELLS, Row, measure
from planbench.table import markdown
from record import provenance, record


def main() -> None:
    """Every cell, or the first so many."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--cells", type=int, default=len(CELLS))
    wanted = parser.parse_args()
    made, begin = provenance(f"Seed {SEED}"), time.perf_counter()
    rows: list[Row] = []
    for cell in CELLS[: wanted.cells]:
        start = time.perf_counter()
        rows += measure(cell)
        print(f"{cell.name}: {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
    table = markdown(rows, time.perf_counter() - begin)
    print(f"{made}\n\n{table}")
    if wanted.write:
        record("bench-plan", made, table)


if __name__ == "__main__":
    main()
