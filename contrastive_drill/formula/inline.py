"""A formula on one row, with the brackets that this takes."""

from collections.abc import Sequence

from contrastive_drill.formula.glyphs import (
    COMBINING,
    SCRIPT_LETTERS,
    printed,
    subscript,
    superscript,
)
from contrastive_drill.formula.spaces import is_named, is_sign, joint, kinds_of, spaced
from contrastive_drill.formula.tex import nodes
from contrastive_drill.formula.tex.nodes import NULL, Atom, AtomKind, Node, items_of, kind_of

_PRIME = Atom("′")
_PARTIAL = Atom("∂")
_STAR = Atom("∗", AtomKind.BIN)
_SCRIPTS = frozenset(SCRIPT_LETTERS)
_SAME_LEVEL = ("+", "−", "±", "∓", "·", "×")  # a/b beside these is unambiguous
_NOT_PLAIN = frozenset(" /−+-∗|‖,;:=<>()[]{}")


def line(node: Node, ascii_only: bool = False, tight: bool = False) -> str:
    """A formula on one row; `tight` is the spacing of scripts."""
    if isinstance(node, Atom):
        return printed(node, ascii_only)
    if isinstance(node, nodes.Row):
        return _row(node.items, ascii_only, tight)
    if isinstance(node, nodes.Scripts):
        return _scripts(node, ascii_only, tight)
    if isinstance(node, nodes.Fenced):
        return _fenced(node, ascii_only, tight)
    if isinstance(node, nodes.Fraction):
        return _fraction(node, ascii_only, tight)
    if isinstance(node, nodes.Root):
        return _root(node, ascii_only, tight)
    if isinstance(node, nodes.Accent):
        return _accent(node, ascii_only, tight)
    return _grid(node, ascii_only, tight)


def _row(items: tuple[Node, ...], ascii_only: bool, tight: bool) -> str:
    text = last = ""
    before = AtomKind.ORD
    for item, kind, gap in spaced(bracketed(items), tight, True, ascii_only):
        piece = line(item, ascii_only, tight)
        if isinstance(item, nodes.Matrix) and len(items) > 1:
            piece = f"[{piece}]"
        if text:
            text += joint(text, last, piece, (before, kind), gap, ascii_only)
        text += piece
        before, last = kind, piece
    return text


def bracketed(items: Sequence[Node]) -> Sequence[Node]:
    """The pieces with brackets around fractions that a neighbour would be read into."""
    if not any(isinstance(item, nodes.Fraction) for item in items):
        return items
    kinds = kinds_of(items)
    return tuple(
        nodes.Fenced("(", item, ")")
        if isinstance(item, nodes.Fraction)
        and item.bar
        and not (
            _is_apart(items, kinds, range(place - 1, -1, -1))
            and _is_apart(items, kinds, range(place + 1, len(items)))
        )
        else item
        for place, item in enumerate(items)
    )


def _is_apart(items: Sequence[Node], kinds: list[AtomKind], places: range) -> bool:
    """Whether the nearest of these neighbours cannot be read as part of a fraction."""
    blank = 0
    for place in places:
        item = items[place]
        if isinstance(item, Atom) and item.kind is AtomKind.SPACE:
            blank += len(item.text)
            continue
        return (
            blank > 1
            or kinds[place] in (AtomKind.REL, AtomKind.PUNCT)
            or kinds[place] is (AtomKind.OPEN if places.step < 0 else AtomKind.CLOSE)
            or (
                kinds[place] is AtomKind.BIN and isinstance(item, Atom) and item.text in _SAME_LEVEL
            )
            or (places.step < 0 and is_sign(item))
        )
    return True


def _fraction(node: nodes.Fraction, ascii_only: bool, tight: bool) -> str:
    top = line(node.top, ascii_only, tight)
    bottom = line(node.bottom, ascii_only, tight)
    if not node.bar:
        return f"binom({top},{'' if tight else ' '}{bottom})"
    if not _is_product(node.top):
        top = f"({top})"
    if not _is_factor(node.bottom):
        bottom = f"({bottom})"
    return f"{top}/{bottom}"


def _printing(node: Node) -> list[Node]:
    return [item for item in items_of(node) if kind_of(item) is not AtomKind.SPACE]


def _is_product(node: Node) -> bool:
    """Whether a numerator needs no brackets in a/b."""
    items = _printing(node)
    for place, item in enumerate(items):
        kind = kind_of(item)
        if kind is AtomKind.OP:
            after = items[place + 1] if place + 1 < len(items) else None
            if after is None or kind_of(after) is not AtomKind.GROUP or not is_named(item):
                return False
        elif kind is AtomKind.GROUP:
            continue
        elif kind is not AtomKind.ORD or not _is_single(item):
            return False
    return bool(items)


def _is_factor(node: Node) -> bool:
    """Whether a denominator needs no brackets in a/b."""
    match _printing(node):
        case [item]:
            return kind_of(item) in (AtomKind.ORD, AtomKind.GROUP) and _is_single(item)
        case [name, group] if name == _PARTIAL:
            return _is_single(group)
        case [name, group]:
            word = isinstance(name, Atom) and len(name.text) > 1 and name.text.isalpha()
            call = word or (kind_of(name) is AtomKind.OP and is_named(name))
            return call and kind_of(group) is AtomKind.GROUP
    return False


def _is_single(node: Node) -> bool:
    """Whether a piece reads as a unit."""
    if isinstance(node, nodes.Scripts):
        return not nodes.is_brace(node.base)
    if isinstance(node, Atom):
        return is_plain(node)
    return not isinstance(node, nodes.Row | nodes.Matrix) and kind_of(node) is not AtomKind.FRACTION


