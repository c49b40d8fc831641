"""The log as lines of JSON, written and read; and the rows of any file that holds a log."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from contrastive_drill import intake
from contrastive_drill.errors import DataProblem
from contrastive_drill.store import cells, migrations
from contrastive_drill.store.connection import connect
from contrastive_drill.store.database import Database
from contrastive_drill.store.health import APPENDED
from contrastive_drill.store.merge import content
from contrastive_drill.store.table import UNREADABLE
from contrastive_drill.store.union import Content, nothing

MARK, SCHEMA = "contrastive-drill log", 1  # the key of the header that says what it is
MOST = 1 << 30  # bytes of a log
LINE = 4 << 20  # bytes of a line of one
_SQLITE = b"SQLite format 3\0"
_TABLES = {table.name: table for table in APPENDED}
_REFUSED = (*UNREADABLE, OverflowError, OSError, sqlite3.Error)


class Header(NamedTuple):
    """The first line of a log: whose it is, and how many rows it has of each table."""

    machine: str  # its id
    name: str
    at: datetime  # when it was written, in UTC
    version: str  # of the program
    rows: dict[str, Any]  # of each table: their number, and the sum of their checksums


def rows_of(database: Database) -> dict[str, Any]:
    """How many rows each table has, and the sum of their checksums."""
    counted = "SELECT count(*), ifnull(sum(checksum), 0) FROM"
    return {name: [*database.rows(f"{counted} {name}")[0]] for name in _TABLES}


def lines(database: Database, header: Header) -> Iterator[str]:
    """The lines of a log: the header, then each row with its table and its columns that hold any.

    Raises:
        Damaged: when a row is amiss, which it names.
    """
    yield _line({MARK: SCHEMA, **header._asdict(), "at": cells.utc_text(header.at)})
    for name, table in _TABLES.items():
        for row, reason in database.judged(table, "ORDER BY seq"):
            if reason:
                raise database.damaged(database.first_amiss(table))
            named = zip(table.columns, row, strict=True)
            yield _line({name: {column: cell for column, cell in named if cell is not None}})


def header_of(path: Path) -> Header:
    """The header of a log that `lines` wrote.

    Raises:
        DataProblem: when it is none, or was written by a newer program.
    """
    with _told(path), intake.opened(path, MOST) as file:
        return _header(path, file)


def content_of(path: Path, now: datetime, own: Content | None = None) -> Content:
    """The rows in a database, a backup or an exported log, which are left as they are.

    Of an exported log without those that this machine's `own` has: they need no second check.

    Raises:
        DataProblem: when it is none of them or of a newer format, or a row is amiss: all or none.
    """
    refusal = partial(_refusal, path)
    with _told(path), intake.opened(path, MOST) as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            file.seek(0)
            expected = _header(path, file).rows
            with Database.connected(path, str, lambda _: connect(":memory:")) as database:
                migrations.migrate(database, now, lambda _: None)
                database.rows("PRAGMA foreign_keys = OFF")
                with database.transaction():
                    if _filled(database, file, own or nothing()) != expected:
                        raise refusal("it is not whole: its rows are not as its header says")
                return content(database, refusal)
    return _in_database(path, now, refusal)


def _in_database(path: Path, now: datetime, refusal: Callable[[str], DataProblem]) -> Content:
    alien = refusal("its tables are not as this program makes them")
    remedy = "take another file"
    with Database.open(path, lambda: remedy, read_only=True, create=False) as file:
        if migrations.version_of(file) == 0:
            raise refusal("it is empty")
        file.check()
        with file.in_memory() as copy:
            if copy.rows(f"{_SCHEMA} WHERE type = 'view' OR sql LIKE 'CREATE VIRTUAL%'"):
                raise alien
            migrations.migrate(copy, now, lambda _: None)
            if migrations.schema_of_new() ^ set(copy.rows(_SCHEMA)):
                raise alien
            return content(copy, refusal)


_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema"


def _filled(database: Database, file: BinaryIO, own: Content) -> dict[str, list[int]]:
    """Write each line into its table, whose checks refuse what no row may hold; as `rows_of`."""
    known = {name: set(listed) for name, listed in own.items()}
    told = {name: [0, 0] for name in _TABLES}
    for number, line in enumerate(iter(partial(file.readline, LINE + 1), b""), 2):
        try:
            ((name, named),) = _object(line).items()
            if name not in _TABLES:
                raise ValueError(f"there is no table {name!r}"[:80])
            table, tally = _TABLES[name], told[name]
            unknown = sorted(named.keys() - set(table.columns))
            if unknown:
                raise ValueError(f"{name} has no column {unknown[0]!r}"[:80])
            row = tuple(map(named.get, table.columns))
            tally[0], tally[1] = tally[0] + 1, tally[1] + named.get("checksum")
            if row[1:-1] not in known[name]:
                database.insert(table, row)
        except _REFUSED as error:
            raise ValueError(f"line {number}: {error}") from error
    return told


def _header(path: Path, file: BinaryIO) -> Header:
    line = file.readline(LINE + 1)
    try:
        said = _object(line)
    except ValueError:
        said = {}
    if type(schema := said.get(MARK)) is not int:
        raise ValueError("it is neither a database of this program nor a log that it exported")
    if schema > SCHEMA:
        raise _refusal(path, f"a newer contrastive-drill wrote it (log {schema}): upgrade this one")
    shape = {"machine": str, "name": str, "at": str, "version": str, "rows": dict}
    cells.shaped(said, shape)
    said["at"] = cells.instant(said["at"])
    return Header(*(said[name] for name in Header._fields))


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LINE:
        raise ValueError(f"it has more than {LINE >> 20} MB")
    value: dict[str, Any] = cells.shaped(cells.parsed(line.decode()), cells.NO_SHAPE)
    return value


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _refusal(path: Path, why: str) -> DataProblem:
    return DataProblem(f"nothing was taken from {path}: {why}")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except _REFUSED as error:
        raise _refusal(path, getattr(error, "strerror", None) or str(error)) from error
