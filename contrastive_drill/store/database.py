"""One SQLite file: identified before it is touched, and written in transactions."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from contrastive_drill.errors import DataProblem
from contrastive_drill.store.sidecar_files import beside, in_passing, size_of
from contrastive_drill.store.sqlite_errors import (
    NOT_WRITABLE,
    SQLITE_ERRORS,
    Damaged,
    damage,
    name_of,
    problem_of,
    unwritable,
)

APPLICATION_ID = int.from_bytes(b"CDRL", "big")  # in the header of every database of this program
BUSY_SECONDS = 5.0  # how long to wait for another process to finish its transaction
_HEADER_SIZE = 100  # bytes at the start of any SQLite file

Row = tuple[Any, ...]


class Database:
    """A connection to the file at `path`; every SQLite error leaves it as a `DataProblem`.

    `remedy` is asked only when the file turns out damaged, and says what to do about it.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, remedy: Callable[[], str]
    ) -> None:
        self.connection = connection
        self.path = path
        self._remedy = remedy
        self._damaged = False

    @classmethod
    def open(
        cls,
        path: Path,
        remedy: Callable[[], str],
        *,
        read_only: bool = False,
        create: bool = True,
    ) -> Self:
        """Open the file, or make it; one that is damaged or another program's is left untouched.

        A missing or empty file opened with `read_only` reads as an empty database.

        Raises:
            DataProblem: when the file cannot be opened, or is not this program's.
        """
        if path.is_dir():
            raise DataProblem(f"{path} is a folder where the history should be; move it away")
        log = size_of(beside(path, "wal"))  # first: a process that makes both makes it second
        size = size_of(path)
        if 0 < size < _HEADER_SIZE:  # SQLite takes a file of one byte for an empty one
            raise Damaged(damage(path, remedy))
        if size == 0:
            if not path.exists() and not create:
                raise DataProblem(f"there is no file {path}; give the path of one that exists")
            if not path.exists() and (litter := in_passing(path)):
                raise DataProblem(
                    f"a restore of {path} was cut off: restore again, or delete {litter[0]} to"
                    " start afresh"
                )
            if log:  # SQLite would delete the log of an emptied file
                raise Damaged(damage(path, remedy))
            if read_only:
                return cls.connected(path, remedy, lambda _: _connect(":memory:"))
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DataProblem(unwritable(path)) from error
            return cls.connected(path, remedy, _connect)
        looking = cls.connected(path, remedy, _connect_read_only if read_only else _peek)
        try:
            looking._refuse_foreign()
        except BaseException:
            looking.close()
            raise
        if read_only:
            return looking
        looking.close()
        return cls.connected(path, remedy, _connect)

    @classmethod
    def connected(
        cls, path: Path, remedy: Callable[[], str], connect: Callable[[Path], sqlite3.Connection]
    ) -> Self:
        """The database that `connect` gives for a path, its errors in words."""
        try:
            return cls(connect(path), path, remedy)
        except SQLITE_ERRORS as error:
            raise problem_of(error, path, remedy) from error

    def in_memory(self) -> Self:
        """The same content in memory, to be changed at will; the file is closed.

        Raises:
            Damaged: when the file is not sound.
        """
        held = self.connected(self.path, self._remedy, lambda _: _connect(":memory:"))
        try:
            with self.translated():
                self.connection.backup(held.connection)
            held.check()
        except BaseException:
            held.close()
            raise
        self.close()
        return held

    def _refuse_foreign(self) -> None:
        # In this order: a process that is making the database commits both together.
        ((tables,),) = self.rows("SELECT count(*) FROM sqlite_schema")
        ((application_id,),) = self.rows("PRAGMA application_id")
        if application_id != APPLICATION_ID and (application_id or tables):
            raise DataProblem(
                f"{self.path} is a SQLite database, but not this program's, and was left as it is;"
                f" {self._remedy()}"
            )

    def rows(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[Row]:
        """All rows that a statement gives."""
        with self.translated():
            return self.connection.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: whatever leaves the block early, Ctrl-C included, undoes it.

        The write lock is taken at the start, so what the block reads stays true until it commits.
        """
        with self.translated():
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # SQLite has rolled back already on some errors
                    with suppress(sqlite3.Error):
                        self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what SQLite says into one line that says what to do; bugs keep their own error."""
        try:
            yield
        except SQLITE_ERRORS as error:
            problem = problem_of(error, self.path, self._remedy)
            if problem is error:
                raise
            self._damaged = self._damaged or isinstance(problem, Damaged)
            raise problem from error

    def damaged(self) -> Damaged:
        """The error for content that SQLite can read and this program cannot."""
        self._damaged = True
        return Damaged(damage(self.path, self._remedy))

    def check(self) -> None:
        """Read every page.

        Raises:
            Damaged: when one is not sound.
        """
        if self.rows("PRAGMA quick_check(1)") != [("ok",)]:
            raise self.damaged()

    def close(self) -> None:
        """Close the connection; a damaged file keeps every byte."""
        guard = None
        if self._damaged:
            # The last connection to leave copies the write-ahead log into the file. One that may
            # not write, and leaves later, keeps a damaged file as it was found.
            with suppress(sqlite3.Error):
                guard = _connect_read_only(self.path)
        self.connection.close()
        if guard:
            guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _connect(target: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Another process is making the same change at this moment.
            if not name_of(error).startswith("SQLITE_BUSY"):
                raise
        connection.execute("PRAGMA synchronous = FULL")  # committed means on the disk
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_read_only(path: Path) -> sqlite3.Connection:
    try:
        connection = _connect_existing(path, "mode=ro")
    except sqlite3.OperationalError as error:
        # In a read-only folder SQLite cannot make the index of a write-ahead log. With nothing in
        # a log or a journal the file is complete, and nobody can change it.
        closed = name_of(error).startswith(NOT_WRITABLE)
        if not closed or size_of(beside(path, "wal")) or size_of(beside(path, "journal")):
            raise
        connection = _connect_existing(path, "mode=ro&immutable=1")
    return connection


def _peek(path: Path) -> sqlite3.Connection:
    """A connection that tells whose file it is, and may miss what a crash left beside it."""
    try:
        return _connect_existing(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if not name_of(error).startswith(NOT_WRITABLE):
            raise
        return _connect_existing(path, "mode=ro&immutable=1")


def _connect_existing(path: Path, options: str) -> sqlite3.Connection:
    # Never read the file by other means: to close a file ends every lock the process has on it.
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
