"""The union of two logs: the same rows in the same order, on whichever machine it is made."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from contrastive_drill.memory.sitting import ENDED
from contrastive_drill.store.demo_runs import GUESSES, RUNS
from contrastive_drill.store.health import APPENDED
from contrastive_drill.store.rows import LOG
from contrastive_drill.store.sittings import EVENTS
from contrastive_drill.store.table import Row, Table

Content = Mapping[str, list[Row]]  # the rows of each table, without their numbers and checksums


def columns(table: Table[Any]) -> tuple[str, ...]:
    """The columns of a row of `Content`; the first says which one it is, save of an event."""
    return table.columns[1:-1]


def nothing() -> dict[str, list[Row]]:
    """The rows of an empty log."""
    return {table.name: [] for table in APPENDED}


def united(one: Content, other: Content) -> dict[str, list[Row]]:
    """All rows of both, in order of time."""
    both = {table.name: _of_both(table, one, other) for table in APPENDED}
    began = {run[0]: run[1] for run in both[RUNS.name]}
    for table in APPENDED:
        if table is EVENTS:
            both[table.name].sort(key=lambda row: (row[1], row[0], row[2] == ENDED, *row[2:]))
        elif table is GUESSES:
            both[table.name].sort(key=lambda row: (began.get(row[0], ""), row[0]))
        else:
            _sort(table, both[table.name])
    return both


def _of_both(table: Table[Any], one: Content, other: Content) -> list[Row]:
    if table is EVENTS:  # has no id: as often as the one that has it more often
        return [*(Counter(one[table.name]) | Counter(other[table.name])).elements()]
    found: dict[str, Row] = {}
    for row in (*one[table.name], *other[table.name]):
        held = found.setdefault(row[0], row)
        if held != row:  # one was altered and mended; every machine keeps the same
            found[row[0]] = max(held, row, key=ascii)
    return [*_undone_once(table, found)]


def _undone_once(table: Table[Any], found: Mapping[str, Row]) -> Iterator[Row]:
    """The rows, of those that undo the same one the earliest."""
    if "undoes" not in table.columns:
        yield from found.values()
        return
    undoes, at = map(columns(table).index, ("undoes", "at"))
    first: dict[str, Row] = {}
    for row in sorted(found.values(), key=lambda row: (row[at], row[0])):
        if row[undoes] is None:
            yield row
        else:
            first.setdefault(row[undoes], row)
    yield from first.values()


def _sort(table: Table[Any], found: list[Row]) -> None:
    """In order of time; at one time by the count of the card's answers, then by id.

    What is undone comes before its undo, whatever the clocks said.
    """
    names = columns(table)
    at = names.index("at")
    times = {row[0]: row[at] for row in found}
    undoes = names.index("undoes") if "undoes" in names else None
    reps = names.index("before_reps") if table is LOG else None

    def place(row: Row) -> Row:
        target = None if undoes is None else row[undoes]
        time = row[at] if target is None else max(row[at], times.get(target, ""))
        count = None if reps is None else row[reps]
        return time, target is not None, -1 if count is None else count, row[0]

    found.sort(key=place)
