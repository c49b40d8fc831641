"""Vertical bars: the one bracket whose two sides look alike."""

from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Fenced, Node, Scripts, row_of

_BARS = ("|", "‖")


def pair_bars(items: list[Node]) -> list[Node]:
    """The pieces with |x| as a group; a bar without a partner, as in p(x|y), is a relation."""
    bars = [_bar(item) for item in items]
    if not any(bars):
        return items
    paired: list[Node] = []
    opened: int | None = None
    for place, (item, bar) in enumerate(zip(items, bars, strict=True)):
        if bar and opened is None and isinstance(item, Atom):
            if _opens(paired, bars[place + 1 :].count(bar)):
                opened = len(paired)
                paired.append(item)
            else:
                paired.append(Atom(bar, AtomKind.REL))
        elif bar and opened is not None and paired[opened] == Atom(bar) and _complete(paired):
            body = pair_bars(paired[opened + 1 :])
            group: Node = Fenced(bar, row_of(body), bar)
            if isinstance(item, Scripts):
                group = Scripts(group, item.sub, item.sup)
            paired[opened:] = [group]
            opened = None
        else:
            paired.append(item)
    return paired


def _bar(item: Node) -> str:
    """The bar that a piece is, with or without scripts; empty for other pieces."""
    base = item.base if isinstance(item, Scripts) else item
    if isinstance(base, Atom) and base.text in _BARS and base == Atom(base.text):
        return base.text  # in no font, and of no other kind
    return ""


def _opens(before: list[Node], later: int) -> bool:
    """Whether a bar after these pieces begins |x|, given the number of bars still to come."""
    return later > 0 and (not before or not _complete(before) or later % 2 == 1)


def _complete(before: list[Node]) -> bool:
    """Whether a bracket may close after these pieces: they do not end in an operator."""
    last = before[-1]
    return not isinstance(last, Atom) or (
        last.kind in (AtomKind.ORD, AtomKind.CLOSE, AtomKind.SPACE) and last.text not in _BARS
    )
