"""The grammar of formulas: rows, groups, brackets, arguments and scripts."""

from collections.abc import Callable, Mapping

from contrastive_drill.formula.tex import nodes, symbols
from contrastive_drill.formula.tex.bars import pair_bars
from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Node, items_of, row_of
from contrastive_drill.formula.tex.symbols import BIG, CHARACTERS, HINTS, MACROS, SYMBOLS
from contrastive_drill.formula.tex.tokens import Tokens

MAX_DEPTH = 50  # of nested groups and arguments, which bounds the recursion of drawings
ENDS = {
    "": "the formula ends too early",
    "}": "} without its {",
    "&": r"& outside a matrix, cases or aligned (the sign is \&)",
    r"\\": r"\\ outside a matrix, cases or aligned (begin one around the lines)",
    r"\cr": r"\cr outside a matrix, cases or aligned (begin one around the lines)",
    r"\end": r"\end without its \begin",
    r"\right": r"\right without its \left",
    r"\middle": r"\middle without its \left",
}
REFUSED = {
    "%": r"a bare %, which starts a comment (the sign is \%)",
    "#": r"a bare # (the sign is \#)",
    "$": r"a $ inside a formula (the sign is \$)",
    "\\": r"a backslash that starts no command (the sign is \backslash)",
}
UNKNOWN = rf"{MACROS}, or write \operatorname{{...}} for a name"
_SCRIPTS = ("_", "^", "'")
_READ_ON = ("_", "^", r"\sqrt")  # digits after their argument belong to it as well
_PRIME = Atom("′")


class Reader:
    """A recursive descent over the tokens of a formula."""

    def __init__(
        self, tokens: Tokens, commands: Mapping[str, Callable[["Reader", str], Node]]
    ) -> None:
        self.tokens = tokens
        self.commands = commands
        self.font = ""
        self.depth = 0
        self.with_limits: Node | None = None  # the last operator whose scripts are limits

    def items(self, stop: str = "", closing: bool = False) -> list[Node]:
        """The pieces up to a token that ends a group, to `stop`, or to a closing bracket."""
        self._deeper()
        font = self.font  # of a switch such as \bf, to the end of the group
        pieces: list[Node] = []
        while (token := self.tokens.peek()) not in ENDS and token != stop:
            bracket, kind = self._bracket(token)
            if kind is AtomKind.CLOSE and closing:
                break
            if kind is None:
                pieces.extend(_loose(self._scripted(self.nucleus())))
                continue
            self._take_bracket()
            if kind is not AtomKind.OPEN:
                pieces.append(self._scripted(Atom(bracket, kind)))
                continue
            inner = self.items("" if stop == "]" else stop, closing=True)
            partner, kind = self._bracket(self.tokens.peek())
            if kind is AtomKind.CLOSE:
                self._take_bracket()
                pieces.append(self._scripted(nodes.Fenced(bracket, row_of(inner), partner)))
            else:
                pieces += [Atom(bracket, AtomKind.OPEN), *inner]
        self.depth -= 1
        self.font = font
        return pair_bars(pieces)

    def nucleus(self) -> Node:
        """One piece without its scripts."""
        token = self.tokens.peek()
        if token in _SCRIPTS:
            return nodes.NOTHING
        self.tokens.take()
        if token == "{":
            return self._group()
        if token[0] != "\\" or len(token) == 1:
            return self._run(token)
        return self._command(token[1:])

    def argument(self, owner: str) -> Node:
        """The argument of `owner`: a group, a command or a single character."""
        self._deeper()
        token = self.tokens.peek(braced=True)
        if token in ENDS or token in _SCRIPTS:
            self.tokens.take()
            raise self.tokens.error(f"{owner} has no argument", "put it in braces")
        if token == "{" or token[0] == "\\":
            node = self.nucleus()
        else:
            node = self._character(self.tokens.take())
            if owner in _READ_ON and _reads_on(token, self.tokens.raw()):
                raise self.tokens.error(
                    f"{owner} takes only the {token}", "put all of it in braces"
                )
        self.depth -= 1
        return node

    def optional(self) -> Node | None:
        """The optional argument in square brackets."""
        if self.tokens.peek() != "[":
            return None
        self.tokens.take()
        items = self.items(stop="]")
        if self.tokens.take() != "]":
            raise self.tokens.error("a [ without its ]")
        return row_of(items)

    def in_font(self, font: str, owner: str) -> Node:
        """An argument whose letters are set in a font."""
        before, self.font = self.font, font
        node = self.argument(owner)
        self.font = before
        return node

    def delimiter(self, owner: str) -> str:
        """The delimiter after `owner`; empty for the invisible one."""
        token = self.tokens.take()
        symbol = _delimiter(token)
        if symbol is None:
            problem = f"{owner} needs a delimiter, not {token or 'the end'},"
            raise self.tokens.error(problem, r"such as ( [ \{ | or .")
        return symbol

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.tokens.error(f"more than {MAX_DEPTH} groups within each other")

    def _bracket(self, token: str) -> tuple[str, AtomKind | None]:
        """The bracket of a token and its side; no kind for other tokens."""
        if token in ("(", "[", ")", "]"):
            return CHARACTERS[token]
        name = token[1:]
        if token[:1] != "\\" or not name:
            return "", None
        if name in BIG:
            symbol = _delimiter(self.tokens.ahead()) or ""
            side = BIG[name] or CHARACTERS.get(symbol, ("", AtomKind.ORD))[1]
            return symbol, side if symbol else None
        symbol, kind = SYMBOLS.get(name, ("", AtomKind.ORD))
        return symbol, kind if kind in (AtomKind.OPEN, AtomKind.CLOSE) else None

    def _take_bracket(self) -> None:
        if self.tokens.take()[1:] in BIG:
            self.tokens.take()

    def _command(self, name: str) -> Node:
        if symbol := SYMBOLS.get(name):
            return Atom(*symbol, self.font if symbol[0].isalpha() else "")
        if name in symbols.DOUBLE_STRUCK:
            return Atom(name, AtomKind.ORD, "bb")
        if name in symbols.SWITCHES:
            self.font = symbols.SWITCHES[name]
            return nodes.NOTHING
        if name in symbols.FUNCTIONS:
            return Atom(symbols.FUNCTIONS[name], AtomKind.OP, "rm")
        if name in symbols.SPACES or name.isspace():
            return Atom(" " * symbols.SPACES.get(name, 1), AtomKind.SPACE)
        if name in symbols.SILENT:
            return nodes.NOTHING
        if command := self.commands.get(name):
            return command(self, name)
        if name in HINTS:
            raise self.tokens.error(f"\\{name} is not known here", HINTS[name])
        known = {"right", "middle", "limits", "nolimits", "end"}
        known.update(SYMBOLS, symbols.FUNCTIONS, symbols.SPACES, symbols.SILENT, self.commands)
        raise self.tokens.unknown(f"\\{name}", known, UNKNOWN)

    def _run(self, first: str) -> Node:
        """A character; a number; or, in an upright font, a word."""
        word = first
        if first.isdigit() or (first == "." and self.tokens.raw().isdigit()):
            while self.tokens.raw().isdigit() or (
                self.tokens.raw() == "." and self.tokens.ahead().isdigit()
            ):
                word += self.tokens.take_raw()
        elif self.font and first.isalpha():
            while self.tokens.raw().isalnum():
                word += self.tokens.take_raw()
        return self._character(word)

    def _character(self, token: str) -> Node:
        if token in CHARACTERS:
            return Atom(*CHARACTERS[token], self.font if token.isalpha() else "")
        if token == "~" or token.isspace():
            return Atom(" ", AtomKind.SPACE)
        if token in REFUSED:
            raise self.tokens.error(REFUSED[token])
        return Atom(token, AtomKind.ORD, self.font if token[0].isalnum() else "")

    def _group(self) -> Node:
        """A group in braces, after the opening one."""
        items = self.items()
        if self.tokens.take() != "}":
            raise self.tokens.error("a { without its }")
        node = row_of(items)
        if isinstance(node, Atom) and node.kind not in (AtomKind.ORD, AtomKind.OP, AtomKind.SPACE):
            # Alone in braces a symbol loses its spacing, as the comma of 1{,}000 does.
            return Atom(node.text, AtomKind.ORD, node.font)
        return node

    def _scripted(self, base: Node) -> Node:
        """The piece with the sub- and superscripts that follow it; a space has none of its own."""
        if isinstance(base, Atom) and base.kind is AtomKind.SPACE:
            return base
        sub: Node | None = None
        sup: list[Node] = []
        raised = False  # a superscript was given, not only primes
        limits = self.with_limits is base or _takes_limits(base)
        while (token := self.tokens.peek()) in (*_SCRIPTS, r"\limits", r"\nolimits"):
            self.tokens.take()
            if token == "'" and not raised:
                sup.append(_PRIME)
            elif token == "^" and not raised:
                sup += items_of(self.argument("^"))
                raised = True
            elif token == "_" and sub is None:
                sub = self.argument("_")
            elif token in _SCRIPTS:
                which = "sub" if token == "_" else "super"
                raise self.tokens.error(f"a second {which}script (put the first in braces)")
            elif not limits and not _is_operator(base):
                remedy = r"write \mathop{...} around it"
                raise self.tokens.error(f"{token} after what is no operator", remedy)
            else:
                limits = token == r"\limits"
        if sub is None and not sup and not raised:
            return base
        return attach(base, sub, row_of(sup) if sup or raised else None, limits)


