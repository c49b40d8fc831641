"""How each kind of text looks: the only place that names a colour or an attribute.

Colours are the terminal's own, or middle tones, so that they are read on a light and on a dark
background; where there is no colour, what matters is bold as well, or has a mark beside it.
"""

from rich.theme import Theme

SERIES = 6  # curves of a chart before a colour comes again

STYLES = {
    "heading": "bold magenta",
    "strong": "bold",
    "emphasis": "italic",
    "muted": "dim",
    "command": "bold",
    "message": "bold",
    "key": "bold",
    "selected": "bold reverse",
    "match": "bold underline",
    "good": "green",
    "bad": "bold red",
    "success": "bold green",
    "code": "magenta",
    "code.comment": "dim",
    "code.keyword": "magenta",
    "code.string": "green",
    "bar": "green",
    "bar.rest": "dim",
    "share": "color(33)",
    "series.0": "color(160)",
    "series.1": "color(33)",
    "series.2": "color(70)",
    "series.3": "color(133)",
    "series.4": "color(172)",
    "series.5": "color(37)",
}
THEME = Theme(STYLES)
# Of guides, which rich renders: no backgrounds, no colour that vanishes on white or on black.
MARKDOWN = Theme(
    {
        "markdown.code": "magenta",
        "markdown.code_block": "default",
        "markdown.h1": "bold magenta",
        "markdown.h2": "bold magenta",
        "markdown.h3": "bold magenta",
        "markdown.item.bullet": "default",
        "markdown.item.number": "default",
    }
)
