"""Leeches: cards that are failed, and points that are missed, again and again."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from contrastive_drill.memory.log import Learned, Rating, Review

FAILED = 6  # times, one of them among the last two
MISSED, CHANCES = 5, 6  # so often of the last so many
FEWEST = MISSED + 1  # answers before a card can be one: the first shows nothing


class Leech(NamedTuple):
    """Why one more repetition of a card would not help."""

    failed: int  # times in all
    missed: dict[str, int]  # of the last six chances, by the key of each point missed so often


def leech(reviews: Iterable[Review], required: Collection[str] | None = None) -> Leech | None:
    """What a card's answers, oldest first, show of its required points; of any where not given.

    What counts is the first answer of each day in a review or an exam, after the card was met: a
    repetition on the same day shows nothing of forgetting. A point has its chance where it was
    ticked or missed.
    """
    tests = [review for review in reviews if tests_memory(review)]
    failed = [review.rating is Rating.AGAIN for review in tests]
    missed = {}
    for key in {key for review in tests for key in review.missed}:
        said = [key in each.covered for each in tests if key in (*each.covered, *each.missed)]
        count = said[-CHANCES:].count(False)
        if count >= MISSED and (required is None or key in required):
            missed[key] = count
    stuck = sum(failed) >= FAILED and any(failed[-2:])
    return Leech(sum(failed), missed) if stuck or missed else None


def tests_memory(review: Review) -> bool:
    """Whether an answer moves the schedule of a card learned on an earlier study day."""
    before = review.before
    learned = isinstance(before, Learned) and review.day > before.last_day
    return learned and review.mode.scheduled
