"""A line of a card's text as HTML: its words escaped, its formulas as MathML."""

from contrastive_drill.cards.prose import Line, Span, Style
from contrastive_drill.formula.mathml import mathml
from contrastive_drill.formula.tex import TexError
from contrastive_drill.screen.chart.markup import text

_ELEMENTS = {Style.EMPHASIS: "em", Style.STRONG: "strong", Style.CODE: "code"}


def formula_html(tex: str, block: bool = False) -> str:
    """A formula as MathML; as its source, if it cannot be read."""
    try:
        return mathml(tex, block=block)
    except TexError:
        return f"<code>{text(tex)}</code>"


def line_html(line: Line) -> str:
    """The spans of a line."""
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    if span.style is Style.FORMULA:
        return formula_html(span.text)
    element = _ELEMENTS.get(span.style)
    return f"<{element}>{text(span.text)}</{element}>" if element else text(span.text)
