"""Plans against their rivals, over simulated learners: `make bench-plan`, Markdown on stdout.

    python tests/plan_bench.py [--write] [--share S] [--each N]

`--share` takes a part of the cells and decks, `--each` so many learners of each kind. `--write`
also puts the table into the guide `measurements`.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))

from planbench.cells import SEED, Cell
from planbench.learners import EACH, KINDS
from planbench.measured import CELLS, NEVER, REPEATED, Row, measure
from planbench.table import Tried, markdown
from planbench.tiny_decks import DECKS, TinyRow, tiny_rows
from record import provenance, record

Found = TypeVar("Found")


def timed(work: Callable[[], Found]) -> tuple[Found, float]:
    """What comes of it, and the seconds of CPU that it takes."""
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


def main() -> None:
    """Every cell and deck, or a share of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--each", type=int, default=EACH)
    wanted = parser.parse_args()
    made, share = provenance(f"Seed {SEED}"), min(wanted.share, 1.0)
    each = max(wanted.each, 2)
    cells = CELLS[:: round(1 / share)]
    work = [partial(measure, cell, kind, each) for cell in cells for kind in KINDS]
    never = [
        partial(measure, cell, kind, each, repeats=False)
        for cell in REPEATED if cell in cells
        for kind in NEVER
    ]  # fmt: skip
    work.sort(key=lambda part: part.args[0].days * part.args[0].cards, reverse=True)
    decks = [partial(tiny_rows, range(n, n + 5)) for n in range(0, round(share * DECKS), 5)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        rows, spent = unpacked(pool.map(timed, work), len(work))
        other, more = unpacked(pool.map(timed, never), len(never))
        found, most = unpacked(pool.map(timed, decks), len(decks))
    tiny: list[TinyRow] = [row for some in found for row in some]
    order: dict[Cell, int] = {cell: place for place, cell in enumerate(CELLS)}
    rows.sort(key=lambda row: (order[row.cell], KINDS.index(row.kind)))
    table = markdown(Tried(rows, other, tiny, spent + more + most))
    print(f"{made}\n\n{table}")
    if wanted.write:
        record("bench-plan", made, table)


def unpacked(results: Iterator[tuple[Found, float]], count: int) -> tuple[list[Found], float]:
    """All that was found, with the seconds of all; how far it is goes to stderr."""
    found, total = [], 0.0
    for place, (each, seconds) in enumerate(results, 1):
        found.append(each)
        total += seconds
        where = f"{each.cell.name}, {each.kind.name}: " if isinstance(each, Row) else ""
        print(f"{place} of {count}: {where}{seconds:.1f} s", file=sys.stderr, flush=True)
    return found, total


if __name__ == "__main__":
    main()
