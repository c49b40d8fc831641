"""A calculation card with its numbers drawn: every `[[name]]` of its text filled in."""

import re
from dataclasses import replace
from random import Random
from typing import Any

from contrastive_drill.cards.calculations.generator import GENERATORS
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.prose import Formula, Prose, Style, lines_of, plain
from contrastive_drill.cards.quantity import Number

NAMED = re.compile(r"\[\[([a-z_]+)\]\]")
PLAIN = re.compile(r"[-\d.,() ]+")  # numbers, or a list of them
MEANT = re.compile(r"\[\[([^\[\]]*[^\W\d][^\[\]]*)\]\]")  # a name, or a slip at one; no [[1, 0]]


def names_in(*texts: Prose) -> set[str]:
    """What stands between double brackets and is not a list of numbers."""
    lines = [line for text in texts for line in lines_of(text)]
    return {name for line in lines for name in MEANT.findall(plain(line))}


def in_formula(word: str) -> str:
    """A word as LaTeX: numbers in braces, so that they stand as one; other words upright."""
    if PLAIN.fullmatch(word):
        return f"{{{word}}}"
    number, _, unit = word.partition(" ")
    if unit and PLAIN.fullmatch(number):
        return rf"{{{number}\ {_upright(unit)}}}"
    return f"{{{_upright(word)}}}"


def _upright(words: str) -> str:
    return rf"\text{{{words}}}".replace("%", r"\%")


def filled(card: Card, seed: str) -> Card:
    """The card with the numbers this seed draws; a card of another kind as it is.

    The same seed gives the same numbers on every machine. The points keep their wording, and so
    their keys: their text holds no names. A name that the generator does not give stays.
    """
    task = card.expected
    if not isinstance(task, Task):
        return card

    drawn = GENERATORS[task.generator](Random(seed))
    of_formulas = {name: in_formula(word) for name, word in drawn.words.items()}

    def fill(part: Any, words: dict[str, str] = drawn.words) -> Any:
        if isinstance(part, str):
            return NAMED.sub(lambda m: words.get(m[1], m[0]), part) if "[[" in part else part
        if isinstance(part, tuple):
            is_formula = isinstance(part, Formula) or Style.FORMULA in part
            parts = [fill(item, of_formulas if is_formula else drawn.words) for item in part]
            return type(part)(*parts) if hasattr(part, "_fields") else tuple(parts)
        return part

    names = {text.name for text in card.texts() if not text.is_line}
    texts = {name: fill(getattr(card, name)) for name in names}
    expected = task._replace(number=Number(drawn.wanted, task.tolerance))
    return replace(card, **texts, expected=expected)
