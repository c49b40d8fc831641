"""Siblings kept apart, by what the bank's index knows of them."""

from collections.abc import Sequence

from contrastive_drill.actions.environment import Environment
from contrastive_drill.review.siblings import siblings, spaced

AHEAD = 500  # cards that are put in order: more than anyone answers in a day


def siblings_apart(env: Environment, cards: Sequence[str]) -> tuple[str, ...]:
    """The cards in an order that keeps siblings apart."""
    entries = [env.bank.entry(card) for card in cards[:AHEAD]]
    kin = siblings({entry.id: entry.links.split() for entry in entries})
    needs = {entry.id: entry.needs.split() for entry in entries}
    return (*spaced(cards[:AHEAD], kin, needs), *cards[AHEAD:])
