"""What a generator draws for a calculation card: the numbers in its text, and the answer."""

import math
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from contrastive_drill.cards.quantity import Quantity


class DrawnNumbers(NamedTuple):
    """The words that replace `[[name]]` in a card's text, and the number that is asked for."""

    words: dict[str, str]
    wanted: Quantity


Generator = Callable[[Random], DrawnNumbers]
GENERATORS: dict[str, Generator] = {}


def generator(function: Generator) -> Generator:
    """Enter a function under its name, with hyphens, by which cards ask for it."""
    GENERATORS[function.__name__.replace("_", "-")] = function
    return function


def drawn(answer: float, unit: str = "", **words: float | str) -> DrawnNumbers:
    """Words and numbers as a card prints them; `result` is the answer itself."""
    wanted = Quantity(float(answer), unit)
    shown = {name: word if isinstance(word, str) else digits(word) for name, word in words.items()}
    return DrawnNumbers({**shown, "result": str(wanted)}, wanted)


def digits(number: float) -> str:
    """A number to six significant digits, a long whole one to all; never with a power of ten."""
    text = f"{number:.6g}"
    if "e" not in text:
        return text
    return f"{number:.{max(0, 5 - math.floor(math.log10(abs(number))))}f}"
