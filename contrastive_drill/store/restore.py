"""A backup restored as the database; the present file is kept under another name."""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from stat import S_IMODE

from contrastive_drill import files
from contrastive_drill.errors import DataProblem
from contrastive_drill.store.backups import copy, open_backup, sync_folder, unused_path
from contrastive_drill.store.database import Database
from contrastive_drill.store.sidecar_files import restore_leftovers
from contrastive_drill.store.sqlite_errors import name_of

# The bytes of a database, far past its content, that SQLite locks in every process using it.
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510

_EXCLUSIVE = (
    "PRAGMA busy_timeout = 0",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = DELETE",  # folds the log into the file, and removes it
    "BEGIN EXCLUSIVE",
    "COMMIT",  # the lock stays
)


def restore(path: Path, backup: Path, now: datetime) -> Path | None:
    """Replace the database at `path` by a copy of `backup`.

    Returns and raises what `replace` does; also `DataProblem` when the backup is damaged, of a
    newer format, or not this program's.
    """
    with open_backup(backup) as source:
        return replace(path, partial(copy, source), f"before-restore-{now:%Y-%m-%d-%H%M%S}")


def replace(path: Path, write: Callable[[Path], object], why: str) -> Path | None:
    """Replace the database at `path` by the one that `write` makes where it is told.

    Returns the new name of the present file, which ends in `why`; None when there was none. The
    database must be closed in this process. Killed at any moment, it leaves the one database or
    the other.

    Raises:
        DataProblem: when another process has the database open, or when a file cannot be written.
            The present file is then where it was.
    """
    path = files.behind_links(path)
    arriving = path.with_name(f".{path.name}.{os.getpid()}.restoring")
    leaving = path.with_name(f".{path.name}.{os.getpid()}-present.restoring")
    try:
        files.make_folder(path.parent)
        write(arriving)
        if present := path.exists():
            os.chmod(arriving, S_IMODE(path.stat().st_mode))
        aside = unused_path(path.parent, f"{path.name}.{why}", "")
        if present and _is_sound(path):
            _replace(path, arriving, leaving, aside)
        else:
            with _locked(path):
                _exchange(path, arriving, aside)
        sync_folder(path.parent)
        for leftover in restore_leftovers(path):  # of those that were killed
            with suppress(OSError):
                leftover.unlink()
    except OSError as error:
        raise DataProblem(
            f"cannot restore {path}: {error.strerror}; see that nothing uses it and that its"
            " folder is writable"
        ) from error
    finally:
        for file in (arriving, leaving):
            with suppress(OSError):
                file.unlink(missing_ok=True)
    return aside if present else None


def _is_sound(path: Path) -> bool:
    """Whether the file, with what a killed process left beside it, is a database to copy."""
    if path.stat().st_size == 0:
        return False
    try:
        with Database.open(path, str) as database:
            database.check()
    except DataProblem:
        return False
    return True


def _replace(path: Path, arriving: Path, leaving: Path, aside: Path) -> None:
    """Copy a sound database aside, then put `arriving` in its place in one step.

    A second name for the file instead of a copy would let a restore that is killed leave two
    names that are written under both; a move would leave an instant with no database.

    Raises:
        DataProblem: when another process has it open.
    """
    with _exclusive(path) as database:
        copy(database, leaving)
        os.replace(leaving, aside)
        try:
            sync_folder(path.parent)
            if sys.platform == "win32":  # an open file cannot be replaced there
                database.close()
            os.replace(arriving, path)
        except BaseException:
            aside.unlink()
            raise


@contextmanager
def _exclusive(path: Path) -> Iterator[Database]:
    """The database with its log merged into it and removed, locked for all other processes."""
    with Database.open(path, str) as database:
        with database.translated():
            try:
                for statement in _EXCLUSIVE:
                    database.connection.execute(statement)
            except sqlite3.OperationalError as error:
                if name_of(error).startswith("SQLITE_BUSY"):
                    raise _in_use(path) from error
                raise
        yield database


def _exchange(path: Path, arriving: Path, aside: Path) -> None:
    """Move a damaged file and its sidecars aside, byte for byte, and put `arriving` in its place.

    The file goes first and its log last: no remainder passes for the whole, and a `Database` does
    not start afresh while a restore is under way.
    """
    moved: list[tuple[str, str]] = []
    try:
        # A log of the old file must never meet the new one: SQLite would replay it.
        for suffix in ("", "-journal", "-shm", "-wal"):
            if os.path.exists(f"{path}{suffix}"):
                os.replace(f"{path}{suffix}", f"{aside}{suffix}")
                moved.append((f"{path}{suffix}", f"{aside}{suffix}"))
        os.replace(arriving, path)
    except BaseException:
        for here, there in reversed(moved):
            os.replace(there, here)
        raise


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other processes from opening a damaged database meanwhile.

    On Windows a file that is open cannot be renamed, which does the same.

    Raises:
        DataProblem: when one has it open.
    """
    if sys.platform == "win32" or not path.exists():
        yield
        return
    import fcntl

    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
        except OSError as error:
            raise _in_use(path) from error
        yield


def _in_use(path: Path) -> DataProblem:
    return DataProblem(f"another process has {path} open: quit it, then try again")
