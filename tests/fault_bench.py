"""Faults made many times over, none of which may lose or hide anything: `make bench-faults`.

    python tests/fault_bench.py [--write] [--share 1.0] [--minutes 60] [--seed 20261121] [NAME ...]

Every module of `faultbench` that has `trials` is a row; without a name all run, as many at once
as there are cores. Each is a process of its own that tells of every trial as it is made: one that
dies, hangs or takes too much memory is a row that failed with its reason, beside all the others.
After `--minutes` a kind stops, and its row says how many of its trials were made.

`--write` also puts the table into the guide `measurements`. The exit status is 1 when a trial
failed.
"""

import argparse
import ast
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Timer
from typing import NamedTuple
from unittest import SkipTest

sys.path.insert(0, str(Path(__file__).parent))

from record import provenance, record

FOLDER = Path(__file__).parent / "faultbench"
SEED = 20261121
MINUTES = 60.0  # of a kind, on the wall
GRACE = 300  # seconds more, in which its last trial has to end
MEMORY = 3 << 30  # bytes that a kind may take, and every program that it starts
SHOWN = 2000  # letters of a failure that are printed
COUNTS = {
    "disk": 600,
    "files": 20_000,
    "flips": 2_000,
    "formulas": 15_000,
    "keys": 400,
    "kills": 6_000,
    "places": 1_000,
    "plans": 300,
    "rows": 5_000,
    "schedule": 300,
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
    note: str = ""

    def row(self) -> str:
        """A row of the table."""
        what = ", ".join(filter(None, (f"{self.seconds:.0f} s" if self.made else "", self.note)))
        count = len(self.failures)
        failed = f"**{count}**" if count else "0"
        return f"| {self.name} | {self.title} | {self.made:,} | {failed} | {what} |"


def tried(name: str, count: int, seed: int, minutes: float = MINUTES) -> Outcome:
    """Make the trials of one module in a process of its own, which is ended with all it started."""
    source = ast.parse((FOLDER / f"{name}.py").read_text())
    title = (ast.get_docstring(source) or name).partition("\n")[0].rstrip(".")
    command = [sys.executable, __file__, "--alone", str(count), "--minutes", str(minutes)]
    command += ["--seed", str(seed), name]
    begun, made, failures, note, ended = time.monotonic(), 0, list[str](), "", False
    # In memory, where there is room: who only breaks files need not wait for a disk.
    with (
        TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as folder,
        TemporaryFile("w+") as said,
        subprocess.Popen(
            command,
            env={**os.environ, "TMPDIR": folder},
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        ) as child,
    ):
        limit = Timer(minutes * 60 + GRACE, end, [child.pid])
        limit.start()
        assert child.stdout
        for line in child.stdout:
            match json.loads(line):
                case {"ended": str(note)}:
                    ended = True
                case problem:
                    made += 1
                    if problem:
                        failures.append(problem)
                        print(f"{name}: {problem}"[:SHOWN], file=sys.stderr, flush=True)
        status = child.wait()
        limit.cancel()
        end(child.pid)
        if not ended:
            said.seek(0)
            reason = "".join(f": {line}" for line in said.read().splitlines()[-1:])
            failures.append(note := f"ended with status {status}{reason}")
            print(f"{name}: {note}", file=sys.stderr)
    return Outcome(name, title, made, failures, time.monotonic() - begun, note)


def end(group: int) -> None:
    """End whatever still runs of a kind."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def alone(name: str, count: int, seed: int, minutes: float) -> None:
    """Make the trials here and tell of each, in a line of JSON: what is wrong, or nothing.

    Nothing else reaches the standard output; the last line says that they came to their end.
    """
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, most))
    for number in (signal.SIGINT, signal.SIGHUP):  # ignored under nohup and in the background
        signal.signal(number, signal.SIG_DFL)
    note, limit = "", time.monotonic() + minutes * 60
    with open(os.dup(1), "w") as teller:
        os.dup2(2, 1)
        trials: Iterator[str] = import_module(f"faultbench.{name}").trials(count, seed)
        try:
            for made, problem in enumerate(trials, 1):
                print(json.dumps(problem), file=teller, flush=True)
                if made < count and time.monotonic() > limit:
                    note = f"stopped, of {count:,}"
                    break
        except SkipTest as reason:
            note = f"skipped: {reason}"
        print(json.dumps({"ended": note}), file=teller, flush=True)


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
    parser.add_argument("names", nargs="*", choices=[*COUNTS, []])
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--share", type=float, default=1.0, help="of the trials of a full run")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of each kind at most")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--alone", type=int, metavar="COUNT", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.alone:
        alone(wanted.names[0], wanted.alone, wanted.seed, wanted.minutes)
        return 0
    terms = f"Seed {wanted.seed}, {wanted.share:.0%} of the trials"
    made = provenance(f"{terms}, {wanted.minutes:g} minutes of each kind at most")

    def outcome(name: str) -> Outcome:
        count = max(int(COUNTS[name] * wanted.share), 1)
        return tried(name, count, wanted.seed, wanted.minutes)

    try:
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            outcomes = [*pool.map(outcome, wanted.names or COUNTS)]
    except KeyboardInterrupt:
        os._exit(130)  # each kind ends where nobody hears of its trials
    print(f"{made}\n\n{table(outcomes)}")
    if wanted.write:
        record("bench-faults", made, table(outcomes))
    return int(any(outcome.failures for outcome in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
