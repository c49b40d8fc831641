"""The clinic of a card that repetition does not help."""

from contextlib import suppress
from typing import TYPE_CHECKING

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.variant import example
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.leech import leech
from contrastive_drill.screen.session_view import Clinic

if TYPE_CHECKING:
    from contrastive_drill.store import Store


def clinic(env: Environment, store: "Store", card: Card) -> Clinic | None:
    """The clinic of a card whose answers call for one, unless it was opened today."""
    found, bank = leech(store.reviews(card.id), {point.key for point in card.required}), env.bank
    if found is None or not _first_today(env, card.id):
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


def _first_today(env: Environment, card_id: str) -> bool:
    """Whether the card had no clinic today, of which a file in the cache keeps account."""
    path = env.paths.cache.with_name("clinics-of-the-day.json")
    opened: list[str] = []
    with suppress(DataProblem):
        record = settings.read(path) or {}
        cards = record.get("cards") if record.get("day") == env.day() else None
        opened = cards if isinstance(cards, list) else []
        settings.write(path, {"day": env.day(), "cards": [*opened, card_id]})
    return card_id not in opened
