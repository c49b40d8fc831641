"""Cards in the order to ask them: by falling gain, each new card after the new ones it needs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import Memory
from contrastive_drill.planner.minutes import fits, fitting


class DeckCard(NamedTuple):
    """A card of the plan."""

    card_id: str
    kind: Kind
    weight: float  # what knowing it on the day is worth
    memory: Memory


class RankedCard(NamedTuple):
    """A card that a look today would gain something."""

    card_id: str
    gain: float  # expected cards recalled on the interview day, by weight, per second of a look
    seconds: float  # that a look is expected to take


def ranked_cards(
    cards: Iterable[RankedCard], needs: Mapping[str, Sequence[str]], new: Collection[str]
) -> tuple[RankedCard, ...]:
    """Those with a gain, highest first, ties as they come; before each what it `needs` of `new`."""
    by_id = {each.card_id: each for each in cards}
    found: dict[str, RankedCard] = {}

    def append(card_id: str, above: tuple[str, ...] = ()) -> None:
        if card_id in found or card_id not in by_id or card_id in above:
            return
        for name in needs.get(card_id, ()):
            if name in new:
                append(name, (*above, card_id))
        found[card_id] = by_id[card_id]

    for each in sorted(by_id.values(), key=lambda each: -each.gain):
        if each.gain > 0:
            append(each.card_id)
    return tuple(found.values())


def within_time(ranked: Sequence[RankedCard], seconds: float) -> tuple[RankedCard, ...]:
    """The first cards that fit into the time, by the rule of sessions.

    Those that would not fit on their own are passed over.
    """
    able = [card for card in ranked if seconds and fits(card.seconds, seconds)]
    return tuple(able[: fitting((card.seconds for card in able), seconds)])
