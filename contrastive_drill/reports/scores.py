"""Exams and interviews, each from its answers: what was covered, and what FSRS had expected."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.memory.log import Rating, Review
from contrastive_drill.memory.scheduler import Curves
from contrastive_drill.memory.sitting import Sitting, SittingKind
from contrastive_drill.reports.evidence import ENOUGH_IN_PART, Estimate, mean, trial


class Attempt(NamedTuple):
    """An exam or an interview as the store has it, and whether it came to its end."""

    sitting: Sitting
    ended: bool
    level: str | None = None  # that an interview reached, as its end tells


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
class SittingScore:
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
    recalled: Estimate
    predicted: Estimate
    level: str | None = None  # that an interview reached

    @property
    def points(self) -> float | None:
        """The share of required points covered."""
        return self.said / self.wanted if self.wanted else None


def scores(
    reviews: Iterable[Review],
    attempts: Iterable[Attempt],
    find: Callable[[str], Card | None],
    curves: Curves,
) -> tuple[SittingScore, ...]:
    """Every exam and interview that has an answer, in the order of their first answers."""
    by_id = {attempt.sitting.id: attempt for attempt in attempts}
    answers: dict[str, list[Review]] = {}
    for review in reviews:
        if review.sitting in by_id:
            answers.setdefault(review.sitting, []).append(review)
    return tuple(_score(by_id[id_], given, find, curves) for id_, given in answers.items())


def _score(
    attempt: Attempt, answers: Sequence[Review], find: Callable[[str], Card | None], curves: Curves
) -> SittingScore:
    sitting, whole = attempt.sitting, tally(answers, find)
    trials = [each for answer in answers if (each := trial(answer, curves)) is not None]
    return SittingScore(
        id=sitting.id,
        sort=sitting.kind,
        at=sitting.at,
        day=sitting.day,
        asked=whole.asked,
        planned=len(sitting.cards) or None,
        ended=attempt.ended,
        full=whole.full,
        gap=whole.gap,
        failed=whole.failed,
        said=whole.said,
        wanted=whole.wanted,
        seconds=fsum(answer.seconds for answer in answers),
        recalled=mean((trial.recalled for trial in trials), ENOUGH_IN_PART),
        predicted=mean((trial.predicted for trial in trials), ENOUGH_IN_PART),
        level=attempt.level,
    )


def tally(answers: Sequence[Review], find: Callable[[str], Card | None]) -> Tally:
    """One or more answers of one sitting, counted.

    A point that the card no longer has counts as a required one: the log does not tell.
    """
    said = sum(_said(answer, find(answer.card_id)) for answer in answers)
    return Tally(
        day=answers[-1].day,
        asked=len(answers),
        full=sum(answer.rating >= Rating.GOOD for answer in answers),
        gap=sum(answer.rating is Rating.HARD for answer in answers),
        failed=sum(answer.rating is Rating.AGAIN for answer in answers),
        said=said,
        wanted=said + sum(len(answer.missed) for answer in answers),
        sitting=answers[-1].sitting,
    )


def _said(answer: Review, card: Card | None) -> int:
    """How many required points an answer covered."""
    optional = {point.key for point in card.points if not point.required} if card else set()
    return sum(key not in optional for key in answer.covered)
