"""From the key points that were covered to the rating that is suggested."""

from collections.abc import Collection
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.memory.log import Rating


class Verdict(NamedTuple):
    """What an answer covered of a card."""

    covered: tuple[str, ...]  # keys of the points said, in the card's order
    missed: tuple[str, ...]  # keys of the required points not said
    suggested: Rating


def check(card: Card, typed: str) -> CheckedAnswer | None:
    """Whether a typed answer is right; None for a card whose answer only its reader can judge."""
    return card_kind(card.kind).check(card, typed)


def grade(card: Card, ticked: Collection[str], checked: CheckedAnswer | None = None) -> Verdict:
    """The verdict on an answer that covered the points with these keys.

    An answer that the program found wrong: Again, whatever was covered. Every point: Easy. Every
    required one: Good. Two thirds of the required ones: Hard, a pass with a gap. Less: Again,
    since Hard would tell the scheduler that the card was recalled.
    """
    covered = tuple(point.key for point in card.points if point.key in ticked)
    missed = tuple(point.key for point in card.required if point.key not in ticked)
    required = len(card.required)
    said = required - len(missed)
    if (checked and not checked.right) or 3 * said < 2 * required:
        suggested = Rating.AGAIN
    elif missed:
        suggested = Rating.HARD
    else:
        every_bonus = required < len(card.points) == len(covered)
        suggested = Rating.EASY if every_bonus else Rating.GOOD
    return Verdict(covered, missed, suggested)
