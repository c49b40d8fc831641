"""A plan against passes over an array."""

import os
import statistics
import subprocess
import sys

from speedbench.ratios import Row

PLANNING = """
import time
import numpy as np
from contrastive_drill.cards import Kind
from contrastive_drill.memory import NEW, Learned
from contrastive_drill.planner.deck import Planned
from contrastive_drill.planner.habits import habits
from contrastive_drill.planner.plan import make
from contrastive_drill.scheduler import Scheduler

def reference():
    rest = np.linspace(0.1, 0.9, 200_000)
    for _ in range(400):
        rest = np.exp(-np.logaddexp(rest, 0.5)) * 0.5 + np.sqrt(rest) * 0.25

kinds, day = list(Kind), 739_941
cards = [
    Planned(f"c{n}", kinds[n % 6], 1.0 + (n % 7 == 0),
            Learned(1.0 + n % 40, 5.0, day - n % 9, day, 2, 0) if n % 3 == 0 else NEW)
    for n in range(300)
]
start = time.process_time()
make(cards, {}, [1200.0] * 60, Scheduler(0.9), habits([], {}), day)
planned = time.process_time()
reference()
print(planned - start, time.process_time() - planned)
"""


def planning() -> list[Row]:
    """Processor seconds of a plan for 300 cards and 60 days, on one thread."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    both = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", PLANNING],
            env={**os.environ, **one}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        both.append([float(word) for word in done.stdout.split()])
    plan, bare = (statistics.median(column) for column in zip(*both, strict=True))
    ratio = statistics.median(plan / bare for plan, bare in both)
    note = f"{plan:.1f} s, {bare:.1f} s"
    return [Row("a plan, 300 cards, 60 days", "400 passes over 200,000 numbers", ratio, 3, note)]
