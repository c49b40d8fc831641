"""What a command works with: the clock, the paths, the preferences, the bank and the store."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill import settings
from contrastive_drill.cli.boundary import complain
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.scheduler import Scheduler, study_day

if TYPE_CHECKING:
    from contrastive_drill.bank.library import Bank
    from contrastive_drill.store import Store

NOW_VARIABLE = "CONTRASTIVE_DRILL_NOW"


class Clock(NamedTuple):
    """The time of day, aware of the local offset, and a stopwatch in seconds."""

    now: Callable[[], datetime]
    stopwatch: Callable[[], float]


def clock() -> Clock:
    """The machine's clock, or one that stands still where the environment says so."""
    fixed = os.environ.get(NOW_VARIABLE)
    if not fixed:
        return Clock(lambda: datetime.now().astimezone(), time.monotonic)
    try:
        instant = datetime.fromisoformat(fixed).astimezone()
    except (ValueError, OverflowError):
        raise UsageProblem(
            f"{NOW_VARIABLE} is '{fixed}': write a time such as 2026-11-21T18:30:00+01:00"
        ) from None
    if "+" in fixed[10:] or "-" in fixed[10:] or fixed.endswith("Z"):
        instant = datetime.fromisoformat(fixed)  # its own offset is the learner's
    return Clock(lambda: instant, lambda: 0.0)


class Desk:
    """Everything a command may need, made when it is first asked for."""

    def __init__(self) -> None:
        self.paths = settings.paths(os.environ)
        self.clock = clock()

    @cached_property
    def preferences(self) -> settings.Preferences:
        """The learner's preferences."""
        return settings.load(self.paths.settings)

    @cached_property
    def scheduler(self) -> Scheduler:
        """The scheduler at the learner's desired retention."""
        return Scheduler(self.preferences.desired_retention)

    def day(self) -> int:
        """The study day it is now."""
        return study_day(self.clock.now(), self.preferences.rollover_hour)

    def new_id(self) -> str:
        """A name for a row of the log that no other machine gives."""
        from uuid import uuid4

        return str(uuid4())

    @cached_property
    def bank(self) -> "Bank":
        """The shipped cards and the learner's own; what is broken of these is reported once."""
        from contrastive_drill.bank.library import load, shipped_folder

        bank = load(shipped_folder(), self.paths.bank, self.paths.cache)
        if bank.problems:
            files = sorted({problem.path for problem in bank.problems})
            more = len(bank.problems) - 1
            complain(
                f"left out {', '.join(files)}: {bank.problems[0]}"
                + (f" (and {more} more: contrastive-drill bank check)" if more else "")
            )
        return bank

    def backup_of_the_day(self, store: "Store") -> str | None:
        """Make the day's backup if it is due; gives what is wrong where that only is impossible.

        Raises:
            Damaged: when the database itself is damaged.
        """
        from contrastive_drill.store import Damaged

        try:
            store.backup_if_due(self.clock.now())
        except Damaged:
            raise
        except DataProblem as error:
            return f"no backup today: {error}"
        return None

    def store(self, read_only: bool = False) -> "Store":
        """The database, opened; the caller closes it."""
        from contrastive_drill.store import Store

        return Store.open(self.paths.database, self.paths.backups, self.clock.now(), read_only)
