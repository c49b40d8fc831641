"""The order in which cards are met for the first time: each after those it needs."""

from collections.abc import Collection
from graphlib import CycleError, TopologicalSorter

from contrastive_drill.bank.checks import problem_at
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card


def in_order(cards: Collection[Card]) -> tuple[list[Card], list[Problem]]:
    """The cards with every card after those it needs, else as they stood; and any cycle."""
    by_id = {card.id: card for card in cards}
    graph = {card.id: [need for need in card.needs if need in by_id] for card in cards}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring = list(reversed(error.args[1]))
        # Shipped cards are in no ring but for one that overrides.
        first = next((name for name in ring if by_id[name].overrides), ring[0])
        message = f"these cards need each other: {' -> '.join(ring)}; take one 'needs' out"
        return list(cards), [problem_at(by_id[first], message)]
    ordered: dict[str, Card] = {}
    waiting = list(reversed(by_id))
    while waiting:
        top = waiting[-1]
        if missing := [need for need in graph[top] if need not in ordered]:
            waiting.extend(reversed(missing))
        else:
            ordered.setdefault(top, by_id[top])
            waiting.pop()
    return list(ordered.values()), []
