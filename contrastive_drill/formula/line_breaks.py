"""Line breaks of a formula that is written on one row."""

from contrastive_drill.formula.glyphs import spell, width_of
from contrastive_drill.formula.tex.nodes import AtomKind
from contrastive_drill.formula.tex.symbols import CHARACTERS

_RELATIONS, _OPERATORS = (
    frozenset(
        spelling
        for symbol, kind in CHARACTERS.values()
        if kind is role
        for spelling in (symbol, spell(symbol))
    )
    for role in (AtomKind.REL, AtomKind.BIN)
)


def wrapped(text: str, width: int, indent: str = "    ") -> list[str]:
    """A one-row formula wrapped to a width, all rows but the first indented.

    Breaks are at blanks: preferably outside brackets, before a relation rather than an operator,
    and late; without a blank, after a bracket or a comma; without those, anywhere.
    """
    width = max(width, 2)  # no character is wider
    rows: list[str] = []
    rest = text.strip()
    lead = ""
    while width_of(lead + rest) > width:
        cut = _cut(rest, width - len(lead))
        rows.append((lead + rest[:cut]).rstrip())
        rest = rest[cut:].lstrip()
        lead = indent if width >= 4 * len(indent) else ""
    return [*rows, lead + rest] if rest or not rows else rows


def _cut(text: str, room: int) -> int:
    """The index at which to end a row of at most `room` columns."""
    used = depth = place = beside = 0
    best: tuple[bool, int, int] | None = None
    cut = 0
    for place, character in enumerate(text):
        late = 2 * used >= room
        if character == " " and 3 * used >= room:
            following = text[place + 1 :].split(maxsplit=1)[0]
            rank = 0 if following in _RELATIONS else 1 if following in _OPERATORS else 2
            score = (not late, depth, rank)
            if best is None or score <= best:
                best, cut = score, place
        used += width_of(character)
        if used > room:
            break
        if late and character in ",)]}‖⟩":
            beside = place + 1
        depth += (character in "([{⟨⌈⌊") - (character in ")]}⟩⌉⌋")
    return cut or beside or max(place, 1)