def attach(base: Node, sub: Node | None, sup: Node | None, limits: bool = False) -> Node:
    """A base with scripts, merged with those it has where they leave a place free: {v'_i}^T."""
    if isinstance(base, nodes.Scripts) and base.limits == limits:
        inner = () if base.sup is None else items_of(base.sup)
        if sub is None and sup is not None and all(item == _PRIME for item in inner):
            return nodes.Scripts(base.base, base.sub, row_of([*inner, *items_of(sup)]), limits)
        if sup is None and base.sub is None:
            return nodes.Scripts(base.base, sub, base.sup, limits)
    return nodes.Scripts(base, sub, sup, limits)


def _delimiter(token: str) -> str | None:
    """The character of a delimiter, empty for the invisible one; None for other tokens."""
    if token in ("(", ")", "[", "]", "|", "/", "‖", "⟨", "⟩"):
        return token
    if token in (".", "<", ">"):
        return {".": "", "<": "⟨", ">": "⟩"}[token]
    return symbols.DELIMITERS.get(token[1:]) if token[:1] == "\\" else None


def _loose(node: Node) -> tuple[Node, ...]:
    """The pieces of a group as parts of the row around it, where they mean the same there."""
    items = items_of(node)
    signs = items and AtomKind.BIN in (nodes.kind_of(items[0]), nodes.kind_of(items[-1]))
    return (node,) if signs and len(items) > 1 else items  # the minus of 3e{-4} subtracts nothing


def _reads_on(token: str, following: str) -> bool:
    """Whether more than the first character of x^10 or e^-x was meant."""
    if token == "-":
        return following[:1].isalnum()
    return token.isdigit() and following.isdigit()


def _is_operator(base: Node) -> bool:
    return isinstance(base, Atom) and base.kind is AtomKind.OP


def _takes_limits(base: Node) -> bool:
    named = isinstance(base, Atom) and _is_operator(base) and base.text in symbols.LIMITS
    return named or nodes.is_brace(base)
