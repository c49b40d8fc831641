"""A view with one line for each answer: for pipes, scripts and screen readers."""

import re
from collections.abc import Callable, Iterable
from typing import TextIO

from rich.console import Console
from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.grade import check
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.memory.log import Rating
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import look_at, print_rows

RATINGS = {
    name: rating for rating in Rating for name in (rating.name.lower(), rating.name[0].lower())
}


class LineScreen:
    """Prints plain text and reads lines."""

    def __init__(self, console: Console, lines: TextIO, idle: Callable[[], None]) -> None:
        self._console = console
        self._lines = lines
        self._idle = idle  # work to do while a question is being read

    def tell(self, message: str) -> None:
        """Print a line."""
        sheet = self._sheet()
        self._print(sheet.words(message))

    def aside(self, work: Callable[[], None], wait: bool = True) -> None:
        """Let another program print."""
        self._console.file.flush()
        work()

    def _sheet(self) -> Sheet:
        return Sheet(self._console, look_at(self._console))

    def _print(self, rows: Iterable[Text]) -> None:
        print_rows(self._console, rows)

    def _print_answer(
        self, card: Card, typed: str | None, measured: Iterable[Text] = ()
    ) -> CheckedAnswer | None:
        """Print whether what was typed is right, where the program can tell, and the answer."""
        sheet = self._sheet()
        checked = check(card, typed) if typed else None
        if typed and checked:
            self._print([Text(), *sheet.judged(typed, checked)])
        self._print([Text(), *sheet.answer(card), Text(), *measured])
        self._print([sheet.heading("Key points"), *sheet.points(card)])
        return checked

    def _read(self, prompt: str) -> str | None:
        """The next line, where q is short for :quit; None at the end of input."""
        self._console.print(Text(f"{prompt}:"))
        self._console.file.flush()
        line = self._lines.readline()
        return {"q": ":quit"}.get(line.strip(), line.strip()) if line else None


def parse_grade(line: str, points: int) -> tuple[set[int], Rating | None]:
    """The numbers of the points covered and the rating in a line such as `1 3 hard`.

    Raises:
        ValueError: when a word is neither, with what to write instead.
    """
    numbers: set[int] = set()
    rating: Rating | None = None
    for word in re.split(r"[\s,;]+", line.strip().lower()):
        if word.isascii() and word.isdigit() and 1 <= int(word) <= points:
            numbers.add(int(word))
        elif word == "all":
            numbers.update(range(1, points + 1))
        elif word in RATINGS and rating is None:
            rating = RATINGS[word]
        elif word and word != "none":
            raise ValueError(
                f"'{word}' is not understood: write point numbers from 1 to {points}, all or "
                "none, and at most one of again, hard, good, easy."
            )
    return numbers, rating
