"""A backup put in the place of the database; the file that was there is kept under another name."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from contrastive_drill.errors import DataProblem
from contrastive_drill.store.backups import copy, opened, settle, unused

# The bytes of a database, far past its content, that every process using it keeps locked.
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510


def restore(path: Path, backup: Path, now: datetime) -> Path | None:
    """Put a copy of `backup` in the place of the database at `path`.

    Gives the name that the present file now has, None when there was none. Call it while this
    process has the database closed.

    Raises:
        DataProblem: when the backup is damaged, of a newer format, or not this program's; when
            another process holds the database; or when a file cannot be written. The present
            file is then where it was.
    """
    arriving = path.with_name(f".{path.name}.{os.getpid()}.restoring")
    try:
        with opened(backup) as source:
            path.parent.mkdir(parents=True, exist_ok=True)
            copy(source, arriving)
        _merge_log(path)
        with _held(path):
            for litter in path.parent.glob(f".{path.name}.*.restoring"):
                if litter != arriving:
                    litter.unlink()
            aside = unused(path.parent, f"{path.name}.before-restore-{now:%Y-%m-%d-%H%M%S}", "")
            present = path.exists()
            _exchange(path, arriving, aside)
            settle(path.parent)
    except OSError as error:
        raise DataProblem(
            f"cannot restore {path}: {error.strerror}; see that nothing uses it and that its"
            " folder is writable"
        ) from error
    finally:
        with suppress(OSError):
            arriving.unlink(missing_ok=True)
    return aside if present else None


def _merge_log(path: Path) -> None:
    """Bring what a killed process left in SQLite's log into the file it belongs to.

    A restore that is killed in its turn then finds nothing that could be parted from the file. A
    damaged file keeps its log beside it.
    """
    log = path.with_name(f"{path.name}-wal")
    if _start(path) != b"SQLite format 3\0" or _start(log)[:3] != b"\x37\x7f\x06":
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _start(path: Path) -> bytes:
    """The first 16 bytes of a file; none of one that is not there."""
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError:
        return b""


def _exchange(path: Path, arriving: Path, aside: Path) -> None:
    """Move the file at `path`, and what SQLite keeps beside it, aside, and `arriving` in place."""
    moved: list[tuple[str, str]] = []
    linked = False
    try:
        if path.exists():
            try:
                os.link(path, aside)  # a second name first: at no instant is there no database
                linked = True
            except OSError:  # a file system without links
                os.replace(path, aside)
                moved.append((str(path), str(aside)))
        # A log of the old file must never meet the new one: SQLite would replay it.
        for suffix in ("-wal", "-shm", "-journal"):
            if os.path.exists(f"{path}{suffix}"):
                os.replace(f"{path}{suffix}", f"{aside}{suffix}")
                moved.append((f"{path}{suffix}", f"{aside}{suffix}"))
        os.replace(arriving, path)
    except BaseException:
        for here, there in reversed(moved):
            os.replace(there, here)
        if linked:
            aside.unlink()
        raise


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Keep other processes from opening the database meanwhile.

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
            raise DataProblem(
                f"another process has {path} open: quit it, then restore again"
            ) from error
        yield
