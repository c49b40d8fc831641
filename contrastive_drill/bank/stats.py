"""How many cards a bank has, by section and level, by kind, and by how they are known."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import formulas_of


class BankStats(NamedTuple):
    """Counts of cards; a card counts once for each kind of source it has."""

    cards: int
    levels: dict[str, dict[str, int]]  # by section, then level
    kinds: dict[str, dict[str, int]]  # by section, then kind
    sources: dict[str, int]
    second_hand: int  # sources that somebody else transcribed
    demos: dict[str, int]
    formulas: int  # cards with at least one


def bank_stats(cards: Iterable[Card]) -> BankStats:
    """The counts, in the order in which sections and kinds first appear."""
    levels: dict[str, Counter[str]] = {}
    kinds: dict[str, Counter[str]] = {}
    sources: Counter[str] = Counter()
    demos: Counter[str] = Counter()
    count = formulas = second_hand = 0
    for card in cards:
        count += 1
        levels.setdefault(card.section, Counter())[card.level.value] += 1
        kinds.setdefault(card.section, Counter())[card.kind.value] += 1
        sources.update({source.kind.value for source in card.sources})
        second_hand += sum(bool(source.second_hand) for source in card.sources)
        if card.demo:
            demos[card.demo] += 1
        formulas += bool(formulas_of(card.prompt + card.say + card.answer))
    return BankStats(
        count,
        {section: dict(counts) for section, counts in levels.items()},
        {section: dict(counts) for section, counts in kinds.items()},
        dict(sources),
        second_hand,
        dict(demos),
        formulas,
    )
