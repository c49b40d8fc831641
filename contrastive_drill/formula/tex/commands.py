r"""The commands with arguments: fractions, roots, `\left`, environments, text, operators."""

from collections.abc import Callable

from contrastive_drill.formula.tex import nodes
from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Node, items_of, row_of
from contrastive_drill.formula.tex.parser import REFUSED, Reader, attach
from contrastive_drill.formula.tex.symbols import BIG, CHARACTERS, NEGATED

FONTS: dict[str, str] = {
    "mathrm": "rm", "mathup": "rm", "mathit": "", "mathnormal": "", "mathsf": "sf", "mathtt": "tt",
    "mathbf": "bf", "boldsymbol": "bf", "bm": "bf", "pmb": "bf", "mathcal": "cal",
    "mathscr": "cal", "mathbb": "bb", "mathbbm": "bb",
}  # fmt: skip

TEXTS: frozenset[str] = frozenset(
    ["text", "textrm", "textnormal", "textup", "textit", "textbf", "textsf", "mbox"]
)

ACCENTS: dict[str, str] = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar",
    "dot": "dot", "ddot": "ddot", "vec": "vec", "check": "check", "widecheck": "check",
    "breve": "breve", "mathring": "ring", "overline": "overline", "underline": "underline",
    "overbrace": "overbrace", "underbrace": "underbrace", "overrightarrow": "vec",
}  # fmt: skip

ARROWS: dict[str, str] = {"xrightarrow": "→", "xleftarrow": "←", "xmapsto": "↦"}

# Brackets around, alignment of the columns.
ENVIRONMENTS: dict[str, tuple[str, str, str]] = {
    "matrix": ("", "c", ""), "smallmatrix": ("", "c", ""), "pmatrix": ("(", "c", ")"),
    "bmatrix": ("[", "c", "]"), "Bmatrix": ("{", "c", "}"), "vmatrix": ("|", "c", "|"),
    "Vmatrix": ("‖", "c", "‖"), "array": ("", "c", ""), "cases": ("{", "l", ""),
    "dcases": ("{", "l", ""), "rcases": ("", "l", "}"), "aligned": ("", "rl", ""),
    "align": ("", "rl", ""), "align*": ("", "rl", ""), "split": ("", "rl", ""),
    "gathered": ("", "c", ""), "gather": ("", "c", ""), "gather*": ("", "c", ""),
    "equation": ("", "rl", ""), "equation*": ("", "rl", ""),
}  # fmt: skip

MAX_CELLS = 400
_LINE_ENDS = (r"\\", r"\cr")
_BLANK = Atom(" ", AtomKind.SPACE)


def _fraction(reader: Reader, name: str) -> Node:
    top = reader.argument("\\" + name)
    return nodes.Fraction(top, reader.argument("\\" + name), bar="binom" not in name)


def _root(reader: Reader, name: str) -> Node:
    degree = reader.optional()
    return nodes.Root(reader.argument("\\" + name), degree)


def _accent(reader: Reader, name: str) -> Node:
    return nodes.Accent(ACCENTS[name], reader.argument("\\" + name))


def _font(reader: Reader, name: str) -> Node:
    return reader.in_font(FONTS[name], "\\" + name)


def _left(reader: Reader, _: str) -> Node:
    left = reader.delimiter(r"\left")
    items = reader.items()
    while reader.tokens.peek() == r"\middle":
        reader.tokens.take()
        items.append(Atom(reader.delimiter(r"\middle"), AtomKind.REL, "stretch"))
        items += reader.items()
    if reader.tokens.take() != r"\right":
        raise reader.tokens.error(rf"a \left{left} without its \right")
    return nodes.Fenced(left, row_of(items), reader.delimiter(r"\right"), grow=True)


def _big(reader: Reader, name: str) -> Node:
    return Atom(reader.delimiter("\\" + name), BIG[name] or AtomKind.ORD)


def _environment(reader: Reader, _: str) -> Node:
    name = _word_in_braces(reader)
    if name not in ENVIRONMENTS:
        raise reader.tokens.unknown("environment", name, ENVIRONMENTS)
    left, align, right = ENVIRONMENTS[name]
    if name == "array":
        align = "".join(c for c in _word_in_braces(reader) if c in "lcr") or "c"
    rows: list[list[Node]] = [[]]
    while True:
        items = reader.items()
        if align == "rl" and len(rows[-1]) % 2 and items:
            items.insert(0, Atom(""))  # as in TeX: a sign at the start of a cell is binary
        rows[-1].append(row_of(items))
        end = reader.tokens.take()
        if end in _LINE_ENDS:
            reader.tokens.skip_length()
            rows.append([])
        elif end != "&":
            break
    if end != r"\end" or _word_in_braces(reader) != name:
        raise reader.tokens.error(rf"\begin{{{name}}} without its \end{{{name}}}")
    if rows[-1] == [nodes.NOTHING] and len(rows) > 1:
        rows.pop()
    if len(rows) * max(map(len, rows)) > MAX_CELLS:  # a short row is filled up
        raise reader.tokens.error(f"a grid of more than {MAX_CELLS} cells")
    grid = nodes.Matrix(tuple(map(tuple, rows)), align)
    return nodes.Fenced(left, grid, right, grow=True) if left or right else grid


def _word_in_braces(reader: Reader) -> str:
    word = ""
    if reader.tokens.take() == "{":
        while (token := reader.tokens.take_raw()) not in ("}", ""):
            word += token
        if token:
            return word
    raise reader.tokens.error("a name in braces is missing")


