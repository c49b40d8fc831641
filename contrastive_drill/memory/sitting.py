"""An exam or an interview: what was agreed at its start, and what happened beside answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Fact = str | int | float | bool | None | tuple[str, ...]


class SittingKind(StrEnum):
    """What a sitting is."""

    EXAM = "exam"
    INTERVIEW = "interview"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One exam or interview, as it was begun.

    `cards` are the questions in their order where all were chosen beforehand; an interview
    chooses as it goes. `terms` are what the learner asked for, by name.
    """

    id: str  # UUID
    sort: SittingKind
    at: datetime  # UTC
    day: int
    seed: int
    cards: tuple[str, ...] = ()
    terms: Mapping[str, Fact] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a sitting and is not an answer."""

    name: str
    at: datetime
    facts: Mapping[str, Fact]


ENDED = "ended"  # the event that closes a sitting; `how` tells why
