"""Rows of the database, and the values they stand for: the columns, in both directions."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, New, Rating, Review, Undo
from contrastive_drill.memory.marks import Change, Mark, Verb
from contrastive_drill.store import cells
from contrastive_drill.store.cells import utc_text
from contrastive_drill.store.table import Row, Table, sealed

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit

Entry = Review | Change | Undo

# The row of `log` is of the card `:card_id`, under any id that it had.
OF_CARD = """(
    log.card_id = :card_id
    OR log.card_id IN (SELECT r.former FROM renames AS r WHERE r.card_id = :card_id)
)"""

# The entry of `log` counts: no later row undoes it.
LIVE = "NOT EXISTS (SELECT 1 FROM log AS u WHERE u.undoes = log.id)"

# The modes whose answers move the schedule.
SCHEDULED = f"({', '.join(repr(str(mode)) for mode in Mode if mode.scheduled)})"

# The row of `fits` counts: it undoes none itself, and no later row undoes it.
LIVE_FIT = "undoes IS NULL AND NOT EXISTS (SELECT 1 FROM fits AS u WHERE u.undoes = fits.id)"

# Every review less those undone; the CROSS JOIN keeps the short list of undos outermost.
COUNTS = """
    SELECT (SELECT count(*) FROM log WHERE kind = 'review')
         - (SELECT count(*) FROM log AS u CROSS JOIN log AS r
             WHERE u.undoes IS NOT NULL AND r.id = u.undoes AND r.kind = 'review'),
           (SELECT count(*) FROM memories)
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """The size of a history."""

    answers: int  # not undone, cram included
    cards: int  # with a memory


def memory_row(memory: Memory) -> Row:
    """The six columns of a memory; all NULL for a new card."""
    if isinstance(memory, New):
        return (None,) * len(MEMORY)
    return tuple(getattr(memory, name) for name in MEMORY)


def learned_of(
    stability: float, difficulty: float, last_day: int, due_day: int, reps: int, lapses: int
) -> Learned:
    """The memory of a card that has one, in six columns."""
    sound = (
        type(stability) is type(difficulty) is float
        and type(last_day) is type(due_day) is type(reps) is type(lapses) is int
        and SHORTEST < stability < LONGEST
        and 1 <= difficulty <= 10
        and cells.FIRST_DAY <= last_day < cells.LAST_DAY
        and cells.FIRST_DAY <= due_day < cells.LAST_DAY
        and reps >= 0 <= lapses
    )
    if not sound:
        columns = stability, difficulty, last_day, due_day, reps, lapses
        raise ValueError(f"{columns} is no memory")
    return Learned(stability, difficulty, last_day, due_day, reps, lapses)


def memory_of(columns: Row) -> Memory:
    """The memory in six columns."""
    return NEW if columns == _NO_MEMORY else learned_of(*columns)


def entry_row(entry: Entry) -> dict[str, object]:
    """The columns of an entry of the log, by name."""
    event: dict[str, object] = {
        "id": entry.id,
        "card_id": entry.card_id,
        "at": utc_text(entry.at),
        "day": entry.day,
    }
    if isinstance(entry, Undo):
        return {"kind": "undo", **event, "undoes": entry.undoes}
    if isinstance(entry, Change):
        return {"kind": "change", **event, "verb": entry.verb.value, "note": _encodable(entry.note)}
    return {
        "kind": "review",
        **event,
        "rating": int(entry.rating),
        "mode": entry.mode.value,
        "seconds": entry.seconds,
        "covered": json.dumps(entry.covered, ensure_ascii=False),
        "missed": json.dumps(entry.missed, ensure_ascii=False),
        "answer": _encodable(entry.answer),
        "digest": entry.digest,
        "retention": entry.retention,
        **dict(zip(_BEFORE, memory_row(entry.before), strict=True)),
        **dict(zip(_AFTER, memory_row(entry.after), strict=True)),
        "sitting": entry.sitting,
        "fit": entry.fit,
    }


