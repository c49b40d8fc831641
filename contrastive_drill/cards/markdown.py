"""Prose written out as Markdown that reads back."""

import re
from typing import assert_never

from contrastive_drill.cards import prose
from contrastive_drill.cards.prose import Block, Line, Prose, Span, Style

SPECIAL = re.compile(r"([\\`*_$<>|&#~])")
OPENING = re.compile(r"(?m)^(\d*)([-+=.])")  # what would begin a list or a rule
CLOSING = re.compile(r"(?m)^(\d+)\)")  # which would, too, but ends a formula with a backslash


def markdown(blocks: Prose) -> str:
    """The blocks as Markdown."""
    return "\n\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    match block:
        case prose.Paragraph(line):
            return markdown_line(line)
        case prose.Listing(items, start):
            return "\n".join(
                _item("- " if start is None else f"{start + index}. ", item)
                for index, item in enumerate(items)
            )
        case prose.Code(text, language):
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
            return f"{fence}{language}\n{text}\n{fence}"
        case prose.TableBlock(header, rows):
            rule = " | ".join("---" for _ in header)
            lines = [" | ".join(map(markdown_line, row)) for row in (header, *rows)]
            return "\n".join(f"| {line} |" for line in (lines[0], rule, *lines[1:]))
        case prose.Formula(tex):
            return f"$$\n{tex}\n$$"
        case _:
            assert_never(block)


def _item(mark: str, item: Prose) -> str:
    return mark + markdown(item).replace("\n", "\n" + " " * len(mark))


def markdown_line(line: Line) -> str:
    """A line as Markdown."""
    written = OPENING.sub(r"\1\\\2", "".join(map(_span, line)))
    return CLOSING.sub(r"\1&#41;", written)


def _span(span: Span) -> str:
    match span.style:
        case Style.FORMULA:
            return f"${' '.join(span.text.split())}$"
        case Style.CODE:
            return code(span.text)
        case Style.EMPHASIS:
            return f"*{_escaped(span.text)}*"
        case Style.STRONG:
            return f"**{_escaped(span.text)}**"
        case Style.PLAIN:
            return _escaped(span.text)
        case _:
            assert_never(span.style)


def code(words: str) -> str:
    """Words as code, between more backquotes than they have themselves."""
    fence = "`" * (max(map(len, re.findall("`+", words)), default=0) + 1)
    ends = {words[:1], words[-1:]}
    space = " " if words.strip(" ") and ends & {"`", " "} else ""
    return f"{fence}{space}{words}{space}{fence}"


def _escaped(text: str) -> str:
    # A bracket with a backslash begins a formula.
    return SPECIAL.sub(r"\\\1", text).replace("](", "]&#40;").replace("\n", "\\\n")
