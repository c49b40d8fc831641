"""An exam or an interview: its questions and options, and its events besides answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import UnionType

Fact = str | int | float | bool | None | tuple[str, ...]


class SittingKind(StrEnum):
    """The two kinds of sittings."""

    EXAM = "exam"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One exam or interview, as it was begun.

    `cards` are the questions of an exam in order; an interview chooses its own as it goes. `terms`
    are the learner's options, by name.
    """

    id: str  # UUID
    kind: SittingKind
    at: datetime  # UTC
    day: int
    seed: int
    cards: tuple[str, ...] = ()
    terms: Mapping[str, Fact] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a sitting besides answers."""

    name: str
    at: datetime
    facts: Mapping[str, Fact]


ENDED = "ended"  # the event that closes a sitting; the fact `how` has the reason

# The facts of events that whoever reads them relies on, and the types of their values.
FACTS: Mapping[str, Mapping[str, type | UnionType]] = {
    "asked": {
        "card": str, "part": str, "thread": int, "depth": int, "level": str, "section": str,
        "required": int, "budget": int | float,
    },
    "heard": {"card": str, "seconds": int | float},
    "bait": {"card": str, "was": bool},
    "board": {"card": str, "same": bool},
    "measured": {"card": str, "shows": bool},
}  # fmt: skip
