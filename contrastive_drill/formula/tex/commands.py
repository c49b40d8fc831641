r"""The commands with arguments: fractions, roots, `\left`, text, operators."""

from collections.abc import Callable

from contrastive_drill.formula.tex import nodes
from contrastive_drill.formula.tex.environments import environment, substack
from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Node, items_of, row_of
from contrastive_drill.formula.tex.parser import REFUSED, Reader, attach
from contrastive_drill.formula.tex.symbols import BIG, CHARACTERS, NEGATED

FONTS: dict[str, str] = {
    "mathrm": "rm", "mathup": "rm", "mathit": "", "mathnormal": "", "mathsf": "sf", "mathtt": "tt",
    "mathbf": "bf", "boldsymbol": "bf", "bm": "bf", "pmb": "bf", "mathcal": "cal",
    "mathscr": "cal", "mathbb": "bb", "mathbbm": "bb", "mathds": "bb", "mathfrak": "frak",
    "symbf": "bf", "symbb": "bb",
}  # fmt: skip

TEXTS: frozenset[str] = frozenset(
    ["text", "textrm", "textnormal", "textup", "textit", "textbf", "textsf", "mbox", "hbox"]
).union(["texttt", "textmd", "textsc", "emph"])

ACCENTS: dict[str, str] = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar",
    "dot": "dot", "ddot": "ddot", "vec": "vec", "check": "check", "widecheck": "check",
    "breve": "breve", "mathring": "ring", "overline": "overline", "underline": "underline",
    "overbrace": "overbrace", "underbrace": "underbrace", "overrightarrow": "vec",
    "acute": "acute", "grave": "grave", "dddot": "dddot", "overleftarrow": "leftarrow",
}  # fmt: skip

ARROWS: dict[str, str] = {
    "xrightarrow": "→", "xleftarrow": "←", "xmapsto": "↦", "xleftrightarrow": "↔",
    "xRightarrow": "⇒", "xLeftarrow": "⇐", "xLeftrightarrow": "⇔", "xhookrightarrow": "↪",
}  # fmt: skip

# Brackets that grow with what is in them.
PAIRS: dict[str, tuple[str, str]] = {
    "norm": ("‖", "‖"), "abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉"),
    "set": ("{", "}"), "Set": ("{", "}"), "bra": ("⟨", "|"), "ket": ("|", "⟩"),
    "braket": ("⟨", "⟩"),
}  # fmt: skip

_BLANK = Atom(" ", AtomKind.SPACE)
_TEXT_BLANK = Atom(" ", AtomKind.SPACE, "rm")
_FORMULAS = {"$": "$", r"\(": r"\)"}  # within running text


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
        if token in _FORMULAS:
            items += _words(words) + reader.items(stop=_FORMULAS[token])
            words = ""
            if reader.tokens.take() != _FORMULAS[token]:
                raise reader.tokens.error(f"a {token} inside \\{name} without its partner")
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
    body = " ".join(text.replace("``", "“").replace("''", "”").split())
    if not body:
        return [_TEXT_BLANK] if text else []
    before = [_TEXT_BLANK] if text[0] == " " else []
    after = [_TEXT_BLANK] if text[-1] == " " else []
    return [*before, Atom(body, AtomKind.ORD, "rm"), *after]


def _operator(reader: Reader, name: str) -> Node:
    starred = name.endswith("withlimits")
    if reader.tokens.raw() == "*":
        starred = bool(reader.tokens.take())
    node = _named(reader, reader.in_font("rm", "\\" + name), AtomKind.OP, name)
    if starred:
        reader.with_limits = node
    return node


_CLASSES = {
    "mathop": AtomKind.OP, "mathrel": AtomKind.REL, "mathbin": AtomKind.BIN,
    "mathord": AtomKind.ORD, "mathopen": AtomKind.OPEN, "mathclose": AtomKind.CLOSE,
    "mathpunct": AtomKind.PUNCT, "mathinner": AtomKind.ORD,
}  # fmt: skip


def _recast(reader: Reader, name: str) -> Node:
    kind = _CLASSES[name]
    body = reader.argument("\\" + name)
    if body == nodes.NOTHING or (kind is AtomKind.ORD and not isinstance(body, Atom)):
        return body
    if isinstance(body, Atom):
        node = Atom(body.text, kind, body.font)
    else:
        node = _named(reader, body, kind, name)
    if kind is AtomKind.OP:
        reader.with_limits = node
    return node


def _named(reader: Reader, node: Node, kind: AtomKind, owner: str) -> Atom:
    """The symbols of a group as one word."""
    atoms = [item for item in items_of(node) if isinstance(item, Atom)]
    between = " " if all(atom.kind is AtomKind.OP for atom in atoms) else ""
    text = between.join({"−": "-", "∗": "*"}.get(a.text, a.text) for a in atoms).strip()
    if len(atoms) < len(items_of(node)) or not text:
        raise reader.tokens.error(f"\\{owner} without a plain name", "write letters in it")
    fonts = {atom.font for atom in atoms if atom.kind is not AtomKind.SPACE}
    return Atom(text, kind, fonts.pop() if len(fonts) == 1 else "rm")


def _stacked(reader: Reader, name: str) -> Node:
    mark = reader.argument("\\" + name)
    base = reader.argument("\\" + name)
    if isinstance(base, Atom) and base.text in CHARACTERS:
        base = Atom(*CHARACTERS[base.text])  # a relation stays one even in braces
    elif all(isinstance(i, Atom) and i.kind is AtomKind.OP for i in items_of(base)):
        base = _named(reader, base, AtomKind.OP, name)  # arg and max are one operator
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
    problem = r"\not before something that has no negated form"
    raise reader.tokens.error(problem, r"write \ne, \notin or the like")


def _pair(reader: Reader, name: str) -> Node:
    if reader.tokens.raw() == "*":
        reader.tokens.take()
    left, right = PAIRS[name]
    return nodes.Fenced(left, reader.argument("\\" + name), right, grow=True)


def _product(reader: Reader, name: str) -> Node:
    items = reader.argument("\\" + name), Atom(",", AtomKind.PUNCT), reader.argument("\\" + name)
    return nodes.Fenced("⟨", nodes.Row(items), "⟩", grow=True)


def _modulus(reader: Reader, name: str) -> Node:
    items = (Atom("mod", AtomKind.OP, "rm"), *items_of(reader.argument("\\" + name)))
    return nodes.Row((_BLANK, nodes.Fenced("(", nodes.Row(items), ")")))


COMMANDS: dict[str, Callable[[Reader, str], Node]] = {
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom"), _fraction),
    **dict.fromkeys(("inner", "ip"), _product),
    **dict.fromkeys(("operatorname", "operatornamewithlimits"), _operator),
    **dict.fromkeys(_CLASSES, _recast),
    **dict.fromkeys(("underset", "overset", "stackrel"), _stacked),
    **dict.fromkeys(ACCENTS, _accent),
    **dict.fromkeys(ARROWS, _arrow),
    **dict.fromkeys(BIG, _big),
    **dict.fromkeys(FONTS, _font),
    **dict.fromkeys(PAIRS, _pair),
    **dict.fromkeys(TEXTS, _text),
    "sqrt": _root,
    "left": _left,
    "begin": environment,
    "substack": substack,
    "not": _negation,
    "pmod": _modulus,
}
