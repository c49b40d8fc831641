"""Siblings, of which one gives the other away, are kept apart in the order of a review."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set

GAP = 3  # other cards between siblings, where there are so many


def siblings(links: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """The siblings of each card: its follow-ups, what it follows, and cards of one erratum.

    `links` has the follow-ups of each card, and its erratum, as a name that begins with "#".
    """
    linked = defaultdict[str, set[str]](set)
    for card, names in links.items():
        for name in names:
            linked[name].add(card)
    return {
        card: {*names, *linked[card], *(c for n in names if n[0] == "#" for c in linked[n])}
        - {card}
        for card, names in links.items()
    }


def spaced(
    cards: Sequence[str],
    siblings: Mapping[str, Set[str]],
    needs: Mapping[str, Collection[str]],
) -> tuple[str, ...]:
    """The cards in their order, where one that comes too soon after a sibling waits.

    What needs a waiting card waits with it. Those that still wait at the end go as late as they
    can with the widest gap there is.
    """
    placed: list[str] = []
    waiting: list[str] = []

    def fits(card: str) -> bool:
        return siblings[card].isdisjoint(placed[-GAP:]) and not any(
            need in waiting for need in needs[card]
        )

    for card in cards:
        waiting.append(card)
        while (free := next(filter(fits, waiting), None)) is not None:
            waiting.remove(free)
            placed.append(free)
    for card in waiting:
        first = max((placed.index(need) + 1 for need in needs[card] if need in placed), default=0)
        place = next(
            place
            for gap in range(GAP, -1, -1)
            for place in range(len(placed), first - 1, -1)
            if siblings[card].isdisjoint(placed[max(place - gap, 0) : place + gap])
        )
        placed.insert(place, card)
    return tuple(placed)
