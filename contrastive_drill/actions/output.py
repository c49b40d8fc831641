"""The output of commands: rows of a view, or one JSON object."""

import sys
from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from contrastive_drill.screen.plain import say

if TYPE_CHECKING:
    from rich.text import Text

    from contrastive_drill.screen.blocks import Block
    from contrastive_drill.screen.card.sheet import Sheet


def print_rows(rows: "Callable[[Sheet], Iterable[Text]]") -> None:
    """Print the rows of a view for this terminal."""
    from contrastive_drill.screen import console as screen
    from contrastive_drill.screen.card.sheet import Sheet

    console = screen.make_console(sys.stdout)
    screen.print_rows(console, rows(Sheet(console, screen.look_at(console))))


def print_blocks(blocks: "Callable[[Sheet], Sequence[Block]]", *, paged: bool) -> None:
    """Print the blocks of a view, one screen at a time when `paged`."""
    from rich.text import Text

    from contrastive_drill.screen import console as screen
    from contrastive_drill.screen.card.sheet import Sheet

    console = screen.make_console(sys.stdout)
    drawn = blocks(Sheet(console, screen.look_at(console)))
    if paged and not console.is_dumb_terminal:
        from contrastive_drill.screen.keys import terminal_keys
        from contrastive_drill.screen.pager import leaf

        with terminal_keys() as keys:
            leaf(console, keys, drawn)
        return
    for number, block in enumerate(drawn):
        screen.print_rows(console, [*([Text()] if number else []), *block.rows])


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object: ASCII in any locale, with null for NaN and infinities."""
    import json

    say(json.dumps(_finite(value), indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(member) for key, member in value.items()}
    return [_finite(member) for member in value] if isinstance(value, list | tuple) else value
