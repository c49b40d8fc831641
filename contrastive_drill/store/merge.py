"""What other machines logged, taken in: the union of both logs, and all that follows from it."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from contrastive_drill.memory.log import Fold
from contrastive_drill.store import backups
from contrastive_drill.store.database import Database
from contrastive_drill.store.health import APPENDED
from contrastive_drill.store.rows import FITS, LOG
from contrastive_drill.store.schema import guards
from contrastive_drill.store.store import Store
from contrastive_drill.store.table import Table, named, seal
from contrastive_drill.store.union import Content, columns, nothing, united

_KIND, _CARD, _UNDOES = map(columns(LOG).index, ("kind", "card_id", "undoes"))


class Gain(NamedTuple):
    """What a log has more after a merge, and how many rows of one id were not the same in both."""

    answers: int
    marks: int
    undos: int
    sittings: int
    events: int  # of sittings
    runs: int
    fits: int
    different: int


def content(database: Database, refusal: Callable[[str], Exception] | None = None) -> Content:
    """The rows of every append-only table.

    Raises:
        Damaged: naming the first that is amiss; or what `refusal` makes of these words.
    """
    found = nothing()
    for table in APPENDED:
        for row, reason in database.judged(table, "ORDER BY seq"):
            if reason:
                raise (refusal or database.damaged)(named(table, row, reason))
            found[table.name].append(row[1:-1])
    return found


def gain(store: Store, other: Content) -> Gain:
    """What a merge would bring."""
    own = content(store.database)
    return _gain(own, other, united(own, other))


def merge(store: Store, other: Content, folder: Path, now: datetime, fold: Fold) -> Gain:
    """Make the log the union of both, in one transaction, after a backup in `folder`.

    Where there is nothing new, nothing is written. Every machine that has the same rows has them
    in the same order, with the same memories and marks.

    Raises:
        DataProblem: when the database cannot be read or written; it is left as it was.
    """
    database = store.database
    seen = database.rows("PRAGMA data_version")
    own = content(database)
    whole = united(own, other)
    if whole == own:
        return _gain(own, other, whole)
    if any(own.values()):
        backups.backup(database, folder, now, backups.BackupReason.MERGE)
    # A row may stand before one that it names, which may not be there yet.
    database.rows("PRAGMA foreign_keys = OFF")
    try:
        with database.transaction():
            if database.rows("PRAGMA data_version") != seen:  # another process wrote meanwhile
                own = content(database)
                whole = united(own, other)
            kept = {table.name: _rewrite(database, table, own, whole) for table in APPENDED}
            _refold(store, own, whole, kept, fold)
    finally:
        database.rows("PRAGMA foreign_keys = ON")
    return _gain(own, other, whole)


def _rewrite(database: Database, table: Table[Any], own: Content, whole: Content) -> int:
    """Write the rows of a table that are not where they were; returns how many before them stay."""
    old, new = own[table.name], whole[table.name]
    pairs = enumerate(zip(old, new, strict=False))
    kept = next((place for place, (ours, one) in pairs if ours != one), min(len(old), len(new)))
    if old == new:
        return kept
    name, last = table.name, 0
    if kept:
        after = f"SELECT seq FROM {name} ORDER BY seq LIMIT 1 OFFSET ?"
        ((last,),) = database.rows(after, (kept - 1,))
    numbered = ((number, *cells) for number, cells in enumerate(new[kept:], last + 1))
    places = ", ".join("?" * len(table.columns))
    insert = f"INSERT INTO {name} ({', '.join(table.columns)}) VALUES ({places})"
    for verb in ("UPDATE", "DELETE"):
        database.rows(f"DROP TRIGGER {name}_no_{verb}")
    database.rows(f"DELETE FROM {name} WHERE seq > ?", (last,))
    with database.translated():
        database.connection.executemany(insert, ((*cells, seal(cells)) for cells in numbered))
    for guard in guards(name):
        database.rows(guard)
    return kept


def _refold(
    store: Store, own: Content, whole: Content, kept: Mapping[str, int], fold: Fold
) -> None:
    """Write the memories and marks of the cards whose rows have changed."""
    first = kept[LOG.name]
    if own[FITS.name] != whole[FITS.name] or not first:
        for table in ("memories", "marks"):
            store.database.rows(f"DELETE FROM {table}")
        store.refold(fold)
        return
    now, cards = store.renames(), {row[0]: str(row[_CARD]) for row in whole[LOG.name]}
    moved = [*own[LOG.name][first:], *whole[LOG.name][first:]]
    undone = (cards[row[_UNDOES]] for row in moved if row[_UNDOES] in cards)
    for former in {*(str(row[_CARD]) for row in moved), *undone}:
        card = now.get(former, former)
        store.write_memory(card, store.folded_memory(card, fold))
        store.write_mark(card, store.folded_mark(card))


def _gain(own: Content, other: Content, whole: Content) -> Gain:
    held = {table.name: {row[0]: row for row in own[table.name]} for table in APPENDED}
    came = {name: [row for row in whole[name] if row[0] not in held[name]] for name in whole}
    kinds = Counter(row[_KIND] for row in came[LOG.name])
    events = len(whole["sitting_events"]) - len(own["sitting_events"])
    return Gain(
        kinds["review"], kinds["change"], kinds["undo"], len(came["sittings"]), events,
        len(came["demo_runs"]), len(came["fits"]),
        sum(
            held[name].get(row[0], row) != row
            for name in whole if name != "sitting_events" for row in other[name]
        ),
    )  # fmt: skip
