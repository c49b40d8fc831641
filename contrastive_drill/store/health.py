"""What is amiss in a database: its pages, its tables, its rows, and what is folded from them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import Fold
from contrastive_drill.store import migrations, rows
from contrastive_drill.store.connection import connect_at_rest
from contrastive_drill.store.database import Database
from contrastive_drill.store.demo_runs import GUESSES, RUNS
from contrastive_drill.store.history import History
from contrastive_drill.store.sidecar_files import SIDECARS, names_in
from contrastive_drill.store.sittings import EVENTS, SITTINGS
from contrastive_drill.store.table import Table, named

APPENDED: tuple[Table[Any], ...] = (rows.LOG, rows.FITS, SITTINGS, EVENTS, RUNS, GUESSES)
TABLES = (*APPENDED, rows.MEMORIES, rows.MARKS)


def copies(path: Path) -> Iterator[tuple[Path, int]]:
    """Other databases beside this one, as sync services leave, with how much each has more."""
    kept: set[str] = set()
    with suppress(DataProblem), Database.open(path, str, read_only=True) as database:
        kept = _entries(database)
    for name in sorted(names_in(path.parent)):
        copy = path.with_name(name)
        ours = name.startswith((".", f"{path.name}.before-")) or name.endswith(SIDECARS)
        if copy != path and not ours and copy.is_file():
            with suppress(DataProblem), Database.connected(copy, str, connect_at_rest) as database:
                if more := len(_entries(database) - kept):
                    yield copy, more


def _entries(database: Database) -> set[str]:
    return {str(row[0]) for row in database.rows("SELECT id FROM log")}


def problems(database: Database, fold: Fold) -> Iterator[str]:
    """What is amiss, in words.

    Raises:
        Damaged: when it cannot even be read.
    """
    for (report,) in database.rows("PRAGMA integrity_check(3)"):
        if report != "ok":
            yield f"SQLite finds {' '.join(report.split())}"
    made = database.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    if migrations.schema_of_new() - set(made):
        yield "its tables are not as this program makes them"
    whole = True
    for table in TABLES:
        for row, reason in database.judged(table):
            if reason:
                whole = False
                yield named(table, row, reason)
    if whole:
        history = History(database)
        memories, marks = history.folded(fold)
        for what, kept, right in (
            ("memory", history.memories(), memories),
            ("mark", history.marks(), marks),
        ):
            for card in sorted({card for card, _ in kept.items() ^ right.items()}):
                yield f"the {what} of {card} does not follow from the log"
