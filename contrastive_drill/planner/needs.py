"""How many minutes a day a share of the cards takes: one curve over levels of minutes.

Each level is planned in the rough, for the days of study there are: today's minutes, halved or
doubled, and near what is asked. Only around today's minutes is the curve moved, by less than a
point, to meet the plan's own forecast there.
"""

from collections.abc import Iterable
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
    found = {usual: (usual, _recalled(outlook.sketch), outlook.sketch.prices)}

    def share(level: float, near: Prices | None = None) -> float:
        if level not in found:
            of_days = np.minimum(shape * level, 60 * MOST)
            solution = sketched(plan.rules, outlook.rough, of_days.tolist(), near)
            minutes = float(of_days.sum() / days / 60)
            found[level] = minutes, _recalled(solution), solution.prices
        return found[level][1]

    def near(minutes: float) -> float:
        nearest = min(found, key=lambda level: abs(np.log(level / minutes)))
        return share(minutes, found[nearest][2])

    def rough() -> Curve:
        return _through([each[:2] for each in found.values()])

    low = high = usual
    while share(low) > TARGETS[0] and low > LEAST:
        low /= 2
    while share(high) < TARGETS[-1] or high < usual + MORE:
        if found[high][0] > MOST - 1e-6:
            break
        high *= 2
    near(usual + MORE)
    for target in TARGETS:
        for _ in range(TRIES):
            minutes = rough().need(target).minutes
            if not minutes or abs(near(minutes) - target) < CLOSE:
                break
    said, sketch = rough(), found[usual][1]
    apart = np.log(said.minutes / usual)
    off = (1 - float(outlook.expected.mean())) / max(1 - sketch, 1e-9)
    missed = (1 - said.shares) * off ** np.exp(-4 * apart**2)
    return Curve(said.minutes, np.maximum.accumulate((1 - missed).clip(0, 1)))


def _recalled(solution: Solution) -> float:
    return float(solution.course.of_cards().mean())


def _through(points: Iterable[tuple[float, float]]) -> Curve:
    """The curve through points (minutes, share)."""
    found = np.array(sorted(points))
    minutes, places = np.unique(found[:, 0], return_index=True)
    misses = 1 - np.maximum.accumulate(found[places, 1])
    # Between points what is missed is a power of the minutes, about.
    logs = np.linspace(np.log(minutes[0]), np.log(minutes[-1]), POINTS)
    missed = np.exp(np.interp(logs, np.log(minutes), np.log(np.maximum(misses, 1e-9))))
    return Curve(np.exp(logs), 1 - missed)
