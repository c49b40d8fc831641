"""How long a learner takes and how they rate: estimated from their log, with priors at first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.memory.log import New, Rating, Review

# Shares of ratings in Anki's simulator (fsrs-rs 0.9.3, default configuration): on a card's first
# answer, and among passes later on.
FIRST = {Rating.AGAIN: 0.24, Rating.HARD: 0.094, Rating.GOOD: 0.495, Rating.EASY: 0.171}
PASSED = {Rating.HARD: 0.224, Rating.GOOD: 0.631, Rating.EASY: 0.145}
WEIGHT = 20.0  # answers that a prior share counts for

# Against a kind's mean, as in the same simulator: a failed or a new card is read for longer.
SLOWER = {Rating.AGAIN: 1.5, Rating.HARD: 1.3, Rating.GOOD: 1.0, Rating.EASY: 0.75}
FIRST_SLOWER = 1.4
ANSWERS = 10.0  # answers that a prior duration counts for


class RatingShares(NamedTuple):
    """The four ratings as shares of one; again first."""

    again: float
    hard: float
    good: float
    easy: float


@dataclass(frozen=True, slots=True)
class Habits:
    """What a plan assumes of a learner besides their memory."""

    first: RatingShares  # of a card's first answer
    passed: RatingShares  # among passes; its `again` is 0
    pace: Mapping[Kind, float]  # seconds of an answer rated Good on a card met before


def seconds_at(pace: float, *, first: bool) -> RatingShares:
    """The seconds that each rating takes where a usual answer takes `pace`.

    A failed card is asked again in the same session: that takes as long as a pass.
    """
    whole = pace * (FIRST_SLOWER if first else 1.0)
    again, *passed = (whole * SLOWER[rating] for rating in Rating)
    return RatingShares(again + pace, *passed)


def expected_seconds(learner: Habits, kind: Kind, recall: float | None) -> float:
    """The seconds of a card, asked again if failed; `recall` is its probability, None if new."""
    shares = learner.first
    if recall is not None:
        shares = RatingShares(1 - recall, *(recall * share for share in learner.passed[1:]))
    each = seconds_at(learner.pace[kind], first=recall is None)
    return sum(share * seconds for share, seconds in zip(shares, each, strict=True))


def habits(reviews: Iterable[Review], kinds: Mapping[str, Kind]) -> Habits:
    """The habits that a log shows, each share and duration shrunk towards its prior.

    `kinds` gives the kind of each card; answers to other cards count for the ratings alone.
    """
    first = {rating: WEIGHT * share for rating, share in FIRST.items()}
    passed = {rating: WEIGHT * share for rating, share in PASSED.items()}
    spent = {kind: ANSWERS * card_kind(kind).seconds for kind in Kind}
    answers = dict.fromkeys(Kind, ANSWERS)
    for review in reviews:
        if not review.mode.scheduled:
            continue
        is_first = isinstance(review.before, New)
        if is_first:
            first[review.rating] += 1
        elif review.rating in passed:
            passed[review.rating] += 1
        kind = kinds.get(review.card_id)
        if kind is not None and review.seconds > 0:
            # What a Good answer to a known card would have taken.
            usual = SLOWER[review.rating] * (FIRST_SLOWER if is_first else 1.0)
            spent[kind] += review.seconds / usual
            answers[kind] += 1
    return Habits(
        first=_shares(first),
        passed=_shares({Rating.AGAIN: 0.0, **passed}),
        pace={kind: spent[kind] / answers[kind] for kind in Kind},
    )


def _shares(counts: Mapping[Rating, float]) -> RatingShares:
    total = sum(counts.values())
    return RatingShares(*(counts[rating] / total for rating in Rating))


# The prior, worth five days: one day in ten is missed.
STUDIED, MISSED = 4.5, 0.5


class Attendance(NamedTuple):
    """A beta distribution of the probability of studying: days with and without, prior included."""

    studied: float = STUDIED
    missed: float = MISSED

    @property
    def share(self) -> float:
        """The mean probability of studying on a day to come."""
        return self.studied / (self.studied + self.missed)


def attendance(studied: int, planned: int) -> Attendance:
    """The attendance after days studied out of past days planned."""
    return Attendance(STUDIED + studied, MISSED + planned - studied)
