"""How long learners take and how they rate: estimated from a log, with priors for the start."""

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

# Against a kind's mean, as in the same simulator: what is failed, or met first, is read for longer.
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
    """What a plan assumes of a learner beside their memory."""

    first: RatingShares  # of a card's first answer
    passed: RatingShares  # among passes; its `again` is 0
    pace: Mapping[Kind, float]  # seconds of an answer rated Good on a card met before

    def seconds(self, kind: Kind, *, first: bool) -> RatingShares:
        """The seconds that each rating takes on a card of a kind."""
        return seconds_at(self.pace[kind], first=first)


def seconds_at(pace: float, *, first: bool) -> RatingShares:
    """The seconds that each rating takes where a usual answer takes `pace`.

    A failed card is asked again in the same session: that takes as long as a pass.
    """
    whole = pace * (FIRST_SLOWER if first else 1.0)
    again, *passed = (whole * SLOWER[rating] for rating in Rating)
    return RatingShares(again + pace, *passed)


def habits(reviews: Iterable[Review], kinds: Mapping[str, Kind]) -> Habits:
    """The habits that a log shows, each share and duration drawn towards its prior.

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
    all_passed = {Rating.AGAIN: 0.0, **passed}
    return Habits(
        first=_shares(first),
        passed=_shares(all_passed),
        pace={kind: spent[kind] / answers[kind] for kind in Kind},
    )


def _shares(counts: Mapping[Rating, float]) -> RatingShares:
    total = sum(counts.values())
    return RatingShares(*(counts[rating] / total for rating in Rating))


# Before there is a log: one day in ten is missed, as sure as five days can make it.
CAME, MISSED = 4.5, 0.5


class Attendance(NamedTuple):
    """Days of study, and days without; the prior's are counted in."""

    came: float = CAME
    missed: float = MISSED

    @property
    def share(self) -> float:
        """The probability of studying on a day to come."""
        return self.came / (self.came + self.missed)


def attendance(came: int, planned: int) -> Attendance:
    """What so many days of study say, of so many planned that have passed."""
    return Attendance(CAME + came, MISSED + planned - came)
