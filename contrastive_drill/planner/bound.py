"""What no schedule beats: the dual function at the prices found, with a margin for the grid.

The class of schedules: at most one look at a card a day, a failed card asked again that day until
it is passed (or never, as the plan has it), and days whose expected seconds keep to the minutes.
For any prices the dual function is a bound for that class under the memory model, but for the
interpolation between nodes, and, of more than some hundred cards, for alike ones taken as one. A
finer grid tells how far off the first is, and in which direction: the higher of both, and twice
their difference more, and a little for where both are off alike. That margin is assumed, not
proved: exact programmes of tiny decks are the check.
"""

import numpy as np

from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.solver.grid import Grid
from contrastive_drill.planner.solver.steps import Steps
from contrastive_drill.planner.solver.tables import tables
from contrastive_drill.planner.solver.values import Values

FINER = 20, 6
MARGIN, LEAST = 2.0, 3e-4  # times the difference between the grids; a share of the weight


def bound(plan: Plan) -> float:
    """The highest share by weight, for a learner who misses no day."""
    steady = plan.outlook.steady
    kept, prices = steady.seconds, steady.prices.scaled(1.0, steady.seconds)
    model, seconds, whole = steady.model, np.array(plan.seconds), plan.deck.weight
    rough, grid = plan.outlook.rough, model.exact.looks.grid
    usual, fine = (
        Values(tables(model.rules, rough, model.steps, each, cubic=True), rough, prices).dual(kept)
        for each in (grid, Grid(*FINER))
    )
    higher, margin = max(fine - usual, 0.0), MARGIN * abs(fine - usual)
    if model.steps.width == 1:
        found = Values(model.exact, plan.deck, prices).dual(kept)
    else:
        # A step is not a day: of days the bound is that of the rough deck, which is not lower.
        days = tables(model.rules, rough, Steps(rough.days, rough.days), grid, cubic=True)
        of_days = steady.prices.on_days(plan.day, seconds)
        found = Values(days, rough, of_days, keep=False).dual(seconds)
    return min((found + higher + margin) / whole + LEAST, 1.0)
