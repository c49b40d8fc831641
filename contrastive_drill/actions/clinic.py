"""The clinic of a card that repetition does not help."""

from typing import TYPE_CHECKING

from contrastive_drill.bank.library import Bank
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.variant import example
from contrastive_drill.memory.leech import leech
from contrastive_drill.screen.session_view import Clinic

if TYPE_CHECKING:
    from contrastive_drill.store import Store


def clinic(bank: Bank, store: "Store", card: Card) -> Clinic | None:
    """The clinic of a card whose answers call for one."""
    found = leech(store.reviews(card.id), {point.key for point in card.required})
    if found is None:
        return None

    def common(other: Card) -> int:
        return len({*card.tags} & {*other.tags})

    ids = (each.id for each in bank.entries if each.kind == Kind.CALCULATION)
    others = [bank.card(each) for each in ids if each != card.id]
    return Clinic(
        card=example(card),
        leech=found,
        near=(*map(bank.card, card.needs), *sorted(filter(common, others), key=common)[-2:]),
        note=lambda: store.mark(card.id).flag,
    )
