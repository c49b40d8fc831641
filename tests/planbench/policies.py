"""Ways to choose today's cards: the plan, and its rivals.

Ranks put what is due first, then new cards, then what is not due yet; a card is asked once a day.
"""

from collections.abc import Mapping

import numpy as np

from contrastive_drill.planner.deck import Deck
from contrastive_drill.planner.habits import attendance
from contrastive_drill.planner.prices import Relaxed
from contrastive_drill.planner.simulation import Learners
from planbench import fsrs6
from planbench.cells import HABITS, MODEL, Cell, Memories
from planbench.fsrs6 import Flags, Floats, Whole
from planbench.trial import costs


class Stateless:
    """A policy that needs no more than the memories."""

    def saw(self, day: int, asked: Flags, rating: Whole) -> None:
        """Nothing to keep."""


class Plan:
    """The plan's index: the gain of each look, under the prices that day 0 gave to each day.

    The ranks follow what happened, and the days that a learner missed choose among plans made for
    several `shares` of days kept. Beyond that the prices stay: solving for them daily, for each
    learner, would take hours.
    """

    def __init__(self, deck: Deck, plans: Mapping[float, Relaxed], count: int) -> None:
        self.plans = list(plans.values())
        self.shares = np.log(list(plans))
        self.came = np.zeros(count, int)
        self.learners = Learners(deck, count)
        self.cards = np.array([int(each.card_id) for each in deck.order])

    def rank(self, day: int, seen: Memories) -> Floats:
        """Gain per second."""
        learners = self.learners
        learners.logs = np.log(seen.stability[:, self.cards])
        learners.difficulties = seen.difficulty[:, self.cards]
        learners.last = seen.last[:, self.cards]
        learners.touched = seen.met[:, self.cards] & (learners.last >= 0)
        found = np.zeros(seen.met.shape)
        share = np.log([attendance(came, day).share for came in self.came.tolist()])
        nearest = np.abs(share[:, None] - self.shares).argmin(1)
        for place, relaxed in enumerate(self.plans):
            mine = nearest == place
            if mine.any():
                found[np.ix_(mine, self.cards)] = learners.gain(relaxed, day)[mine]
        return found

    def saw(self, day: int, asked: Flags, rating: Whole) -> None:
        """A day without an answer is one that was missed."""
        if day >= 0:
            self.came += asked.any(1)


class Greedy(Stateless):
    """What a look today alone adds to recall on the day, per second."""

    def __init__(self, cell: Cell) -> None:
        self.days = cell.days
        self.costs = costs(cell.cards)

    def rank(self, day: int, seen: Memories) -> Floats:
        """Gain per second."""
        start = np.zeros(4)
        for rating in range(1, 5):
            memory = fsrs6.first(MODEL, np.array(rating))
            start[rating - 1] = self._kept(day, rating, *memory)
        first = np.array(HABITS.first)
        fresh = (start @ first) / (self.costs[1] @ first)
        recalled = seen.recall(day)
        value, cost = np.zeros(recalled.shape), np.zeros(recalled.shape)
        for rating, share in enumerate(HABITS.passed, 1):
            chance = 1 - recalled if rating == 1 else recalled * share
            given = np.array(rating)
            after = fsrs6.later(MODEL, seen.stability, seen.difficulty, given, recalled)
            value += chance * self._kept(day, rating, *after)
            cost += chance * self.costs[0, :, rating - 1]
        return np.where(seen.met, (value - seen.recall(self.days)) / cost, fresh)

    def _kept(self, day: int, rating: int, stability: Floats, difficulty: Floats) -> Floats:
        if rating == 1:
            stability, _ = fsrs6.same_day(MODEL, stability, difficulty, np.array(3))
        return fsrs6.recall(MODEL, stability, self.days - day)


class Due(Stateless):
    """What is due, the best known first; then new cards; then ahead, the worst known first."""

    def __init__(self, cell: Cell, retention: float, *, ahead: bool = True) -> None:
        self.days, self.retention, self.ahead = cell.days, retention, ahead
        self.turn = shuffled(cell)

    def rank(self, day: int, seen: Memories) -> Floats:
        """Tiers."""
        recalled = seen.recall(day)
        due = day - seen.last >= self.interval(seen)
        rest = np.where(due, 4 + recalled, 2 - recalled if self.ahead else 0.0)
        return np.where(seen.met, rest, 2 + self.turn)

    def interval(self, seen: Memories) -> Floats:
        """Whole days from each card's last look to the next."""
        decay = -MODEL[20]
        reach = (self.retention ** (1 / decay) - 1) / (0.9 ** (1 / decay) - 1)
        found: Floats = np.maximum(np.round(seen.stability * reach), 1)
        return found


