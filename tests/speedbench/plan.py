"""A plan against products of matrices, on one thread."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

from speedbench.ratios import Row

TESTS = Path(__file__).parents[1]
CHILD = TESTS / "children" / "one_plan.py"
UNIT = "150 products of 400 x 400"
# Cards, days, the share of cards met before; bounds from nothing and on the next day.
PLANS = (
    (371, 60, 0.0, 1.3, 0.7),
    (371, 60, 0.5, 1.3, 0.7),
    (371, 180, 0.5, 3.0, 1.5),
    (3000, 60, 0.5, 2.5, 2.5),
    (10_000, 14, 0.5, 2.5, 2.5),
)
REST, MEMORY = 2.0, 150.0  # of what `plan --all` shows besides; megabytes
RUNS = 3


def planning() -> list[Row]:
    """Processor seconds of plans and of what is shown of them, and the memory they take."""
    rows, peaks = [], []
    for cards, days, met, cold, warm in PLANS:
        runs = [_measured(cards, days, met) for _ in range(RUNS)]
        name = f"a plan, {cards:,} cards{', half met' if met else ''}, {days} days"
        unit = statistics.median(run[3] for run in runs)
        parts = ((name, cold), (f"{name}, the day after", warm), (f"{name}, --all besides", REST))
        for place, (words, bound) in enumerate(parts):
            ratio = statistics.median(run[place] / run[3] for run in runs)
            seconds = statistics.median(run[place] for run in runs)
            rows.append(Row(words, UNIT, ratio, bound, f"{seconds:.2f} s, {unit:.2f} s"))
        peaks += [run[4] for run in runs]
    note = f"{max(peaks):.0f} MB"
    rows.append(Row("peak memory of a plan", "150 MB", max(peaks) / MEMORY, 1.0, note))
    return rows


def _measured(cards: int, days: int, met: float) -> list[float]:
    """Seconds from nothing, on the next day, of the rest and of the unit; megabytes."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, str(CHILD), str(cards), str(days), str(met)],
        env={**os.environ, **one, "PYTHONPATH": str(TESTS)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [float(word) for word in done.stdout.split()]
