"""Speed and memory as ratios, each against a reference timed in the same run: `make bench`."""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from terminal import PROGRAM, Terminal

from contrastive_drill.demo import registry
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.scheduler import Scheduler

RUNS = 15
REFERENCE = "import typer, sqlite3, rich.console"
NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
CARDS, ANSWERS = 10_000, 100_000
FIRST_CARD = "type an answer"


@dataclass(frozen=True)
class Row:
    """One measured figure and its bound."""

    name: str
    figure: float
    unit: str
    bound: float
    note: str

    @property
    def held(self) -> bool:
        """Whether the figure keeps its bound."""
        return self.figure <= self.bound


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def reference() -> None:
    """What a program of this kind cannot do without."""
    subprocess.run([sys.executable, "-c", REFERENCE], check=True)


def first_card(home: Path) -> float:
    """Seconds from starting the program to the first card on the screen."""
    start = time.perf_counter()
    with Terminal("review", "--new", "20", environment=variables(home)) as terminal:
        terminal.press("", FIRST_CARD)
        return time.perf_counter() - start


def status(home: Path) -> None:
    """One run of `status`."""
    subprocess.run(
        [PROGRAM, "status"], env={**os.environ, **variables(home)}, check=True, capture_output=True
    )


def variables(home: Path) -> dict[str, str]:
    """The environment of a run."""
    return {
        "CONTRASTIVE_DRILL_HOME": str(home),
        "CONTRASTIVE_DRILL_NOW": NOW.isoformat(),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }


def pairs(left: Callable[[], float], right: Callable[[], float]) -> tuple[float, float, float]:
    """The medians of two measurements taken in turn, and of their ratio pair by pair."""
    both = [(left(), right()) for _ in range(RUNS + 2)][2:]
    ratio = statistics.median(one / other for one, other in both)
    return statistics.median(p[0] for p in both), statistics.median(p[1] for p in both), ratio


def fill(home: Path) -> None:
    """A bank of 10,000 personal cards, and a log of 100,000 answers to them."""
    bank = home / "bank"
    bank.mkdir(parents=True)
    cards = "".join(
        f"""\
  - id: card-{n}
    level: senior
    kind: recall
    prompt: What is the answer to question number {n}, and why would an interviewer ask it?
    answer: |
      The answer to question {n} is a paragraph of the length that such answers have, with a
      formula $s_{{ij}} / \\tau$ in it, so that a card of this bank weighs what a real one does.
    points:
      - must: Says what number {n} stands for.
      - must: Says why it is asked.
    sources:
      - text: A book
"""
        for n in range(CARDS)
    )
    (bank / "many.yaml").write_text(f"section: many\ntitle: Many\ncards:\n{cards}")
    subprocess.run(
        [PROGRAM, "undo"], env={**os.environ, **variables(home)}, check=True, capture_output=True
    )
    from contrastive_drill.store import Store

    scheduler = Scheduler(0.9)
    today = NOW.toordinal()
    memories: dict[str, Memory] = {}
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        # One durable commit for each answer would take minutes: this is the only thing skipped.
        store.database.rows("PRAGMA synchronous = OFF")
        for n in range(ANSWERS):
            card_id, day = f"card-{n % CARDS}", today - 40 + 4 * (n // CARDS) - n % 4
            before = memories.get(card_id, NEW)
            rating = Rating.AGAIN if n % 11 == 0 else Rating.GOOD
            after: Learned = scheduler.preview(card_id, before, day)[rating]
            memories[card_id] = after
            at = NOW - timedelta(days=today - day, seconds=n % 3600)
            store.record(
                Review(
                    f"answer-{n}", card_id, rating, at, day, 20.0, Mode.REVIEW,
                    ("0123456789ab",), ("ba9876543210",), None, "0" * 16, 0.9, before, after,
                )
            )  # fmt: skip
    status(home)


def grading(home: Path) -> tuple[float, float]:
    """Median seconds from the key that grades a card to the next card; and one durable commit."""
    taken = []
    with Terminal("review", "--new", "40", rows=80, environment=variables(home)) as terminal:
        terminal.wait(FIRST_CARD)
        for _ in range(RUNS + 2):
            terminal.press("\r", "accept")
            terminal.press("0", "quit")
            start = time.perf_counter()
            terminal.press("g", FIRST_CARD)
            taken.append(time.perf_counter() - start)
    with sqlite3.connect(home / "reference.sqlite", isolation_level=None) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("PRAGMA synchronous = FULL")
        plain.execute("CREATE TABLE answers (id INTEGER PRIMARY KEY, said TEXT) STRICT")
        commits = [
            timed(lambda: plain.execute("INSERT INTO answers (said) VALUES ('yes')"))
            for _ in range(50)
        ]
    return statistics.median(taken[2:]), statistics.median(commits)


def peak_memory(home: Path) -> float:
    """Megabytes at the peak of a review with typed answers, in line mode."""
    answers = "an answer\n1 2 good\n" * 30
    command = [PROGRAM, "review", "--new", "40"]
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        input=answers, text=True, capture_output=True, check=True,
        env={**os.environ, **variables(home)},
    )  # fmt: skip
    kilobytes = int(done.stdout)
    return kilobytes / (1024 * 1024 if sys.platform == "darwin" else 1024)


