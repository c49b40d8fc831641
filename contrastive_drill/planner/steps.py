"""The days of a plan in steps of time, so that a long plan costs no more than one of sixty days."""

from collections.abc import Iterable
from itertools import pairwise

FINE = 60  # days that are planned one by one, and the most steps there are


def step_days(days: int) -> tuple[int, ...]:
    """The first day of each step, counted from today, and at last the day of the interview.

    Today is a step of its own. The others are days or, of more than `FINE`, as short as that many
    steps allow; all are equal but the first of them, which may be shorter.
    """
    width = -(-(days - 1) // (FINE - 1)) or 1
    return tuple(sorted({0, 1, *range(days, 1, -width)}))


def step_width(days: Iterable[int]) -> int:
    """The days of a step, but for the first ones."""
    return max(end - begin for begin, end in pairwise(days))
