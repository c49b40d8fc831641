"""A home as days of use leave it, made by the program, and what a command says in it."""

import os
import shutil
import signal
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from shipped import warm
from typer.testing import CliRunner

from contrastive_drill.cli import app
from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.store import Store

LAST_DAY = 21
NOW = datetime(2026, 11, LAST_DAY, 17, 30, tzinfo=UTC)
ANSWERED = "because the pairs repel\n1 good\nI forgot\nnone again\nit is 0.5\nall\n" * 3 + ":quit\n"
PATIENCE = 60  # seconds of one command
CARD = """\
section: mine
title: Mine
cards:
  - id: own-card
    level: mid
    kind: recall
    prompt: Why does $x^2$ grow?
    answer: |
      It is `convex`:

      $$
      \\frac{d^2}{dx^2} x^2 = 2
      $$
    points:
      - must: The second derivative is positive.
      - bonus: It is 2.
    sources:
      - text: 'A book'
    tags: [mine]
"""
COMMANDS: tuple[tuple[str, ...], ...] = (
    (), ("status",), ("status", "--json"), ("report",), ("report", "--json"), ("flags",),
    ("report", "--markdown", "-"), ("report", "--html", "-"), ("show", "tf-idf-formula"),
    ("show", "own-card"), ("browse", "--missed"), ("browse", "--state", "due"), ("doctor",),
    ("exam", "--result"), ("exam", "--history", "--json"), ("exam", "--section", "mine"),
    ("interview", "--result"), ("interview", "--history"), ("demo", "history", "--json"),
    ("demo",), ("plan", "--explain", "own-card"), ("plan", "--brief"), ("optimize",), ("undo",),
    ("review", "own-card", "tf-idf-formula"), ("review", "--failed"), ("review",), ("backup",),
    ("config",), ("bank", "stats"), ("suspend", "own-card"), ("flag", "own-card"),
)  # fmt: skip


class Said(NamedTuple):
    """What a command wrote, and how it ended."""

    status: int
    out: str
    err: str
    error: BaseException | None
    seconds: float

    @property
    def fault(self) -> str:
        """What is wrong with the way it ended; empty where nothing is."""
        if self.error is not None and not isinstance(self.error, SystemExit):
            place = traceback.extract_tb(self.error.__traceback__)[-1]
            return f"{self.error!r:.200} at {Path(place.filename).name}:{place.lineno}"
        if self.status not in (0, 1, 2, 3):
            return f"status {self.status}"
        lines = self.err.splitlines()
        if self.status >= 2 and not 1 <= len(lines) <= 3:  # notices come before the reason
            return f"{len(lines)} lines: {self.err[-200:]!r}"
        return f"took {self.seconds:.0f} s" if self.seconds > PATIENCE / 3 else ""


def run(home: Path, *arguments: str, typed: str = ANSWERED, day: int = LAST_DAY) -> Said:
    """Run a command in this process, in a home and on a day of November."""
    variables = {
        "CONTRASTIVE_DRILL_HOME": str(home),
        "CONTRASTIVE_DRILL_NOW": f"2026-11-{day}T18:30:00+01:00",
        "EDITOR": "true",
        "PAGER": "",
        "LANG": "C.UTF-8",
    }
    begun = time.monotonic()
    with _patience():
        done = CliRunner().invoke(app, list(arguments), input=typed, env=variables)
    spent = time.monotonic() - begun
    return Said(done.exit_code, done.stdout, done.stderr, done.exception, spent)


@contextmanager
def _patience() -> Iterator[None]:
    """End what never ends; pytest has a clock of its own."""
    if "PYTEST_CURRENT_TEST" in os.environ:
        yield
        return

    def over(*_: object) -> None:
        raise TimeoutError(f"not done in {PATIENCE} s")

    signal.signal(signal.SIGALRM, over)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)


def lived_in(folder: Path) -> Path:
    """A home with answers of four days, an exam, an interview, marks, runs, a plan and settings."""
    home = folder / "drill"
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "mine.yaml").write_text(CARD)
    warm(home)
    for day, *words in (
        (18, "review", "own-card", "tf-idf-formula", "clip-loss"),
        (19, "review", "--new", "6"),
        (19, "exam", "--section", "mine", "--count", "1"),
        (20, "review", "--failed"),
        (20, "interview", "--seed", "3"),
        (20, "flag", "clip-loss", "--note", "look this up"),
        (20, "suspend", "siglip-loss"),
        (20, "flag", "own-card"),
        (20, "undo"),
        (21, "plan", "--on", "2026-12-05", "--minutes", "5", "--only", "mine"),
        (21, "config", "new_per_day", "3"),
        (21, "review", "own-card"),
        (21, "backup"),
    ):
        said = run(home, *words, day=int(day))
        assert not said.fault, (words, said)
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        for number in range(3):
            claims = (Claim.below("the loss falls", number / 4, 2.0, "nats"),)
            store.runs.append(
                Run(f"run-{number}", NOW, "collapse", number, "cpu", True, 3.5, claims,
                    {"steps": 10, "ratios": (0.5, 0.75)}, ("steps",), "0.1")
            )  # fmt: skip
    return home


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is there for a while."""
    with TemporaryDirectory() as name:
        yield Path(name)


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """A copy of a home, for one trial: thousands at once would fill the memory."""
    with scratch() as folder:
        yield Path(shutil.copytree(home, folder / home.name))
