"""Whether a learner's ratings and the scheduler's predictions keep what they promise."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log, sqrt

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import check
from contrastive_drill.cards.variant import variant
from contrastive_drill.memory.log import Rating, Review
from contrastive_drill.memory.scheduler import CURVES, Curves
from contrastive_drill.reports.evidence import Trial, mean, trial
from contrastive_drill.reports.values import (
    ENOUGH,
    ENOUGH_FOR_LOSS,
    ENOUGH_IN_PART,
    Calibration,
    Checks,
    Loss,
    Measured,
    RatingRecall,
)

NEVER = 1e-6  # no prediction is nearer to 0 or 1: one miss must not outweigh all other answers


def calibration(
    reviews: Sequence[Review],
    trials: Sequence[Trial],
    find: Callable[[str], Card | None],
    curves: Curves = CURVES,
) -> Calibration:
    """Ratings beside what followed, predictions beside answers, and answers beside ratings.

    `trials` are those of `reviews`, in the log's order; `find` gives the bank's card, if any.
    """
    good = [review for review in reviews if review.rating >= Rating.GOOD]
    return Calibration(
        ratings=_ratings(reviews, curves),
        loss=loss(trials),
        checks=_checks(reviews, find),
        generous=mean((bool(review.missed) for review in good), ENOUGH),
    )


def _ratings(reviews: Sequence[Review], curves: Curves) -> tuple[RatingRecall, ...]:
    """For each rating, the next trial of the card: always on a later day than the rating."""
    upcoming: dict[str, Trial] = {}  # by card, as the log is read from its end
    followed: dict[Rating, list[Trial]] = {rating: [] for rating in Rating}
    for review in reversed(reviews):
        if not review.mode.scheduled:
            continue
        if review.card_id in upcoming:
            followed[review.rating].append(upcoming[review.card_id])
        found = trial(review, curves)
        if found is not None:
            upcoming[review.card_id] = found
    return tuple(
        RatingRecall(
            rating=rating,
            recalled=mean((later.recalled for later in found), ENOUGH),
            predicted=mean((later.predicted for later in found), ENOUGH),
        )
        for rating, found in followed.items()
    )


def loss(trials: Sequence[Trial]) -> Loss:
    """Log loss of the predictions, and of the learner's own mean recall as a constant guess."""
    recalled = [trial.recalled for trial in trials]
    share = sum(recalled) / len(recalled) if recalled else 0.0
    fsrs = [surprise(trial.predicted, trial.recalled) for trial in trials]
    constant = [surprise(share, held) for held in recalled]
    return Loss(
        recall=mean(recalled, ENOUGH),
        predicted=mean((trial.predicted for trial in trials), ENOUGH),
        fsrs=mean(fsrs, ENOUGH_FOR_LOSS),
        constant=mean(constant, ENOUGH_FOR_LOSS),
        margin=_standard_error(
            [guess - model for guess, model in zip(constant, fsrs, strict=True)]
        ),
    )


def surprise(predicted: float, recalled: bool) -> float:
    """Log loss of one answer in nats: minus the logarithm of the probability it was given."""
    likely = min(max(predicted if recalled else 1 - predicted, NEVER), 1.0)
    return -log(likely)


def _standard_error(values: Sequence[float]) -> Measured:
    """Of the mean of these numbers."""
    middle = mean(values, ENOUGH_FOR_LOSS)
    if middle.value is None:
        return middle
    spread = sum((value - middle.value) ** 2 for value in values) / (len(values) - 1)
    return Measured(sqrt(spread / len(values)), middle.count, middle.needed)


def _checks(reviews: Iterable[Review], find: Callable[[str], Card | None]) -> Checks:
    """The typed answers, checked again as they were on the day, beside their ratings."""
    counts: Counter[tuple[Rating, bool]] = Counter()
    digests: dict[str, str] = {}
    changed = 0
    for review in reviews:
        if review.answer is None or not review.answer.strip():
            continue
        card = find(review.card_id)
        if card is None or card.expected is None:
            continue
        if card.id not in digests:
            digests[card.id] = card.digest
        if digests[card.id] != review.digest:
            changed += 1
            continue
        checked = check(variant(card, review.id), review.answer)
        if checked is not None:
            counts[review.rating, checked.right] += 1
    right = [rating for rating, held in counts.elements() if held]
    wrong = [rating for rating, held in counts.elements() if not held]
    return Checks(
        given=tuple((rating, counts[rating, True], counts[rating, False]) for rating in Rating),
        right=mean([True] * len(right) + [False] * len(wrong), ENOUGH),
        kind=mean((rating >= Rating.GOOD for rating in wrong), ENOUGH_IN_PART),
        harsh=mean((rating is Rating.AGAIN for rating in right), ENOUGH_IN_PART),
        changed=changed,
    )
