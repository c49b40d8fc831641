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
LATEST = 60.0  # about so many tell how fast the learner is now


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

    def seconds(self, kind: Kind, *, first: bool, recall: float) -> float:
        """The expected seconds of a card's first answer, or of one recalled so probably."""
        passed = RatingShares(1 - recall, *(recall * share for share in self.passed[1:]))
        taken = seconds_at(self.pace[kind], first=first)
        return sum(
            share * each for share, each in zip(self.first if first else passed, taken, strict=True)
        )


def seconds_at(pace: float, *, first: bool, repeats: bool = True) -> RatingShares:
    """The seconds that each rating takes where a usual answer takes `pace`.

    With `repeats` a failed card is asked again in the same session, as long as a usual answer.
    """
    whole = pace * (FIRST_SLOWER if first else 1.0)
    again, *passed = (whole * SLOWER[rating] for rating in Rating)
    return RatingShares(again + repeats * pace, *passed)


def habits(
    reviews: Iterable[Review],
    kinds: Mapping[str, Kind],
    priors: Mapping[Kind, float] | None = None,
) -> Habits:
    """The habits that a log shows, each share and duration shrunk towards its prior.

    How fast a learner is now is told by the latest answers to cards of all kinds, and each kind's
    difference from that by all of them.
    `kinds` gives the kind of each card; answers to other cards count for the ratings alone.
    `priors` are the seconds of each kind before there is a log; without them, all kinds are asked.
    """
    if priors is None:
        priors = {kind: card_kind(kind).seconds for kind in Kind}
    first = {rating: WEIGHT * share for rating, share in FIRST.items()}
    passed = {rating: WEIGHT * share for rating, share in PASSED.items()}
    # Of what was expected: now, and over the whole log by kind.
    now, timed, slower = 1.0, dict.fromkeys(priors, 0), dict.fromkeys(priors, 0.0)
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
            slower[kind] += (ratio := review.seconds / usual / priors[kind])
            timed[kind] += 1
            now += (ratio - now) / min(ANSWERS + sum(timed.values()), LATEST)
    whole = (ANSWERS + sum(slower.values())) / (ANSWERS + sum(timed.values()))
    of_kind = {k: (ANSWERS + slower[k] / whole) / (ANSWERS + timed[k]) for k in priors}
    return Habits(
        first=_shares(first),
        passed=_shares({Rating.AGAIN: 0.0, **passed}),
        pace={kind: seconds * now * of_kind[kind] for kind, seconds in priors.items()},
    )


def _shares(counts: Mapping[Rating, float]) -> RatingShares:
    total = sum(counts.values())
    return RatingShares(*(counts[rating] / total for rating in Rating))
