"""What comes of a plan: for the days likely kept, for all of them, and in the rough."""

from collections.abc import Sequence
from functools import cached_property

from contrastive_drill.planner.solver.arrays import Floats
from contrastive_drill.planner.solver.deck import Deck
from contrastive_drill.planner.solver.looks import Rules
from contrastive_drill.planner.solver.model import Model
from contrastive_drill.planner.solver.prices import Prices
from contrastive_drill.planner.solver.solution import Solution, solve
from contrastive_drill.planner.solver.steps import FEW, Steps

FEW_SCALES = 1.0, 1.2  # of the prices, tried where all would take long


class Outlook:
    """Solutions for one deck and time; all but the first are found when they are asked for."""

    def __init__(
        self,
        model: Model,
        rough: Deck,
        seconds: Sequence[float],
        likely: Solution,
        near: Prices | None,
    ) -> None:
        self.model, self.rough, self.seconds = model, rough, tuple(seconds)
        self.likely = likely  # for a learner who keeps as many days as is likely
        self._near = near

    @cached_property
    def steady(self) -> Solution:
        """The solution for a learner who misses no day."""
        return solve(self.model, self.seconds, near=self._near, scales=FEW_SCALES)

    @cached_property
    def expected(self) -> Floats:
        """The recall of each card of the deck on the day, for a learner who misses no day."""
        return self.steady.course.of_cards()

    @cached_property
    def sketch(self) -> Solution:
        """The steady solution of the rough deck in few steps: for what differs from it."""
        return sketched(self.model.rules, self.rough, self.seconds, self.steady.prices)

    @cached_property
    def repeats_worth(self) -> float:
        """The share of cards recalled on the day that repeats add, or, below 0, cost."""
        rules = self.model.rules
        other = rules._replace(repeats=not rules.repeats)
        found = sketched(other, self.rough, self.seconds, self.sketch.prices)
        added = self.sketch.course.of_cards().mean() - found.course.of_cards().mean()
        return float(added if rules.repeats else -added)


def sketched(rules: Rules, rough: Deck, seconds: Sequence[float], near: Prices | None) -> Solution:
    """The steady solution of a rough deck in few steps."""
    scales = FEW_SCALES if near else ()
    return solve(Model(rules, rough, Steps(rough.days, FEW)), seconds, near=near, scales=scales)
