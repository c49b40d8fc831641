"""Prices, the values under them, and what comes of following those values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats
from contrastive_drill.planner.solver.course import Course
from contrastive_drill.planner.solver.model import Model
from contrastive_drill.planner.solver.prices import Prices, search
from contrastive_drill.planner.solver.values import Values

# The dual is flat where the order within a day is not: of some multiples of the prices the best is
# followed. The last stands for prices at which no later look is worth its time: the greedy order.
SCALES = 1.0, 1.06, 1.2, 1e9
UNSURE = 0.97  # values reckon with days missed even where none is: less hangs on a single day then


@dataclass(frozen=True, slots=True)
class Solution:
    """Prices for the seconds of each step, the values that are followed, and their course."""

    model: Model
    seconds: Floats  # (step,): all of them, of which missed days may leave fewer
    prices: Prices
    values: Values
    course: Course  # in what missed days leave of the seconds

    def varied(self, minutes: float = 1.0, scale: float = 1.0, faster: float = 1.0) -> Course:
        """What comes of it in so much of the time, at prices so many times as high.

        The learner forgets `faster` times as fast as is believed.
        """
        model, values = self.model, self.values
        if scale != 1:
            prices = (values.prices * scale).clip(0, 1)
            values = Values(model.exact, model.deck, prices, values.present)
        return Course(values, model.flow(faster), minutes * self.seconds)


def solve(
    model: Model,
    seconds: Sequence[float],
    present: Sequence[float] | None = None,
    near: Prices | None = None,
    scales: Sequence[float] = (),
) -> Solution:
    """The best of some multiples of the prices for the time that missed days leave on average.

    `seconds` are of each day, of which one after today is likely to have its share of `present`, or
    all. From prices that are near, the same multiple is followed unless `scales` are given.
    """
    whole = model.steps.total(seconds)
    chances = np.array([1.0, *(present or np.ones(len(seconds)))[1:]])
    kept = model.steps.total(np.asarray(seconds) * chances)
    likely = np.divide(kept, whole, out=np.ones(len(whole)), where=whole > 0)
    prices = search(model, kept, near)
    best, followed = None, 1.0
    for scale in scales or (SCALES if near is None else (near.scale,)):
        at = prices.scaled(scale, kept)
        values = Values(model.exact, model.deck, at, np.minimum(likely, UNSURE))
        course = Course(values, model.flow(), kept)
        if best is None or course.recalled > best.recalled:
            best, followed = course, scale
    assert best is not None
    return Solution(model, whole, replace(prices, scale=followed), best.values, best)
