"""The pages of a card's sources."""

import os
import sys

from contrastive_drill.cards.card import Source


def open_source(source: Source) -> str:
    """Open the page of a source, where there is a display; returns its name and URL."""
    if source.url is None:
        return f"{source.label}: it has no page to open."
    if sys.platform in ("win32", "darwin") or {"DISPLAY", "WAYLAND_DISPLAY"} & set(os.environ):
        import webbrowser

        webbrowser.open(source.url)
    return f"{source.label}: {source.url}"
