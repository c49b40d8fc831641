"""What every command works with: the clock, the paths, the preferences, the bank, the store."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from contrastive_drill import settings
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.memory.scheduler import Curves, Scheduler, curve_of, replay
from contrastive_drill.memory.study_day import study_day
from contrastive_drill.screen.plain import complain

if TYPE_CHECKING:
    from rich.console import Console

    from contrastive_drill.bank.library import Bank
    from contrastive_drill.demo.result import Run
    from contrastive_drill.memory.parameters import Fit
    from contrastive_drill.screen.session_view import PastAnswer
    from contrastive_drill.store import Store

LAST = 3  # answers to a card, shown with it
NOW_VARIABLE = "CONTRASTIVE_DRILL_NOW"


class Clock(NamedTuple):
    """The time, with the local offset, and a stopwatch in seconds."""

    now: Callable[[], datetime]
    stopwatch: Callable[[], float]
    zone: tzinfo | None = None  # None: this machine's, with its summer time


def clock() -> Clock:
    """The machine's clock, or one that stands still at the time in `NOW_VARIABLE`."""
    fixed = os.environ.get(NOW_VARIABLE)
    if not fixed:
        if not 1970 <= (now := datetime.now()).year < 9000:
            raise UsageProblem(f"this machine's clock says {now:%Y-%m-%d %H:%M}: set it first")
        return Clock(lambda: datetime.now().astimezone(), time.monotonic)
    try:
        instant = datetime.fromisoformat(fixed)
        zone = instant.tzinfo
        if zone is None:
            instant = instant.astimezone()
        if not 1970 < instant.year < 9000:  # room for every interval on either side
            raise ValueError
    except (ValueError, OverflowError):
        raise UsageProblem(
            f"{NOW_VARIABLE} is '{fixed}': write a time such as 2026-11-21T18:30:00+01:00"
        ) from None
    return Clock(lambda: instant, lambda: 0.0, zone)


