"""How many minutes a day a share of the cards takes: one curve over fixed levels of minutes.

Each level is planned in the rough, for the days of study there are. Only around today's minutes is
the curve moved, by a point or so, to meet the plan's own forecast there.
"""

from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.outlook import sketched
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.solver.arrays import Floats

TARGETS = (0.80, 0.90, 0.95)
MOST = 960.0  # minutes a day: 16 hours
# Minutes a day on average, each day at most `MOST`: every second one at first, then those between.
LEVELS = MOST / 2.0 ** np.arange(14, -5, -0.5)
MORE = 10.0  # minutes a day
POINTS = 400  # of the curve


class MinutesNeeded(NamedTuple):
    """The minutes a day that recalling a share of the cards takes."""

    share: float
    minutes: float | None  # None: not even 16 hours a day reach it


class Curve(NamedTuple):
    """Recall on the day by minutes on each day of study; both rise."""

    minutes: Floats
    shares: Floats

    def at(self, minutes: float) -> float:
        """The share recalled."""
        return float(np.interp(minutes, self.minutes, self.shares))

    def need(self, share: float) -> MinutesNeeded:
        """The minutes that a share takes."""
        if share > self.shares[-1]:
            return MinutesNeeded(share, None)
        place = int(np.searchsorted(self.shares, share))
        if place == 0:
            return MinutesNeeded(share, 0.0)
        shares = self.shares[place - 1 : place + 1]
        return MinutesNeeded(share, float(np.interp(share, shares, self.minutes[place - 1 :][:2])))


def usual_minutes(plan: Plan) -> float:
    """The minutes of a day of study."""
    seconds = np.array(plan.seconds)
    return float(seconds.sum() / max((seconds > 0).sum(), 1) / 60)


def curve(plan: Plan) -> Curve:
    """The curve, from where it is below every target to where it reaches them all, or ends."""
    outlook, seconds, usual = plan.outlook, np.array(plan.seconds), usual_minutes(plan)
    if not usual:
        idle = np.full(2, float(outlook.expected.mean()))
        return Curve(np.array([0.0, MOST]), idle)
    shape, days = seconds / usual, (seconds > 0).sum()
    found: dict[int, tuple[float, float]] = {}

    def share(level: int) -> float:
        if level not in found:
            of_days = np.minimum(shape * LEVELS[level], 60 * MOST)
            solution = sketched(plan.rules, outlook.rough, of_days.tolist(), None)
            minutes = float(of_days.sum() / days / 60)
            found[level] = minutes, float(solution.course.of_cards().mean())
        return found[level][1]

    low = high = min(max(int(np.searchsorted(LEVELS, usual)) // 2 * 2, 2), len(LEVELS) - 2)
    while low and (share(low) > TARGETS[0] or LEVELS[low] > usual):
        low -= 2
    while share(high) < TARGETS[-1] or LEVELS[high] < usual + MORE:
        ended = high - 2 in found and found[high][0] <= found[high - 2][0] + 1e-6
        if ended or high + 2 >= len(LEVELS):
            break
        high += 2
    for level in range(low, high, 2):
        sides = share(level), share(level + 2)
        asked = any(sides[0] < target <= sides[1] for target in TARGETS)
        if asked or any(LEVELS[level] < m < LEVELS[level + 2] for m in (usual, usual + MORE)):
            share(level + 1)
    return _through(np.array(sorted(found.values())), usual, float(outlook.expected.mean()))


def _through(points: Floats, usual: float, expected: float) -> Curve:
    """The curve through points (minutes, share), moved near `usual` to what is expected there."""
    minutes, places = np.unique(points[:, 0], return_index=True)
    misses = 1 - np.maximum.accumulate(points[places, 1])
    # Between points what is missed is a power of the minutes, about.
    logs = np.linspace(np.log(minutes[0]), np.log(minutes[-1]), POINTS)
    at = 1 - np.exp(np.interp(logs, np.log(minutes), np.log(np.maximum(misses, 1e-9))))
    apart = logs - np.log(usual)
    off = expected - float(np.interp(0.0, apart, at))
    return Curve(np.exp(logs), np.maximum.accumulate((at + off * np.exp(-4 * apart**2)).clip(0, 1)))
