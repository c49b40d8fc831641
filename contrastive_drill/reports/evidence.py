"""The answers that test a prediction, and numbers that say what they rest on."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from contrastive_drill.memory.log import Learned, Rating, Review
from contrastive_drill.memory.scheduler import CURVES, Curves, retrievability
from contrastive_drill.reports.values import Measured


class Trial(NamedTuple):
    """One answer that FSRS had a prediction for."""

    card_id: str
    day: int
    days: int  # since the answer before that moved the schedule
    predicted: float
    rating: Rating
    sitting: str | None

    @property
    def recalled(self) -> bool:
        """Whether the card was recalled; Hard is a pass."""
        return self.rating is not Rating.AGAIN


def trial(review: Review, curves: Curves = CURVES) -> Trial | None:
    """What an answer tells of FSRS as it was then; None where it tests no prediction.

    It does where it moves the schedule, and the card was learned on an earlier study day: a
    repetition on the same day, or under a clock that went back, shows nothing of forgetting.
    """
    before = review.before
    if (
        not review.mode.scheduled
        or not isinstance(before, Learned)
        or review.day <= before.last_day
    ):
        return None
    return Trial(
        card_id=review.card_id,
        day=review.day,
        days=review.day - before.last_day,
        predicted=retrievability(before, review.day, curves.of(review)),
        rating=review.rating,
        sitting=review.sitting,
    )


def mean(values: Iterable[float], needed: int = 1) -> Measured:
    """The mean of numbers, or the share of what is true; no value below `needed`, 1 or more."""
    held = list(values)
    value = sum(held) / len(held) if len(held) >= max(needed, 1) else None
    return Measured(value, len(held), needed)


def median(values: Sequence[float]) -> Measured:
    """The middle number, or the mean of the two in the middle."""
    ranked, half = sorted(values), len(values) // 2
    if not ranked:
        return Measured(None, 0)
    middle = ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
    return Measured(middle, len(ranked))
