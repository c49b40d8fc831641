"""The start, `status`, a grade and the memory of a review, on a small and on a large log."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from terminal import PROGRAM, Terminal

from contrastive_drill.bank.library import shipped_folder
from contrastive_drill.code.task import load
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.scheduler import Scheduler
from speedbench.ratios import NOW, Row, variables, watched

RUNS = 15
REFERENCE = "import typer, sqlite3, rich.console"
CARDS, ANSWERS = 10_000, 100_000
SETTLED = 3.0  # seconds in which a worker has imported all it may need
FIRST_CARD = "type your answer"
IMPORTS = "importing typer, sqlite3, rich"
SIZE = ", large"


def program() -> list[Row]:
    """The start, `status`, a grade and the memory of a review."""
    rows: list[Row] = []
    typed = "an answer\n1 2 good\n" * 30
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        status(small)
        fill(large)
        for size, home, bound in (("", small, 1.5), (SIZE, large, 1.8)):
            ours, bare, ratio = pairs(lambda home=home: first_card(home), lambda: timed(reference))  # type: ignore[misc]
            note = f"{ours * 1e3:.0f} ms, {bare * 1e3:.0f} ms"
            rows.append(Row(f"first card on the screen{size}", IMPORTS, ratio, bound, note))
        for size, home in (("", small), (SIZE, large)):
            ours, first, ratio = pairs(
                lambda home=home: timed(lambda: status(home)),  # type: ignore[misc]
                lambda home=home: first_card(home),  # type: ignore[misc]
            )
            note = f"{ours * 1e3:.0f} ms, {first * 1e3:.0f} ms"
            rows.append(Row(f"`status`{size}", "the first card", ratio, 1.1, note))
        for size, home in (("", small), (SIZE, large)):
            ours, bare, ratio = pairs(
                lambda home=home: timed(lambda: completed(home)),  # type: ignore[misc]
                lambda: timed(reference),
            )
            note = f"{ours * 1e3:.0f} ms, {bare * 1e3:.0f} ms"
            rows.append(Row(f"an id completed with Tab{size}", IMPORTS, ratio, 1.5, note))
        graded = grading(large)
        bare = statistics.median(timed(reference) for _ in range(RUNS))
        note = f"{graded * 1e3:.1f} ms, {bare * 1e3:.0f} ms"
        rows.append(Row(f"from a grade to the next card{SIZE}", IMPORTS, graded / bare, 0.11, note))
        ours, bare, ratio = pairs(lambda: judged(small), lambda: timed(reference))
        note = f"{ours * 1e3:.0f} ms, {bare * 1e3:.0f} ms"
        rows.append(Row("from a save to its verdict, `code infonce`", IMPORTS, ratio, 1.5, note))
        least = watched(sys.executable, "-c", REFERENCE, home=small).megabytes
        for size, home in (("", small), (SIZE, large)):
            peak = watched(PROGRAM, "review", "--new", "40", home=home, typed=typed).megabytes
            note = f"{peak:.0f} MB, {least:.0f} MB"
            rows.append(Row(f"peak memory of a review{size}", IMPORTS, peak / least, 2.5, note))
    return rows


def timed(work: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def reference() -> None:
    """What a program of this kind cannot do without."""
    subprocess.run([sys.executable, "-c", REFERENCE], check=True)


def judged(home: Path) -> float:
    """Seconds from saving a file of a code drill to the verdict on it, with a warm worker."""
    task = load(shipped_folder() / "code" / "infonce.py")
    with Terminal("code", "infonce", environment=variables(home)) as terminal:
        terminal.wait("not run yet").wait("q quit").send("r").wait("0 of 7 hold")
        terminal.settle(SETTLED)
        start = time.perf_counter()
        (home / "code" / "infonce.py").write_text(task.solution, "utf-8")
        terminal.wait("All 7 cases hold")
        seconds = time.perf_counter() - start
        (home / "code" / "infonce.py").write_text(task.stub, "utf-8")
    return seconds


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


def completed(home: Path) -> None:
    """One press of Tab after `show cl` in bash."""
    words = {"COMP_WORDS": "contrastive-drill show cl", "COMP_CWORD": "2"}
    asked = {**variables(home), **words, "_CONTRASTIVE_DRILL_COMPLETE": "complete_bash"}
    done = subprocess.run([PROGRAM], env={**os.environ, **asked}, check=True, capture_output=True)
    assert b"clip-loss" in done.stdout


def pairs(left: Callable[[], float], right: Callable[[], float]) -> tuple[float, float, float]:
    """The medians of two measurements taken in turn, and of their ratio pair by pair."""
    both = [(left(), right()) for _ in range(RUNS + 2)][2:]
    ratio = statistics.median(one / other for one, other in both)
    return statistics.median(p[0] for p in both), statistics.median(p[1] for p in both), ratio


def fill(home: Path) -> None:
    """A bank of 10,000 personal cards, and a log of 100,000 answers to them."""
    bank = home / "bank"
    bank.mkdir(parents=True)
    cards = [
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
    ]
    for first in range(0, CARDS, 200):
        text = "".join(cards[first : first + 200])
        path = bank / f"many-{first:05}.yaml"
        path.write_text(f"section: many\ntitle: Many\ncards:\n{text}")
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


def grading(home: Path) -> float:
    """Median seconds from the key that grades a card to the next card."""
    taken = []
    with Terminal("review", "--new", "40", rows=80, environment=variables(home)) as terminal:
        terminal.wait(FIRST_CARD)
        for _ in range(RUNS + 2):
            terminal.press("\r", " more")
            terminal.press("0", "quit")
            start = time.perf_counter()
            terminal.press("g", FIRST_CARD)
            taken.append(time.perf_counter() - start)
    return statistics.median(taken[2:])
