"""Whether a learner's ratings and the scheduler's predictions keep what they promise."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import check
from contrastive_drill.cards.variant import variant
from contrastive_drill.demo.result import Guess
from contrastive_drill.memory.log import Rating, Review
from contrastive_drill.memory.log_loss import log_loss
from contrastive_drill.memory.scheduler import CURVES, Curves
from contrastive_drill.reports.evidence import (
    ENOUGH,
    ENOUGH_FOR_LOSS,
    ENOUGH_IN_PART,
    Estimate,
    RecallTest,
    mean,
    trial,
)


@dataclass(frozen=True, slots=True)
class RatingRecall:
    """Of the answers given one rating: what became of the card the next time it was tested.

    A test is an answer in a scheduled mode on a later study day.
    """

    rating: Rating
    recalled: Estimate  # share of those next answers not rated Again
    predicted: Estimate  # mean of what FSRS gave the same answers beforehand


@dataclass(frozen=True, slots=True)
class Loss:
    """How well FSRS foresaw each tested answer. Log loss in nats: lower is better."""

    recall: Estimate  # share of the tested answers that were recalled
    predicted: Estimate  # mean of the predictions for them
    fsrs: Estimate  # log loss of the predictions
    # Log loss of always guessing `recall` itself. It is known in hindsight only, hence hard to
    # beat: 0.0 where every answer was recalled.
    constant: Estimate
    # Standard error of the difference of the two, answer by answer: a difference below twice of
    # it may be chance.
    margin: Estimate


@dataclass(frozen=True, slots=True)
class Checks:
    """What the program finds of typed answers it can check, beside the learner's own ratings."""

    given: tuple[tuple[Rating, int, int], ...]  # (rating, right, wrong), the four in their order
    right: Estimate  # share of the checked answers that were right
    kind: Estimate  # of the wrong ones, the share rated Good or Easy all the same
    harsh: Estimate  # of the right ones, the share rated Again
    changed: int  # answers left out: their card was edited since


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether ratings and predictions keep what they promise; also on cards no longer there."""

    ratings: tuple[RatingRecall, ...]  # the four, in their order
    loss: Loss
    checks: Checks
    generous: Estimate  # of answers rated Good or Easy, the share with a required point not ticked
    guesses: Estimate  # of predictions before a demo, the share that came true


def calibration(
    reviews: Sequence[Review],
    trials: Sequence[RecallTest],
    find: Callable[[str], Card | None],
    curves: Curves = CURVES,
    guesses: Sequence[Guess] = (),
) -> Calibration:
    """Ratings beside what followed, predictions beside answers, and answers beside ratings.

    `trials` are those of `reviews`, in the log's order; `find` gives the bank's card, if any;
    `guesses` are the predictions before runs of demos.
    """
    good = [review for review in reviews if review.rating >= Rating.GOOD]
    return Calibration(
        ratings=_ratings(reviews, curves),
        loss=loss(trials),
        checks=_checks(reviews, find),
        generous=mean((bool(review.missed) for review in good), ENOUGH),
        guesses=mean((each.guess == each.outcome for each in guesses), 1),
    )


def _ratings(reviews: Sequence[Review], curves: Curves) -> tuple[RatingRecall, ...]:
    """For each rating, the next trial of the card: always on a later day than the rating."""
    upcoming: dict[str, RecallTest] = {}  # by card, as the log is read from its end
    followed: dict[Rating, list[RecallTest]] = {rating: [] for rating in Rating}
    for review in reversed(reviews):
        if not review.mode.scheduled:
            continue
        if review.card_id in upcoming:
            followed[review.rating].append(upcoming[review.card_id])
        if tested := trial(review, curves):
            upcoming[review.card_id] = tested
    return tuple(
        RatingRecall(
            rating=rating,
            recalled=mean((later.recalled for later in trials), ENOUGH),
            predicted=mean((later.predicted for later in trials), ENOUGH),
        )
        for rating, trials in followed.items()
    )


def loss(trials: Sequence[RecallTest]) -> Loss:
    """Log loss of the predictions, and of the learner's own mean recall as a constant guess."""
    recalled = [trial.recalled for trial in trials]
    share = sum(recalled) / len(recalled) if recalled else 0.0
    fsrs = [log_loss(trial.predicted, trial.recalled) for trial in trials]
    constant = [log_loss(share, each) for each in recalled]
    return Loss(
        recall=mean(recalled, ENOUGH),
        predicted=mean((trial.predicted for trial in trials), ENOUGH),
        fsrs=mean(fsrs, ENOUGH_FOR_LOSS),
        constant=mean(constant, ENOUGH_FOR_LOSS),
        margin=_standard_error(
            [guess - model for guess, model in zip(constant, fsrs, strict=True)]
        ),
    )


def _standard_error(values: Sequence[float]) -> Estimate:
    """Of the mean of these numbers."""
    middle = mean(values, ENOUGH_FOR_LOSS)
    if middle.value is None:
        return middle
    spread = sum((value - middle.value) ** 2 for value in values) / (len(values) - 1)
    return Estimate(sqrt(spread / len(values)), middle.count, middle.needed)


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
    right = [rating for rating, correct in counts.elements() if correct]
    wrong = [rating for rating, correct in counts.elements() if not correct]
    return Checks(
        given=tuple((rating, counts[rating, True], counts[rating, False]) for rating in Rating),
        right=mean([True] * len(right) + [False] * len(wrong), ENOUGH),
        kind=mean((rating >= Rating.GOOD for rating in wrong), ENOUGH_IN_PART),
        harsh=mean((rating is Rating.AGAIN for rating in right), ENOUGH_IN_PART),
        changed=changed,
    )
