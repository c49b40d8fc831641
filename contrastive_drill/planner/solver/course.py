"""A plan followed by a continuum of learners: how much of what is looked at when, and kept.

Every day the looks of the highest gain are taken until the seconds are spent. So there is no chance
in it, but for shares of cards at the nodes of a grid.
"""

from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats, Places
from contrastive_drill.planner.solver.tables import Tables
from contrastive_drill.planner.solver.values import Values

LEAST = 1e-6  # seconds: shares of a card that take less decide nothing


class Course:
    """What comes of values in so many seconds for each step, for learners as the tables have them.

    `seconds` (step,) are those used, `met` (step, column) the weight of new cards, `again` (step,)
    that of later looks; `recalled` is the weight recalled on the day.
    """

    def __init__(self, values: Values, tables: Tables, seconds: Floats) -> None:
        self.values, self.tables = values, tables
        (looks, rows, kept), deck = tables, values.deck
        columns, nodes, count = deck.columns, len(looks.grid), len(seconds)
        backwards = looks.leads.swapaxes(1, 2)
        costs = looks.costs(columns)
        new_cost = columns * looks.rules.first_pace
        new, unseen = deck.new.copy(), deck.rows.weight.copy()
        held = np.zeros((0, nodes, len(columns)), np.float32)
        there = np.unique(deck.rows.column)
        starts = np.searchsorted(deck.rows.column, there)
        self.seconds, self.again = np.zeros((2, count))
        self.met = np.zeros((count, len(columns)))
        self.margins: list[Margin] = []
        for step in range(count):
            gain, row_gain, new_gain = (
                values.gain[step],
                values.row_gain[step],
                values.new_gain[step],
            )
            need = held * costs[:step]
            some = np.flatnonzero(need > LEAST)
            margin, self.seconds[step] = _margin(
                np.concatenate([gain.ravel()[some], row_gain, new_gain]),
                np.concatenate([need.ravel()[some], unseen * rows.costs[step], new * new_cost]),
                np.concatenate([some, gain.size + np.arange(len(unseen) + len(new))]),
                float(seconds[step]),
            )
            self.margins.append(margin)
            row_place, new_place = gain.size, gain.size + len(unseen)
            taken = margin.taken(held, gain)
            row_taken = margin.taken(unseen, row_gain, row_place)
            met = margin.taken(new, new_gain, new_place)
            rest = np.empty((step + 1, nodes, len(columns)), np.float32)
            np.subtract(held, taken, out=rest[1:])
            rest[0] = (backwards[:step] @ taken).sum(0) + looks.new_leads[:, None] * met
            if len(unseen):
                flows = rows.leads[step] * row_taken[:, None]
                rest[0][:, there] += np.add.reduceat(flows, starts).T
            self.met[step], self.again[step] = met, taken.sum() + row_taken.sum()
            new, unseen, held = new - met, unseen - row_taken, rest
        self.recalled = float((held * kept[..., None]).sum() + unseen @ rows.idle)

    def of_cards(self) -> Floats:
        """The recall of each card on the day, (card,): the same course followed backwards."""
        (looks, rows, kept), values = self.tables, self.values
        deck = values.deck
        later = np.repeat(kept[..., None], len(deck.columns), -1)
        row_later, new_later = rows.idle, np.zeros(len(deck.columns))
        for step in range(len(self.margins) - 1, -1, -1):
            after, margin = later[0], self.margins[step]
            gain, row_gain = values.gain[step], values.row_gain[step]
            wait = later[1 : step + 1]
            later = wait + margin.taken(looks.leads[:step] @ after - wait, gain)
            led = np.einsum("rn,rn->r", rows.leads[step], after.T[deck.rows.column])
            row_later = row_later + margin.taken(led - row_later, row_gain, gain.size)
            led = looks.new_leads @ after
            place = gain.size + len(row_gain)
            new_later = new_later + margin.taken(led - new_later, values.new_gain[step], place)
        return deck.of_cards(row_later, new_later)


class Margin(NamedTuple):
    """Of a step, the gain above which all is looked at, and the part taken of what is next."""

    least: float
    place: int  # of what is next among all: the nodes, then the rows, then the columns
    part: float

    def taken(self, whole: Floats, gain: Floats, begin: int = 0) -> Floats:
        """What is looked at of arrays whose places begin there."""
        found: Floats = np.where(gain > gain.dtype.type(self.least), whole, whole.dtype.type(0))
        if begin <= self.place < begin + gain.size:
            found.ravel()[self.place - begin] = self.part * whole.ravel()[self.place - begin]
        return found


def _margin(worth: Floats, needs: Floats, places: Places, seconds: float) -> tuple[Margin, float]:
    """The margin at which needs (seconds) fill the seconds by falling worth; what they fill."""
    order = np.argsort(-worth)
    order = order[: np.searchsorted(-worth[order], 0.0)]
    spent = needs[order].cumsum()
    at = int(np.searchsorted(spent, seconds))
    if at == len(order):
        return Margin(0.0, -1, 0.0), float(spent[-1]) if at else 0.0
    need = float(needs[order[at]])
    part = min(max((seconds - (float(spent[at]) - need)) / max(need, 1e-12), 0.0), 1.0)
    return Margin(float(worth[order[at]]), int(places[order[at]]), part), seconds
