"""How many minutes a day a share of the cards takes: one curve over levels of minutes.

Levels, today's minutes halved or doubled and those near what is asked, are planned in the rough.
Around today's the curve is moved, by a point or so, to meet the plan's own forecast there.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.outlook import sketched
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.solver.arrays import Floats

TARGETS = (0.80, 0.90, 0.95)
MOST = 960.0  # minutes a day: 16 hours
LEAST, MORE = 0.05, 10.0  # minutes a day
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
        return Curve(np.array([0.0, MOST]), np.full(2, float(outlook.expected.mean())))
    shape, days = seconds / usual, (seconds > 0).sum()
    sketch = float(outlook.sketch.course.of_cards().mean())
    found = {usual: (usual, sketch)}

    def share(level: float) -> float:
        if level not in found:
            of_days = np.minimum(shape * level, 60 * MOST)
            course = sketched(plan.rules, outlook.rough, of_days.tolist(), None).course
            found[level] = float(of_days.sum() / days / 60), float(course.of_cards().mean())
        return found[level][1]

    low = high = usual
    while share(low) > TARGETS[0] and low > LEAST:
        low /= 2
    while found[high][0] < MOST - 1e-6 and (share(high) < TARGETS[-1] or high < usual + MORE):
        high *= 2
        share(high)
    share(usual + MORE)
    for target in TARGETS:
        if need := _through(found.values()).need(target).minutes:
            share(need)
    said = _through(found.values())
    apart = np.log(said.minutes / usual)
    off = (1 - float(outlook.expected.mean())) / max(1 - sketch, 1e-9)
    missed = (1 - said.shares) * off ** np.exp(-4 * apart**2)
    return Curve(said.minutes, np.maximum.accumulate((1 - missed).clip(0, 1)))


def _through(points: Iterable[tuple[float, float]]) -> Curve:
    """The curve through points (minutes, share)."""
    found = np.array(sorted(points))
    minutes, places = np.unique(found[:, 0], return_index=True)
    misses = 1 - np.maximum.accumulate(found[places, 1])
    # Between points what is missed is a power of the minutes, about.
    logs = np.linspace(np.log(minutes[0]), np.log(minutes[-1]), POINTS)
    missed = np.exp(np.interp(logs, np.log(minutes), np.log(np.maximum(misses, 1e-9))))
    return Curve(np.exp(logs), 1 - missed)
