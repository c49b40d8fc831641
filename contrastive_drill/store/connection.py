"""Connections to a SQLite file: to write with, or to read with."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from contrastive_drill import files
from contrastive_drill.store.sidecar_files import sidecar, size_of
from contrastive_drill.store.sqlite_errors import NOT_WRITABLE, name_of

BUSY_SECONDS = 5.0  # how long to wait for another process to finish its transaction


def connect(target: Path | str) -> sqlite3.Connection:
    """A connection to write with, in a write-ahead log."""
    connection = sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Another process is making the same change right now.
            if not name_of(error).startswith("SQLITE_BUSY"):
                raise
        connection.execute("PRAGMA synchronous = FULL")  # committed means on the disk
    except BaseException:
        connection.close()
        raise
    return connection


def connect_fresh(path: Path) -> sqlite3.Connection:
    """A connection to a new file, in place of any, which is synced by whoever finishes it."""
    path.unlink(missing_ok=True)
    files.create(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")  # there is nothing to roll back to
    connection.execute("PRAGMA synchronous = OFF")  # one fsync at the end
    return connection


def connect_read_only(path: Path, *, whole: bool = True) -> sqlite3.Connection:
    """A connection to read with; unless `whole`, it may miss what a crash left beside the file."""
    try:
        return _connect_existing(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if not name_of(error).startswith(NOT_WRITABLE):
            raise
        journal = size_of(sidecar(path, "journal"))
        if journal:  # of a change that was cut off, which only a writer can roll back
            with suppress(sqlite3.OperationalError):
                _connect_existing(path, "mode=rw").close()
                return _connect_existing(path, "mode=ro")
        # In a read-only folder SQLite cannot create the index of a write-ahead log. With an empty
        # log and journal the file is complete, and nobody can change it.
        if whole and (journal or size_of(sidecar(path, "wal"))):
            raise
        return connect_at_rest(path)


def connect_at_rest(path: Path) -> sqlite3.Connection:
    """A connection to read a file that nobody changes; it leaves nothing beside it."""
    return _connect_existing(path, "mode=ro&immutable=1")


def _connect_existing(path: Path, options: str) -> sqlite3.Connection:
    # Never read the file by other means: closing it would end every lock this process has on it.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
    try:
        connection.execute("PRAGMA schema_version").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
