"""How far learners may end from what is expected: forgetting, days and minutes, and luck.

Each is reckoned alone, on a sketch of the plan, and their distances are added as squares.
"""

import numpy as np

from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.solver.arrays import Places

RANGE = 0.05, 0.95  # the shares of learners below its ends
# Times as fast as is believed: what recall is raised to. Answers tell little of it for weeks.
FASTER, SLOWER = 1.78, 0.75
FEWER, MORE = 0.72, 1.2  # times the cards in the same minutes, of the slow and of the quick
KNOWN = 0.15  # the share of cards never met that may be known all the same
LUCK = 0.95  # standard deviations of the share of cards recalled


class Spread:
    """Distances below and above the expected recall, card by card and for groups of cards."""

    def __init__(self, plan: Plan) -> None:
        sketch, days = plan.outlook.sketch, plan.attendance
        deck, course = sketch.model.deck, sketch.course
        # The order of the rough deck is that of the deck.
        self.middle = course.of_cards()
        # Who missed days may make up for them.
        more = MORE + days.missed / len(plan.seconds)
        met = np.divide(
            course.met.sum(0), deck.new, out=np.zeros(len(deck.new)), where=deck.new > 0
        )
        unmet = 1 - deck.of_cards(np.ones(len(deck.rows)), met)
        low = (sketch.varied(faster=FASTER), sketch.varied(min(days.cautious, FEWER), 1.4))
        high = (sketch.varied(faster=SLOWER), sketch.varied(more, 0.9))
        self.low = [self.middle - each.of_cards() for each in low]
        self.high = [*(each.of_cards() - self.middle for each in high), KNOWN * unmet]

    def around(self, expected: float, places: Places) -> tuple[float, float]:
        """The range of a group of cards of which so many are expected to be recalled."""
        middle = float(self.middle[places].mean())
        luck = LUCK * float(np.sqrt(middle * (1 - middle) / len(places)))
        low, high = (
            float(np.hypot.reduce([*(each[places].mean() for each in parts), luck]))
            for parts in (self.low, self.high)
        )
        return max(expected - low, 0.0), min(expected + high, 1.0)
