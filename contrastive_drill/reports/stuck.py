"""The cards that repetition does not help, in words."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import plain
from contrastive_drill.memory.leech import leech
from contrastive_drill.memory.log import Review


def stuck_cards(
    reviews: Iterable[Review], find: Callable[[str], Card | None], suspended: Collection[str]
) -> Iterator[str]:
    """Each leech that is in the bank and not suspended, and what of it is missed or was failed."""
    by_card = defaultdict[str, list[Review]](list)
    for review in reviews:
        by_card[review.card_id].append(review)
    for name in by_card.keys() - set(suspended):
        if leech(by_card[name]) is None or (card := find(name)) is None:
            continue
        if found := leech(by_card[name], {point.key for point in card.required}):
            points = [
                f"{plain(point.line)}, missed {found.missed[point.key]} times"
                for point in card.points
                if point.key in found.missed
            ]
            yield f"{name}: {'; '.join(points) or f'failed {found.failed} times'}"
