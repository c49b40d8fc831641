"""How a card stands on a study day: new, due, suspended …"""

from enum import StrEnum

from contrastive_drill.memory.log import Learned, Memory
from contrastive_drill.memory.marks import Mark


class CardState(StrEnum):
    """The state of a card for the learner."""

    NEW = "new"
    FAILED = "failed"
    DUE = "due"
    LATER = "later"
    BURIED = "buried"
    SUSPENDED = "suspended"


def card_state(memory: Memory | None, mark: Mark | None, day: int) -> CardState:
    """The state of a card on a study day, flags aside."""
    if mark is not None and mark.suspended:
        return CardState.SUSPENDED
    if mark is not None and mark.is_buried(day):
        return CardState.BURIED
    if not isinstance(memory, Learned):
        return CardState.NEW
    if memory.failed:
        return CardState.FAILED
    return CardState.DUE if memory.due_day <= day else CardState.LATER
