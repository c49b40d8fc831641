"""Values: the memory of a card, and the answers and changes in the log."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Rating(IntEnum):
    """How well an answer was recalled. Hard is a pass; only Again is a lapse."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4

    @property
    def label(self) -> str:
        """The word on the button."""
        return self.name.capitalize()


class Mode(StrEnum):
    """In which kind of session a question was asked."""

    REVIEW = "review"
    CRAM = "cram"
    EXAM = "exam"
    INTERVIEW = "interview"
    ANKI = "anki"  # answered there, and brought in
    PAGE = "page"  # on the phone's page

    @property
    def scheduled(self) -> bool:
        """Whether an answer is evidence of recall, and moves the schedule.

        Cramming is not: the card may just have been read. Nor is an interview: the interviewer
        shows the popular answer and pushes back before the points are ticked.
        """
        return self not in (Mode.CRAM, Mode.INTERVIEW)


@dataclass(frozen=True, slots=True)
class New:
    """A card that was never answered."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A card with a memory.

    `stability` is in days: the time until the probability of recall falls to 90 %.
    `difficulty` is FSRS's 1 to 10. `last_day` and `due_day` are study days (ordinals of a date).
    """

    stability: float
    difficulty: float
    last_day: int
    due_day: int
    reps: int
    lapses: int

    @property
    def failed(self) -> bool:
        """Whether the last answer was Again, and the card still waits to be passed."""
        return self.due_day <= self.last_day


Memory = New | Learned
Parameters = tuple[float, ...]  # the 21 numbers that FSRS-6 computes with
NEW = New()


@dataclass(frozen=True, slots=True)
class Review:
    """One answer in the log, which is never changed."""

    id: str  # UUID: logs of two machines can be merged by union
    card_id: str
    rating: Rating
    at: datetime  # UTC, to the millisecond
    day: int  # study day
    seconds: float  # from the question to the rating
    mode: Mode
    covered: tuple[str, ...]  # keys of the key points ticked
    missed: tuple[str, ...]  # keys of the required points not ticked
    answer: str | None  # what was typed, if anything
    digest: str  # of the card's text at that time
    retention: float  # the desired retention the interval was computed for
    before: Memory
    after: Memory
    sitting: str | None = None  # the exam or the interview it belongs to
    fit: str | None = None  # the parameters behind `before` and `after`; None: FSRS's defaults


@dataclass(frozen=True, slots=True)
class Undo:
    """An entry of the log that takes back an earlier one."""

    id: str
    card_id: str
    at: datetime  # UTC
    day: int
    undoes: str  # the id of that entry


# The memories after answers, oldest first, under parameters; None: FSRS's defaults.
Fold = Callable[[Iterable[Review], Parameters | None], Mapping[str, Learned]]
