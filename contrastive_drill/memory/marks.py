"""Cards suspended, buried or flagged: the changes in the log, and what they come down to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Verb(StrEnum):
    """A change to a card that is not an answer."""

    SUSPEND = "suspend"
    RESUME = "resume"
    BURY = "bury"
    FLAG = "flag"
    UNFLAG = "unflag"


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the log that suspends, buries or flags a card, or reverses that."""

    id: str
    card_id: str
    verb: Verb
    at: datetime
    day: int  # a buried card returns on the study day after this one
    note: str | None = None


# Days by which a study day may go back: a flight across the date line, another rollover hour.
GOES_BACK = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether a card is suspended, buried or flagged: a fold over its changes."""

    suspended: bool = False
    buried_day: int | None = None
    flag: str | None = None  # the note, which may be empty

    def is_buried(self, day: int) -> bool:
        """Whether the card is not asked on a study day because it was buried that day.

        One that the study day has gone back from is the same to the learner; a day far ahead is a
        wrong clock's.
        """
        return self.buried_day is not None and day <= self.buried_day <= day + GOES_BACK

    def changed_by(self, change: Change) -> "Mark":
        """The mark after one more change."""
        match change.verb:
            case Verb.SUSPEND:
                return replace(self, suspended=True)
            case Verb.RESUME:
                return replace(self, suspended=False, buried_day=None)
            case Verb.BURY:
                return replace(self, buried_day=change.day)
            case Verb.FLAG:
                return replace(self, flag=change.note or self.flag or "")
            case Verb.UNFLAG:
                return replace(self, flag=None)


def folded(changes: Iterable[Change]) -> dict[str, Mark]:
    """The marks after changes, oldest first, of the cards that have any."""
    marks: dict[str, Mark] = {}
    for change in changes:
        marks[change.card_id] = marks.get(change.card_id, Mark()).changed_by(change)
    return {card: mark for card, mark in marks.items() if mark != Mark()}


def suspended(marks: Mapping[str, Mark]) -> set[str]:
    """The cards that are not asked until they are resumed."""
    return {card for card, mark in marks.items() if mark.suspended}


def unavailable(marks: Mapping[str, Mark], day: int) -> set[str]:
    """The cards that are not asked on a study day: suspended, or buried until the next."""
    return {card for card, mark in marks.items() if mark.suspended or mark.is_buried(day)}
