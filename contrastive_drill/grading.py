"""From the key points that were covered to the rating that is suggested."""

from collections.abc import Collection
from typing import NamedTuple

from contrastive_drill.cards import Card
from contrastive_drill.memory import Rating


class Verdict(NamedTuple):
    """What an answer covered of a card."""

    covered: tuple[str, ...]  # keys of the points said, in the card's order
    missed: tuple[str, ...]  # keys of the required points not said
    suggested: Rating


def grade(card: Card, ticked: Collection[str]) -> Verdict:
    """The verdict on an answer that covered the points with these keys.

    Every point: Easy. Every required one: Good. Two thirds of the required ones: Hard, a pass
    with a gap. Less: Again, since Hard would tell the scheduler that the card was recalled.
    """
    covered = tuple(point.key for point in card.points if point.key in ticked)
    missed = tuple(point.key for point in card.required if point.key not in ticked)
    said, wanted = len(card.required) - len(missed), len(card.required)
    if not missed:
        has_bonus = len(card.points) > wanted
        full = has_bonus and len(covered) == len(card.points)
        suggested = Rating.EASY if full else Rating.GOOD
    else:
        suggested = Rating.HARD if 3 * said >= 2 * wanted else Rating.AGAIN
    return Verdict(covered, missed, suggested)
