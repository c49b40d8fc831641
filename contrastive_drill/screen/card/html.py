"""The text of a card as HTML: its words escaped, its formulas as MathML."""

from collections.abc import Iterable
from typing import assert_never

from contrastive_drill.cards import prose
from contrastive_drill.cards.prose import Block, Line, Prose, Span, Style
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


def prose_html(blocks: Prose) -> str:
    """Blocks of text; what may be wider than a phone scrolls by itself."""
    return "\n".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case prose.Paragraph(line):
            return f"<p>{line_html(line)}</p>"
        case prose.Listing(items, start):
            inner = "".join(f"<li>{prose_html(item)}</li>" for item in items)
            return f"<ul>{inner}</ul>" if start is None else f'<ol start="{start}">{inner}</ol>'
        case prose.Code(code):
            return _wide("Code", f"<pre><code>{text(code)}</code></pre>")
        case prose.TableBlock(header, rows):
            head = _cells("th", header, ' scope="col"')
            body = "".join(_cells("td", row) for row in rows)
            return _wide("Table", f"<table><thead>{head}</thead><tbody>{body}</tbody></table>")
        case prose.Formula(tex):
            return _wide("Formula", formula_html(tex, block=True))
        case _:
            assert_never(block)


def _cells(name: str, cells: Iterable[Line], more: str = "") -> str:
    return f"<tr>{''.join(f'<{name}{more}>{line_html(cell)}</{name}>' for cell in cells)}</tr>"


def _wide(what: str, inner: str) -> str:
    return f'<div class="wide" role="group" aria-label="{what}">{inner}</div>'
