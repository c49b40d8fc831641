"""A card as it is put to the learner: its numbers drawn, its choices shuffled."""

from dataclasses import replace

from contrastive_drill.cards.card import Card, Choices, Task


def example(card: Card) -> Card:
    """The card as it is shown outside of a session: one draw of its numbers, always the same."""
    return variant(card, card.id) if isinstance(card.expected, Task) else card


def variant(card: Card, seed: str) -> Card:
    """The card for one asking; the same seed, such as the id of the answer, deals the same."""
    match card.expected:
        case Task():
            # Imported on use: most cards need no generator, and the first must be fast.
            from contrastive_drill.cards.calculations.placeholders import filled

            return filled(card, seed)
        case Choices(options):
            from random import Random

            order = Random(seed).sample(options, len(options))
            return replace(card, expected=Choices(tuple(order)))
        case _:
            return card
