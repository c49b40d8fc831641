"""What is wrong with a bank file, and where."""

from collections.abc import Iterable
from typing import NamedTuple


class Problem(NamedTuple):
    """One thing to fix; `line` and `column` count from 1."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def closest(word: str, known: Iterable[str]) -> str | None:
    """A question that names the closest known word; None when none is close."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None


def nearest(word: str, known: Iterable[str]) -> str:
    """Words to append to a message: the closest known word, or all of them."""
    words = sorted(known)
    return closest(word, words) or f"use one of: {', '.join(words)}"
