"""A database rebuilt from what can still be read of it and of its backups."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from contrastive_drill import files
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import Fold
from contrastive_drill.store import Damaged, Store, backups, migrations
from contrastive_drill.store.database import Database
from contrastive_drill.store.health import APPENDED
from contrastive_drill.store.restore import replace
from contrastive_drill.store.table import UNREADABLE, Row, Table, named, seal

ROWS_A_PAGE = 50  # at most


def repair(path: Path, folder: Path, now: datetime, fold: Fold) -> list[str]:
    """Rebuild the database from its log; returns what was done, in lines.

    A row that is amiss is taken from a backup in `folder`, where one has it; else it is kept as it
    reads now or, where it means nothing, left out, and is in a file beside the database either way.

    Raises:
        DataProblem: when the log cannot be read, or another process uses the database; it is left
            as it was.
    """
    done: list[str] = []

    def write(arriving: Path) -> None:
        way_back = partial(backups.way_back, folder)
        with (
            Database.open(path, way_back, read_only=True, create=False) as source,
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


def _filled(source: Database, target: Database, folder: Path, now: datetime) -> Iterator[str]:
    """Write what can be had of every table; says what became of the rows that were amiss."""
    bad: dict[tuple[str, int], tuple[Table[Any], Row, str]] = {}
    for table in APPENDED:
        for row, reason in _readable(table, source):
            if problem := reason or _refusal(table, row, target):
                bad[table.name, row[0]] = table, row, problem
    log: dict[int, int] = dict(target.rows(_SUMS))
    if not log:
        raise source.damaged()
    last: dict[str, int] = {}  # a restore may have left out what came later
    with suppress(Damaged):
        last = dict(source.rows("SELECT name, seq FROM sqlite_sequence"))
    for path in backups.by_length(folder):
        with suppress(DataProblem), Store.open(path, folder, now, read_only=True) as copy:
            # Nor may it have parted this history from that of the backup.
            if any(log.get(number, kept) != kept for number, kept in copy.database.rows(_SUMS)):
                continue
            for table in APPENDED:
                for row, reason in copy.database.judged(table):
                    ours = row[0] <= last.get(table.name, row[0])
                    if ours and not (reason or _refusal(table, row, target)):  # it was missing
                        bad.pop((table.name, row[0]), None)
                        yield f"Row {row[0]} of {table.name}: taken from {path}."
    records = []
    for table, row, reason in bad.values():
        lost = _refusal(table, (*row[:-1], seal(row[:-1])), target)
        became = "left out" if lost else "kept as it reads now"
        yield f"R{named(table, row, reason)[1:]}; {became}."
        values = dict(zip(table.columns, row, strict=True))
        record = {"table": table.name, "problem": reason, "repair": became, "row": values}
        records.append(f"{json.dumps(record, default=str)}\n")
    for table in APPENDED:
        ((gone,),) = target.rows(f"SELECT max(seq) - count(*) FROM {table.name}")
        if gone:
            yield f"Rows of {table.name} that are not in it any more: {gone}."
    if records:
        stem = f"{source.path.name}.rows-{now:%Y-%m-%d-%H%M%S}"
        file = backups.unused_path(source.path.parent, stem, ".jsonl")
        files.write(file, "".join(records).encode())
        yield f"The rows that were damaged are in {file}."


def _readable(table: Table[Any], source: Database) -> Iterator[tuple[Row, str | None]]:
    """The rows of a table and what is wrong with them, around pages that cannot be read."""
    list(source.judged(table, "LIMIT 0"))  # or the table itself is not as it was made
    ((pages,),) = source.rows("PRAGMA page_count")
    number = 0
    try:
        for row, reason in source.judged(table):
            number = row[0]
            yield row, reason
    except Damaged:
        for each in range(number + 1, number + pages * ROWS_A_PAGE):
            with suppress(Damaged):
                yield from source.judged(table, "WHERE seq = ?", (each,))


def _refusal(table: Table[Any], row: Row, target: Database) -> str | None:
    """Write a row; why it cannot be one of the table, where it cannot."""
    try:
        table.read(row)
        target.insert(table, row)
    except (sqlite3.IntegrityError, *UNREADABLE) as error:
        return str(error)
    return None


_SUMS = "SELECT seq, checksum FROM log"
