"""Where a long formula breaks: drawn, before relations and operators; on one row, at blanks."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, dropwhile

from contrastive_drill.formula.boxes import Box, beside, text_box
from contrastive_drill.formula.display import draw
from contrastive_drill.formula.glyphs import spell, width_of
from contrastive_drill.formula.spaces import kinds_of
from contrastive_drill.formula.tex.nodes import NULL, Atom, AtomKind, Node, Row, kind_of
from contrastive_drill.formula.tex.symbols import CHARACTERS

Fits = Callable[[int, list[Node]], bool]  # the line of a number
_INDENT = 4  # of all rows but the first
_LAST_LEVEL = 4
_RELATIONS, _OPERATORS = (
    frozenset(
        spelling
        for symbol, kind in CHARACTERS.values()
        if kind is role
        for spelling in (symbol, spell(symbol))
    )
    for role in (AtomKind.REL, AtomKind.BIN)
)


def in_strips(items: Sequence[Node], width: int, ascii_only: bool) -> list[Box] | None:
    """The pieces in strips that fit, all but the first indented; None if a piece is too wide."""
    drawn: dict[tuple[int, ...], Box] = {}

    def strip(number: int, line: Sequence[Node]) -> Box:
        key = (number, *map(id, line))
        if key not in drawn:
            drawn[key] = _strip(number, line, ascii_only)
        return drawn[key]

    lines = _filled([], [*items], 0, lambda *line: strip(*line).width <= width)
    return None if lines is None else [strip(*line) for line in enumerate(lines)]


def wrapped(text: str, width: int, indent: str = " " * _INDENT) -> list[str]:
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


def _strip(number: int, items: Sequence[Node], ascii_only: bool) -> Box:
    if not number:
        return draw(Row(tuple(items)), ascii_only)
    visible = list(dropwhile(lambda item: kind_of(item) is AtomKind.SPACE, items))
    # The empty piece in front keeps a sign at the start of the strip a binary operator.
    body = draw(Row((NULL, *visible)), ascii_only)
    return beside([text_box(" " * _INDENT), body])


def _filled(
    lines: list[list[Node]], items: list[Node], level: int, fits: Fits
) -> list[list[Node]] | None:
    """The lines with pieces added, broken at the places of a level or, if need be, of the next."""
    parts = _parts(items, level)
    if len(parts) == 1:  # which is known to be too wide
        return _filled(lines, items, level + 1, fits) if level < _LAST_LEVEL else None
    start, usual, full = 0, 1, not lines
    while start < len(parts):
        # What is full has no room for the next part either.
        number, line = (len(lines), []) if full else (len(lines) - 1, lines[-1])

        def longer(count: int, line: list[Node] = line, start: int = start) -> list[Node]:
            return [*line, *chain.from_iterable(parts[start : start + count])]

        room = partial(lambda number, longer, count: fits(number, longer(count)), number, longer)
        if count := _most(room, len(parts) - start, usual if full else 1):
            lines, usual = [*lines[:number], longer(count)], count
            start, full = start + count, True
        elif not full:
            full = True
        elif (
            level == _LAST_LEVEL
            or (deeper := _filled(lines, parts[start], level + 1, fits)) is None
        ):
            return None
        else:
            lines, start, full = deeper, start + 1, False
    return lines


def _most(fits: Callable[[int], bool], limit: int, guess: int) -> int:
    """The largest number up to a limit that fits, sought from a guess on."""
    low, high, step = 0, limit + 1, guess
    while high - low > 1:
        middle = (low + high) // 2 if high <= limit else min(low + step, limit)
        if fits(middle):
            low, step = middle, 2 * step if low else 1
        else:
            high = middle
    return low


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
