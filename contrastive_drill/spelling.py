"""What may have been meant by a word that is not known."""

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """A question that names the closest known word; None when none is close."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None


def nearest(word: str, known: Iterable[str]) -> str:
    """Words to append to a message: the closest known word, or all of them."""
    words = sorted(known)
    return closest(word, words) or f"use one of: {', '.join(words)}"
