"""From the key points that were covered to the rating that is suggested."""

from collections.abc import Collection
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.memory.log import Rating

FAST = 1 / 3  # of a kind's usual seconds


class Verdict(NamedTuple):
    """What an answer covered of a card."""

    covered: tuple[str, ...]  # keys of the points said, in the card's order
    missed: tuple[str, ...]  # keys of the required points not said
    suggested: Rating


def check(card: Card, typed: str) -> CheckedAnswer | None:
    """Whether a typed answer is right; None where only its reader can judge.

    So it is of a reason alone, which a line break stands before.
    """
    return None if typed.startswith("\n") else card_kind(card.kind).check(card, typed)


def is_fast(card: Card, seconds: float | None) -> bool:
    """Whether an answer came in a third of the time that such a card usually takes."""
    return seconds is not None and seconds <= FAST * card_kind(card.kind).seconds


def grade(
    card: Card,
    ticked: Collection[str],
    checked: CheckedAnswer | None = None,
    fast: bool = False,
) -> Verdict:
    """The verdict on an answer that covered the points with these keys.

    What the program found wrong: Again, whatever was covered. What it found right: Good, Easy if
    it was fast or every required point is ticked, and no better than its effort allows. Where only
    the learner can judge: every point Easy, every required one Good, two thirds of them Hard, a
    pass with a gap; less Again, since Hard would tell the scheduler that the card was recalled.
    """
    covered = tuple(point.key for point in card.points if point.key in ticked)
    missed = tuple(point.key for point in card.required if point.key not in ticked)
    required = len(card.required)
    if checked:
        passed = Rating.EASY if fast or not missed else Rating.GOOD
        passed = min(passed, (Rating.EASY, Rating.GOOD, Rating.HARD)[checked.effort])
        suggested = passed if checked.right else Rating.AGAIN
    elif 3 * (required - len(missed)) < 2 * required:
        suggested = Rating.AGAIN
    elif missed:
        suggested = Rating.HARD
    else:
        every_bonus = required < len(card.points) == len(covered)
        suggested = Rating.EASY if every_bonus else Rating.GOOD
    return Verdict(covered, missed, suggested)
