"""Formulas as MathML, from the same tree that the terminal draws.

Only MathML Core, as browsers have it: fonts by character, alignment by style.
"""

from collections.abc import Sequence
from html import escape

from contrastive_drill.formula.glyphs import glyph
from contrastive_drill.formula.spaces import is_named, kinds_of
from contrastive_drill.formula.tex import nodes, parse
from contrastive_drill.formula.tex.nodes import NOTHING, Atom, AtomKind, Node, items_of

# TeX's spaces in em, before and after a piece outside scripts.
_THIN, _MEDIUM, _THICK = 0.1667, 0.2222, 0.2778
_AROUND = {
    AtomKind.BIN: (_MEDIUM, _MEDIUM),
    AtomKind.REL: (_THICK, _THICK),
    AtomKind.PUNCT: (0.0, _THIN),
}
_MARKS = {
    "hat": "^", "tilde": "~", "bar": "‾", "dot": "˙", "ddot": "¨", "vec": "→", "check": "ˇ",
    "breve": "˘", "ring": "˚", "acute": "´", "grave": "`", "dddot": "⃛", "leftarrow": "←",
    "overline": "‾", "underline": "_", "overbrace": "⏞",
    "underbrace": "⏟",
}  # fmt: skip
_UNDER = ("underline", "underbrace")
_SIDES = {"l": "left", "c": "center", "r": "right"}
_OPERANDS = (AtomKind.ORD, AtomKind.OP, AtomKind.FRACTION)
_COMPLETE = (AtomKind.ORD, AtomKind.CLOSE, AtomKind.GROUP, AtomKind.FRACTION)
_BAR = "stretch"  # the font of a delimiter in the middle of \left...\right


def mathml(source: str, *, block: bool = False) -> str:
    """A formula as one `math` element, displayed or within text.

    Raises:
        TexError: for a source that cannot be parsed.
    """
    display = ' display="block"' if block else ""
    return f"<math{display}>{_element(parse(source), tight=False)}</math>"


def _element(node: Node, tight: bool) -> str:
    """One element for a formula; `tight` is the spacing of scripts."""
    parts = _pieces(items_of(node), tight)
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _pieces(items: Sequence[Node], tight: bool) -> list[str]:
    """The elements of a row, with spaces beside the names of functions."""
    elements: list[str] = []
    kinds = kinds_of(items)
    for place, (item, kind) in enumerate(zip(items, kinds, strict=True)):
        named = kind is AtomKind.OP and is_named(item)
        if named and place and kinds[place - 1] in _COMPLETE:
            elements.append(_space(_THIN))
        elements.append(_piece(item, kind, tight))
        after = kinds[place + 1] if place + 1 < len(items) else None
        if named and after in (*_OPERANDS, AtomKind.GROUP, AtomKind.OPEN):
            elements.append("<mo>&#x2061;</mo>")
            if after in _OPERANDS:
                elements.append(_space(_THIN))
    return elements


def _piece(node: Node, kind: AtomKind, tight: bool) -> str:
    match node:
        case Atom():
            return _atom(node, kind, tight)
        case nodes.Row(items):
            return f"<mrow>{''.join(_pieces(items, tight))}</mrow>"
        case nodes.Fraction(top, bottom, bar):
            over = f"{_element(top, tight)}{_element(bottom, tight)}"
            if bar:
                return f"<mfrac>{over}</mfrac>"
            return _fenced("(", f'<mfrac linethickness="0">{over}</mfrac>', ")", grow=True)
        case nodes.Root(body, None):
            return f"<msqrt>{_element(body, tight)}</msqrt>"
        case nodes.Root(body, degree) if degree is not None:
            return f"<mroot>{_element(body, tight)}{_element(degree, tight=True)}</mroot>"
        case nodes.Scripts():
            return _scripts(node, kind, tight)
        case nodes.Fenced(left, body, right, grow):
            return _fenced(left, _element(body, tight), right, grow)
        case nodes.Accent(mark, body):
            name = "munder" if mark in _UNDER else "mover"
            stretchy = str(mark not in ("dot", "ddot", "ring")).lower()
            over = f'<mo stretchy="{stretchy}">{_MARKS[mark]}</mo>'
            return f'<{name} accent="true">{_element(body, tight)}{over}</{name}>'
        case nodes.Matrix():
            return _grid(node, tight)
    raise AssertionError(node)


