"""Backups of the database: written whole or not at all, and thinned out with age."""

import os
import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from contrastive_drill import files
from contrastive_drill.errors import DataProblem
from contrastive_drill.spelling import UnknownName, closest
from contrastive_drill.store import rows
from contrastive_drill.store.connection import connect_fresh
from contrastive_drill.store.database import Database
from contrastive_drill.store.history import History
from contrastive_drill.store.migrations import version_of
from contrastive_drill.store.sidecar_files import names_in, sidecar, size_of
from contrastive_drill.store.sqlite_errors import MEND, Damaged
from contrastive_drill.store.table import Row

DAYS_KEPT = 7  # days of which the newest daily backup is kept
WEEKS_KEPT = 4  # the same, weeks
MIGRATIONS_KEPT = 3  # newest backups from before a change of format, and from before a merge


class BackupReason(StrEnum):
    """Why a backup was made, which is in its name; manual ones are never thinned out."""

    DAILY = "daily"
    MANUAL = "manual"
    MIGRATION = "before-migration"
    MERGE = "before-merge"


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup of the database."""

    path: Path
    taken: datetime  # local time without an offset, from the name
    reason: BackupReason
    size: int  # bytes
    counts: rows.Counts | None  # None: the file cannot be read


def backup(database: Database, folder: Path, now: datetime, reason: BackupReason) -> Path:
    """Copy a database to a new file in `folder`, named by the local time `now`.

    The copy is checked before it gets its name, so that every named file is sound.

    Raises:
        DataProblem: when the copy cannot be written, or the database is damaged; earlier backups
            stay.
    """
    try:
        files.make_folder(folder)
    except OSError as error:
        raise DataProblem(f"cannot make the folder {folder}: {error.strerror}") from error
    target = unused_path(folder, f"drill-{now:%Y-%m-%d-%H%M%S}", f".{reason}.sqlite")
    partial = folder / f".{target.name}.{os.getpid()}.partial"
    try:
        copy(database, partial)
        os.replace(partial, target)
        sync_folder(folder)
    except OSError as error:
        raise DataProblem(f"cannot write the backup {target}: {error.strerror}") from error
    finally:
        for left in (partial, sidecar(partial, "wal"), sidecar(partial, "shm")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    _thin_out(folder, now)
    return target


def backup_if_due(database: Database, folder: Path, now: datetime) -> Path | None:
    """Make the daily backup, unless the day has one or nothing was added since the newest one."""
    existing = _backup_files(folder)
    if any(
        reason is BackupReason.DAILY and taken.date() == now.date() for _, taken, reason in existing
    ):
        return None
    last_rows = _last_rows(database)
    if not any(last_rows):
        return None
    if existing:
        with suppress(DataProblem), open_backup(existing[0][0]) as newest:
            if version_of(newest) == version_of(database) and _last_rows(newest) == last_rows:
                return None
    return backup(database, folder, now, BackupReason.DAILY)


def backups(folder: Path) -> list[Backup]:
    """The backups in a folder, newest first."""
    copies = []
    for path, taken, reason in _backup_files(folder):
        counts = None
        with suppress(DataProblem), open_backup(path) as database:
            counts = History(database).counts()
        copies.append(Backup(path, taken, reason, size_of(path), counts))
    return copies


def found(folder: Path, path: Path) -> Path:
    """The backup at a path or, where no file is there, of that name in the folder.

    Raises:
        UsageProblem: where neither is there, and a backup has nearly that name.
    """
    for place in (path, folder / path):
        if os.path.exists(place):
            return place
    names = [each.name for each, _, _ in _backup_files(folder)]
    if closest(path.name, names):
        raise UnknownName(f"there is no backup '{path}'", path.name, names)
    return path


def folder_problem(folder: Path) -> str | None:
    """Why no backup can be made in a folder; None when one can."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        return f"{there} is in the way of the backups: move it away"
    if not os.access(there, os.W_OK | os.X_OK):
        return f"{there} cannot be written: no backup can be made in it"
    return None


def by_length(folder: Path) -> list[Path]:
    """The backups that can be opened: those with the longest log first, of equals the newest.

    Not by their names: a clock that once was years ahead would name its own for ever.
    """
    lengths = []
    for path, _, _ in _backup_files(folder):
        with suppress(DataProblem), open_backup(path) as database:
            ((length,),) = database.rows("SELECT count(*) FROM log")
            lengths.append((path, length))
    return [path for path, _ in sorted(lengths, key=lambda each: -each[1])]


def longest_good(folder: Path) -> Path | None:
    """The backup with the longest log, of those that can be read to their last page."""
    for path in by_length(folder):
        with suppress(DataProblem), open_backup(path) as database:
            database.check()
            return path
    return None


