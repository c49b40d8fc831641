"""What commands print: rows of a view, or one JSON object."""

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.text import Text

    from contrastive_drill.screen.card import Sheet


def print_rows(rows: "Callable[[Sheet], Iterable[Text]]") -> None:
    """Print what a view draws for this terminal."""
    from contrastive_drill.screen.card import Sheet
    from contrastive_drill.screen.console import look_at, make_console

    console = make_console(sys.stdout)
    for row in rows(Sheet(console, look_at(console))):
        console.print(row, no_wrap=True, crop=False, overflow="ignore")


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object; its text is ASCII, whatever the locale."""
    import json

    print(json.dumps(value, indent=2))