class NewFirst(Stateless):
    """New cards, in any order or the quickest first; then the worst known. No schedule at all."""

    def __init__(self, cell: Cell, *, quickest: bool) -> None:
        speed = 1 / (costs(cell.cards)[1] @ np.array(HABITS.first))
        self.turn = speed / speed.max() if quickest else shuffled(cell)

    def rank(self, day: int, seen: Memories) -> Floats:
        """Two tiers."""
        return np.where(seen.met, 2 - seen.recall(day), 2 + self.turn)


class Capped(Due):
    """FSRS at 0.90, no interval longer than a fifth of the days then left."""

    def interval(self, seen: Memories) -> Floats:
        """Whole days from each card's last look to the next."""
        cap = np.maximum((self.days - seen.last) // 5, 1)
        found: Floats = np.minimum(super().interval(seen), cap)
        return found


class Sweep(Due):
    """FSRS at 0.90, and in the last days every card once more, the worst known first.

    The last days are as many as that takes, a third of all at most.
    """

    def __init__(self, cell: Cell) -> None:
        super().__init__(cell, 0.90)
        whole = float(costs(cell.cards)[0, :, 2].sum())
        needed = int(np.ceil(whole / (60 * cell.minutes)))
        self.begin = cell.days - min(needed, max(cell.days // 3, 1))

    def rank(self, day: int, seen: Memories) -> Floats:
        """Tiers."""
        if day < self.begin:
            return super().rank(day, seen)
        recalled = seen.recall(day)
        swept = seen.last >= self.begin
        return np.where(seen.met, np.where(swept, 2, 5) - recalled, 2 + self.turn)


class Random(Stateless):
    """Any card."""

    def __init__(self, cell: Cell) -> None:
        self.chance = cell.chance(5)

    def rank(self, day: int, seen: Memories) -> Floats:
        """A number from above 0 to 1."""
        return 1 - self.chance.random(seen.met.shape)


class Boxes:
    """Policies that count days in their own way: most overdue, then new, then soonest due."""

    def __init__(self, cell: Cell, count: int) -> None:
        self.turn = shuffled(cell)
        self.interval = np.ones((count, cell.cards))
        self.last = np.zeros((count, cell.cards))

    def rank(self, day: int, seen: Memories) -> Floats:
        """Tiers."""
        late = day - self.last - self.interval
        rest = np.where(late >= 0, 4 + late, 1 / (1 - np.minimum(late, 0)))
        return np.where(seen.met, rest, 2 + self.turn)

    def saw(self, day: int, asked: Flags, rating: Whole) -> None:
        """The next intervals."""
        self.interval = np.where(asked, self.next(asked, rating), self.interval)
        self.last = np.where(asked, day, self.last)

    def next(self, asked: Flags, rating: Whole) -> Floats:
        """Days to the next look."""
        raise NotImplementedError


class Leitner(Boxes):
    """Five boxes, of 1, 2, 4, 8 and 16 days; a failed card goes back to the first."""

    def __init__(self, cell: Cell, count: int) -> None:
        super().__init__(cell, count)
        self.box = np.full((count, cell.cards), -1)

    def next(self, asked: Flags, rating: Whole) -> Floats:
        """Days to the next look."""
        moved = np.where(rating == 1, 0, np.minimum(self.box + 1, 4))
        self.box = np.where(asked, moved, self.box)
        found: Floats = 2.0 ** np.maximum(self.box, 0)
        return found


class Sm2(Boxes):
    """SuperMemo 2, with Again, Hard, Good and Easy as its grades 2 to 5."""

    def __init__(self, cell: Cell, count: int) -> None:
        super().__init__(cell, count)
        self.ease = np.full((count, cell.cards), 2.5)
        self.passes = np.zeros((count, cell.cards), int)

    def next(self, asked: Flags, rating: Whole) -> Floats:
        """Days to the next look."""
        failed, short = rating == 1, 4 - rating  # of the grade 5
        spread_due_day = np.maximum(self.ease + 0.1 - short * (0.08 + short * 0.02), 1.3)
        self.ease = np.where(asked & ~failed, spread_due_day, self.ease)
        self.passes = np.where(asked, np.where(failed, 0, self.passes + 1), self.passes)
        grown = np.round(self.interval * self.ease)
        return np.where(self.passes <= 1, 1, np.where(self.passes == 2, 6, grown))


def shuffled(cell: Cell) -> Floats:
    """The order of new cards, from 0 to 1, first highest: one for all rivals."""
    found: Floats = cell.chance(6).permutation(cell.cards) / cell.cards
    return found
