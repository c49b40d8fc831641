"""The answers that test a prediction, and numbers that say what they rest on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from contrastive_drill.memory.leech import tests_memory
from contrastive_drill.memory.log import Learned, Rating, Review
from contrastive_drill.memory.scheduler import CURVES, Curves, retrievability

# Answers from which on a number is given. A share near 0.9 of so many has a standard error of
# 0.07, of so many in one part of several 0.09; the log loss of so many answers one of 0.1.
ENOUGH = 20
ENOUGH_IN_PART = 10
ENOUGH_FOR_LOSS = 50


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and how much it rests on; no number where that is too little."""

    value: float | None
    count: int  # answers, or cards: what the number is the mean, median or share of
    needed: int = 1  # from this count on there is a value

    @property
    def missing(self) -> int:
        """How many more it takes until there is a value."""
        return max(self.needed - self.count, 0)


class RecallTest(NamedTuple):
    """One answer that FSRS had a prediction for."""

    days: int  # since the answer before that moved the schedule
    predicted: float
    recalled: bool  # Hard is a pass


def trial(review: Review, curves: Curves = CURVES) -> RecallTest | None:
    """What an answer tells of FSRS as it was then; None where it tests no prediction.

    It does where it moves the schedule, and the card was learned on an earlier study day: a
    repetition on the same day, or under a clock that went back, shows nothing of forgetting.
    """
    before = review.before
    if not tests_memory(review) or not isinstance(before, Learned):
        return None
    return RecallTest(
        days=review.day - before.last_day,
        predicted=retrievability(before, review.day, curves.of(review)),
        recalled=review.rating is not Rating.AGAIN,
    )


def mean(values: Iterable[float], needed: int = 1) -> Estimate:
    """The mean of numbers, or the share of what is true; no value below `needed`, 1 or more."""
    numbers = list(values)
    value = sum(numbers) / len(numbers) if len(numbers) >= max(needed, 1) else None
    return Estimate(value, len(numbers), needed)


def median(values: Sequence[float]) -> Estimate:
    """The middle number, or the mean of the two in the middle."""
    import statistics

    return Estimate(statistics.median(values) if values else None, len(values))
