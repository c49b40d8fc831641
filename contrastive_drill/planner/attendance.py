"""On which days a learner comes, and for how long: from the plan's days so far, with a prior."""

from collections.abc import Iterable, Mapping
from math import sqrt
from typing import NamedTuple

# The prior, worth five days: one day in ten is missed.
STUDIED, MISSED = 4.5, 0.5
CAUTION, LEAST = 1.5, 0.3  # standard deviations below the mean; the least share of days
USUAL = 10.0  # days that the minutes planned count for, among those used
ALIKE = 7.0  # days for which weekdays count as being alike
MOST = 3.0  # times its minutes that a day counts for at most


class Attendance(NamedTuple):
    """The share of its minutes that each past day had, from the first with an answer.

    Days before that one are no habit, but they are among those missed, which may be made up for.
    """

    shares: Mapping[int, float] = {}
    missed: int = 0

    @property
    def cautious(self) -> float:
        """A share of days likely kept: to plan for more costs more than to plan for fewer."""
        days = STUDIED + MISSED + len(self.shares)
        kept = (STUDIED + sum(share > 0 for share in self.shares.values())) / days
        return max(kept - CAUTION * sqrt(kept * (1 - kept) / (days + 1)), LEAST)

    def kept(self, days: Iterable[int]) -> list[float]:
        """The share of its minutes that each day is likely to have."""
        used = [share for share in self.shares.values() if share]
        longer = (USUAL + sum(used)) / (USUAL + len(used))
        more, cautious = self._weekdays(), self.cautious
        return [cautious * longer * more.get(day % 7, 1.0) for day in days]

    def _weekdays(self) -> dict[int, float]:
        """How often one comes on each weekday, over how often on all, as far as it is no chance.

        Shares of weekdays are shrunk to that of all by as much as chance alone would part them.
        """
        came: dict[int, list[bool]] = {}
        for day, share in self.shares.items():
            came.setdefault(day % 7, []).append(share > 0)
        means = {weekday: sum(each) / len(each) for weekday, each in came.items()}
        number, groups = len(self.shares), len(means)
        mean = sum(map(sum, came.values())) / max(number, 1)
        between = sum((each - mean) ** 2 for each in means.values())
        if number <= groups or not between:
            return {}
        within = sum(len(each) * means[day] * (1 - means[day]) for day, each in came.items())
        spread = (ALIKE * mean * (1 - mean) + within) / (ALIKE + number - groups)
        chance = spread * groups / number
        differ = max(1 - chance * (groups - 1) / between, 0.0)
        return {weekday: 1 + differ * (each / mean - 1) for weekday, each in means.items()}


def attendance(
    used: Mapping[int, float], planned: Mapping[int, float], since: int | None = None
) -> Attendance:
    """The attendance given the seconds used, and those planned, of past days with any.

    Before `since`, when other minutes were planned, a day tells only whether one came.
    """
    came = {day for day in planned if used.get(day)}
    first = min(came, default=None)
    shares = {}
    for day, seconds in planned.items():
        if first is not None and day >= first:
            alike = since is None or day >= since
            share = used.get(day, 0.0) / seconds if alike else float(day in came)
            shares[day] = min(share, MOST)
    return Attendance(shares, len(planned) - len(came))
