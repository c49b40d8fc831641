"""The terminal as it is: its width, its colours, and the characters it can show."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text
from rich.theme import Theme

from contrastive_drill.screen.plain import is_ascii, shown
from contrastive_drill.screen.theme import THEME

TOGETHER = 100  # rows: for each print rich asks the system for the size of the terminal


class Look(NamedTuple):
    """How to draw: everything a view needs to know of the terminal."""

    width: int
    ascii_only: bool
    styled: bool = True  # bold, italics and colours

    def text(self, words: str) -> str:
        """Words as this terminal can show them, without control characters."""
        return shown(words, self.ascii_only)

    def pick(self, unicode: str, ascii_form: str) -> str:
        """One of two drawings of the program's own."""
        return ascii_form if self.ascii_only else unicode

    def bar(self, share: float, width: int) -> Text:
        """How much of something is done; the rest is drawn too, so that its end is seen."""
        done = round(width * min(share, 1.0))
        rest = self.pick("─", "-") * (width - done)
        return Text().append(self.pick("━", "=") * done, "bar").append(rest, "bar.rest")

    def blocks(self, full: int, width: int, style: str = "") -> Text:
        """A bar of so many solid blocks, and the rest of its width."""
        done = Text().append(self.pick("█", "#") * full, style)
        return done.append(self.pick("░", ".") * (width - full), "muted")


class _Terminal(Console):
    """A console that shows words as words, whoever drew them, and whose reader may leave early."""

    @cached_property
    def _ascii_only(self) -> bool:
        return is_ascii(self.encoding)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        for segment in super().render(renderable, options):
            text = segment.text if segment.control else shown(segment.text, self._ascii_only)
            yield segment if text == segment.text else segment._replace(text=text)

    def on_broken_pipe(self) -> None:
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())
        raise SystemExit(0)


def make_console(stream: TextIO, plain: bool = False, theme: Theme = THEME) -> Console:
    """A console that prints values as they are: no markup, no emoji codes, no guessed colours."""
    return _Terminal(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
        no_color=True if plain else None,
        force_terminal=False if plain else None,
        theme=theme,
    )


def look_at(console: Console, environment: Mapping[str, str] = os.environ) -> Look:
    """What this console can show."""
    ascii_only = is_ascii(console.encoding, environment)
    return Look(max(console.width, 20), ascii_only, styled=console.color_system is not None)


def print_rows(console: Console, rows: Iterable[Text]) -> None:
    """Print rows that were laid out already: as they are, however wide."""
    rest = iter(rows)
    while some := [*islice(rest, TOGETHER)]:
        console.print(Text("\n").join(some), no_wrap=True, crop=False, overflow="ignore")
