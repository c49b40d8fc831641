"""Blocks of rows a screen at a time, each left by a key."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from contrastive_drill.screen.bindings import Action, Situation
from contrastive_drill.screen.blocks import Block
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import look_at, print_rows
from contrastive_drill.screen.keymap import keymap
from contrastive_drill.screen.keys import Keys
from contrastive_drill.screen.terminal import key_bar


def print_all(console: Console, blocks: Sequence[Block]) -> None:
    """Print every block, a blank row between two."""
    for number, block in enumerate(blocks):
        print_rows(console, [*([Text()] if number else []), *block.rows])


def page_through(console: Console, keys: Keys, blocks: Sequence[Block]) -> None:
    """Print screen by screen, and wait for a key between two."""
    screens = packed(blocks, console.height - 1)
    for number, screen in enumerate(screens, 1):
        spare = number > 1 and len(screen.rows) < console.height - 1
        print_rows(console, [*([Text()] if spare else []), *screen.rows])
        if number == len(screens):
            return
        # One row and no line break: the screen is full, and would scroll.
        words = keymap().bar(Situation.BLOCK, next=screens[number].title)
        bar = key_bar(Sheet(console, look_at(console)), words)[0]
        console.print(bar, end="", no_wrap=True, overflow="crop")
        console.file.flush()
        try:
            action = None
            while action is not Action.NEXT_PAGE:
                action = keymap().action(Situation.BLOCK, keys.read())
                if action is Action.LEAVE:
                    return
        except EOFError:
            return
        finally:
            console.file.write("\r\x1b[K")
            console.file.flush()


def packed(blocks: Sequence[Block], height: int) -> list[Block]:
    """As many blocks to a screen as fit it, a blank row between two; a long one is cut.

    A screen is called by its first block.
    """
    height = max(height, 2)
    screens: list[Block] = []
    for block in blocks:
        if screens and len(screens[-1].rows) + 1 + len(block.rows) <= height:
            screens[-1] = Block(screens[-1].title, [*screens[-1].rows, Text(), *block.rows])
            continue
        for at in range(0, len(block.rows), height):
            screens.append(Block(block.title, block.rows[at : at + height]))
    return screens
