"""Exams and interviews, each from its answers: what was covered, and what FSRS had expected."""

from collections.abc import Callable, Iterable, Sequence
from math import fsum

from contrastive_drill.cards.card import Card
from contrastive_drill.memory.log import Rating, Review
from contrastive_drill.memory.scheduler import Curves
from contrastive_drill.reports.evidence import mean, trial
from contrastive_drill.reports.values import ENOUGH_IN_PART, Held, Score, Tally


def scores(
    reviews: Iterable[Review],
    sittings: Iterable[Held],
    find: Callable[[str], Card | None],
    curves: Curves,
) -> tuple[Score, ...]:
    """Every exam and interview that has an answer, in the order of their first answers."""
    held = {each.sitting.id: each for each in sittings}
    answers: dict[str, list[Review]] = {}
    for review in reviews:
        if review.sitting in held:
            answers.setdefault(review.sitting, []).append(review)
    return tuple(_score(held[id_], given, find, curves) for id_, given in answers.items())


def _score(
    held: Held, answers: Sequence[Review], find: Callable[[str], Card | None], curves: Curves
) -> Score:
    sitting, whole = held.sitting, tally(answers, find)
    trials = [found for answer in answers if (found := trial(answer, curves)) is not None]
    return Score(
        id=sitting.id,
        sort=sitting.kind,
        at=sitting.at,
        day=sitting.day,
        asked=whole.asked,
        planned=len(sitting.cards) or None,
        ended=held.ended,
        full=whole.full,
        gap=whole.gap,
        failed=whole.failed,
        said=whole.said,
        wanted=whole.wanted,
        seconds=fsum(answer.seconds for answer in answers),
        recalled=mean((trial.recalled for trial in trials), ENOUGH_IN_PART),
        predicted=mean((trial.predicted for trial in trials), ENOUGH_IN_PART),
        level=held.level,
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
