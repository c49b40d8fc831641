"""The cards of a plan as arrays: those met before, row by row, and new ones by what they cost.

A card of weight w whose answers take p seconds is worth w times one of weight 1 that takes p / w.
Cards are therefore told apart by that rate alone, on a line of columns; one between two columns is
a share of both. Its value is convex in the rate, so that this never makes it too low.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from contrastive_drill.memory.log import Learned
from contrastive_drill.planner.habits import Habits
from contrastive_drill.planner.ranking import DeckCard
from contrastive_drill.planner.solver.arrays import Floats, Places


class Classes(NamedTuple):
    """The most columns and rows of a deck: beyond, cards that are nearly alike share them."""

    columns: int
    rows: int


USUAL, SKETCH = Classes(12, 120), Classes(8, 60)


@dataclass(frozen=True, slots=True)
class Rows:
    """Cards met before; arrays are (row,), by rising column."""

    stability: Floats
    difficulty: Floats
    since: Places  # days since the last look; 0: today, so that none is allowed before tomorrow
    column: Places
    weight: Floats

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, slots=True)
class Deck:
    """The cards of a plan. Weights are such that the heaviest is 1."""

    day: int  # study day of today
    days: int  # to the interview
    order: tuple[DeckCard, ...]  # those met before, then the new ones
    met: int  # cards met before
    weights: Floats  # (card,)
    rates: Floats  # (card,): seconds of a usual answer over the weight
    columns: Floats  # (column,): rates
    places: Places  # (card, 2): the columns on either side
    shares: Floats  # (card, 2): of each
    heaviest: float  # the weight that is counted as 1
    new: Floats  # (column,): the weight of the new cards
    rows: Rows
    row_of: Places  # (card met before, 2): the row of each of its shares

    @property
    def weight(self) -> float:
        """That of all cards."""
        return float(self.weights.sum())

    def of_cards(self, in_rows: Floats, in_columns: Floats) -> Floats:
        """A value of each card, (card,), from those of the rows and of new cards by column."""
        met = in_rows[self.row_of] if self.met else np.zeros((0, 2))
        found: Floats = (
            np.concatenate([met, in_columns[self.places[self.met :]]]) * self.shares
        ).sum(1)
        return found


def deck(
    planned: Sequence[DeckCard], habits: Habits, day: int, days: int, most: Classes = USUAL
) -> Deck:
    """The arrays of a plan over the next days, with the interview on the day after them."""
    order = sorted(planned, key=lambda each: not isinstance(each.memory, Learned))
    learned = [each.memory for each in order if isinstance(each.memory, Learned)]
    heaviest = max(each.weight for each in order)
    weights = np.array([max(each.weight / heaviest, 1e-9) for each in order])
    rates = np.array([habits.pace[each.kind] for each in order]) / weights
    columns = _columns(rates, most.columns)
    right = np.searchsorted(columns, rates).clip(min(1, len(columns) - 1), len(columns) - 1)
    left = np.maximum(right - 1, 0)
    width = np.where(right > left, columns[right] - columns[left], 1.0)
    over = np.where(right > left, (rates - columns[left]) / width, 0.0).clip(0, 1)
    places, shares = np.stack([left, right], 1), np.stack([1 - over, over], 1)
    met = len(learned)
    held = weights[:, None] * shares
    new = np.bincount(places[met:].ravel(), held[met:].ravel(), len(columns)).astype(float)
    memory = np.array(
        [(each.stability, each.difficulty, max(day - each.last_day, 0)) for each in learned], float
    ).reshape(met, 3)
    rows, row_of = _rows(memory, places[:met], held[:met], most.rows)
    return Deck(
        day=day,
        days=days,
        order=tuple(order),
        met=met,
        weights=weights,
        rates=rates,
        columns=columns,
        places=places,
        shares=shares,
        heaviest=heaviest,
        new=new,
        rows=rows,
        row_of=row_of,
    )


def _columns(rates: Floats, most: int) -> Floats:
    """The rates themselves; of many, some from the lowest to the highest about evenly apart."""
    distinct, ratio = np.unique(rates), 1.02
    kept = list(distinct)
    while len(kept) > max(most, 2):
        kept = [distinct[0]]
        while kept[-1] < distinct[-1]:
            within = distinct[(distinct > kept[-1]) & (distinct <= kept[-1] * ratio)]
            kept.append(within[-1] if len(within) else distinct[distinct > kept[-1]][0])
        ratio *= 1.1
    return np.array(kept)


def _rows(memory: Floats, places: Places, held: Floats, most: int) -> tuple[Rows, Places]:
    """Rows of cards by column, and the row of each card's two shares.

    Equal cards share a row; where that leaves too many, cards within a ratio of each other.
    """
    stability, difficulty, since = memory.repeat(2, axis=0).T
    weight, apart = held.ravel(), 0.0
    while True:
        alike = np.stack([stability, difficulty, since])
        if apart:
            logs = np.log(np.stack([stability, since + 1])) / apart
            alike = np.round(np.concatenate([logs, [difficulty / (4 * apart)]]))
        keys = np.concatenate([[places.ravel(), since == 0], alike])
        found, row = np.unique(keys, axis=1, return_inverse=True)
        count, row = found.shape[1], row.reshape(-1)
        kept: Floats = np.bincount(row, weight, count).astype(float)
        there = kept > 0
        if there.sum() <= most or apart > 1:
            break
        apart = max(apart * 1.5, 0.05)

    def mean(values: Floats) -> Floats:
        total: Floats = np.bincount(row, values * weight, count).astype(float)
        return total[there] / kept[there]

    rows = Rows(
        stability=np.exp(mean(np.log(stability))),
        difficulty=mean(difficulty),
        since=np.round(mean(since)).astype(int),
        column=found[0].astype(int)[there],
        weight=kept[there],
    )
    # A share of nothing has no row of its own: whatever row it points at counts for nothing.
    number = np.maximum(there.cumsum() - 1, 0)
    return rows, number[row].reshape(-1, 2)
