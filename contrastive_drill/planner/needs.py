"""How many minutes a day a share of the cards takes: one curve over fixed levels of minutes.

Each level is planned in the rough, for the days of study there are. Only around today's minutes is
the curve moved, by a point or so, to meet the plan's own forecast there.
"""

from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.arrays import Floats
from contrastive_drill.planner.outlook import sketched
from contrastive_drill.planner.plan import Plan

TARGETS = (0.80, 0.90, 0.95)
MOST = 960.0  # minutes a day: 16 hours
LEVELS = MOST / 2.0 ** np.arange(14, -5, -1)  # minutes a day on average, each day at most `MOST`
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
    seconds, usual = np.array(plan.seconds), usual_minutes(plan)
    idle = float(plan.outlook.model.exact.rows.idle @ plan.deck.rows.weight) / plan.deck.weight
    if not usual:
        return Curve(np.array([0.0, MOST]), np.array([idle, idle]))
    shape, days = seconds / usual, (seconds > 0).sum()
    found: dict[int, tuple[float, float]] = {}
    prices = plan.outlook.sketch.prices

    def share(level: int) -> float:
        nonlocal prices
        if level not in found:
            of_days = np.minimum(shape * LEVELS[level], 60 * MOST)
            solution = sketched(plan.rules, plan.outlook.rough, of_days.tolist(), prices)
            prices = solution.prices
            known = float(solution.course.of_cards().mean())
            found[level] = float(of_days.sum() / days / 60), known
        return found[level][1]

    start = int(np.clip(np.searchsorted(LEVELS, usual), 1, len(LEVELS) - 1))
    low = high = start
    while share(low) > TARGETS[0] or LEVELS[low] > usual:
        if low == 0:
            break
        low -= 1
    prices = plan.outlook.sketch.prices
    while share(high) < TARGETS[-1] or LEVELS[high] < usual + MORE:
        ended = high > low and found[high][0] <= found[high - 1][0] + 1e-6
        if high == len(LEVELS) - 1 or ended:
            break
        high += 1
    minutes, shares = np.array([found[level] for level in range(low, high + 1)]).T
    minutes, places = np.unique(minutes, return_index=True)
    misses = 1 - np.maximum.accumulate(shares[places])
    # Between levels what is missed is a power of the minutes, about.
    logs = np.linspace(np.log(minutes[0]), np.log(minutes[-1]), POINTS)
    at = 1 - np.exp(np.interp(logs, np.log(minutes), np.log(np.maximum(misses, 1e-9))))
    apart = logs - np.log(usual)
    off = float(plan.outlook.expected.mean()) - float(np.interp(0.0, apart, at))
    at = np.maximum.accumulate((at + off * np.exp(-4 * apart**2)).clip(0, 1))
    return Curve(np.exp(logs), at)