def way_back(folder: Path) -> str:
    """How to go on without what is in a database, to end a sentence."""
    good = longest_good(folder)
    if good is None:
        return "there is no good backup of it: move it away to start afresh"
    return (
        "go back to its longest good backup with: contrastive-drill restore"
        f" {shlex.quote(str(good))}"
    )


def remedy(folder: Path) -> str:
    """What to do about a damaged database, to end a sentence."""
    return f"{MEND}; should that fail, {way_back(folder)}"


def retained(copies: Iterable[tuple[datetime, BackupReason]]) -> set[tuple[datetime, BackupReason]]:
    """The backups to keep.

    The newest daily one of each of the last `DAYS_KEPT` days that have any, and of each of the last
    `WEEKS_KEPT` such weeks; the last `MIGRATIONS_KEPT` from before a migration, and from before a
    merge; all manual ones.
    """
    oldest_first = sorted(set(copies))
    daily, migration, merge, manual = (
        [copy for copy in oldest_first if copy[1] is reason]
        for reason in (
            *(BackupReason.DAILY, BackupReason.MIGRATION, BackupReason.MERGE),
            BackupReason.MANUAL,
        )
    )
    days = [*{copy[0].date(): copy for copy in daily}.values()]  # the newest of each
    weeks = [*{copy[0].isocalendar()[:2]: copy for copy in daily}.values()]
    changes = (*migration[-MIGRATIONS_KEPT:], *merge[-MIGRATIONS_KEPT:])
    return {*manual, *changes, *days[-DAYS_KEPT:], *weeks[-WEEKS_KEPT:]}


def copy(source: Database, target: Path) -> None:
    """Write a checked copy of a database to `target`, and sync it to the disk.

    Raises:
        DataProblem: when the copy cannot be written, or either is not sound.
    """
    with fresh(target) as database:
        with database.translated():
            source.connection.backup(database.connection)
        try:
            finish(database)
        except Damaged:  # the copy is page for page
            from contrastive_drill.store.health import TABLES

            raise source.damaged(source.first_amiss(*TABLES)) from None


def fresh(target: Path) -> Database:
    """A new database at `target`, in place of any; it is on the disk once it is finished."""
    return Database.connected(target, lambda: "the disk may be failing", connect_fresh)


def finish(database: Database) -> None:
    """Check a new database, and sync it to the disk.

    Raises:
        DataProblem: when it cannot be written, or is not sound.
    """
    database.rows("PRAGMA journal_mode = DELETE")  # one file: needs no sidecars
    database.check()
    database.close()
    with database.path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def open_backup(path: Path) -> Iterator[Database]:
    """A backup, opened for reading.

    Raises:
        DataProblem: when it is not a database of this program, or of a newer format.
    """
    other = "choose another with: contrastive-drill restore"
    with Database.open(path, lambda: other, read_only=True, create=False) as database:
        if version_of(database) == 0:
            raise DataProblem(f"{path} is empty; {other}")
        yield database


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def unused_path(folder: Path, stem: str, suffix: str) -> Path:
    """A path in a folder that does not exist yet: `stem` and `suffix`, numbered if need be."""
    number, path = 1, folder / f"{stem}{suffix}"
    while os.path.lexists(path):
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


_NAME = re.compile(r"drill-(\d{4}-\d\d-\d\d-\d{6})(?:-(\d+))?\.([a-z-]+)\.sqlite")
_PARTIAL = re.compile(r"\.drill-(\d{4}-\d\d-\d\d).*\.partial(-wal|-shm)?")


def _backup_files(folder: Path) -> list[tuple[Path, datetime, BackupReason]]:
    """The files in a folder with the name of a backup, newest first."""
    files = []
    for name in names_in(folder):
        if parts := _NAME.fullmatch(name):
            with suppress(ValueError):  # no such date, or no such reason
                taken = datetime.strptime(parts[1], "%Y-%m-%d-%H%M%S")
                files.append((taken, int(parts[2] or 1), name, BackupReason(parts[3])))
    return [(folder / name, taken, reason) for taken, _, name, reason in sorted(files)[::-1]]


def _thin_out(folder: Path, now: datetime) -> None:
    """Remove the backups that are not to be kept, and what a killed process left unfinished."""
    copies = _backup_files(folder)
    stay = retained((taken, reason) for _, taken, reason in copies)
    gone = [path for path, taken, reason in copies if (taken, reason) not in stay]
    for name in names_in(folder):
        parts = _PARTIAL.fullmatch(name)
        if parts and parts[1] != f"{now:%Y-%m-%d}":  # today's may belong to another process
            gone.append(folder / name)
    for path in gone:
        with suppress(OSError):  # an extra backup does no harm
            path.unlink()


def _last_rows(database: Database) -> list[list[Row]]:
    """Number and id of the last row of each append-only table; a restored one reuses numbers."""
    return [
        database.rows(f"SELECT seq, id FROM {table} ORDER BY seq DESC LIMIT 1")
        for table in ("log", "demo_runs", "fits")
    ]
