"""From the key points that were covered to the rating that is suggested."""

from collections.abc import Collection
from typing import NamedTuple

from contrastive_drill.cards.card import Card, Choices, Ruling, Task
from contrastive_drill.cards.prose import plain
from contrastive_drill.cards.quantity import Number, read
from contrastive_drill.memory.log import Rating


class Verdict(NamedTuple):
    """What an answer covered of a card."""

    covered: tuple[str, ...]  # keys of the points said, in the card's order
    missed: tuple[str, ...]  # keys of the required points not said
    suggested: Rating


class CheckedAnswer(NamedTuple):
    """What the program found of an answer that it can check."""

    right: bool
    remark: str  # what was wanted, and what is likely wrong


def check(card: Card, typed: str) -> CheckedAnswer | None:
    """Check an answer by program: a ruling, the text of a choice, or a number with its unit.

    None for a card whose answer only its reader can judge. A number that cannot be read is wrong.
    """
    match card.expected:
        case Ruling() as ruling:
            return CheckedAnswer(typed.strip().lower() == ruling, f"the claim is {ruling}")
        case Choices(options):
            wanted = next(plain(choice.line) for choice in options if choice.right)
            return CheckedAnswer(typed.strip() == wanted, f"right is: {wanted}")
        case Number() as number:
            return _number(number, typed)
        case Task(number=Number() as number):
            return _number(number, typed)
        case _:
            return None


def _number(number: Number, typed: str) -> CheckedAnswer:
    given = read(typed)
    if given is None:
        return CheckedAnswer(False, f"no number was read; it is {number.wanted}")
    if number.accepts(given):
        return CheckedAnswer(True, f"it is {number.wanted}")
    remark = number.remark(given)
    return CheckedAnswer(False, f"it is {number.wanted}" + (f"; {remark}" if remark else ""))


def grade(card: Card, ticked: Collection[str], checked: CheckedAnswer | None = None) -> Verdict:
    """The verdict on an answer that covered the points with these keys.

    An answer that the program found wrong: Again, whatever was covered. Every point: Easy. Every
    required one: Good. Two thirds of the required ones: Hard, a pass with a gap. Less: Again,
    since Hard would tell the scheduler that the card was recalled.
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
    if checked is not None and not checked.right:
        suggested = Rating.AGAIN
    return Verdict(covered, missed, suggested)
