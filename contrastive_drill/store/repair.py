"""A database rebuilt from what can still be read of it and of its backups."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import Fold
from contrastive_drill.store import Damaged, Store, backups, migrations
from contrastive_drill.store.database import Database
from contrastive_drill.store.health import APPENDED
from contrastive_drill.store.restore import replace
from contrastive_drill.store.rows import LOG
from contrastive_drill.store.table import UNREADABLE, Row, Table, named, seal


def repair(path: Path, folder: Path, now: datetime, fold: Fold) -> list[str]:
    """Rebuild the database from its log; returns what was done, in lines.

    A row that is amiss is taken from a backup in `folder`, where one has it; else it is kept as it
    reads now or, where it means nothing, left out, and is in a file beside the database either way.

    Raises:
        DataProblem: when nothing can be read, or another process uses the database; it is left as
            it was.
    """
    done: list[str] = []

    def write(arriving: Path) -> None:
        remedy = partial(backups.way_back, folder)
        with (
            Database.open(path, remedy, read_only=True, create=False, forgiving=True) as source,
            Store(backups.fresh(arriving), folder) as target,
        ):
            seen = source.rows("PRAGMA data_version")
            target.database.rows("PRAGMA journal_mode = MEMORY")  # a row may be refused
            migrations.migrate(target.database, now, lambda _: None)
            with target.database.transaction():
                done.extend(_filled(source, target.database, folder, now))
                target.refold(fold)
            counts = target.counts()
            backups.finish(target.database)
            if source.rows("PRAGMA data_version") != seen:
                raise DataProblem(f"another process wrote to {path} meanwhile: try again")
        done.insert(0, f"Rebuilt {path}: {counts.answers} answers, {counts.cards} memories.")

    kept = replace(path, write, f"before-repair-{now:%Y-%m-%d-%H%M%S}")
    return [*done, f"The database before it is kept as {kept}."]


class _Found(NamedTuple):
    """What a file has of a table."""

    table: Table[Any]
    sound: dict[int, int]  # the checksum of each row written, by its number
    bad: dict[int, tuple[Row, str]]


def _filled(source: Database, target: Database, folder: Path, now: datetime) -> Iterator[str]:
    """Write what can be had of every table; says what became of the rows that were amiss."""
    tables = [_Found(table, {}, {}) for table in APPENDED]
    with _healed(source) as healed:
        for table, sound, bad in tables:
            for row, reason in _readable(table, healed):
                if reason:
                    bad[row[0]] = row, reason
                elif row[0] not in sound:
                    target.insert(table, row)
                    sound[row[0]] = row[-1]
    if not tables[0].sound:
        raise source.damaged()
    for path in backups.by_length(folder):
        with suppress(DataProblem), Store.open(path, folder, now, read_only=True) as copy:
            if _is_earlier(copy.database, tables[0].sound):
                for each in tables:
                    for number in _taken(each, copy.database, target):
                        yield f"Row {number} of {each.table.name}: taken from {path}."
    unused: list[str] = []
    for table, sound, bad in tables:
        for number in bad.keys() - sound.keys():
            row, reason = bad[number]
            became = "kept as it reads now" if _kept(table, row, target) else "left out"
            yield f"R{named(table, row, reason)[1:]}; {became}."
            values = dict(zip(table.columns, row, strict=True))
            record = {"table": table.name, "problem": reason, "repair": became, "row": values}
            unused.append(json.dumps(record, default=str))
        gone = set(range(1, max(sound, default=0))) - sound.keys() - bad.keys()
        if gone:
            yield f"{len(gone)} rows of {table.name} are nowhere, first row {min(gone)}."
    if unused:
        stem = f"{source.path.name}.rows-{now:%Y-%m-%d-%H%M%S}"
        file = backups.unused_path(source.path.parent, stem, ".jsonl")
        file.write_text("\n".join([*unused, ""]), "utf-8")
        yield f"The rows that were damaged are in {file}."


def _healed(source: Database) -> Database:
    """A copy in memory, with its tables as this program makes them, whatever the file says."""
    healed = source.in_memory()
    healed.rows("PRAGMA writable_schema = ON")
    for kind, name, table, sql in migrations.schema_of_new():
        made = {"kind": kind, "name": name, "tbl": table, "sql": sql}
        for key in ("name", "sql"):  # one of which says what it is
            healed.rows(
                "UPDATE sqlite_schema SET type = :kind, name = :name, tbl_name = :tbl, sql = :sql"
                f" WHERE {key} = :{key}",
                made,
            )
    healed.rows("PRAGMA writable_schema = RESET")
    return healed


def _readable(table: Table[Any], source: Database) -> Iterator[tuple[Row, str | None]]:
    """The rows of a table and what is wrong with them, around pages that cannot be read."""
    number = 0
    try:
        for row, reason in source.judged(table):
            number = row[0]
            yield row, reason
    except Damaged:
        names = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        for (last,) in source.rows(names, (table.name,)):
            for each in range(number + 1, last + 1):
                with suppress(Damaged):
                    yield from source.judged(table, "WHERE seq = ?", (each,))


def _is_earlier(copy: Database, sound: dict[int, int]) -> bool:
    """Whether a backup is of this history: a restore may have parted them."""
    there: dict[int, int] = dict(copy.rows(f"SELECT seq, checksum FROM {LOG.name}"))
    both = there.keys() & sound.keys()
    return bool(both) and all(there[number] == sound[number] for number in both)


def _taken(found: _Found, copy: Database, target: Database) -> Iterator[int]:
    """Take the rows of a backup that are missing; gives their numbers."""
    for (number,) in copy.rows(f"SELECT seq FROM {found.table.name} ORDER BY seq"):
        if number not in found.sound:
            for row, reason in copy.judged(found.table, "WHERE seq = ?", (number,)):
                if reason is None:
                    target.insert(found.table, row)
                    found.sound[number] = row[-1]
                    yield number


def _kept(table: Table[Any], row: Row, target: Database) -> bool:
    """Write a row as it reads now; not where it means nothing."""
    cells = (*row[:-1], seal(row[:-1]))
    try:
        table.read(cells)
        target.insert(table, cells)
    except (*UNREADABLE, sqlite3.IntegrityError):
        return False
    return True
