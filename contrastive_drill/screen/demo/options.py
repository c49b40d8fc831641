"""The settings of a demo as rows of text, and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from contrastive_drill.demo.options import Option, spelt
from contrastive_drill.screen.card.sheet import Rows, Sheet


def setting_rows(sheet: Sheet, options: Sequence[Option]) -> Rows:
    """Each setting with its value and what it may be, and under it what it is for."""
    rows: Rows = []
    for option in options:
        line = Text(option.name, "strong").append(f" = {spelt(option.value)}  ", "none")
        line.append(f"({sheet.look.text(option.allowed)})", "muted")
        rows += sheet.wrapped(line, "  ", "")
        if option.words:
            rows += sheet.words(option.words, indent="  ")
    return rows


def setting_record(option: Option) -> dict[str, Any]:
    """A setting as JSON."""
    return {
        "name": option.name,
        "value": option.value,
        "allowed": option.allowed,
        "words": option.words,
    }
