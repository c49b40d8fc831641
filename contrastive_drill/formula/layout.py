"""Formulas on a terminal: in two dimensions as on paper, or on one row."""

from collections.abc import Sequence
from itertools import dropwhile

from contrastive_drill.formula.boxes import Box, beside, text_box
from contrastive_drill.formula.display import draw
from contrastive_drill.formula.inline import line
from contrastive_drill.formula.line_breaks import wrapped
from contrastive_drill.formula.scripts import with_even_scripts
from contrastive_drill.formula.spaces import kinds_of
from contrastive_drill.formula.tex import parse
from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Matrix, Node, Row, items_of, kind_of

_INDENT = 4
_LAST_LEVEL = 4
_NULL = Atom("")


def inline(source_or_node: str | Node, ascii_only: bool = False) -> str:
    """The formula on one row.

    Raises:
        TexError: for a source that cannot be parsed.
    """
    return line(_tree(source_or_node), ascii_only).strip()


def layout(source_or_node: str | Node, width: int, ascii_only: bool = False) -> tuple[str, ...]:
    """The formula as rows of at most `width` columns (20 or more), without trailing blanks.

    In two dimensions if it fits, else in strips that break before relations and operators; if a
    strip does not fit, on one row, wrapped.

    Raises:
        TexError: for a source that cannot be parsed.
    """
    node = _tree(source_or_node)
    if not ascii_only:
        node = with_even_scripts(node)
    box = draw(node, ascii_only)
    if box.width <= width:
        return _stripped(box)
    lines = node.rows if isinstance(node, Matrix) and node.align == "rl" else ((node,),)
    rows: list[str] = []
    for cells in lines:
        items = [item for cell in cells for item in items_of(cell)]
        strips = _strips(items, width, ascii_only)
        if strips is None:
            rows += wrapped(line(Row(tuple(items)), ascii_only), width)
        else:
            for above, strip in zip([strips[0], *strips], strips, strict=False):
                if rows and max(above.height, strip.height) > 1:
                    rows.append("")
                rows += _stripped(strip)
    return tuple(rows)


def _tree(source_or_node: str | Node) -> Node:
    return parse(source_or_node) if isinstance(source_or_node, str) else source_or_node


def _stripped(box: Box) -> tuple[str, ...]:
    return tuple([row.rstrip() for row in box.rows])


def _strips(items: Sequence[Node], width: int, ascii_only: bool) -> list[Box] | None:
    """The pieces in strips that fit, all but the first indented; None if a piece is too wide."""
    lines = _filled([], [*items], 0, width, ascii_only)
    return None if lines is None else [_strip(*part, ascii_only) for part in enumerate(lines)]


def _strip(number: int, items: Sequence[Node], ascii_only: bool) -> Box:
    if not number:
        return draw(Row(tuple(items)), ascii_only)
    visible = list(dropwhile(lambda item: kind_of(item) is AtomKind.SPACE, items))
    # The empty piece in front keeps a sign at the start of the strip a binary operator.
    body = draw(Row((_NULL, *visible)), ascii_only)
    return beside([text_box(" " * _INDENT), body])


def _filled(
    lines: list[list[Node]], items: list[Node], level: int, width: int, ascii_only: bool
) -> list[list[Node]] | None:
    """The lines with pieces added, broken at the places of a level or, if need be, of the next."""
    for part in _parts(items, level):
        longer = [*lines[-1], *part] if lines else part
        number = max(len(lines) - 1, 0)
        if _strip(number, longer, ascii_only).width <= width:
            lines = [*lines[:-1], longer]
        elif lines and _strip(len(lines), part, ascii_only).width <= width:
            lines = [*lines, part]
        elif level < _LAST_LEVEL:
            deeper = _filled(lines, part, level + 1, width, ascii_only)
            if deeper is None:
                return None
            lines = deeper
        else:
            return None
    return lines


def _parts(items: list[Node], level: int) -> list[list[Node]]:
    """The pieces split by level: 0 after commas and wide blanks, 1 before relations, 2 before + and
    −, 3 before other operators, 4 before ∑ and the like."""
    kinds = kinds_of(items)
    parts: list[list[Node]] = [[]]
    for place, (item, kind) in enumerate(zip(items, kinds, strict=True)):
        before = kinds[place - 1] if place else None
        text = item.text if isinstance(item, Atom) else ""
        cut = (
            before is AtomKind.PUNCT or (kind is AtomKind.SPACE and len(text) > 1),
            kind is AtomKind.REL and before is not AtomKind.REL,
            kind is AtomKind.BIN and text in ("+", "−", "±", "∓"),
            kind is AtomKind.BIN,
            kind is AtomKind.OP and before is not AtomKind.OP,
        )[level]
        if cut and parts[-1]:
            parts.append([])
        parts[-1].append(item)
    return parts
