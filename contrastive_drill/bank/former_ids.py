"""Former ids of cards: what each is now, and those that two cards claim."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from contrastive_drill.bank.checks import problem_at
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.card import Card


def present_ids(cards: Iterable[Card]) -> dict[str, str]:
    """The id that a card has now, by each former one."""
    return {former: card.id for card in cards for former in card.replaces}


def renamed(card: Card, now: Mapping[str, str]) -> Card:
    """The card, with what it needs and its follow-ups under the ids that they have now."""
    if now.keys().isdisjoint(card.needs + card.follow_ups):
        return card
    needs, follow_ups = (
        tuple(dict.fromkeys(now.get(name, name) for name in names))
        for names in (card.needs, card.follow_ups)
    )
    return replace(card, needs=needs, follow_ups=follow_ups)


def claimed_twice(cards: Iterable[Card]) -> Iterator[Problem]:
    """Former ids that two cards replace, or that a card still has; the newer card is to change."""
    claims: dict[str, Card] = {}
    for card in cards:
        for name in (card.id, *card.replaces):
            first = claims.setdefault(name, card)
            if card.id == first.id:
                continue
            # A learner's version of a shipped card stands before others that are shipped.
            older, newer = (card, first) if first.overrides else (first, card)
            if name == newer.id:
                said = f"the id '{name}' has become '{older.id}': choose another"
            elif name == older.id:
                said = f"replaces names '{name}', which is still a card: take one of them out"
            else:
                said = f"replaces names '{name}', as '{older.id}' does: leave it to one of them"
            yield problem_at(newer, said)
