"""The shipped cards, read once for all tests of a process, and not before one asks for them."""

from functools import cache

from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import Task


@cache
def by_id() -> dict[str, Card]:
    """The cards in the order to meet them."""
    return {card.id: card for card in load(shipped_folder()).cards()}


def cards() -> tuple[Card, ...]:
    """All of them."""
    return tuple(by_id().values())


def scenarios() -> list[Card]:
    """Those that an interview begins with."""
    return [card for card in cards() if card.kind is Kind.SCENARIO]


def calculations() -> list[Card]:
    """Those whose numbers are drawn."""
    return [card for card in cards() if isinstance(card.expected, Task)]
