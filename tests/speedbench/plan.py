"""A plan against passes over an array."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

from speedbench.ratios import Row

PLANNING = Path(__file__).parents[1] / "children" / "one_plan.py"


def planning() -> list[Row]:
    """Processor seconds of a plan for 300 cards and 60 days, on one thread."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    both = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, str(PLANNING)],
            env={**os.environ, **one}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        both.append([float(word) for word in done.stdout.split()])
    plan, bare = (statistics.median(column) for column in zip(*both, strict=True))
    ratio = statistics.median(plan / bare for plan, bare in both)
    note = f"{plan:.1f} s, {bare:.1f} s"
    return [Row("a plan, 300 cards, 60 days", "400 passes over 200,000 numbers", ratio, 3, note)]
