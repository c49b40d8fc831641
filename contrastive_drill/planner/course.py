"""A plan followed by a continuum of learners: how much of what is looked at when, and kept.

Every day the looks of the highest gain are taken until the seconds are spent. So there is no chance
in it, but for shares of cards at the nodes of a grid.
"""

import numpy as np

from contrastive_drill.planner.arrays import Floats
from contrastive_drill.planner.tables import Tables
from contrastive_drill.planner.values import Values

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
        costs = looks.paces[..., None] * columns.astype(np.float32)
        new_cost = columns * looks.rules.first_pace
        new, unseen = deck.new.copy(), deck.rows.weight.copy()
        held = np.zeros((0, nodes, len(columns)), np.float32)
        there = np.unique(deck.rows.column)
        starts = np.searchsorted(deck.rows.column, there)
        self.seconds, self.again = np.zeros((2, count))
        self.met = np.zeros((count, len(columns)))
        # Of each step the gain that a look needs, and the share of looks at just that gain.
        self.margin = [(0.0, 0.0)] * count
        for step in range(count):
            gain, row_gain, new_gain = (
                values.gain[step],
                values.row_gain[step],
                values.new_gain[step],
            )
            need, row_need = held * costs[:step], unseen * rows.costs[step]
            some = np.flatnonzero(need > LEAST)
            worth = np.concatenate([gain.ravel()[some], row_gain, new_gain])
            needs = np.concatenate([need.ravel()[some], row_need, new * new_cost])
            self.margin[step] = least, part = _margin(worth, needs, float(seconds[step]))
            share = _share(gain, least, part)
            row_share, new_share = _share(row_gain, least, part), _share(new_gain, least, part)
            taken = held * share
            fresh = (backwards[:step] @ taken).sum(0)
            fresh += (looks.new_leads[:, None] * (new * new_share)).astype(np.float32)
            if len(unseen):
                flows = rows.leads[step] * (unseen * row_share)[:, None]
                fresh[:, there] += np.add.reduceat(flows, starts).T
            used = (need * share).sum(), row_need @ row_share, (new * new_share) @ new_cost
            self.seconds[step], self.met[step] = sum(used), new * new_share
            self.again[step] = taken.sum() + unseen @ row_share
            new, unseen = new * (1 - new_share), unseen * (1 - row_share)
            held = np.concatenate([fresh[None], held - taken])
        self.recalled = float((held * kept[..., None]).sum() + unseen @ rows.idle)

    def of_cards(self) -> Floats:
        """The recall of each card on the day, (card,): the same course followed backwards."""
        (looks, rows, kept), values = self.tables, self.values
        deck = values.deck
        later = np.repeat(kept[..., None], len(deck.columns), -1)
        row_later, new_later = rows.idle, np.zeros(len(deck.columns))
        for step in range(len(self.margin) - 1, -1, -1):
            after, (least, part) = later[0], self.margin[step]
            wait = later[1 : step + 1]
            look = looks.leads[:step] @ after
            later = wait + _share(values.gain[step], least, part) * (look - wait)
            led = np.einsum("rn,rn->r", rows.leads[step], after.T[deck.rows.column])
            row_later = row_later + _share(values.row_gain[step], least, part) * (led - row_later)
            led = looks.new_leads @ after
            new_later = new_later + _share(values.new_gain[step], least, part) * (led - new_later)
        return deck.of_cards(row_later, new_later)


def _share(gain: Floats, least: float, part: float) -> Floats:
    """The share that is looked at: what is above the margin, and a part of what is on it."""
    found: Floats = (gain > gain.dtype.type(least)).astype(gain.dtype)
    if part > 0:
        found[gain == gain.dtype.type(least)] = part
    return found


def _margin(worth: Floats, needs: Floats, seconds: float) -> tuple[float, float]:
    """The lowest gain that fits into the seconds, and the part of what has just that gain."""
    order = np.argsort(-worth)
    place = int(np.searchsorted(needs[order].cumsum(), seconds))
    if place == len(order) or worth[order[place]] <= 0:
        return 0.0, 0.0
    least = worth[order[place]]
    before, level = needs[worth > least].sum(), needs[worth == least].sum()
    return float(least), float(np.clip((seconds - before) / max(level, 1e-12), 0, 1))
