"""Machines of one learner: each a home of the program, used by real commands."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.store import Store


class Machine(NamedTuple):
    """One home of the program, and when the test begins."""

    folder: Path
    start: datetime

    def run(self, *words: str, typed: str | bytes = "", hours: float = 0) -> Result:
        """A command, so long after the start."""
        env = {
            "CONTRASTIVE_DRILL_HOME": str(self.folder),
            "CONTRASTIVE_DRILL_NOW": (self.start + timedelta(hours=hours)).isoformat(),
        }
        return CliRunner().invoke(app, list(words), input=typed, env=env, catch_exceptions=False)

    def said(self, *words: str, typed: str | bytes = "", hours: float = 0, code: int = 0) -> str:
        """What a command said on one line; it ends with this code."""
        done = self.run(*words, typed=typed, hours=hours)
        assert done.exit_code == code, done.output
        return " ".join(done.output.split())

    def store(self) -> Store:
        """The database, to be read."""
        folder = self.folder
        return Store.open(folder / "drill.sqlite", folder / "b", self.start, read_only=True)


def new_machines(folder: Path, bank_cache: Path, start: datetime, names: str) -> Iterator[Machine]:
    """Machines with these names, on which the bank was read before."""
    for name in names.split():
        (folder / name / "cache").mkdir(parents=True)
        shutil.copy(bank_cache, folder / name / "cache")
        yield Machine(folder / name, start)
