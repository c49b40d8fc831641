"""On which days a learner comes: estimated from the plan's days so far, with a prior at first."""

from collections.abc import Collection, Iterable
from math import sqrt
from typing import NamedTuple

# The prior, worth five days: one day in ten is missed.
STUDIED, MISSED = 4.5, 0.5
ALIKE = 2.0  # days of a weekday that the share of all of them counts for
CAUTION, LEAST = 1.5, 0.3  # standard deviations below the mean; the least share of days


class Attendance(NamedTuple):
    """The past days of a plan from the first with an answer; `missed` are those of all its days.

    Days before the first answer are no habit, but may be made up for.
    """

    studied: frozenset[int] = frozenset()
    planned: frozenset[int] = frozenset()
    missed: int = 0

    @property
    def share(self) -> float:
        """The share of days studied."""
        return (STUDIED + len(self.studied)) / (STUDIED + MISSED + len(self.planned))

    @property
    def cautious(self) -> float:
        """A share of days likely kept: to plan for more costs more than to plan for fewer."""
        share, days = self.share, STUDIED + MISSED + len(self.planned)
        return max(share - CAUTION * sqrt(share * (1 - share) / (days + 1)), LEAST)

    def kept(self, days: Iterable[int]) -> list[float]:
        """The same for each day, by its weekday."""
        share, cautious = self.share, self.cautious
        found = []
        for day in days:
            studied, planned = (
                sum((day - each) % 7 == 0 for each in past) for past in (self.studied, self.planned)
            )
            of_weekday = (ALIKE * share + studied) / (ALIKE + planned)
            found.append(min(cautious * of_weekday / share, 1.0))
        return found


def attendance(studied: Collection[int], planned: Collection[int]) -> Attendance:
    """The attendance over the past days of a plan that had minutes, given the days studied."""
    came = frozenset(day for day in planned if day in studied)
    since = frozenset(day for day in planned if came and day >= min(came))
    return Attendance(came, since, len(planned) - len(came))
