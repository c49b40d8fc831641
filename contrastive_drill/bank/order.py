"""The order in which cards are met for the first time: each after those it needs."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

from contrastive_drill.bank.checks import problem_at
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card


def in_order(cards: Collection[Card]) -> tuple[list[Card], list[Problem]]:
    """The cards with every card after those it needs, else as they stood; and the cycles."""
    by_id = {card.id: card for card in cards}
    graph = {card.id: [need for need in card.needs if need in by_id] for card in cards}
    problems = []
    for ring in _rings(graph):
        # Shipped cards are in no ring but for one that overrides.
        first = next((name for name in ring if by_id[name].overrides), ring[0])
        message = f"these cards need each other: {' -> '.join(ring)}; take one 'needs' out"
        problems.append(problem_at(by_id[first], message))
    if problems:
        return list(cards), problems
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


def _rings(graph: dict[str, list[str]]) -> Iterator[list[str]]:
    """A cycle for every card that comes after itself, or after another that does."""
    sorter = TopologicalSorter(graph)
    with suppress(CycleError):
        return sorter.prepare()
    stuck = set(graph)
    while ready := sorter.get_ready():
        sorter.done(*ready)
        stuck.difference_update(ready)
    seen: dict[str, str] = {}
    for start in (name for name in graph if name in stuck):
        way, name = [], start
        while name not in seen:
            seen[name] = start
            way.append(name)
            name = next(need for need in graph[name] if need in stuck)
        if seen[name] == start and way:
            yield [*way[way.index(name) :], name]
