"""The `[[names]]` in the texts of a calculation card, filled in with drawn numbers."""

import re
from typing import Any

from contrastive_drill.cards.prose import Formula, Prose, Style, lines_of, plain

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


def filled(part: Any, words: dict[str, str]) -> Any:
    """A text, or a part of one, with the words for its names; a name without a word stays."""
    of_formulas = {name: in_formula(word) for name, word in words.items()}

    def fill(part: Any, words: dict[str, str]) -> Any:
        if isinstance(part, str):
            return NAMED.sub(lambda m: words.get(m[1], m[0]), part) if "[[" in part else part
        if isinstance(part, tuple):
            is_formula = isinstance(part, Formula) or Style.FORMULA in part
            parts = [fill(item, of_formulas if is_formula else words) for item in part]
            return type(part)(*parts) if hasattr(part, "_fields") else tuple(parts)
        return part

    return fill(part, words)
