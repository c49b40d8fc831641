"""The learner's history: an append-only log, and the memories and marks folded from it."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from contrastive_drill.errors import DrillError, UsageProblem
from contrastive_drill.memory.log import Fold, Memory, Review, Undo
from contrastive_drill.memory.marks import Change
from contrastive_drill.store import migrations, rows
from contrastive_drill.store.database import Database
from contrastive_drill.store.folds import Folds
from contrastive_drill.store.rows import LIVE, LOG
from contrastive_drill.store.sidecar_files import sidecar, size_of
from contrastive_drill.store.sqlite_errors import Damaged, damage

if TYPE_CHECKING:
    from contrastive_drill.store.demo_runs import DemoRuns
    from contrastive_drill.store.parameters import ParameterHistory
    from contrastive_drill.store.sittings import Sittings

_SQLITE = (3, 37)  # the first with STRICT tables


class StaleMemory(DrillError):
    """A card's memory is not the one an answer was based on; nothing was written.

    The card was answered elsewhere or, when `refitted`, other parameters were put into use.
    """

    def __init__(self, card_id: str, current: Memory, refitted: bool) -> None:
        what = "rescheduled" if refitted else "answered"
        super().__init__(f"{card_id} was {what} in another terminal meanwhile; answer it again")
        self.current = current
        self.refitted = refitted


class CannotUndo(UsageProblem):
    """The entry is gone, or a newer answer rests on it."""


class Store(Folds):
    """One learner's history; every write is one transaction, on the disk when it returns.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def __init__(self, database: Database, backups: Path) -> None:
        super().__init__(database)
        self._backups = backups

    @classmethod
    def open(cls, path: Path, backups: Path, now: datetime, read_only: bool = False) -> Self:
        """Open the database at `path`, and migrate it to this program's format.

        `backups` is the folder for the backup made before a migration. With `read_only` nothing is
        written: a missing file reads as an empty history, and one of an older format as it will be
        once migrated.

        Raises:
            DataProblem: when the file is damaged (the line names the backup to restore), of a
                newer format, another program's, or cannot be opened; it is left as it is.
        """
        if sqlite3.sqlite_version_info < _SQLITE:
            raise UsageProblem(
                f"this Python has SQLite {sqlite3.sqlite_version}; the drill needs"
                f" {'.'.join(map(str, _SQLITE))} or later: use a newer Python"
            )
        if _was_emptied(path, backups):
            raise Damaged(damage(path, partial(_remedy, backups)))
        database = Database.open(path, partial(_remedy, backups), read_only=read_only)
        try:
            version = migrations.version_of(database)
            if read_only and version < len(migrations.MIGRATIONS):
                with database as file:
                    file.check()
                    database = file.in_memory()  # migrated there
                migrations.migrate(database, now, lambda _: None)
            elif version < len(migrations.MIGRATIONS):
                migrations.migrate(database, now, partial(_before, database, backups, now))
            if read_only:
                database.rows("PRAGMA query_only = ON")  # the empty history of a missing file too
        except BaseException:
            database.close()
            raise
        return cls(database, backups)

    @cached_property
    def runs(self) -> "DemoRuns":
        """The runs of demos."""
        from contrastive_drill.store.demo_runs import DemoRuns

        return DemoRuns(self.database)

    @cached_property
    def sittings(self) -> "Sittings":
        """The exams and the interviews."""
        from contrastive_drill.store.sittings import Sittings

        return Sittings(self.database)

    @cached_property
    def parameters(self) -> "ParameterHistory":
        """The changes of the parameters in use."""
        from contrastive_drill.store.parameters import ParameterHistory

        return ParameterHistory(self.database)

    def renamed(self, renames: Mapping[str, str], fold: Fold) -> Self:
        """The history with every card under its present id, by each former one.

        What can only be read is renamed in a copy in memory; this store is then closed.
        """
        if self.renames() == renames:
            return self
        ((is_fixed,),) = self.database.rows("PRAGMA query_only")
        store = self
        try:
            if is_fixed:
                store = type(self)(self.database.in_memory(), self._backups)
                self.close()
            store.rename(renames, fold)
            store.database.rows(f"PRAGMA query_only = {is_fixed}")
        except BaseException:
            for opened in (self, store):
                opened.close()
            raise
        return store

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def record(self, review: Review) -> None:
        """Append an answer, and update the card's memory where the answer moves the schedule.

        Raises:
            StaleMemory: when the card's memory is no longer `review.before`, or the parameters in
                use are no longer `review.fit`; nothing was written.
        """
        with self.database.transaction():
            if review.mode.scheduled:
                card_id = self.present_id(review.card_id)
                current, fit = self.memory(card_id), self.fit()
                refitted = review.fit != (None if fit is None else fit.id)
                if refitted or current != review.before:
                    raise StaleMemory(review.card_id, current, refitted)
                self.write_memory(card_id, review.after)
            self.database.append(LOG, rows.entry_row(review))

    def change(self, change: Change) -> None:
        """Append a change, and update the card's mark."""
        with self.database.transaction():
            self.database.append(LOG, rows.entry_row(change))
            card_id = self.present_id(change.card_id)
            self.write_mark(card_id, self.mark(card_id).changed_by(change))

    def undo(
        self, entry_id: str | None = None, *, undo_id: str, at: datetime, day: int, fold: Fold
    ) -> Review | Change | None:
        """Undo an entry, or the newest one not undone yet, and return it.

        None when there is nothing to undo. The memory of an answered card is rebuilt from its
        other answers: parameters may have changed since.

        Raises:
            CannotUndo: when the entry is not in the log, is undone already, or its card has been
                answered again since.
        """
        with self.database.transaction():
            entry = self._newest() if entry_id is None else self._entry(entry_id)
            if entry is None:
                return None
            if isinstance(entry, Review) and entry.mode.scheduled:
                self._refuse_answered_since(entry)
            undo = Undo(undo_id, entry.card_id, at, day, entry.id)
            self.database.append(LOG, rows.entry_row(undo))
            if isinstance(entry, Change):
                self.write_mark(entry.card_id, self.folded_mark(entry.card_id))
            elif entry.mode.scheduled:
                self.write_memory(entry.card_id, self.folded_memory(entry.card_id, fold))
            return entry

    def refold(self, fold: Fold) -> None:
        """Write the memories and the marks that follow from the log, where there are none yet."""
        memories, marks = self.folded(fold)
        for card_id, memory in memories.items():
            self.write_memory(card_id, memory)
        for card_id, mark in marks.items():
            self.write_mark(card_id, mark)

    def backup(self, now: datetime) -> Path:
        """Make a manual backup."""
        from contrastive_drill.store import backups

        return backups.backup(self.database, self._backups, now, backups.BackupReason.MANUAL)

    def backup_if_due(self, now: datetime) -> Path | None:
        """Make the daily backup, if today has none yet and there is something new."""
        from contrastive_drill.store import backups

        return backups.backup_if_due(self.database, self._backups, now)

    def _newest(self) -> Review | Change | None:
        newest = self._entries(f"WHERE kind <> 'undo' AND {LIVE} ORDER BY seq DESC LIMIT 1")
        return next(iter(newest), None)

    def _entry(self, entry_id: str) -> Review | Change:
        entries = self._entries("WHERE id = ? AND kind <> 'undo'", (entry_id,))
        if not entries:
            raise CannotUndo(f"the log has no entry {entry_id}; nothing was undone")
        if self.database.rows("SELECT 1 FROM log WHERE undoes = ?", (entry_id,)):
            raise CannotUndo(
                f"the last entry for {entries[0].card_id} was already undone in another terminal"
            )
        return entries[0]

    def _refuse_answered_since(self, review: Review) -> None:
        newer = f"""
            SELECT 1 FROM log
            WHERE {rows.OF_CARD} AND kind = 'review' AND mode IN {rows.SCHEDULED} AND {LIVE}
              AND seq > (SELECT seq FROM log WHERE id = :id)
        """
        if self.database.rows(newer, {"card_id": review.card_id, "id": review.id}):
            raise CannotUndo(
                f"{review.card_id} has been answered again since, perhaps in another terminal;"
                " undo that answer first"
            )


def _was_emptied(path: Path, folder: Path) -> bool:
    """Whether the file is empty though there are backups of it."""
    if not path.is_file() or size_of(path) or size_of(sidecar(path, "wal")):
        return False
    from contrastive_drill.store import backups

    return bool(backups.backups(folder))


def _remedy(folder: Path) -> str:
    from contrastive_drill.store import backups

    return backups.remedy(folder)


def _before(database: Database, folder: Path, now: datetime, version: int) -> None:
    from contrastive_drill.store import backups

    backups.backup(database, folder, now, backups.BackupReason.MIGRATION)
