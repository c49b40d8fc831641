"""Where looks lead on a grid, from its nodes and from the rows of a deck."""

from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats
from contrastive_drill.planner.solver.deck import Deck
from contrastive_drill.planner.solver.grid import Grid
from contrastive_drill.planner.solver.looks import Looks, Rules
from contrastive_drill.planner.solver.steps import Steps

CHUNK = 20  # steps


class RowLooks(NamedTuple):
    """Looks at the rows of a deck, should they be their first in the plan."""

    leads: Floats  # (step, row, node)
    costs: Floats  # (step, row): seconds for a card of weight 1
    idle: Floats  # (row,): recall on the day without any


class Tables(NamedTuple):
    """Where looks lead, from nodes and from rows; and what is kept of them until the day."""

    looks: Looks
    rows: RowLooks
    kept: Floats  # (steps since the last look - 1, node): recall on the day


def tables(rules: Rules, deck: Deck, steps: Steps, grid: Grid, *, cubic: bool) -> Tables:
    """The tables of a plan."""
    rows, looks = deck.rows, Looks(rules, grid, steps.gaps, cubic=cubic)
    elapsed = np.maximum(rows.since + np.round(steps.middles)[:, None], 1)
    # Some steps at a time, for the shares of every outcome take much memory for a moment.
    parts = [
        looks.of(rows.stability, rows.difficulty, elapsed[begin : begin + CHUNK])
        for begin in range(0, len(elapsed), CHUNK)
    ]
    leads, paces = (np.concatenate(each) for each in zip(*parts, strict=True))
    idle = rules.recall(rows.stability, rows.since + steps.days)
    kept = rules.recall(grid.stabilities, steps.left[:, None]).astype(np.float32)
    return Tables(looks, RowLooks(leads, paces * deck.columns[rows.column], idle), kept)
