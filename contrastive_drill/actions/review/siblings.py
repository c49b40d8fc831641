"""Siblings kept apart, by what the bank's index knows of them."""

from collections.abc import Sequence

from contrastive_drill.actions.environment import Environment
from contrastive_drill.review.siblings import siblings, spaced

AHEAD = 500  # cards that are put in order: more than anyone answers in a day


def siblings_of(env: Environment, cards: Sequence[str]) -> dict[str, set[str]]:
    """The siblings of each card."""
    entries = map(env.bank.entry, cards[:AHEAD])
    return siblings({entry.id: entry.links.split() for entry in entries})


def siblings_apart(env: Environment, cards: Sequence[str]) -> tuple[str, ...]:
    """The cards in an order that keeps siblings apart."""
    needs = {card: env.bank.entry(card).needs.split() for card in cards[:AHEAD]}
    return (*spaced(cards[:AHEAD], siblings_of(env, cards), needs), *cards[AHEAD:])
