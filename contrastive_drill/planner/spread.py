"""How far learners may end from what is expected: forgetting, days and minutes, and luck.

Each is reckoned alone, on a sketch of the plan, and their distances are added as squares.
"""

from collections.abc import Sequence

import numpy as np

from contrastive_drill.planner.habits import Attendance
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.solver.arrays import Floats, Places

RANGE = 0.05, 0.95  # the shares of learners below its ends
SHORTER, LONGER = 0.4, 2.5  # stabilities over what is believed
LUCK = 1.3  # standard deviations of the share of cards recalled


class Spread:
    """Distances below and above the expected recall, card by card and for groups of cards."""

    def __init__(self, plan: Plan) -> None:
        sketch = plan.outlook.sketch
        # The order of the rough deck is that of the deck.
        self.middle = sketch.course.of_cards()
        fewer, more = minutes_shares(plan.attendance)
        low = (sketch.varied(lasting=SHORTER), sketch.varied(fewer, 1.4))
        high = (sketch.varied(lasting=LONGER), sketch.varied(more, 0.9))
        self.low = [self.middle - each.of_cards() for each in low]
        self.high = [each.of_cards() - self.middle for each in high]

    def around(self, expected: float, places: Places) -> tuple[float, float]:
        """The range of a group of cards of which so many are expected to be recalled."""
        middle = float(self.middle[places].mean())
        luck = LUCK * float(np.sqrt(middle * (1 - middle) / len(places)))
        low, high = (self._apart(each, places, luck) for each in (self.low, self.high))
        return max(expected - low, 0.0), min(expected + high, 1.0)

    def _apart(self, parts: Sequence[Floats], places: Places, luck: float) -> float:
        return float(np.hypot.reduce([*(float(each[places].mean()) for each in parts), luck]))


def minutes_shares(attendance: Attendance) -> tuple[float, float]:
    """The shares of the minutes that few and many learners come to spend."""
    return max(attendance.cautious - 0.07, 0.2), 1.15
