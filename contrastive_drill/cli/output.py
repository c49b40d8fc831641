"""What commands print: rows of a view, or one JSON object."""

import sys
from collections.abc import Callable, Iterable
from math import isfinite
from typing import TYPE_CHECKING, Any

from contrastive_drill.screen.plain import say

if TYPE_CHECKING:
    from rich.text import Text

    from contrastive_drill.screen.card import Sheet


def print_rows(rows: "Callable[[Sheet], Iterable[Text]]") -> None:
    """Print what a view draws for this terminal."""
    from contrastive_drill.screen import console as screen
    from contrastive_drill.screen.card import Sheet

    console = screen.make_console(sys.stdout)
    screen.print_rows(console, rows(Sheet(console, screen.look_at(console))))


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object: ASCII, whatever the locale, and null for what is not a number."""
    import json

    say(json.dumps(_finite(value), indent=2, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(member) for key, member in value.items()}
    return [_finite(member) for member in value] if isinstance(value, list | tuple) else value
