"""What may have been meant by a word that is not known."""

from collections.abc import Iterable

from contrastive_drill.errors import UsageProblem

_LETTERS_A_SLIP = 4  # for every one that a word has, a slip is forgiven


class UnknownName(UsageProblem):
    """A name that is not there: what was meant perhaps, or else a way on, or all that are."""

    def __init__(self, said: str, name: str, known: Iterable[str], way_on: str = "") -> None:
        names = list(known)
        way_on = way_on or f"use one of: {', '.join(names)}"
        super().__init__(f"{said}: {closest(name, names) or way_on}")


def near_word(word: str, known: Iterable[str]) -> str | None:
    """The known word that was mistyped or begun; None when none was: junior is no senior."""
    from difflib import get_close_matches  # most words are known

    lower = word.lower()
    names = {name.lower(): name for name in sorted(known, key=lambda n: (n[:1] == word[:1], n))}
    slips = {name: _slips(lower, name) for name in get_close_matches(lower, names, 5)}
    near = min(slips, key=lambda name: slips[name], default="")
    return names[near] if near and slips[near] <= (len(word) + 1) // _LETTERS_A_SLIP else None


def _slips(word: str, name: str) -> int:
    """The letters left out, added, changed or swapped between two words."""
    if abs(len(word) - len(name)) == 2 and (word.startswith(name) or name.startswith(word)):
        return 1
    change = 1 + (len(word) < _LETTERS_A_SLIP)  # of three letters, it makes another word
    rows: list[list[int]] = [[*range(len(name) + 1)]]
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, other in enumerate(name, 1):
            same = rows[-1][j - 1] + change * (letter != other)
            row.append(min(rows[-1][j] + 1, row[-1] + 1, same))
            if i > 1 and j > 1 and (letter, word[i - 2]) == (name[j - 2], other):
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


def closest(word: str, known: Iterable[str]) -> str | None:
    """A question that names the closest known word; None when none is close."""
    near = near_word(word, known)
    return f"did you mean '{near}'?" if near else None


def nearest(word: str, known: Iterable[str]) -> str:
    """Words to append to a message: the closest known word, or all of them."""
    words = sorted(known)
    return closest(word, words) or f"use one of: {', '.join(words)}"
