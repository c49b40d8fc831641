"""When a session's minutes end: the one rule for reviews, plans and their bench."""

from collections.abc import Iterable
from typing import Any


def fits(seconds: Any, left: Any) -> Any:
    """Whether a card that is expected to take so long is begun: half of it must fit into the rest.

    Days then end neither early nor late on average. Arrays broadcast.
    """
    return seconds / 2 <= left


def fitting(expected: Iterable[float], left: float) -> int:
    """How many of the first cards fit into what is left, by the seconds each is expected to take.

    Each should fit on its own: `fits` tells which to pass over.
    """
    count = 0
    for seconds in expected:
        if not fits(seconds, left):
            break
        left -= seconds
        count += 1
    return count