def watched(*arguments: str, home: Path) -> tuple[float, float, int]:
    """Seconds, megabytes at the peak, and exit status of one run of the program."""
    script = (
        "import resource, subprocess, sys, time;"
        "start = time.perf_counter();"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss;"
        "print(time.perf_counter() - start, peak, done.returncode)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, PROGRAM, *arguments],
        stdin=subprocess.DEVNULL, text=True, capture_output=True, check=True,
        env={**os.environ, **variables(home)},
    )  # fmt: skip
    seconds, peak, status = done.stdout.split()
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return float(seconds), int(peak) / unit, int(status)


def experiments() -> list[Row]:
    """Seconds and memory of each demo as the README runs it, and claims on seeds nobody chose."""
    rows, bare = [], timed(lambda: subprocess.run([sys.executable, "-c", "import torch"]))
    with tempfile.TemporaryDirectory() as home:
        for name in registry.names():
            seconds, peak, status = watched("demo", name, "--device", "cpu", home=Path(home))
            said = f"{peak:.0f} MB at the peak, {seconds / bare:.0f} times importing torch"
            broken = "" if status == 0 else "; a claim did not hold"
            rows.append(Row(f"demo {name}", seconds, "s", 120.0, said + broken))
    seeds = [int.from_bytes(os.urandom(3), "big") for _ in range(3)]
    taken, broken_seeds = [], 0
    for seed in seeds:
        with tempfile.TemporaryDirectory() as home:
            seconds, _, status = watched(
                "demo", "all", "--quick", "--device", "cpu", "--seed", str(seed), home=Path(home)
            )
        taken.append(seconds)
        broken_seeds += status != 0
    note = f"seeds {', '.join(map(str, seeds))}"
    rows.append(Row("demo all --quick", statistics.median(taken), "s", 60.0, note))
    rows.append(Row("seeds on which a claim broke", float(broken_seeds), "", 0.0, note))
    return rows


PLANNING = """
import time
from contrastive_drill.cards import Kind
from contrastive_drill.memory import NEW, Learned
from contrastive_drill.planner.deck import Planned
from contrastive_drill.planner.habits import habits
from contrastive_drill.planner.plan import make
from contrastive_drill.scheduler import Scheduler
import numpy
kinds, day = list(Kind), 739_941
cards = [
    Planned(f"c{n}", kinds[n % 6], 1.0 + (n % 7 == 0),
            Learned(1.0 + n % 40, 5.0, day - n % 9, day, 2, 0) if n % 3 == 0 else NEW)
    for n in range(300)
]
start = time.process_time()
make(cards, {}, [1200.0] * 60, Scheduler(0.9), habits([], {}), day)
print(time.process_time() - start)
"""


def planning() -> Row:
    """Processor seconds of a plan for 300 cards and 60 days on one thread."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    seconds = [
        float(
            subprocess.run(
                [sys.executable, "-c", PLANNING],
                env={**os.environ, **one},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(3)
    ]
    return Row("plan, 300 cards, 60 days", statistics.median(seconds), "s", 2.0, "one thread")


def main() -> int:
    """Measure, print the table, and fail when a bound is broken."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        status(small)
        base = lambda: timed(reference)  # noqa: E731  (a name for the pairing)
        ours, bare, ratio = pairs(lambda: first_card(small), base)
        note = f"{ours * 1e3:.0f} ms against {bare * 1e3:.0f} ms"
        rows.append(Row("first card / imports", ratio, "x", 1.6, note))
        fill(large)
        ours, bare, ratio = pairs(lambda: first_card(large), base)
        note = f"{ours * 1e3:.0f} ms against {bare * 1e3:.0f} ms"
        rows.append(Row("first card / imports, large", ratio, "x", 2.0, note))
        for name, home in (("status / first card", small), ("status / first card, large", large)):
            ours, first, ratio = pairs(
                lambda home=home: timed(lambda: status(home)),  # type: ignore[misc]
                lambda home=home: first_card(home),  # type: ignore[misc]
            )
            note = f"{ours * 1e3:.0f} ms against {first * 1e3:.0f} ms"
            rows.append(Row(name, ratio, "x", 1.0, note))
        graded, commit = grading(large)
        note = f"{graded / commit:.1f} times one durable commit of {commit * 1e3:.2f} ms"
        rows.append(Row("grade to next card, large", graded * 1e3, "ms", 20.0, note))
        for name, home in (("memory of a review", small), ("memory of a review, large", large)):
            rows.append(Row(name, peak_memory(home), "MB", 80.0, "peak resident size"))
    rows.append(planning())
    rows += experiments()
    print(
        f"median of {RUNS}; large: {CARDS:,} cards, {ANSWERS:,} answers; Python {sys.version[:7]}"
    )
    for row in rows:
        verdict = "held" if row.held else "BROKEN"
        print(
            f"{row.name:<30}{row.figure:>7.2f} {row.unit:<3}at most {row.bound:<5g}{verdict:<8}"
            f"{row.note}"
        )
    return 0 if all(row.held for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