def entry_of(row: Row) -> Entry:
    """The entry in a row of the log.

    Raises:
        ValueError: when it was not written by `entry_row`.
    """
    _, id_, kind, card_id, at, day = row[:6]
    when, day = cells.instant(at), cells.day(day)
    if kind == "review":
        rating, mode, seconds, covered, missed, answer, digest, retention = row[6:14]
        return Review(
            id_,
            card_id,
            Rating(rating),
            when,
            day,
            cells.number(seconds, 0, cells.LONG),
            Mode(mode),
            cells.words(covered),
            cells.words(missed),
            answer,
            digest,
            cells.number(retention, 0, 1),
            memory_of(row[14:20]),
            memory_of(row[20:26]),
            row[26],
            row[30],
        )
    verb, note, undoes = row[27:30]
    if kind == "change":
        return Change(id_, card_id, Verb(verb), when, day, note)
    if kind == "undo" and undoes is not None:
        return Undo(id_, card_id, when, day, undoes)
    raise ValueError(f"{kind!r} is no kind of entry")


def mark_of(row: Row) -> tuple[str, Mark]:
    """A card and its mark, in a row of `marks`."""
    card_id, suspended, buried_day, flag = row
    if suspended not in (0, 1):
        raise ValueError(f"{suspended!r} is neither 0 nor 1")
    day = None if buried_day is None else cells.day(buried_day)
    return cells.text(card_id), Mark(
        bool(suspended), day, None if flag is None else cells.text(flag)
    )


def fit_row(fit: "Fit") -> dict[str, object]:
    """The columns of parameters put into use, by name."""
    return {
        "id": fit.id,
        "at": utc_text(fit.at),
        "parameters": None if fit.parameters is None else json.dumps(fit.parameters),
        "evidence": None if fit.evidence is None else json.dumps(fit.evidence._asdict()),
    }


def fit_of(row: Row) -> "Fit":
    """The parameters in a row of `fits`; none in one that undoes another.

    Raises:
        ValueError, TypeError: when they were not written by `fit_row`, or cannot be parameters.
    """
    from contrastive_drill.memory.parameters import Evidence, Fit

    _, id_, at, parameters, evidence = row[:5]
    numbers = None if parameters is None else tuple(map(float, cells.parsed(parameters)))
    shape = dict.fromkeys(Evidence._fields, float | int)
    gained = None if evidence is None else Evidence(**cells.facts(evidence, shape))
    return Fit(id_, cells.instant(at), numbers, gained)


def _encodable(text: str | None) -> str | None:
    """Text that SQLite can store: lone surrogates, from a broken locale, are escaped."""
    return text and text.encode("utf-8", "backslashreplace").decode()


MEMORY = ("stability", "difficulty", "last_day", "due_day", "reps", "lapses")
SHORTEST, LONGEST = 1e-4, 1e6  # days of stability
_NO_MEMORY = (None,) * len(MEMORY)
_BEFORE = tuple(f"before_{name}" for name in MEMORY)
_AFTER = tuple(f"after_{name}" for name in MEMORY)

LOG = Table(
    "log",
    (
        *("seq", "id", "kind", "card_id", "at", "day"),
        *("rating", "mode", "seconds", "covered", "missed", "answer", "digest", "retention"),
        *(*_BEFORE, *_AFTER, "sitting", "verb", "note", "undoes", "fit", "checksum"),
    ),
    sealed(entry_of),
)
FITS = Table(
    "fits", ("seq", "id", "at", "parameters", "evidence", "undoes", "checksum"), sealed(fit_of)
)
MEMORIES = Table(
    "memories", ("card_id", *MEMORY), lambda row: (cells.text(row[0]), learned_of(*row[1:]))
)
MARKS = Table("marks", ("card_id", "suspended", "buried_day", "flag"), mark_of)
