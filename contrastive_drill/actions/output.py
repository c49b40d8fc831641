"""The output of commands: rows of a view, or one JSON object."""

from collections.abc import Callable, Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from contrastive_drill.actions.environment import open_console
from contrastive_drill.screen.plain import say

if TYPE_CHECKING:
    from rich.text import Text

    from contrastive_drill.demo.result import Table
    from contrastive_drill.screen.blocks import Block
    from contrastive_drill.screen.card.sheet import Sheet


def print_rows(draw: "Callable[[Sheet], Iterable[Text]]") -> None:
    """Print the rows of a view for this terminal."""
    from contrastive_drill.screen.blocks import Block

    print_blocks(lambda sheet: [Block("", [*draw(sheet)])], paged=False)


def print_table(table: "Table") -> None:
    """Print a table for this terminal."""
    from contrastive_drill.screen.chart.tables import table_rows

    print_rows(lambda sheet: table_rows(sheet, table))


def print_blocks(draw: "Callable[[Sheet], Sequence[Block]]", *, paged: bool) -> None:
    """Print the blocks of a view, one screen at a time when `paged`."""
    from contrastive_drill.screen import pager
    from contrastive_drill.screen.card.sheet import Sheet
    from contrastive_drill.screen.console import look_at

    screen = open_console()
    blocks = draw(Sheet(screen, look_at(screen)))
    if paged and not screen.is_dumb_terminal:
        from contrastive_drill.screen.keys import terminal_keys

        with terminal_keys() as keys:
            pager.page_through(screen, keys, blocks)
    else:
        pager.print_all(screen, blocks)


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
