"""A card as it is put to the learner: its numbers drawn, its choices shuffled."""

from dataclasses import replace

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds import card_kind


def example(card: Card) -> Card:
    """The card as it is shown outside of a session: one draw of its numbers, always the same."""
    return variant(card, card.id) if card_kind(card.kind).has_drawn_numbers else card


def variant(card: Card, seed: str) -> Card:
    """The card for one asking; the same seed, such as the id of the answer, gives the same."""
    changes = card_kind(card.kind).variant(card, seed)
    return replace(card, **changes) if changes else card
