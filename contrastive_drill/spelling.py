"""What may have been meant by a word that is not known."""

from collections.abc import Iterable

from contrastive_drill.errors import UsageProblem


class UnknownName(UsageProblem):
    """A name that is not there: what was meant perhaps, or else a way on, or all that are."""

    def __init__(self, said: str, name: str, known: Iterable[str], way_on: str = "") -> None:
        names = list(known)
        way_on = way_on or f"use one of: {', '.join(names)}"
        super().__init__(f"{said}: {closest(name, names) or way_on}")


def near_word(word: str, known: Iterable[str], alike: float = 0.6) -> str | None:
    """The known word that is closest; None when none is `alike`, a share of its letters."""
    from difflib import get_close_matches  # most words are known

    return next(iter(get_close_matches(word, known, 1, alike)), None)


def closest(word: str, known: Iterable[str]) -> str | None:
    """A question that names the closest known word; None when none is close."""
    near = near_word(word.lower(), known)
    return f"did you mean '{near}'?" if near else None


def nearest(word: str, known: Iterable[str]) -> str:
    """Words to append to a message: the closest known word, or all of them."""
    words = sorted(known)
    return closest(word, words) or f"use one of: {', '.join(words)}"
