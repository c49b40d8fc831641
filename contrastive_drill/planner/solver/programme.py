"""The relaxed plan: what the cards want where a second of each day has a price.

Given prices each card is a small decision problem of its own (Lagrangian relaxation). Between two
looks a memory does not branch, so the choice after a look is one: the gap to the next, or none.
"""

from itertools import pairwise

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats, Places
from contrastive_drill.planner.solver.deck import Deck
from contrastive_drill.planner.solver.tables import Tables

# Steps between two looks that are tried; of few steps, all of them.
GAPS = np.array([*range(1, 8), 9, 12, 16, 21, 28, 37, 49])
ALL_GAPS = 14
NOTHING = 1e-7  # a share that is none


def tried_gaps(steps: int) -> Places:
    """The gaps tried in a plan of so many steps; those to the interview are not among them."""
    return GAPS[steps > GAPS] if steps > ALL_GAPS else np.arange(1, steps)


class Programme:
    """The cards' programme over thinned gaps: its dual function of the prices."""

    def __init__(self, deck: Deck, tables: Tables, steps: int) -> None:
        self.deck, self.steps = deck, steps
        looks, rows, kept = tables
        self.looks = looks
        self.gaps = tried_gaps(self.steps)
        self.kept = kept[::-1, :, None]  # from each step to the interview
        # Stacks of small products: a large one wakes a thread for each core, and they wait.
        self.leads = looks.leads[self.gaps - 1]
        self.backwards = self.leads.swapaxes(1, 2)
        self.paces = looks.paces[self.gaps - 1]
        self.costs = looks.costs(deck.columns)[self.gaps - 1]
        # Steps at which a row is first looked at.
        self.at = np.array([0, *self.gaps])
        self.row_leads, self.row_costs, self.idle = (
            rows.leads[self.at],
            rows.costs[self.at],
            rows.idle,
        )
        bounds = np.searchsorted(self.deck.rows.column, np.arange(len(self.deck.columns) + 1))
        self.of_column = [slice(*pair) for pair in pairwise(bounds)]

    def dual(self, prices: Floats, seconds: Floats, soft: float) -> tuple[float, Floats]:
        """What no schedule beats, smoothed by `soft` cards, and its slope by the prices: (step,).

        The slope is the time there is less the time wanted. Values go backwards, counts forwards.
        """
        deck, columns = self.deck, self.deck.columns
        first_pace = self.looks.rules.first_pace
        looked, look, choice = self._values(prices, soft)
        new = self.looks.new_leads @ looked - first_pace * prices[:, None] * columns
        best, share = _soft_best(np.concatenate([np.zeros((1, len(columns))), new]), soft)
        total = float(best @ deck.new + prices @ seconds)
        begun = share[1:] * deck.new
        used = begun @ columns * first_pace
        arrivals = (begun[:, None, :] * self.looks.new_leads[:, None]).astype(np.float32)
        if len(deck.rows):
            best, share = _soft_best(self._rows(looked, prices), soft)
            total += float(best @ deck.rows.weight)
            begun = (share[1:] * deck.rows.weight).astype(np.float32)
            used[self.at] += (begun * self.row_costs).sum(1)
            for column, rows in enumerate(self.of_column):
                there = begun[:, None, rows] @ self.row_leads[:, rows]
                arrivals[self.at, :, column] += there[:, 0]
        counts = look  # from here on: how many look, by step and gap
        counts[:] = 0
        paces = self.paces.ravel()
        for step in range(self.steps):
            looking, within = counts[step].reshape(-1, len(columns)), len(choice[step]) - 1
            used[step] += paces @ looking @ columns
            held = arrivals[step] + (self.backwards @ counts[step]).sum(0)
            gaps = self.gaps[:within]
            counts[step + gaps, np.arange(within)] = held * choice[step][1:]
        return total, seconds - used

    def _values(self, prices: Floats, soft: float) -> tuple[Floats, Floats, list[Floats]]:
        """Values after a look, of the looks to come (step, gap, node, column), and the choices."""
        nodes, columns, gaps = len(self.looks.grid), self.deck.columns, self.gaps
        price = prices.astype(np.float32)
        looked = np.empty((self.steps, nodes, len(columns)), np.float32)
        look = np.empty((self.steps, len(gaps), nodes, len(columns)), np.float32)
        choice = [looked] * self.steps
        for step in range(self.steps - 1, -1, -1):
            within = int(np.searchsorted(gaps, self.steps - step))
            rivals = np.empty((within + 1, nodes, len(columns)), np.float32)
            rivals[0] = self.kept[step]
            rivals[1:] = look[step + gaps[:within], np.arange(within)]
            looked[step], choice[step] = _soft_best(rivals, soft)
            np.subtract(self.leads @ looked[step], self.costs * price[step], out=look[step])
        return looked, look, choice

    def _rows(self, looked: Floats, prices: Floats) -> Floats:
        """The worth of each row, (1 + choice, row): never looked at, or at the step of a choice."""
        found = np.empty((len(self.at) + 1, len(self.idle)))
        found[0] = self.idle
        for column, rows in enumerate(self.of_column):
            after = looked[self.at, :, column, None]
            found[1:, rows] = (self.row_leads[:, rows] @ after)[..., 0]
        found[1:] -= self.row_costs * prices[self.at, None]
        found[1, self.deck.rows.since == 0] = -1.0  # answered today
        return found


def _soft_best(rivals: Floats, soft: float) -> tuple[Floats, Floats]:
    """The best along the first axis, smoothed, and the share of each."""
    top = rivals.max(0)
    shares = rivals - top
    shares *= rivals.dtype.type(1 / soft)
    np.exp(shares, out=shares)
    whole = shares.sum(0)
    shares /= whole
    # Their products would be denormal numbers, with which some processors are slow.
    np.copyto(shares, 0, where=shares < NOTHING)
    return top + rivals.dtype.type(soft) * np.log(whole), shares
