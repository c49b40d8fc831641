"""Faults made many times over, none of which may lose or hide anything: `make bench-faults`.

    python tests/fault_bench.py [--write] [--share 1.0] [--seed 20261121] [NAME ...]

Every module of `faultbench` that has `trials` is one row; without a name all run, each in a process
of its own, as many at once as there are cores. `--write` also puts the table into the guide
`measurements`. The exit status is 1 when a trial failed.
"""

import argparse
import os
import pkgutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from unittest import SkipTest

sys.path.insert(0, str(Path(__file__).parent))

import faultbench
from record import provenance, record

SEED = 20261121
SHOWN = 20  # failures of a row that are printed
ALL = 10**6  # every one there is
COUNTS = {
    "cells": 3_000,
    "disk": 600,
    "files": 20_000,
    "flips": 2_000,
    "formulas": 5_000,
    "keys": 400,
    "kills": ALL,
    "places": 1_000,
    "rows": 3_000,
    "signals": 600,
    "truncations": 3_000,
    "writers": 4_000,
}


class Outcome(NamedTuple):
    """What became of the trials of one module."""

    name: str
    title: str
    made: int
    failures: list[str]
    seconds: float
    skipped: str = ""

    def row(self) -> str:
        """A row of the table."""
        what = f"skipped: {self.skipped}" if self.skipped else f"{self.seconds:.0f} s"
        count = len(self.failures)
        failed = f"**{count}**" if count else "0"
        return f"| {self.name} | {self.title} | {self.made:,} | {failed} | {what} |"


def modules() -> list[str]:
    """The kinds of faults there are, by name."""
    names = [each.name for each in pkgutil.iter_modules(faultbench.__path__)]
    return [name for name in names if hasattr(import_module(f"faultbench.{name}"), "trials")]


def tried(name: str, count: int, seed: int) -> Outcome:
    """Make the trials of one module."""
    module = import_module(f"faultbench.{name}")
    title = (module.__doc__ or name).partition("\n")[0].rstrip(".")
    begun = time.monotonic()
    try:
        made, failures = module.trials(count, seed)
    except SkipTest as reason:
        return Outcome(name, title, 0, [], 0.0, str(reason))
    return Outcome(name, title, made, failures, time.monotonic() - begun)


def table(outcomes: list[Outcome]) -> str:
    """The rows as Markdown."""
    lines = ["| fault | trials of | made | failed | in |", "|---|---|---:|---:|---|"]
    made, failed = sum(o.made for o in outcomes), sum(len(o.failures) for o in outcomes)
    return "\n".join(
        [*lines, *(each.row() for each in outcomes), "", f"{failed} of {made:,} trials failed."]
    )


def main() -> int:
    """Make the trials, print the table, and fail where one of them did."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", choices=[*modules(), []])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--share", type=float, default=1.0, help="of the trials of a full run")
    parser.add_argument("--seed", type=int, default=SEED)
    wanted = parser.parse_args()
    made = provenance(f"Seed {wanted.seed}, {wanted.share:.0%} of the trials")
    names = wanted.names or modules()
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        runs = [
            pool.submit(tried, name, max(int(COUNTS[name] * wanted.share), 1), wanted.seed)
            for name in names
        ]
        outcomes = [run.result() for run in runs]
    for outcome in outcomes:
        for failure in outcome.failures[:SHOWN]:
            print(f"{outcome.name}: {failure}", file=sys.stderr)
    print(f"{made}\n\n{table(outcomes)}")
    if wanted.write:
        record("bench-faults", made, table(outcomes))
    return int(any(outcome.failures for outcome in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
