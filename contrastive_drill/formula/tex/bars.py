"""Vertical bars: the one bracket whose two sides look alike."""

from contrastive_drill.formula.tex.nodes import Atom, AtomKind, Fenced, Node, Row, Scripts

_BARS = ("|", "‖")


def pair_bars(items: list[Node]) -> list[Node]:
    """Turn |x| into a group; a bar without a partner, as in p(x|y), becomes a relation."""
    bars = [_bar(item) for item in items]
    if not any(bars):
        return items
    found: list[Node] = []
    opened: int | None = None
    for place, (item, bar) in enumerate(zip(items, bars, strict=True)):
        if bar and opened is None and isinstance(item, Atom):
            if _opens(found, bars[place + 1 :].count(bar)):
                opened = len(found)
                found.append(item)
            else:
                found.append(Atom(bar, AtomKind.REL))
        elif bar and opened is not None and found[opened] == Atom(bar) and _complete(found):
            body = pair_bars(found[opened + 1 :])
            group: Node = Fenced(bar, body[0] if len(body) == 1 else Row(tuple(body)), bar)
            if isinstance(item, Scripts):
                group = Scripts(group, item.sub, item.sup)
            found[opened:] = [group]
            opened = None
        else:
            found.append(item)
    return found


def _bar(item: Node) -> str:
    """The bar that a piece is, scripts apart; empty for other pieces."""
    base = item.base if isinstance(item, Scripts) else item
    if (
        isinstance(base, Atom)
        and base.kind is AtomKind.ORD
        and not base.font
        and base.text in _BARS
    ):
        return base.text
    return ""


def _opens(before: list[Node], later: int) -> bool:
    """Whether a bar after these pieces begins |x|, when so many bars are still to come."""
    return later > 0 and (not before or not _complete(before) or later % 2 == 1)


def _complete(before: list[Node]) -> bool:
    """Whether a bracket may close after these pieces: they end in no sign that needs more."""
    last = before[-1]
    return not isinstance(last, Atom) or (
        last.kind in (AtomKind.ORD, AtomKind.CLOSE, AtomKind.SPACE) and last.text not in _BARS
    )