def at_terminal() -> bool:
    """Whether a person can answer: standard input and output are both a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def open_console(stream: TextIO | None = None, plain: bool = False) -> "Console":
    """The console on a stream, stdout if none is given; made nowhere else."""
    from contrastive_drill.screen.console import make_console

    return make_console(stream or sys.stdout, plain)


class Environment:
    """Everything a command may need, created on first use."""

    def __init__(self) -> None:
        self.paths = settings.paths(os.environ)
        self.clock = clock()
        self.notify: Callable[[str], None] = complain  # a full-screen view shows it elsewhere
        self._notified: set[str] = set()

    def notify_once(self, line: str) -> None:
        """Say what more than one step of a command may find out."""
        if line not in self._notified:
            self._notified.add(line)
            self.notify(line)

    @cached_property
    def preferences(self) -> settings.Preferences:
        """The learner's preferences; where their file is damaged the usual ones, which is said."""
        try:
            return settings.load(self.paths.settings)
        except DataProblem as problem:
            self.notify_once(f"the usual settings hold: {problem}")
            return settings.Preferences()

    def require_preferences(self) -> None:
        """Refuse what would write by the usual settings where the learner's are damaged.

        Raises:
            DataProblem: with what to do.
        """
        settings.load(self.paths.settings)

    @property
    def code_folder(self) -> Path:
        """Where the learner's files of code drills lie."""
        return self.preferences.code_folder or self.paths.code

    def changed_preferences(self, name: str, value: object) -> settings.Preferences:
        """The preferences with one set to a value or its text.

        Raises:
            UsageProblem: when it cannot have that value now.
        """
        self.require_preferences()
        if name != "interview_on" or not value:
            return settings.changed(self.preferences, name, value)
        from contrastive_drill.actions.plan_terms import check_interview_day
        from contrastive_drill.words import date_from

        day = date_from(str(value), self.day())
        check_interview_day(self, day.toordinal())
        return settings.changed(self.preferences, name, day.isoformat())

    def scheduler(self, fit: "Fit | None") -> Scheduler:
        """The scheduler at the learner's desired retention, under `store.fit()`."""
        parameters = None if fit is None else fit.parameters
        return Scheduler(self.preferences.desired_retention, parameters)

    def curves(self, store: "Store") -> Curves:
        """The forgetting curve now, and those of earlier answers."""
        return Curves(curve_of(store.fit()), {fit.id: curve_of(fit) for fit in store.fits()})

    def day(self) -> int:
        """The current study day."""
        return study_day(self.clock.now(), self.preferences.rollover_hour)

    def utc(self) -> datetime:
        """The time now, in UTC."""
        return self.clock.now().astimezone(UTC)

    def local(self, at: datetime) -> datetime:
        """A time at the offset that the learner had then."""
        return at.astimezone(self.clock.zone)

    def new_id(self) -> str:
        """A unique id for a row of the database."""
        from uuid import uuid4

        return str(uuid4())

    def reload_bank(self) -> "Bank":
        """The bank as its files are now, from here on; its problems are the caller's to report."""
        from contrastive_drill.bank.library import load, shipped_folder

        self.bank = load(shipped_folder(), self.paths.bank, self.paths.cache)
        return self.bank

    @cached_property
    def bank(self) -> "Bank":
        """The shipped cards and the learner's, of which the broken ones are reported once."""
        bank = self.reload_bank()
        if bank.problems:
            names = sorted({each.card or os.path.basename(each.path) for each in bank.problems})
            shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if names[5:] else "")
            shipped = [name for name in names if name.removesuffix(".yaml") in bank]
            instead = ", and shipped cards are asked instead" if shipped else ""
            self.notify(
                f"left out of your own cards: {shown}{instead}; contrastive-drill bank check "
                f"says why, first {bank.problems[0]}"
            )
        return bank

    def present_id(self, named: str) -> str:
        """The id that a card has now, by one that a person gave; says so where it is another."""
        now = self.bank.renames.get(named, named)
        if now != named:
            self.notify(f"{named} is {now} now")
        return now

    def daily_backup(self, store: "Store") -> str | None:
        """Make the daily backup if it is due; returns the problem where it cannot be written.

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

    def last_run(self, store: "Store", demo: str) -> "Run | None":
        """The last run of a demo on this machine, in local time."""
        runs = store.runs.newest(demo, 1)
        return self.local_run(runs[0]) if runs else None

    def local_run(self, run: "Run") -> "Run":
        """A run in local time."""
        return replace(run, at=self.local(run.at))

    def past_answers(self, store: "Store", card_id: str) -> "list[PastAnswer]":
        """The last answers to a card, oldest first."""
        from contrastive_drill.screen.session_view import PastAnswer

        return [
            PastAnswer(f"{self.local(each.at):%Y-%m-%d %H:%M}  {each.rating.label}", each.answer)
            for each in list(store.reviews(card_id))[-LAST:]
        ]

    def store(self, read_only: bool = False, *, of_cards: bool = True) -> "Store":
        """The database, opened, every card under its present id; the caller closes it.

        Unless it is opened for what it has `of_cards`, no bank is read, and no card renamed.

        Raises:
            DataProblem: when it or, for a change, the settings are damaged.
        """
        from contrastive_drill.store import Store

        if not read_only and not self.paths.database.exists() and (note := self.folder_note()):
            self.notify(note)
        if of_cards and not read_only:
            self.require_preferences()
        renames = self.bank.renames if of_cards else None
        store = Store.open(self.paths.database, self.paths.backups, self.clock.now(), read_only)
        return store if renames is None else store.renamed(renames, replay)

    def folder_note(self) -> str | None:
        """What to mind where a sync service or a network holds the database's folder."""
        from contrastive_drill.store.shared_folder import advice

        return advice(self.paths.database.parent)

    @contextmanager
    def store_to_change(self, dry_run: bool = False) -> "Iterator[Store]":
        """The database, opened for a change, after the daily backup if that is due.

        In a dry run it can only be read.
        """
        if dry_run:
            with self.store(read_only=True) as store:
                yield store
            return
        with self.store() as store:
            if problem := self.daily_backup(store):
                complain(problem)
            yield store
            if self.preferences.sync_folder:
                from contrastive_drill.actions.machines import share

                share(self, store)
