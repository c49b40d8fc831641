"""Generators for calculation cards: fresh numbers from a seed, and the answer to them."""

from contrastive_drill.cards.calculations import contrastive, quantization, search, vision
from contrastive_drill.cards.calculations import word_vectors as words
from contrastive_drill.cards.calculations.generator import GENERATORS, DrawnNumbers

__all__ = ["GENERATORS", "DrawnNumbers", "contrastive", "quantization", "search", "vision", "words"]
