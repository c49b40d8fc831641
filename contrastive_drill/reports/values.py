"""What a report says, as values: every number stands with what it rests on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.cards.card import Level
from contrastive_drill.cards.prose import Line
from contrastive_drill.memory.log import Rating
from contrastive_drill.memory.sitting import Sitting, SittingKind

# Answers from which on a number is given. A share near 0.9 of so many has a standard error of
# 0.07, of so many in one part of several 0.09; the log loss of so many answers one of 0.1.
ENOUGH = 20
ENOUGH_IN_PART = 10
ENOUGH_FOR_LOSS = 50


class Listed(NamedTuple):
    """What a report needs to know of every card of the bank."""

    section: str
    level: Level


class Held(NamedTuple):
    """An exam or an interview as the store has it, and whether it came to its end."""

    sitting: Sitting
    ended: bool
    level: str | None = None  # that an interview reached, as its end tells


@dataclass(frozen=True, slots=True)
class Measured:
    """A number and how much it rests on; no number where that is too little."""

    value: float | None
    count: int  # answers, or cards: what the number is the mean, median or share of
    needed: int = 1  # from this count on there is a value

    @property
    def missing(self) -> int:
        """How many more it takes until there is a value."""
        return max(self.needed - self.count, 0)


@dataclass(frozen=True, slots=True)
class MissedPoint:
    """A required key point as the card has it now, and how often it was not said."""

    card_id: str
    key: str
    line: Line
    missed: int
    asked: int  # answers to the card in which the point stood
    demo: str | None  # the demo that shows it


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers of the last exam, or interview, that asked any card of a row."""

    day: int  # study day of the last of these answers
    asked: int  # answers
    full: int  # rated Good or Easy
    gap: int  # rated Hard
    failed: int  # rated Again
    said: int  # required points covered
    wanted: int  # required points in all
    sitting: str | None = None  # the id of that exam or interview


@dataclass(frozen=True, slots=True)
class Standing:
    """One section, one level, one level of a section, or the whole bank.

    A failed card that was not passed since counts as not recalled. `known_*` counts cards never
    seen as not known; `recall_*` leaves them out. "Then" is the interview day, if nothing is
    studied until it; those numbers are None without a day, or when it is past.
    """

    id: str  # of the section, or the level; empty for the whole bank
    title: str
    cards: int
    seen: int  # cards with a memory
    recall_now: Measured  # mean probability of recall of the seen cards
    recall_then: Measured | None
    known_now: float  # share of all its cards expected to be recalled: coverage times recall
    known_then: float | None
    exam: Tally | None
    interview: Tally | None
    answers: int  # in any mode
    again: int  # answers rated Again
    seconds: float  # in all
    seconds_each: Measured  # median of an answer
    missed: tuple[MissedPoint, ...]  # required points most often missed, worst first
    levels: tuple["Standing", ...] = ()  # of a section: its levels that have cards


@dataclass(frozen=True, slots=True)
class RatingRecall:
    """Of the answers given one rating: what became of the card the next time it was tested.

    A test is an answer in a scheduled mode on a later study day.
    """

    rating: Rating
    recalled: Measured  # share of those next answers not rated Again
    predicted: Measured  # mean of what FSRS gave the same answers beforehand


@dataclass(frozen=True, slots=True)
class Loss:
    """How well FSRS foresaw each tested answer. Log loss in nats: lower is better."""

    recall: Measured  # share of the tested answers that were recalled
    predicted: Measured  # mean of the predictions for them
    fsrs: Measured  # log loss of the predictions
    # Log loss of always guessing `recall` itself. It is known in hindsight only, hence hard to
    # beat: 0.0 where every answer was recalled.
    constant: Measured
    # Standard error of the difference of the two, answer by answer: a difference below twice of
    # it may be chance.
    margin: Measured


@dataclass(frozen=True, slots=True)
class Checks:
    """What the program finds of typed answers it can check, beside the learner's own ratings."""

    given: tuple[tuple[Rating, int, int], ...]  # (rating, right, wrong), the four in their order
    right: Measured  # share of the checked answers that were right
    kind: Measured  # of the wrong ones, the share rated Good or Easy all the same
    harsh: Measured  # of the right ones, the share rated Again
    changed: int  # answers left out: their card was edited since


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether ratings and predictions keep what they promise; also on cards no longer there."""

    ratings: tuple[RatingRecall, ...]  # the four, in their order
    loss: Loss
    checks: Checks
    generous: Measured  # of answers rated Good or Easy, the share with a required point not ticked


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One study day with answers."""

    day: int
    answers: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar: every study day with an answer, oldest first, and what they add up to.

    Days after the report's own are there too, when the clock was ahead once.
    """

    days: tuple[DayTotal, ...]
    streak: int  # days in a row, up to today or yesterday
    answers: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Tested answers by the days since the answer before; both ends belong to it."""

    first: int
    last: int | None  # None: and more
    days: float  # mean days since the answer before; 0 where there is none
    recalled: Measured
    predicted: Measured


@dataclass(frozen=True, slots=True)
class Forecast:
    """Cards due by day, from today on, if each is passed on its day and no new one is met."""

    due: tuple[int, ...]  # the first is today, with all that is overdue
    later: int  # cards due after these days
    suspended: int  # learned cards left out


@dataclass(frozen=True, slots=True)
class Score:
    """One exam or interview, from its answers."""

    id: str
    sort: SittingKind
    at: datetime  # UTC
    day: int
    asked: int  # answers
    planned: int | None  # questions chosen beforehand; None where they are chosen on the way
    ended: bool  # False: it waits to be resumed
    full: int  # rated Good or Easy
    gap: int  # rated Hard
    failed: int  # rated Again
    said: int  # required points covered
    wanted: int  # required points in all
    seconds: float
    # Of its answers on cards with a memory: recalled, beside what FSRS had predicted.
    recalled: Measured
    predicted: Measured
    level: str | None = None  # that an interview reached

    @property
    def points(self) -> float | None:
        """The share of required points covered."""
        return self.said / self.wanted if self.wanted else None


class Rule(StrEnum):
    """Why a step is advised."""

    PLAN = "plan"  # minutes of the plan for an interview are left today
    DUE = "due"
    NEW = "new"
    PAUSED = "paused"
    CLOSE = "close"  # the interview day is near
    EXAM = "exam"
    POINT = "point"  # a required point is missed again and again
    WEAKEST = "weakest"
    INTERVIEW = "interview"
    KEEP = "keep"  # nothing is pressing


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next."""

    rule: Rule
    why: str  # one line of plain words, without a full stop
    command: str  # as typed, the program's name included


@dataclass(frozen=True, slots=True)
class Report:
    """Where a learner stands. Days are ordinals of study days."""

    day: int
    interview_day: int | None  # as set, past or not
    advice: tuple[Step, ...]  # most pressing first; three, save where the bank is empty
    total: Standing
    sections: tuple[Standing, ...]  # in the bank's order
    levels: tuple[Standing, ...]  # mid, senior, staff: those that have cards
    calibration: Calibration
    days: Days
    forecast: Forecast
    retention: tuple[Bin, ...]  # every bin, the empty ones too
    sittings: tuple[Score, ...]  # exams and interviews with an answer, by the first of them
