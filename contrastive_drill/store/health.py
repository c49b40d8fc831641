"""What is amiss in a database: its pages, its tables, its rows, and what is folded from them."""

from collections.abc import Iterator
from typing import Any

from contrastive_drill.memory.log import Fold
from contrastive_drill.store import migrations, rows
from contrastive_drill.store.database import Database
from contrastive_drill.store.demo_runs import RUNS
from contrastive_drill.store.history import History
from contrastive_drill.store.sittings import EVENTS, SITTINGS
from contrastive_drill.store.table import Table, named

APPENDED: tuple[Table[Any], ...] = (rows.LOG, rows.FITS, SITTINGS, EVENTS, RUNS)


def problems(database: Database, fold: Fold) -> Iterator[str]:
    """What is amiss, in words.

    Raises:
        Damaged: when it cannot even be read.
    """
    for (report,) in database.rows("PRAGMA integrity_check(3)"):
        if report != "ok":
            yield f"SQLite finds {' '.join(report.split())}"
    made = database.rows("SELECT type, name, tbl_name, sql FROM sqlite_schema")
    if set(migrations.schema_of_new()) - set(made):
        yield "its tables are not as this program makes them"
    whole = True
    for table in (*APPENDED, rows.MEMORIES, rows.MARKS):
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
