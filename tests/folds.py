"""A fold over the log that asks no scheduler, for tests whose memories are made by hand."""

from collections.abc import Iterable

from contrastive_drill.memory.log import Learned, Memory, Parameters, Review


def as_shown(reviews: Iterable[Review], parameters: Parameters | None) -> dict[str, Learned]:
    """The memory that the last answer of each card recorded."""
    memories: dict[str, Memory] = {}
    for answered in reviews:
        if answered.mode.scheduled:
            memories[answered.card_id] = answered.after
    return {card: memory for card, memory in memories.items() if isinstance(memory, Learned)}
