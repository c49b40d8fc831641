r"""The text of a card as Anki's HTML: every word escaped, formulas as LaTeX in \( \) and \[ \]."""

import re
from html import escape
from typing import assert_never

from contrastive_drill.cards import prose
from contrastive_drill.cards.prose import Block, Line, Prose, Span, Style

CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])  # Anki parts fields by one
# In running text these would begin a formula, a sound or a picture made by LaTeX.
DELIMITER = re.compile(r"\\(?=[()\[\]])")
MARK = re.compile(r"\[(?=/?(?:sound:|anki:|latex\]|\$))")
ELEMENTS = {Style.EMPHASIS: "em", Style.STRONG: "strong", Style.CODE: "code"}
OPERATORS = (
    "softmax", "sigmoid", "sgn", "sign", "tr", "Tr", "rank", "diag", "Var", "Cov", "KL", "ReLU",
    "erf", "id",
)  # fmt: skip
# Commands that cards may use and MathJax does not know.
DEFINITIONS = {
    **{name: rf"\def\{name}{{\operatorname{{{name}}}}}" for name in OPERATORS},
    **{name: rf"\def\{name}{{\operatorname*{{{name}}}}}" for name in ("argmax", "argmin", "plim")},
    "norm": r"\def\norm#1{\left\lVert #1\right\rVert}",
    "abs": r"\def\abs#1{\left\lvert #1\right\rvert}",
    "floor": r"\def\floor#1{\left\lfloor #1\right\rfloor}",
    "ceil": r"\def\ceil#1{\left\lceil #1\right\rceil}",
    "inner": r"\def\inner#1#2{\left\langle #1,#2\right\rangle}",
    "ip": r"\def\ip#1#2{\left\langle #1,#2\right\rangle}",
    "bm": r"\def\bm#1{\boldsymbol{#1}}",
    "mathbbm": r"\def\mathbbm#1{\mathbb{#1}}",
    "mathds": r"\def\mathds#1{\mathbb{#1}}",
    "operatornamewithlimits": r"\def\operatornamewithlimits#1{\operatorname*{#1}}",
    **{name: rf"\def\{name}{{\text}}" for name in ("emph", "textmd", "textsc")},
    "widecheck": r"\def\widecheck#1{\check{#1}}",
    **{
        name: rf"\def\{name}{{{body}}}"
        for name, body in {
            "given": r"\mid", "eq": "=", "vcentcolon": r"\mathrel{:}", "degree": r"{}^\circ",
            "lang": r"\langle", "rang": r"\rangle", "llbracket": r"\mathopen{⟦}",
            "rrbracket": r"\mathclose{⟧}", "iddots": "⋰", "copyright": "©", "pounds": "£",
            "euro": r"\text{€}",
        }.items()
    },
}  # fmt: skip


def prose_html(text: Prose) -> str:
    """The blocks of a text."""
    return "".join(map(_block, text))


def line_html(line: Line) -> str:
    """The spans of a line."""
    return "".join(map(_span, line))


def words_html(words: str) -> str:
    """Words that are no markup, and begin none that Anki or MathJax knows."""
    text = escape(words.translate(CONTROLS), quote=False)
    text = MARK.sub("&#91;", DELIMITER.sub(r"<span>\\</span>", text))
    return text.replace("\n", "<br>")


def listed(lines: list[str], element: str = "ul", name: str = "") -> str:
    """Lines of HTML as a list; nothing where there are none."""
    items = "".join(f"<li>{line}</li>" for line in lines)
    opening = f'{element} class="{name}"' if name else element
    return f"<{opening}>{items}</{element}>" if lines else ""


def _block(block: Block) -> str:
    match block:
        case prose.Paragraph(line):
            return f"<p>{line_html(line)}</p>"
        case prose.Listing(items, start):
            inner = "".join(f"<li>{prose_html(item)}</li>" for item in items)
            return f"<ul>{inner}</ul>" if start is None else f'<ol start="{start}">{inner}</ol>'
        case prose.Code(text):
            return f"<pre><code>{_code(text)}</code></pre>"
        case prose.TableBlock(header, rows):
            head = "".join(f"<th>{line_html(cell)}</th>" for cell in header)
            body = "".join(
                f"<tr>{''.join(f'<td>{line_html(cell)}</td>' for cell in row)}</tr>" for row in rows
            )
            return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
        case prose.Formula(tex):
            return rf'<div class="wide">\[{_tex(tex)}\]</div>'
        case _:
            assert_never(block)


def _span(span: Span) -> str:
    if span.style is Style.FORMULA:
        return rf"\({_tex(span.text)}\)"
    if span.style is Style.CODE:
        return f"<code>{_code(span.text)}</code>"
    element, words = ELEMENTS.get(span.style), words_html(span.text)
    return f"<{element}>{words}</{element}>" if element else words


def _code(text: str) -> str:  # in which MathJax looks for nothing
    return MARK.sub("&#91;", escape(text.translate(CONTROLS), quote=False))


def _tex(tex: str) -> str:
    used = dict.fromkeys(re.findall(r"\\([A-Za-z]+)", tex))
    defined = "".join(DEFINITIONS[name] for name in used if name in DEFINITIONS)
    return MARK.sub("&#91;", escape(f"{defined} {tex.strip()} ".translate(CONTROLS), quote=False))