def _atom(atom: Atom, kind: AtomKind, tight: bool) -> str:
    text = escape(glyph(atom.text, atom.font, ascii_only=False), quote=False)
    if kind is AtomKind.SPACE:
        return _space(_MEDIUM if len(atom.text) == 1 else len(atom.text) / 2)
    if kind is AtomKind.OP:
        return f"<mi>{text}</mi>" if is_named(atom) else f"<mo>{text}</mo>"
    if kind is AtomKind.ORD and atom.text[:1].isalnum():
        if atom.text[0].isdigit():
            return f"<mn>{text}</mn>"
        if not atom.text.isalpha():
            return f"<mtext>{text}</mtext>"
        # A single letter is italic by default; a word is upright.
        upright = len(atom.text) == 1 and atom.font and text == atom.text
        return f'<mi mathvariant="normal">{text}</mi>' if upright else f"<mi>{text}</mi>"
    if not text:
        return "<mrow></mrow>"
    before, after = (0.0, 0.0) if tight else _AROUND.get(kind, (0.0, 0.0))
    # Arrows stretch to the width of their labels; brackets stretch only where marked.
    stretchy = str(atom.font == _BAR or (kind is AtomKind.REL and atom.text in "→←↦")).lower()
    return f'<mo lspace="{before}em" rspace="{after}em" stretchy="{stretchy}">{text}</mo>'


def _space(width: float) -> str:
    return f'<mspace width="{width}em"></mspace>'


def _fenced(left: str, body: str, right: str, grow: bool) -> str:
    """Brackets around a formula, as tall as it is when `grow`."""
    stretchy = str(grow).lower()
    before, after = (
        side
        and f'<mo form="{form}" stretchy="{stretchy}" lspace="0em" rspace="0em">{escape(side)}</mo>'
        for form, side in (("prefix", left), ("postfix", right))
    )
    return f"<mrow>{before}{body}{after}</mrow>"


def _scripts(node: nodes.Scripts, kind: AtomKind, tight: bool) -> str:
    base = _piece(node.base, kind, tight)
    under = None if node.sub is None else _element(node.sub, tight=True)
    over = None if node.sup is None else _element(node.sup, tight=True)
    below, above = ("under", "over") if node.limits else ("sub", "sup")
    name = f"m{below if under is not None else ''}{above if over is not None else ''}"
    return f"<{name}>{base}{under or ''}{over or ''}</{name}>"


def _grid(grid: nodes.Matrix, tight: bool) -> str:
    equations = grid.align == "rl"
    columns = max(map(len, grid.rows))
    table = ""
    for place, row in enumerate(grid.rows):
        table += "<mtr>"
        missing = columns - len(row) if grid.bars else 0
        for column, cell in enumerate([*row, *[NOTHING] * missing]):
            style = f"text-align: {_SIDES[grid.align[column % len(grid.align)]]}"
            if equations:  # the two sides of an equation touch
                style += f"; padding-{'left' if column % 2 else 'right'}: 0"
            for side, at, rules in (
                ("left", column, grid.bars),
                ("right", column + 1, grid.bars[-1:] * (column + 1 == columns)),
                ("top", place, grid.lines),
                ("bottom", place + 1, grid.lines[-1:] * (place + 1 == len(grid.rows))),
            ):
                style += f"; border-{side}: thin solid" * (at in rules)
            table += f'<mtd style="{style}">{_element(cell, tight)}</mtd>'
        table += "</mtr>"
    style = ' displaystyle="true"' if equations else ""
    return f"<mtable{style}>{table}</mtable>"
