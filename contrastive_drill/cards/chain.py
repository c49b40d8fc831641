"""The cards around a card: what it rests on, and what an interviewer asks next."""

from collections.abc import Callable
from typing import NamedTuple

from contrastive_drill.cards.card import Card

DEEP = 3  # follow-ups of follow-ups: as far as a person would push


class ChainStep(NamedTuple):
    """A card of a chain, and how far it is from the first."""

    card: Card
    depth: int


def rests_on(card: Card, find: Callable[[str], Card]) -> list[ChainStep]:
    """The cards to meet before this one, nearest first, each once."""
    return _walk(card, find, lambda each: each.needs, deepest=1_000)


def asked_next(card: Card, find: Callable[[str], Card], deepest: int = DEEP) -> list[ChainStep]:
    """The follow-ups and theirs, in the order in which an interviewer would go, each once."""
    return _walk(card, find, lambda each: each.follow_ups, deepest)


def _walk(
    card: Card, find: Callable[[str], Card], links: Callable[[Card], tuple[str, ...]], deepest: int
) -> list[ChainStep]:
    """Depth first: the chain is followed before the next branch; a ring ends where it closes."""
    seen, steps = {card.id}, list[ChainStep]()
    waiting = [(name, 1) for name in reversed(links(card))]
    while waiting:
        name, depth = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        step = ChainStep(find(name), depth)
        steps.append(step)
        if depth < deepest:
            waiting += [(after, depth + 1) for after in reversed(links(step.card))]
    return steps