def _substack(reader: Reader, _: str) -> Node:
    if reader.tokens.take() != "{":
        raise reader.tokens.error(r"\substack without its braces")
    rows = [(row_of(reader.items()),)]
    while (end := reader.tokens.take()) in _LINE_ENDS:
        rows.append((row_of(reader.items()),))
    if end != "}":
        raise reader.tokens.error("a { without its }")
    return nodes.Matrix(tuple(rows), "c")


def _text(reader: Reader, name: str) -> Node:
    r"""Words with their blanks, and formulas between dollars within them."""
    if reader.tokens.take() != "{":
        raise reader.tokens.error(f"\\{name} without its braces")
    items: list[Node] = []
    words = ""
    depth = 1
    while depth:
        token = reader.tokens.take_raw()
        if token == "":
            raise reader.tokens.error(f"\\{name}{{ without its }}")
        depth += (token == "{") - (token == "}")
        if token == "$":
            items += _words(words) + reader.items(stop="$")
            words = ""
            if reader.tokens.take() != "$":
                raise reader.tokens.error(f"a $ inside \\{name} without its partner")
        elif token not in ("{", "}"):
            words += _letter(reader, token)
    return row_of(items + _words(words))


def _letter(reader: Reader, token: str) -> str:
    """A token of running text as it prints."""
    if token.isspace() or token == "~" or (token[0] == "\\" and token[1:].isspace()):
        return " "
    if token in REFUSED:
        raise reader.tokens.error(REFUSED[token])
    if token[0] != "\\":
        return token
    if token[1:] in TEXTS:
        return ""
    if len(token) == 2 and token[1] in "%_#&${}":
        return token[1]
    raise reader.tokens.error(f"{token} in running text (put it between dollars)")


def _words(text: str) -> list[Node]:
    """Running text with its outer blanks; blanks within it shrink to one."""
    body = " ".join(text.split())
    if not body:
        return [_BLANK] if text else []
    before = [_BLANK] if text[0] == " " else []
    after = [_BLANK] if text[-1] == " " else []
    return [*before, Atom(body, AtomKind.ORD, "rm"), *after]


def _operator(reader: Reader, name: str) -> Node:
    if starred := reader.tokens.raw() == "*":
        reader.tokens.take()
    node = _named(reader, reader.in_font("rm", "\\" + name), AtomKind.OP, name)
    if starred:
        reader.with_limits = node
    return node


def _recast(reader: Reader, name: str) -> Node:
    kind = {"mathop": AtomKind.OP, "mathrel": AtomKind.REL, "mathbin": AtomKind.BIN}.get(
        name, AtomKind.ORD
    )
    node = _named(reader, reader.argument("\\" + name), kind, name)
    if kind is AtomKind.OP:
        reader.with_limits = node
    return node


def _named(reader: Reader, node: Node, kind: AtomKind, owner: str) -> Atom:
    """The symbols of a group as one word."""
    atoms = [item for item in items_of(node) if isinstance(item, Atom)]
    text = "".join({"−": "-", "∗": "*"}.get(atom.text, atom.text) for atom in atoms).strip()
    if len(atoms) < len(items_of(node)) or not text:
        raise reader.tokens.error(f"\\{owner} without a plain name")
    fonts = {atom.font for atom in atoms if atom.kind is not AtomKind.SPACE}
    return Atom(text, kind, fonts.pop() if len(fonts) == 1 else "rm")


def _stacked(reader: Reader, name: str) -> Node:
    mark = reader.argument("\\" + name)
    base = reader.argument("\\" + name)
    if isinstance(base, Atom) and base.text in CHARACTERS:
        base = Atom(*CHARACTERS[base.text])  # a relation stays one even in braces
    under = name == "underset"
    return attach(base, mark if under else None, None if under else mark, limits=True)


def _arrow(reader: Reader, name: str) -> Node:
    below = reader.optional()
    above = reader.argument("\\" + name)
    return nodes.Scripts(Atom(ARROWS[name], AtomKind.REL), below, above, limits=True)


def _negation(reader: Reader, name: str) -> Node:
    node = reader.argument("\\" + name)
    if isinstance(node, Atom) and node.text in NEGATED:
        return Atom(NEGATED[node.text], AtomKind.REL)
    raise reader.tokens.error(r"\not before something that has no negated form")


def _modulus(reader: Reader, name: str) -> Node:
    items = (Atom("mod", AtomKind.OP, "rm"), *items_of(reader.argument("\\" + name)))
    return nodes.Row((_BLANK, nodes.Fenced("(", nodes.Row(items), ")")))


COMMANDS: dict[str, Callable[[Reader, str], Node]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"), _fraction),
    **dict.fromkeys(("mathop", "mathrel", "mathbin", "mathord"), _recast),
    **dict.fromkeys(("underset", "overset", "stackrel"), _stacked),
    **dict.fromkeys(ACCENTS, _accent),
    **dict.fromkeys(ARROWS, _arrow),
    **dict.fromkeys(BIG, _big),
    **dict.fromkeys(FONTS, _font),
    **dict.fromkeys(TEXTS, _text),
    "sqrt": _root,
    "left": _left,
    "begin": _environment,
    "substack": _substack,
    "operatorname": _operator,
    "not": _negation,
    "pmod": _modulus,
}
