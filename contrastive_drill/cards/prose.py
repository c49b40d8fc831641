"""The text of a card as values: blocks of paragraphs, lists, code, tables and formulas."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple, assert_never


class Style(StrEnum):
    """How a run of text is set."""

    PLAIN = "plain"
    EMPHASIS = "emphasis"
    STRONG = "strong"
    CODE = "code"
    FORMULA = "formula"  # the text is LaTeX


class Span(NamedTuple):
    """A run of text in one style."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]


class Paragraph(NamedTuple):
    """Text that wraps."""

    line: Line


class Listing(NamedTuple):
    """A bulleted list, or a numbered one from `start`; each item is blocks of its own."""

    items: tuple[tuple["Block", ...], ...]
    start: int | None = None


class Code(NamedTuple):
    """Lines to show as they stand, in a language that may be empty."""

    text: str
    language: str = ""


class TableBlock(NamedTuple):
    """A table."""

    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


class Formula(NamedTuple):
    """LaTeX on lines of its own."""

    tex: str


Leaf = Paragraph | Code | TableBlock | Formula
Block = Leaf | Listing
Prose = tuple[Block, ...]


class CardText(NamedTuple):
    """One text of a card: blocks of prose, or a line as their only paragraph."""

    name: str  # of the field
    blocks: Prose
    heading: str = ""  # above it in the answer
    is_line: bool = False
    flag: bool | None = None  # of a line: whether the point is required, or the choice right
    weight: float = 1.0  # of its words in a search


def blocks_of(prose: Prose) -> Iterator[Leaf]:
    """Every block in reading order, and for a list those of its items."""
    for block in prose:
        if isinstance(block, Listing):
            yield from (each for item in block.items for each in blocks_of(item))
        else:
            yield block


def lines_of(prose: Prose) -> tuple[Line, ...]:
    """Every line of text in the blocks, in reading order; a formula is a line of one span."""
    lines: list[Line] = []
    for block in blocks_of(prose):
        match block:
            case Paragraph(line):
                lines.append(line)
            case Code(text):
                lines.append((Span(text, Style.CODE),))
            case TableBlock(header, rows):
                lines.extend(cell for row in (header, *rows) for cell in row)
            case Formula(tex):
                lines.append((Span(tex, Style.FORMULA),))
            case _:
                assert_never(block)
    return tuple(lines)


def first_line(prose: Prose) -> Line:
    """What stands on the first line of a text that is not empty, as for a row of a list."""
    spans: list[Span] = []
    for span in lines_of(prose)[0]:
        is_formula = span.style is Style.FORMULA
        text, broken, _ = (span.text, "", "") if is_formula else span.text.partition("\n")
        spans += [span._replace(text=text)] if text else []
        if broken:
            break
    return tuple(spans)


def plain(line: Line) -> str:
    """The words of a line without their styles; a formula stays LaTeX."""
    return "".join(span.text for span in line)


def formulas_of(prose: Prose) -> tuple[str, ...]:
    """The LaTeX of every formula, inline or displayed."""
    return tuple(
        span.text for line in lines_of(prose) for span in line if span.style is Style.FORMULA
    )
