"""What a look at each step is worth rather than to wait, for every memory there can be by then."""

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats
from contrastive_drill.planner.solver.deck import Deck
from contrastive_drill.planner.solver.tables import Tables


class Values:
    """Gains per second of a look, and values today, under prices of each step.

    `gain` is, by step, (steps since the last look - 1, node, column); `row_gain` (step, row) and
    `new_gain` (step, column); `after` (step, node, column) is the value right after a look. Steps
    after the first are kept with the probability `present` (step,), or 1. `gain` takes the memory:
    it is dropped unless it is to be kept.
    """

    def __init__(
        self,
        tables: Tables,
        deck: Deck,
        prices: Floats,
        present: Floats | None = None,
        *,
        keep: bool = True,
    ) -> None:
        looks, rows, kept = tables
        self.deck, self.prices = deck, prices
        self.present = np.ones(len(prices)) if present is None else present
        columns, first_pace = deck.columns, looks.rules.first_pace
        count, nodes = len(prices), len(looks.grid)
        costs = looks.costs(columns)
        later = np.repeat(kept[..., None], len(columns), -1)
        row_later, new_later = rows.idle, np.zeros(len(columns))
        self.gain = [later] * count
        self.row_gain = np.empty((count, len(deck.rows)))
        self.new_gain = np.empty((count, len(columns)))
        self.after = np.empty((count, nodes, len(columns)), np.float32)
        for step in range(count - 1, -1, -1):
            price, comes = np.float32(prices[step]), self.present[step] if step else 1.0
            after = self.after[step] = later[0]
            wait, cost = later[1 : step + 1], costs[:step]
            net = looks.leads[:step] @ after
            net -= price * cost
            net -= wait
            later = np.maximum(net, 0)
            later *= np.float32(comes)
            later += wait
            if keep:
                net /= cost
                net += price
                self.gain[step] = net
            led = np.einsum("rn,rn->r", rows.leads[step], after.T[deck.rows.column])
            row_net = led - price * rows.costs[step] - row_later
            if step == 0:
                row_net[deck.rows.since == 0] = -1e3  # answered today
            self.row_gain[step] = row_net / rows.costs[step] + price
            row_later = row_later + comes * np.maximum(row_net, 0)
            new_cost = first_pace * columns
            new_net = looks.new_leads @ after - price * new_cost - new_later
            self.new_gain[step] = new_net / new_cost + price
            new_later = new_later + comes * np.maximum(new_net, 0)
        self.rows_today, self.new_today = row_later, new_later

    def dual(self, seconds: Floats) -> float:
        """The cards' values today plus that of the time: the dual function of the prices."""
        deck = self.deck
        cards = self.rows_today @ deck.rows.weight + self.new_today @ deck.new
        return float(cards + self.prices @ seconds)
