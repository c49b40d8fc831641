"""The union of two logs: the same rows in the same order, on whichever machine it is made."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from contrastive_drill.memory.sitting import ENDED
from contrastive_drill.store.demo_runs import GUESSES, RUNS
from contrastive_drill.store.health import APPENDED
from contrastive_drill.store.rows import LOG
from contrastive_drill.store.sittings import EVENTS
from contrastive_drill.store.table import Row, Table

Content = Mapping[str, list[Row]]  # the rows of each table, without their numbers and checksums
NEAR = 1_000  # milliseconds by which Anki may part answers of one time


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
        if held != row:  # altered and mended, or taken in twice; every machine keeps the same
            found[row[0]] = min(held, row, key=ascii)  # of two times the earlier
    if table is LOG:
        for name in _brought_back(found):
            del found[name]
    return [*_undone_once(table, found)]


def _brought_back(found: Mapping[str, Row]) -> list[str]:
    """What came in from Anki though it was known: an answer given here, a mark of a marked card.

    It was on another machine, so the one that took it in could not know.
    """
    card, at, rating, kind = map(columns(LOG).index, ("card_id", "at", "rating", "kind"))
    from_anki = [row for row in found.values() if _is_from_anki(row)]
    given, marked = defaultdict[Row, list[int]](list), dict[str, str]()
    for row in found.values() if from_anki else ():
        if not _is_from_anki(row):
            if row[kind] == "review":
                given[row[card], row[rating]].append(milliseconds(row[at]))
            elif row[kind] == "change":
                marked[row[card]] = min(marked.get(row[card], row[at]), row[at])
    for times in given.values():
        times.sort()
    return [
        row[0]
        for row in from_anki
        if is_near(given[row[card], row[rating]], milliseconds(row[at]))
        or (row[kind] == "change" and row[card] in marked and marked[row[card]] <= row[at])
    ]


def _is_from_anki(row: Row) -> bool:
    """Whether an entry has an id that follows from Anki's; all others are drawn."""
    return len(row[0]) == 36 and row[0][14] == "5"  # the version of a UUID


def milliseconds(at: str) -> int:
    """A time of the log as Anki counts it."""
    return round(datetime.fromisoformat(at).timestamp() * 1000)


def is_near(times: list[int], at: int) -> bool:
    """Whether an answer of Anki's at a time is one that was given at one of these, in order."""
    place = bisect(times, at)
    return place > 0 and at - times[place - 1] <= NEAR


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
