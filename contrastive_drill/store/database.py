"""One SQLite file: identified before it is changed, and written in transactions."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, Self

from contrastive_drill import files
from contrastive_drill.errors import DataProblem
from contrastive_drill.store.connection import connect, connect_read_only
from contrastive_drill.store.sidecar_files import (
    ends_within_a_page,
    restore_leftovers,
    sidecar,
    size_of,
)
from contrastive_drill.store.sqlite_errors import (
    SQLITE_ERRORS,
    Damaged,
    damage,
    problem_of,
    unwritable,
)
from contrastive_drill.store.table import UNREADABLE, Row, Table, Value, named, seal

APPLICATION_ID = int.from_bytes(b"CDRL", "big")  # in the header of every database of this program
_HEADER_SIZE = 100  # bytes at the start of any SQLite file

Values = Sequence[object] | dict[str, object]


class Database:
    """A connection to the file at `path` that turns every SQLite error into a `DataProblem`.

    `remedy` says what to do about a damaged file; it is called only then.
    """

    def __init__(
        self, connection: sqlite3.Connection, path: Path, remedy: Callable[[], str]
    ) -> None:
        self.connection = connection
        self.path = path
        self._remedy = cache(remedy)
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
        # SQLite takes a file of one byte to be empty, and fills a page that was cut with zeros.
        if 0 < size < _HEADER_SIZE or ends_within_a_page(path):
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
                return cls.connected(path, remedy, lambda _: connect(":memory:"))
            try:
                files.make_folder(path.parent)
                files.create(path)
            except OSError as error:
                raise DataProblem(unwritable(path)) from error
            return cls.connected(path, remedy, connect)
        reader = cls.connected(path, remedy, partial(connect_read_only, whole=read_only))
        try:
            reader._refuse_foreign()
        except BaseException:
            reader.close()
            raise
        if read_only:
            return reader
        reader.close()
        return cls.connected(path, remedy, connect)

    @classmethod
    def connected(
        cls, path: Path, remedy: Callable[[], str], opened: Callable[[Path], sqlite3.Connection]
    ) -> Self:
        """The database over the connection that `opened` makes, with its errors translated."""
        try:
            return cls(opened(path), path, remedy)
        except SQLITE_ERRORS as error:
            raise problem_of(error, path, remedy) from error

    def in_memory(self) -> Self:
        """A copy in memory, which may be changed.

        Raises:
            Damaged: when the file cannot be read.
        """
        copy = self.connected(self.path, self._remedy, lambda _: connect(":memory:"))
        try:
            with self.translated():
                self.connection.backup(copy.connection)
        except BaseException:
            copy.close()
            raise
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

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """All rows of a statement."""
        with self.translated():
            return self.connection.execute(sql, values).fetchall()

    def values(self, table: Table[Value], clause: str = "", values: Values = ()) -> list[Value]:
        """The values of the rows of a table that a clause selects.

        Raises:
            Damaged: when this program did not write one of them, which it names.
        """
        return self.read(table, table.read, f"{_select(table)} {clause}", values)

    def read(
        self, table: Table[Any], convert: Callable[[Row], Value], sql: str, values: Values = ()
    ) -> list[Value]:
        """What `convert` makes of each row of a statement over a table.

        Raises:
            Damaged: when it cannot: it names the first row of the table that is amiss.
        """
        try:
            return list(map(convert, self.rows(sql, values)))
        except (Damaged, *UNREADABLE) as error:
            raise self.damaged(self.first_amiss(table)) from error

    def judged(
        self, table: Table[Any], clause: str = "", values: Values = ()
    ) -> Iterator[tuple[Row, str | None]]:
        """The rows of a table, each with why this program cannot have written it, if so."""
        # A row is told as well whose text is not UTF-8.
        self.connection.text_factory = lambda text: text.decode(errors="surrogateescape")
        try:
            with self.translated():
                for row in self.connection.execute(f"{_select(table)} {clause}", values):
                    try:
                        table.read(row)
                        "".join(cell for cell in row if type(cell) is str).encode()
                        yield row, None
                    except UnicodeError:
                        yield row, "its text is not UTF-8"
                    except UNREADABLE as error:
                        yield row, str(error)
        finally:
            self.connection.text_factory = str

    def first_amiss(self, *tables: Table[Any]) -> str | None:
        """The first row of these tables that is amiss, in words; None where whole pages are."""
        ((report,),) = self.rows("PRAGMA quick_check(1)")
        judged = ((table, *each) for table in tables for each in self.judged(table))
        bad = (named(table, row, reason) for table, row, reason in judged if reason)
        return None if report.startswith("***") else next(bad, None)

    def append(self, table: Table[Any], values: Mapping[str, object]) -> None:
        """Append a row with its number and its checksum, its other values by column.

        Raises:
            ValueError: when it could not be read again.
        """
        last = f"SELECT ifnull(max(seq), 0) + 1 FROM {table.name}"
        (number,) = self.read(table, lambda row: row[0].__index__(), last)
        cells = (number, *map(values.get, table.columns[1:-1]))
        # As SQLite will give them back: it knows neither -0.0 nor True.
        cells = tuple(cell + 0 if isinstance(cell, float | bool) else cell for cell in cells)
        self.insert(table, (*cells, seal(cells)))
        table.read(self.rows(f"{_select(table)} WHERE seq = ?", (number,))[0])

    def insert(self, table: Table[Any], row: Row) -> None:
        """Write a row as it is."""
        columns, places = ", ".join(table.columns), ", ".join("?" * len(row))
        self.rows(f"INSERT INTO {table.name} ({columns}) VALUES ({places})", row)

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

    def damaged(self, what: str | None = None) -> Damaged:
        """The error for content that SQLite can read and this program cannot."""
        self._damaged = True
        return Damaged(damage(self.path, self._remedy, what))

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
                guard = connect_read_only(self.path)
        self.connection.close()
        if guard:
            guard.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _select(table: Table[Any]) -> str:
    return f"SELECT {', '.join(table.columns)} FROM {table.name}"
