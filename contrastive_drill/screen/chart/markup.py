"""What every picture in a page is made with: words as XML has them, and the element around all."""

from collections.abc import Iterable
from html import escape

from contrastive_drill.screen.plain import shown

SIZE = 13.0  # of letters, in units of the view box
LETTER = 7.5  # the width that a letter of that size may take


def text(words: str) -> str:
    """Words as XML has them, with nothing in them that is markup."""
    return escape(shown(words))


def picture(
    name: str,
    title: str,
    description: str,
    size: tuple[float, float],
    parts: Iterable[str],
    kind: str = "chart",
) -> str:
    """One `svg` element of a width and a height, with its title and what it shows in words.

    `name` begins the ids in it and must be its own in the page.
    """
    wide, high = size
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" class="{kind}" '
        f'font-size="{SIZE:g}" fill="currentColor">'
    )
    words = (
        f'<title id="{name}-title">{text(title)}</title>',
        f'<desc id="{name}-desc">{text(description)}</desc>',
    )
    return "\n".join(part for part in (head, *words, *parts, "</svg>") if part)


def label(words: str, x: float, y: float, anchor: str = "start", more: str = "") -> str:
    """A piece of text at a place."""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}"{side}{more}>{text(words)}</text>'
