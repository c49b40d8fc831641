"""Vertical bars: the one bracket whose two sides look alike."""

from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Fenced, Node, Scripts, row_of

_BARS = ("|", "‖")
_DEEPEST = 4  # bars within bars
_RELATION = Atom("|", AtomKind.REL)
_SLOT = [Atom("·", AtomKind.BIN)]  # where an argument goes, as in |·|


def pair_bars(items: list[Node]) -> list[Node]:
    """The pieces with |x| as a group; a bar without a partner, as in p(x|y), is a relation.

    Two bars on both sides, as in ||x||, are a norm.
    """
    bars = [_bar(item) for item in items]
    if not any(bars):
        return items
    later = {bar: bars.count(bar) for bar in _BARS}
    opened: list[tuple[str, list[Node]]] = [("", [])]
    run = 0  # of equal bars from here on
    for place, (item, bar) in enumerate(zip(items, bars, strict=True)):
        left, body = opened[-1]
        if not bar:
            body.append(item)
            continue
        if not run:
            run = _length(items, bars, place)
            later[bar] -= run
        if bar == left and (_complete(body) or body == _SLOT):
            opened.pop()
            opened[-1][1].append(_group(bar, body, item))
        elif not isinstance(item, Atom):
            body.append(item)
        elif len(opened) <= _DEEPEST and _opens(body, run, later[bar]):
            opened.append((bar, []))
        elif body and body[-1] == _RELATION and bar == "|" and bars[place - 1] == "|":
            body[-1] = Atom("‖", AtomKind.REL)
        else:
            body.append(Atom(bar, AtomKind.REL))
        run -= 1
    while len(opened) > 1:
        bar, body = opened.pop()
        opened[-1][1].extend([Atom(bar), *body])
    return opened[0][1]


def _bar(item: Node) -> str:
    """The bar that a piece is, with or without scripts; empty for other pieces."""
    base = item.base if isinstance(item, Scripts) else item
    if isinstance(base, Atom) and base.text in _BARS and base == Atom(base.text):
        return base.text  # in no font, and of no other kind
    return ""


def _length(items: list[Node], bars: list[str], place: int) -> int:
    """The number of equal bars from a place on; one with scripts is the last."""
    last = place
    while isinstance(items[last], Atom) and bars[last + 1 : last + 2] == [bars[place]]:
        last += 1
    return last - place + 1


def _group(bar: str, body: list[Node], closing: Node) -> Node:
    match body:
        case [Fenced("|", inner, "|", False)] if bar == "|":
            group: Node = Fenced("‖", inner, "‖")
        case _:
            group = Fenced(bar, row_of(body), bar)
    return Scripts(group, closing.sub, closing.sup) if isinstance(closing, Scripts) else group


def _opens(before: list[Node], run: int, later: int) -> bool:
    """Whether the first of a run of bars begins |x|, given the number of bars after the run."""
    if not _complete(before):
        return later > 0 or run > 1
    return later >= run and later % 2 == run % 2


def _complete(before: list[Node]) -> bool:
    """Whether a bracket may close after these pieces: they do not end in an operator."""
    last = next((p for p in reversed(before) if p != Atom(" ", AtomKind.SPACE)), None)
    return last is not None and (
        not isinstance(last, Atom) or last.kind in (AtomKind.ORD, AtomKind.CLOSE, AtomKind.SPACE)
    )