def is_plain(node: Node) -> bool:
    """Whether a piece is a letter, a number or one word."""
    return isinstance(node, Atom) and bool(node.text) and _NOT_PLAIN.isdisjoint(node.text)


def script_base(node: Node) -> Node:
    """A base in the brackets that keep its scripts from binding to a part of it."""
    binomial = isinstance(node, nodes.Fraction) and not node.bar
    if binomial or isinstance(node, Atom | nodes.Fenced | nodes.Accent) or node == nodes.NOTHING:
        return node
    return nodes.Fenced("(", node, ")")


def _scripts(node: nodes.Scripts, ascii_only: bool, tight: bool) -> str:
    base = line(script_base(node.base), ascii_only, tight)
    if nodes.is_brace(node.base):
        label = " ".join(line(n, ascii_only) for n in (node.sup, node.sub) if n is not None)
        return f"{base} {{{label}}}"
    return base + script_suffix(node, ascii_only)


def script_suffix(node: nodes.Scripts, ascii_only: bool) -> str:
    """Primes, sub- and superscript on the row of their base."""
    primes, sup = primes_of(node.sup)
    text = ("'" if ascii_only else "′") * primes
    low = "" if node.sub is None else line(node.sub, ascii_only, tight=True)
    high = "" if sup is None else line(sup, ascii_only, tight=True)
    lowered = None if ascii_only else subscript(low)
    raised = None if ascii_only else superscript(high)
    if node.sub is None or lowered is not None:
        text += lowered or ""
    elif is_plain(node.sub) or _is_letters(low):
        text += f"_{low}"
        raised = None  # v_wᵀ would read as v with the subscript wᵀ
    else:
        text += f"_({low})"
    if sup is None:
        return text
    if raised is not None:
        return text + raised
    return text + (f"^{high}" if is_plain(sup) or sup == _STAR else f"^({high})")


def _is_letters(text: str) -> bool:
    """Whether a script such as ij needs no brackets."""
    return text.isalnum() and _SCRIPTS.isdisjoint(text)


def primes_of(sup: Node | None) -> tuple[int, Node | None]:
    """The number of primes that begin a superscript, and the rest of it."""
    if sup is None:
        return 0, None
    items = items_of(sup)
    count = next((n for n, item in enumerate(items) if item != _PRIME), len(items))
    return count, None if 0 < count == len(items) else nodes.row_of(items[count:])


def _fenced(node: nodes.Fenced, ascii_only: bool, tight: bool) -> str:
    body = line(node.body, ascii_only, tight)
    left, right = sides_of(node, ascii_only)
    if isinstance(node.body, nodes.Matrix):
        return (left or "{") + body + (right or "}")
    if left and right:
        return left + body + right
    return f"{left}({body}){right}"


def sides_of(node: nodes.Fenced, ascii_only: bool) -> tuple[str, str]:
    """The brackets of a group on one row."""
    if ascii_only and (node.left, node.right) == ("⌊", "⌉"):
        return "round(", ")"
    return printed(Atom(node.left), ascii_only), printed(Atom(node.right), ascii_only)


def _root(node: nodes.Root, ascii_only: bool, tight: bool) -> str:
    body = line(node.body, ascii_only, tight)
    degree = "" if node.degree is None else line(node.degree, ascii_only, tight=True)
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(degree, f"√[{degree}]")
    if ascii_only:
        sign = {"√": "sqrt", "∛": "cbrt"}.get(sign, f"sqrt[{degree}]")
    grouped = isinstance(node.body, nodes.Fenced) and node.body.left == "("
    short = not ascii_only and sign[-1] != "]" and is_short(node.body)
    return sign + body if grouped or short else f"{sign}({body})"


def is_short(node: Node) -> bool:
    """Whether a root of this needs neither brackets nor a bar, like that of d or dₖ."""
    if isinstance(node, nodes.Scripts) and node.sup is None and isinstance(node.sub, Atom):
        return is_plain(node.base) and subscript(line(node.sub)) is not None
    return is_plain(node)


def _accent(node: nodes.Accent, ascii_only: bool, tight: bool) -> str:
    body = line(node.body, ascii_only, tight)
    if not ascii_only and node.mark in COMBINING and isinstance(node.body, Atom) and len(body) == 1:
        return body + COMBINING[node.mark]
    if nodes.is_brace(node):
        return body if _is_single(node.body) else f"({body})"
    return f"{node.mark}({body})"


def _grid(node: nodes.Matrix, ascii_only: bool, tight: bool) -> str:
    text = ""
    for place, row in enumerate(node.rows):
        if node.align == "rl":
            items = nodes.equation(row)
            piece = _row(items, ascii_only, tight).strip()
            first = next((i for i in items if kind_of(i) is not AtomKind.SPACE and i != NULL), NULL)
            continues = kind_of(first) in (AtomKind.REL, AtomKind.BIN)
        else:
            cells = [line(cell, ascii_only, tight) for cell in row]
            while node.align == "l" and not cells[-1] and cells[1:]:
                cells.pop()  # a case without its condition
            piece = cells[0]
            for number, cell in enumerate(cells[1:], 1):
                comma = "" if piece.endswith(",") else ","
                piece += (" | " if number in node.bars else f"{comma} ") + cell
            continues = False
        rule = (" -- " if ascii_only else " ── ") if place in node.lines else "; "
        text += (" " if continues else rule) * (place > 0) + piece
    return text
