"""Prices, the values under them, and what comes of following those values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrastive_drill.planner.arrays import Floats
from contrastive_drill.planner.course import Course
from contrastive_drill.planner.model import Model
from contrastive_drill.planner.prices import Prices, search
from contrastive_drill.planner.values import Values

# The dual is flat where the order within a day is not: of some multiples of the prices the best is
# followed. The last stands for prices at which no later look is worth its time: the greedy order.
SCALES = 1.0, 0.95, 1.06, np.inf
FEW_SCALES = 1.0, 1.06


@dataclass(frozen=True, slots=True)
class Solution:
    """Prices for the seconds of each step, the values that are followed, and their course."""

    model: Model
    seconds: Floats  # (step,): all of them, of which missed days may leave fewer
    prices: Prices
    values: Values
    course: Course

    def varied(self, minutes: float = 1.0, scale: float = 1.0, lasting: float = 1.0) -> Course:
        """What comes of it in so much of the time, at prices so many times as high.

        Stabilities are in truth `lasting` times what is believed.
        """
        model, values = self.model, self.values
        if scale != 1:
            prices = (values.prices * scale).clip(0, 1)
            values = Values(model.exact, model.deck, prices, values.present)
        return Course(values, model.flow(lasting), minutes * self.seconds)


def solve(
    model: Model,
    seconds: Sequence[float],
    present: float = 1.0,
    near: Prices | None = None,
    scales: Sequence[float] = SCALES,
) -> Solution:
    """The best of some multiples of the prices for the time that missed days leave on average.

    `seconds` are of each day; days after today are kept with the probability `present`.
    """
    whole = model.steps.total(seconds)
    kept = whole * np.where(np.arange(len(whole)) > 0, present, 1.0)
    prices = search(model, kept, near)
    tried = [Values(model.exact, model.deck, prices.scaled(each, kept), present) for each in scales]
    courses = [Course(values, model.flow(), kept) for values in tried]
    best = max(range(len(tried)), key=lambda place: courses[place].recalled)
    course = courses[best] if present == 1 else Course(tried[best], model.flow(), whole)
    return Solution(model, whole, prices, tried[best], course)
