"""Formulas on a terminal: in two dimensions as on paper, or on one row."""

from contrastive_drill.formula.boxes import Box
from contrastive_drill.formula.display import draw
from contrastive_drill.formula.inline import line
from contrastive_drill.formula.line_breaks import in_strips, wrapped
from contrastive_drill.formula.scripts import with_even_scripts
from contrastive_drill.formula.tex import parse
from contrastive_drill.formula.tex.nodes import Atom, Matrix, Node, Row, equation


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
    if _least_width(node) <= width:
        box = draw(node, ascii_only)
        if box.width <= width:
            return _stripped(box)
    equations = node.rows if isinstance(node, Matrix) and node.align == "rl" else ((node,),)
    rows: list[str] = []
    for row in equations:
        items = equation(row)
        strips = in_strips(items, width, ascii_only)
        if strips is None:
            rows += wrapped(line(Row(items), ascii_only), width)
        else:
            for above, strip in zip([strips[0], *strips], strips, strict=False):
                if rows and max(above.height, strip.height) > 1:
                    rows.append("")
                rows += _stripped(strip)
    return tuple(rows)


def _least_width(node: Node) -> int:
    """Columns that a formula takes at least: to draw what cannot fit takes time."""
    items = node.items if isinstance(node, Row) else ()
    return sum(isinstance(item, Atom) and not item.text.isspace() for item in items)


def _tree(source_or_node: str | Node) -> Node:
    return parse(source_or_node) if isinstance(source_or_node, str) else source_or_node


def _stripped(box: Box) -> tuple[str, ...]:
    return tuple([row.rstrip() for row in box.rows])
