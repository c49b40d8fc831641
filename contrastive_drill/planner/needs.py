"""How many minutes a day a share of the cards takes: one curve over levels of minutes.

Each level is planned in the rough, for the days of study there are: today's minutes, halved or
doubled, and near what is asked. Only around today's minutes is the curve moved, by less than a
point, to meet the plan's own forecast there.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.outlook import sketched
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.solver.arrays import Floats
from contrastive_drill.planner.solver.prices import Prices
from contrastive_drill.planner.solver.solution import Solution

TARGETS = (0.80, 0.90, 0.95)
MOST = 960.0  # minutes a day: 16 hours
LEAST = 0.05
MORE = 10.0  # minutes a day
POINTS = 400  # of the curve
CLOSE, TRIES = 0.005, 2  # shares between a target and a level near it, and levels tried for that


class MinutesNeeded(NamedTuple):
    """The minutes a day that recalling a share of the cards takes."""

    share: float
    minutes: float | None  # None: not even 16 hours a day reach it


class Level(NamedTuple):
    """A plan of so many minutes a day on average, in the rough."""

    minutes: float
    solution: Solution

    @property
    def share(self) -> float:
        """Recalled on the day."""
        return float(self.solution.course.of_cards().mean())


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
    found = {usual: Level(usual, outlook.sketch)}

    def share(minutes: float, near: Prices | None = None) -> float:
        if minutes not in found:
            of_days = np.minimum(shape * minutes, 60 * MOST)
            solution = sketched(plan.rules, outlook.rough, of_days.tolist(), near)
            found[minutes] = Level(float(of_days.sum() / days / 60), solution)
        return found[minutes].share

    low = high = usual
    while share(low) > TARGETS[0] and low > LEAST:
        near, low = found[low].solution.prices, low / 2
        share(low, near)
    while share(high) < TARGETS[-1] or high < usual + MORE:
        if found[high].minutes > MOST - 1e-6:
            break
        near, high = found[high].solution.prices, high * 2
        share(high, near)
    share(usual + MORE)
    for target in TARGETS:
        for _ in range(TRIES):
            minutes = _through(found.values()).need(target).minutes
            if not minutes or abs(share(minutes) - target) < CLOSE:
                break
    said, sketch = _through(found.values()), found[usual].share
    apart = np.log(said.minutes / usual)
    off = (1 - float(outlook.expected.mean())) / max(1 - sketch, 1e-9)
    missed = (1 - said.shares) * off ** np.exp(-4 * apart**2)
    return Curve(said.minutes, np.maximum.accumulate((1 - missed).clip(0, 1)))


def _through(levels: Collection[Level]) -> Curve:
    """The curve through levels."""
    minutes, places = np.unique([level.minutes for level in levels], return_index=True)
    misses = 1 - np.maximum.accumulate(np.array([level.share for level in levels])[places])
    # Between points what is missed is a power of the minutes, about.
    logs = np.linspace(np.log(minutes[0]), np.log(minutes[-1]), POINTS)
    missed = np.exp(np.interp(logs, np.log(minutes), np.log(np.maximum(misses, 1e-9))))
    return Curve(np.exp(logs), 1 - missed)
