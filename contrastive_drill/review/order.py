"""The order of a review: due cards by what they are worth now, new ones among them."""

from collections.abc import Sequence

from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.scheduler import retrievability


def queue(
    due: Sequence[tuple[str, Learned]], new: Sequence[str], day: int, limit: int | None = None
) -> tuple[str, ...]:
    """Due cards by falling retrievability, with the new ones spread evenly among them.

    That order retains most for the time spent when there is a backlog. Due cards take precedence
    where `limit` does not leave room for both; `new` keeps its order, prerequisites first. The
    order is the same under every forgetting curve.
    """
    by_recall = sorted(due, key=lambda row: -retrievability(row[1], day))
    ranked = [card_id for card_id, _ in by_recall[:limit]]
    fresh = list(new) if limit is None else list(new)[: limit - len(ranked)]
    if not ranked or not fresh:
        return (*ranked, *fresh)
    every = len(ranked) / len(fresh)
    slots = [(index + 0.5, card_id) for index, card_id in enumerate(ranked)]
    slots += [((index + 0.5) * every, card_id) for index, card_id in enumerate(fresh)]
    return tuple(card_id for _, card_id in sorted(slots, key=lambda slot: slot[0]))
