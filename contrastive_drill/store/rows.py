"""Rows of the database, and the values they stand for: the columns, in both directions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, New, Rating, Review
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.store.database import Row

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit

MEMORY = ("stability", "difficulty", "last_day", "due_day", "reps", "lapses")
REVIEW = (
    *("rating", "mode", "seconds", "covered", "missed", "answer", "digest", "retention"),
    *(f"before_{name}" for name in MEMORY),
    *(f"after_{name}" for name in MEMORY),
    "sitting",
    "fit",
)
FIT = ("id", "at", "parameters", "evidence")
# The id that the card of a row of `log` has now.
NOW = "ifnull((SELECT r.card_id FROM renames AS r WHERE r.former = log.card_id), log.card_id)"

# The columns that `entry_of` reads, in order.
ENTRY = ("kind", "id", NOW, "at", "day", *REVIEW, "verb", "note")

# The row of `log` is of the card `:card_id`, under any id that it had.
OF_CARD = """(
    log.card_id = :card_id
    OR log.card_id IN (SELECT r.former FROM renames AS r WHERE r.card_id = :card_id)
)"""

# The entry of `log` counts: no later row undoes it.
LIVE = "NOT EXISTS (SELECT 1 FROM log AS u WHERE u.undoes = log.id)"

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


def utc_text(instant: datetime) -> str:
    """An instant as text of one length that sorts by time."""
    if instant.tzinfo is None:
        raise ValueError(f"a time without an offset from UTC: {instant}")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def facts_of(text: str) -> dict[str, Any]:
    """A JSON object with tuples for lists."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(text).items()
    }


def memory_row(memory: Memory) -> Row:
    """The six columns of a memory; all NULL for a new card."""
    if isinstance(memory, New):
        return (None,) * len(MEMORY)
    return tuple(getattr(memory, name) for name in MEMORY)


def memory_of(columns: Sequence[object]) -> Memory:
    """The memory in six columns."""
    return NEW if columns[0] is None else Learned(*columns)  # type: ignore[arg-type]


def entry_row(entry: Review | Change) -> dict[str, object]:
    """The columns of a review or a change, by name."""
    event: dict[str, object] = {
        "id": entry.id,
        "card_id": entry.card_id,
        "at": utc_text(entry.at),
        "day": entry.day,
    }
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
        **dict(zip(REVIEW[8:14], memory_row(entry.before), strict=True)),
        **dict(zip(REVIEW[14:20], memory_row(entry.after), strict=True)),
        "sitting": entry.sitting,
        "fit": entry.fit,
    }


def entry_of(row: Row) -> Review | Change:
    """The entry in the columns `ENTRY`.

    Raises:
        ValueError: when they were not written by `entry_row`.
    """
    kind, id_, card_id, at, day = row[:5]
    if kind == "change":
        verb, note = row[27:]
        return Change(id_, card_id, Verb(verb), datetime.fromisoformat(at), day, note)
    rating, mode, seconds, covered, missed, answer, digest, retention = row[5:13]
    return Review(
        id_,
        card_id,
        Rating(rating),
        datetime.fromisoformat(at),
        day,
        seconds,
        Mode(mode),
        tuple(json.loads(covered)),
        tuple(json.loads(missed)),
        answer,
        digest,
        retention,
        memory_of(row[13:19]),
        memory_of(row[19:25]),
        row[25],
        row[26],
    )


def fit_row(fit: "Fit") -> dict[str, object]:
    """The columns `FIT` of parameters put into use, by name."""
    return {
        "id": fit.id,
        "at": utc_text(fit.at),
        "parameters": None if fit.parameters is None else json.dumps(fit.parameters),
        "evidence": None if fit.evidence is None else json.dumps(fit.evidence._asdict()),
    }


def fit_of(row: Row) -> "Fit":
    """The parameters in the columns `FIT`.

    Raises:
        ValueError, TypeError: when they were not written by `fit_row`, or cannot be parameters.
    """
    from contrastive_drill.memory.parameters import Evidence, Fit

    id_, at, parameters, evidence = row
    return Fit(
        id_,
        datetime.fromisoformat(at),
        None if parameters is None else tuple(float(number) for number in json.loads(parameters)),
        None if evidence is None else Evidence(**json.loads(evidence)),
    )


def _encodable(text: str | None) -> str | None:
    """Text that SQLite can store: lone surrogates, from a broken locale, are escaped."""
    return text and text.encode("utf-8", "backslashreplace").decode()
