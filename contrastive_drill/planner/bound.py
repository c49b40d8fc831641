"""What no schedule beats: the dual function at the prices found, with a margin for the grid.

The class of schedules: at most one look at a card a day, a failed card asked again that day until
it is passed (or never, as the plan has it), and days whose expected seconds keep to the minutes.
For any prices the dual function is a bound for that class under the memory model, but for the
interpolation between nodes. A second, finer grid tells how far off that is, and in which direction:
the higher of both, and twice their difference more. No exact programme of 500 small decks beat it.
"""

from collections.abc import Sequence

import numpy as np

from contrastive_drill.planner.grid import Grid
from contrastive_drill.planner.solution import Solution
from contrastive_drill.planner.steps import Steps
from contrastive_drill.planner.tables import tables
from contrastive_drill.planner.values import Values

FINER = 20, 6
MARGIN = 2.0  # times the difference between the grids


def bound(steady: Solution, seconds: Sequence[float]) -> float:
    """The highest share by weight; `steady` is a solution for a learner who misses no day."""
    model = steady.model
    deck, steps = model.deck, model.steps
    whole = deck.weight
    prices = steady.prices.scaled(1.0, steady.seconds)
    finer = tables(model.rules, deck, steps, Grid(*FINER), cubic=True)
    coarse = Values(model.exact, deck, prices).dual(steady.seconds)
    fine = Values(finer, deck, prices).dual(steady.seconds)
    margin = MARGIN * abs(fine - coarse)
    highest = max(fine, coarse)
    if steps.width > 1:
        # A step is not a day: the bound is that of the days, at the prices of their steps.
        days = Steps(deck.days, deck.days)
        of_days = steady.prices.on_days(deck.day, np.array(seconds))
        exact = tables(model.rules, deck, days, model.exact.looks.grid, cubic=True)
        daily = Values(exact, deck, of_days, keep=False).dual(np.array(seconds))
        highest = daily + max(fine - coarse, 0.0)
    return min((highest + margin) / whole, 1.0)
