"""The tree of a formula, which the parser builds and every drawing reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class AtomKind(Enum):
    """The role of a piece among its neighbours, after TeX's classes of atoms."""

    ORD = 1  # a letter, a number, a word
    OP = 2  # ∑, log, max: acts on what follows
    BIN = 3
    REL = 4
    OPEN = 5  # a bracket without its partner
    CLOSE = 6
    PUNCT = 7
    SPACE = 8
    FRACTION = 9
    GROUP = 10  # brackets with their content


@dataclass(frozen=True, slots=True)
class Atom:
    """A symbol, a number, a word or a space.

    `font` is empty for mathematical italic, else `rm`, `bf`, `cal`, `bb`, `sf` or `tt`; a space
    has a blank for each column, and the font `rm` in running text. The font `stretch` marks a
    delimiter in the middle of `\\left...\\right`.
    """

    text: str
    kind: AtomKind = AtomKind.ORD
    font: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Pieces side by side; none, or several."""

    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    """One formula over another; without a bar it is a binomial coefficient."""

    top: "Node"
    bottom: "Node"
    bar: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A root: the second one when no degree is given."""

    body: "Node"
    degree: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with a sub- and a superscript, or with limits below and above it.

    Primes are the first items of `sup`.
    """

    base: "Node"
    sub: "Node | None"
    sup: "Node | None"
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Fenced:
    """A formula in brackets, either of which may be empty; `grow` is `\\left...\\right`."""

    left: str
    body: "Node"
    right: str
    grow: bool = False


@dataclass(frozen=True, slots=True)
class Accent:
    """A formula under (or over) a mark, named as the LaTeX command without its `wide` prefix."""

    mark: str
    body: "Node"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Formulas in rows and columns; `align` has l, c or r for each column, and repeats.

    The alignment `rl` is that of aligned equations. Rules stand before the columns of `bars` and
    above the rows of `lines`.
    """

    rows: tuple[tuple["Node", ...], ...]
    align: str
    bars: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()


Node = Atom | Row | Fraction | Root | Scripts | Fenced | Accent | Matrix
NOTHING = Row(())
NULL = Atom("")  # before a sign at the start of a line: it stays binary


def kind_of(node: Node) -> AtomKind:
    """The kind of a piece; scripts and braces have that of their base."""
    while not isinstance(node, Atom):
        if isinstance(node, Scripts):
            node = node.base
        elif isinstance(node, Fraction):
            return AtomKind.FRACTION if node.bar else AtomKind.GROUP
        elif isinstance(node, Fenced):
            return AtomKind.GROUP
        elif isinstance(node, Row) and len(node.items) == 1:
            node = node.items[0]
        else:
            return AtomKind.ORD
    return node.kind


def is_brace(node: Node) -> bool:
    """Whether a piece is a horizontal brace, whose script is a label."""
    return isinstance(node, Accent) and node.mark in ("underbrace", "overbrace")


def row_of(items: Sequence[Node]) -> Node:
    """Pieces side by side, or the only piece."""
    return items[0] if len(items) == 1 else Row(tuple(items))


def equation(row: Sequence[Node]) -> tuple[Node, ...]:
    """The pieces of a row of aligned equations, with a wide blank between two of them."""
    items: list[Node] = []
    for column, cell in enumerate(row):
        if column and column % 2 == 0:
            items.append(Atom("  ", AtomKind.SPACE))
        items += items_of(cell)
    return tuple(items)


def items_of(node: Node) -> tuple[Node, ...]:
    """The pieces of a row, or the one piece that is not a row."""
    return node.items if isinstance(node, Row) else (node,)
