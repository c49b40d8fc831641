"""What must hold between the cards of a bank: names, links and order."""

from collections.abc import Collection, Iterable
from graphlib import CycleError, TopologicalSorter

from contrastive_drill.bank.problems import Problem, closest, nearest
from contrastive_drill.cards.card import Card, SourceKind


def clashes(cards: Iterable[Card]) -> list[Problem]:
    """Ids and places in the cold list that two cards claim."""
    problems: list[Problem] = []
    by_id: dict[str, Card] = {}
    by_place: dict[int, Card] = {}
    for card in cards:
        if (first := by_id.setdefault(card.id, card)) is not card:
            message = f"the id '{card.id}' is taken by {first.origin}: choose another"
            problems.append(_at(card, message))
        if card.place is None:
            continue
        if (first := by_place.setdefault(card.place, card)) is not card:
            message = f"place {card.place} is taken by '{first.id}': choose another"
            problems.append(_at(card, message))
    return problems


def links(cards: Iterable[Card], known: Collection[str]) -> list[Problem]:
    """Cards that name a card which is not there."""
    return [
        _at(
            card,
            f"{field} names '{name}', which is no card: "
            + (closest(name, known) or "fix the id or leave it out"),
        )
        for card in cards
        for field, names in (("needs", card.needs), ("follow_ups", card.follow_ups))
        for name in names
        if name not in known
    ]


def demos(cards: Iterable[Card], known: Collection[str]) -> list[Problem]:
    """Cards that name a demo which is not there."""
    return [
        _at(card, f"there is no demo '{name}': {nearest(name, known)}")
        for card in cards
        for name in _named(card)
        if name not in known
    ]


def _named(card: Card) -> list[str]:
    """The demos a card names."""
    sources = [source.reference for source in card.sources if source.kind is SourceKind.DEMO]
    return list(dict.fromkeys([*([card.demo] if card.demo else []), *sources]))


def wording(cards: Collection[Card], among: Collection[Card] = ()) -> list[Problem]:
    """Names spelt another way than their authors do, and prompts that ask the same.

    `among` are sound cards whose questions are not to be asked again.
    """
    from contrastive_drill.bank.template import FIRST_POINT
    from contrastive_drill.bank.wording import misspelt, repeated
    from contrastive_drill.cards.prose import plain

    problems = [_at(card, message) for card in cards for message in misspelt(card)]
    for card in cards:
        if plain(card.points[0].line) == FIRST_POINT:
            problems.append(_at(card, f"is still a skeleton: contrastive-drill edit {card.id}"))
    checked = {card.id for card in cards}
    return problems + [
        _at(card, f"asks nearly the same as '{other.id}': sharpen one, or drop it")
        for card, other in repeated([*among, *cards])
        if card.id in checked
    ]


def in_order(cards: Collection[Card]) -> tuple[list[Card], list[Problem]]:
    """The cards with every card after those it needs, else as they stood; and any cycle."""
    by_id = {card.id: card for card in cards}
    graph = {card.id: [need for need in card.needs if need in by_id] for card in cards}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        ring = list(reversed(error.args[1]))
        message = f"these cards need each other: {' -> '.join(ring)}; take one 'needs' out"
        return list(cards), [_at(by_id[ring[0]], message)]
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


def _at(card: Card, message: str) -> Problem:
    path, _, line = card.origin.rpartition(":")
    return Problem(path, int(line), 1, message)
