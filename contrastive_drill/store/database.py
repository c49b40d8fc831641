"""One SQLite file: identified before it is changed, and written in transactions."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

from contrastive_drill import files
from contrastive_drill.errors import DataProblem
from contrastive_drill.store.sidecar_files import restore_leftovers, sidecar, size_of
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
Value = TypeVar("Value")


class Database:
    """A connection to the file at `path` that turns every SQLite error into a `DataProblem`.

    `remedy` says what to do about a damaged file; it is called only then.
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
        cls, path: Path, remedy: Callable[[], str], *, read_only: bool = False, create: bool = True
    ) -> Self:
        """Open or create the file; one that is damaged or another program's is left as it is.

        With `read_only` a missing or empty file reads as an empty database.

        Raises:
            DataProblem: when the file cannot be opened, or is not this program's.
        """
        path = files.behind_links(path)  # where SQLite keeps what is beside the file
        if path.is_dir():
            raise DataProblem(f"{path} is a folder where the history should be; move it away")
        # Before the size: another process creates the log second.
        log = size_of(sidecar(path, "wal"))
        size = size_of(path)
        if 0 < size < _HEADER_SIZE:  # SQLite takes a file of one byte to be empty
            raise Damaged(damage(path, remedy))
        if size == 0:
            if not path.exists() and not create:
                raise DataProblem(f"there is no file {path}; give the path of one that exists")
            if not path.exists() and (leftovers := restore_leftovers(path)):
                raise DataProblem(
                    f"a restore of {path} was cut off: restore again, or delete {leftovers[0]} to"
                    " start afresh"
                )
            if log:  # SQLite would delete the log of an emptied file
                raise Damaged(damage(path, remedy))
            if read_only:
                return cls.connected(path, remedy, lambda _: _connect(":memory:"))
            try:
                files.make_folder(path.parent)
                files.create(path)
            except OSError as error:
                raise DataProblem(unwritable(path)) from error
            return cls.connected(path, remedy, _connect)
        reader = cls.connected(path, remedy, partial(_connect_read_only, whole=read_only))
        try:
            reader._refuse_foreign()
        except BaseException:
            reader.close()
            raise
        if read_only:
            return reader
        reader.close()
        return cls.connected(path, remedy, _connect)

    @classmethod
    def connected(
        cls, path: Path, remedy: Callable[[], str], connect: Callable[[Path], sqlite3.Connection]
    ) -> Self:
        """The database over the connection that `connect` opens, with its errors translated."""
        try:
            return cls(connect(path), path, remedy)
        except SQLITE_ERRORS as error:
            raise problem_of(error, path, remedy) from error

    def in_memory(self) -> Self:
        """A copy in memory, which may be changed; the file is closed.

        Raises:
            Damaged: when the file is not sound.
        """
        copy = self.connected(self.path, self._remedy, lambda _: _connect(":memory:"))
        try:
            with self.translated():
                self.connection.backup(copy.connection)
            copy.check()
        except BaseException:
            copy.close()
            raise
        self.close()
        return copy

    def _refuse_foreign(self) -> None:
        # In this order: a process that creates the database commits both together.
        ((tables,),) = self.rows("SELECT count(*) FROM sqlite_schema")
        ((application_id,),) = self.rows("PRAGMA application_id")
        if application_id != APPLICATION_ID and (application_id or tables):
            raise DataProblem(
                f"{self.path} is a SQLite database, but not this program's, and was left as it is;"
                f" {self._remedy()}"
            )

    def rows(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> list[Row]:
        """All rows of a statement."""
        with self.translated():
            return self.connection.execute(sql, values).fetchall()

    def read(
        self,
        convert: Callable[[Row], Value],
        sql: str,
        values: Sequence[object] | dict[str, object] = (),
    ) -> list[Value]:
        """What `convert` makes of each row of a statement.

        Raises:
            Damaged: when it cannot: this program did not write the row.
        """
        records = self.rows(sql, values)
        try:
            return [convert(record) for record in records]
        except (ValueError, TypeError, AttributeError) as error:
            raise self.damaged() from error

    def insert(self, table: str, row: Mapping[str, object]) -> None:
        """Append a row, its values by column."""
        columns, places = ", ".join(row), ", ".join("?" * len(row))
        self.rows(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(row.values()))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: any exception, Ctrl-C included, rolls it back.

        The write lock is taken at the start: what the block reads stays true until it commits.
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
        """Turn SQLite's errors into one line that says what to do; bugs keep their own error."""
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
            # The last connection to close copies the write-ahead log into the file. A read-only one
            # that closes later keeps a damaged file as it was.
            with suppress(sqlite3.Error):
                guard = _connect_read_only(self.path)
        self.connection.close()
        if guard:
            guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _connect(target: Path | str) -> sqlite3.Connection:
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


def _connect_read_only(path: Path, *, whole: bool = True) -> sqlite3.Connection:
    """A connection to read with; unless `whole`, it may miss what a crash left beside the file."""
    try:
        return _connect_existing(path, "mode=ro")
    except sqlite3.OperationalError as error:
        # In a read-only folder SQLite cannot create the index of a write-ahead log. With an empty
        # log and journal the file is complete, and nobody can change it.
        left = whole and (size_of(sidecar(path, "wal")) or size_of(sidecar(path, "journal")))
        if left or not name_of(error).startswith(NOT_WRITABLE):
            raise
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
