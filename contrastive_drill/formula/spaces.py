"""The spaces between the pieces of a formula."""

from collections.abc import Sequence
from unicodedata import combining

from contrastive_drill.formula.glyphs import SCRIPT_LETTERS, printed
from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Node, Scripts, kind_of
from contrastive_drill.formula.tex.symbols import ASCII

_SMALL = frozenset(SCRIPT_LETTERS)
_JOINING = frozenset("._^√∛∜*†‡⊤⊥∞")  # characters besides letters and digits that continue a word
_DOT, _X = Atom("·", AtomKind.BIN), Atom("x")
_SLASH = Atom("/")
_TEXT_BLANK = Atom(" ", AtomKind.SPACE, "rm")
_QUANTIFIERS = tuple(map(Atom, "∀∃∄¬"))
_LETTER_SIGNED = ("×", "∘")
_LETTER_SIGNS = tuple(ASCII[sign] for sign in _LETTER_SIGNED)
_INNER = (".", "_")  # written by themselves, as in 0{.}5 and a\\_b
_ROOTS = frozenset("^√∛∜")
_LONGEST_TAIL = 16  # characters that decide whether a blank must follow a text
_BEFORE_UNARY = (None, AtomKind.BIN, AtomKind.REL, AtomKind.OPEN, AtomKind.PUNCT, AtomKind.OP)
_AFTER_UNARY = (None, AtomKind.REL, AtomKind.CLOSE, AtomKind.PUNCT)
_THINGS = (AtomKind.ORD, AtomKind.OP, AtomKind.GROUP, AtomKind.FRACTION, AtomKind.CLOSE)


def kinds_of(items: Sequence[Node]) -> list[AtomKind]:
    """The kind of each piece in its row: a sign without a left operand is not binary."""
    kinds = [kind_of(item) for item in items]
    places = [place for place, kind in enumerate(kinds) if kind is not AtomKind.SPACE]
    before: AtomKind | None = None
    for place, following in zip(places, [*places[1:], None], strict=False):
        after = None if following is None else kinds[following]
        if kinds[place] is AtomKind.BIN and (before in _BEFORE_UNARY or after in _AFTER_UNARY):
            kinds[place] = AtomKind.ORD
        before = kinds[place]
    return kinds


def spaced(
    items: Sequence[Node], tight: bool, flat: bool, ascii_only: bool
) -> list[tuple[Node, AtomKind, int]]:
    """The visible pieces, each with its kind and the columns of space before it.

    `tight` is the spacing of scripts: none around relations, operators and commas. On a `flat` row
    a fraction needs no room for its bar.
    """
    visible: list[tuple[Node, AtomKind, int]] = []
    space = 0
    worded = False  # no sign can stand here: `if x is even`, `for all x exists y`
    for item, kind in zip(items, kinds_of(items), strict=True):
        if kind is AtomKind.SPACE:
            space += len(item.text) if isinstance(item, Atom) else 0
            worded = worded or item == _TEXT_BLANK  # of running text
            continue
        if ascii_only and isinstance(item, Atom) and item.text in _LETTER_SIGNED:
            kind = AtomKind.BIN  # in braces as well: 3x10 has a letter x
        if visible:
            left, left_kind, before = visible[-1]
            space = max(space, _gap(left, left_kind, item, kind, tight, flat, ascii_only))
            worded = worded or left in _QUANTIFIERS or item in _QUANTIFIERS
            if worded and left_kind is AtomKind.ORD:
                visible[-1] = left, AtomKind.GROUP, before
            if worded and kind is AtomKind.ORD:
                kind = AtomKind.GROUP
        visible.append((item, kind, space))
        space, worded = 0, False
    if ascii_only:
        for place, (item, kind, gap) in enumerate(visible):
            if (
                isinstance(item, Atom)
                and item.text == "×"
                and any(near[0] == _X for near in visible[max(place - 1, 0) : place + 2])
            ):
                visible[place] = (_DOT, kind, gap)  # x times y must not read `x x y`
    return visible


def _gap(
    left: Node,
    before: AtomKind,
    right: Node,
    after: AtomKind,
    tight: bool,
    flat: bool,
    ascii_only: bool,
) -> int:
    if before is AtomKind.OPEN or after in (AtomKind.CLOSE, AtomKind.PUNCT):
        return 0
    if AtomKind.REL in (before, after) or AtomKind.BIN in (before, after):
        if before is after:
            return 0  # := and the like
        if not tight:
            return 1
        if isinstance(left, Scripts) and before in (AtomKind.REL, AtomKind.BIN):
            return 1  # its label must not run into what follows
        return int(ascii_only and (_is_word(left, before) or _is_word(right, after)))
    if before is AtomKind.PUNCT:
        return 0 if tight else 1
    if AtomKind.FRACTION in (before, after):
        return 0 if flat else 1
    if before is AtomKind.OP:
        call = after is AtomKind.GROUP and is_named(left)
        return 0 if call and not (isinstance(left, Scripts) and left.limits) else 1
    return 1 if after is AtomKind.OP and not is_sign(left) and left != _SLASH else 0


def _is_word(node: Node, kind: AtomKind) -> bool:
    """Whether a relation or operator is spelled in letters."""
    return (
        kind in (AtomKind.REL, AtomKind.BIN)
        and isinstance(node, Atom)
        and printed(node, True)[-1:].isalpha()
    )


def is_named(node: Node) -> bool:
    """Whether an operator is a named function such as log, rather than a sign such as ∑."""
    while isinstance(node, Scripts):
        node = node.base
    return isinstance(node, Atom) and node.text[:1].isalpha()


def is_sign(node: Node) -> bool:
    """Whether a piece is a plus or minus sign."""
    return isinstance(node, Atom) and node.text in ("+", "−", "±", "∓")


def joint(
    written: str,
    last: str,
    piece: str,
    kinds: tuple[AtomKind, AtomKind],
    gap: int,
    ascii_only: bool,
) -> str:
    """The text between the last piece and the next: the gap, or a blank that keeps them apart.

    12nd² is 12·n·d², but `log N` and `x_i y` need their blank. `written` is the row so far, and
    `kinds` are those of the two pieces.
    """
    before, after = kinds
    if not gap and piece and before in _THINGS:
        gap = _runs_together(last[-_LONGEST_TAIL:], piece)
    factor = before is AtomKind.ORD and after in _THINGS and last in _LETTER_SIGNS
    if gap and ascii_only and factor:
        start = written[: -len(last)]
        if start[-1:] == " " and (start[-2:-1].isalnum() or start[-2:-1] in (")", "]", "}", "|")):
            return "*"  # with a blank on both sides the letter would read as × or ∘
    return " " * gap


def _runs_together(left: str, right: str) -> int:
    if left in _INNER or right in _INNER:
        return 0
    word = small = ""
    for character in reversed(left):
        if character in _SMALL:
            small += character
        elif character.isalnum() or character in _JOINING:
            word = character + word
        elif not combining(character):
            break
    if not word and not small:
        return 0
    first = ""
    for character in right:
        if character in _SMALL or not (character.isalnum() or character == "_"):
            break
        first += character
    if not first:
        return int(right[0] in "([{|‖⟨⌈⌊<√∛∜" and not _ROOTS.isdisjoint(word))
    if len(small) > 3:
        return 1  # after a word in small letters
    if word.replace(".", "").isdigit():
        return int(first[0].isdigit() or (len(first) > 1 and first[:2].isalpha()))
    return int(len(word) > 1 or len(first) > 1 or first[0].isdigit())
