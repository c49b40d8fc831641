"""The cards of a plan as arrays: their memories, what a review costs, and what it leads to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from statistics import fmean as mean
from typing import NamedTuple

import numpy as np

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.arrays import Flags, Floats, Places
from contrastive_drill.planner.grid import (
    Grid,
    GridPoints,
    Outcomes,
    Transitions,
    first_review,
    later_review,
)
from contrastive_drill.planner.habits import Habits, RatingShares, seconds_at
from contrastive_drill.planner.ranking import DeckCard as DeckCard
from contrastive_drill.planner.steps import step_days, step_width


class CardClass(NamedTuple):
    """Cards of one weight that take about the same time."""

    weight: float
    pace: float  # seconds of a usual answer, the mean over its cards


PACE_RATIO = 1.1  # of the slowest pace in a class to its quickest: each class costs time to plan
MOST_CLASSES = 24  # cards of about one weight share a class where there would be more


@dataclass(frozen=True, slots=True)
class Deck:
    """Cards seen before, each with its memory, and new ones by class; days count from today.

    Costs are expected seconds. `new_order` has the new cards of each class in the order to meet
    them. Where the interview is far, a day of the arrays is a step of several days.
    """

    today: int  # study day
    steps: Places  # (day + 1,): the first day of each step, and the interview's
    middles: Places  # the same of its middle day, which stands for all of them
    scheduler: Scheduler
    first: RatingShares  # of the ratings on a card's first answer
    passed: RatingShares  # of the ratings among passes later on
    grid: Grid
    transitions: Transitions
    classes: tuple[CardClass, ...]
    weights: Floats  # (class,)
    seconds: Floats  # (first answer or not, class, 4): that each rating takes
    costs: Floats  # (days since - 1, node, class)
    seen: tuple[DeckCard, ...]
    seen_class: Places  # (card,)
    seen_chances: Floats  # (card, day, 4)
    seen_logs: Floats  # (card, day, 4): the logarithm of the stability after each rating
    seen_difficulties: Floats  # (card, day, 4)
    seen_points: GridPoints  # (card, day, 4, ...)
    seen_costs: Floats  # (card, day)
    answered_today: Flags  # (card,): answered today already
    seen_recall: Floats  # (card,): recalled on the interview day if never reviewed again
    new_order: tuple[tuple[DeckCard, ...], ...]
    new_counts: Places  # (class,)
    new_chances: Floats  # (4,)
    new_logs: Floats  # (4,)
    new_difficulties: Floats  # (4,)
    new_arrival_shares: Floats  # (node,): of the memory after a first review
    new_costs: Floats  # (class,)

    @property
    def order(self) -> tuple[DeckCard, ...]:
        """Every card: those seen before, then the new ones by class."""
        return (*self.seen, *(each for members in self.new_order for each in members))

    @property
    def order_class(self) -> Places:
        """The class of every card, in that order."""
        new = np.arange(len(self.classes)).repeat(self.new_counts)
        return np.concatenate([self.seen_class, new]).astype(int)

    def by_step(self, seconds: Sequence[float]) -> Floats:
        """The seconds of each step, given those of each day."""
        found: Floats = np.add.reduceat(np.array(seconds, float), self.steps[:-1])
        return found

    def seen_value(self, day: int, after: Floats) -> Floats:
        """The value of reviewing each seen card: (card,), from (node, class) after a review."""
        nodes, shares = self.seen_points.nodes[:, day], self.seen_points.shares[:, day]
        values = after[nodes, self.seen_class[:, None, None]]
        expected: Floats = ((values * shares).sum(-1) * self.seen_chances[:, day]).sum(-1)
        return expected

    def seen_arrivals(self, day: int, reviewed: Floats) -> Floats:
        """Expected seen cards at each (node, class), `reviewed` being the share of each card."""
        shape = (len(self.grid), len(self.classes))
        weight = (reviewed[:, None] * self.seen_chances[:, day])[..., None]
        shares = weight * self.seen_points.shares[:, day]
        places = self.seen_points.nodes[:, day] * shape[1] + self.seen_class[:, None, None]
        counts = np.bincount(places.ravel(), shares.ravel(), minlength=shape[0] * shape[1])
        return counts.astype(float).reshape(shape)

    def new_value(self, after: Floats) -> Floats:
        """The value of meeting a card of each class, from the values (node, class) afterwards."""
        return self.new_arrival_shares @ after

    def new_arrivals(self, reviewed: Floats) -> Floats:
        """Expected new cards at each (node, class), `reviewed` of each class being met."""
        return self.new_arrival_shares[:, None] * reviewed


def deck(
    planned: Sequence[DeckCard], scheduler: Scheduler, habits: Habits, today: int, days: int
) -> Deck:
    """The arrays of a plan over the next days, with the interview on the day after them.

    A card already answered today can be reviewed again from tomorrow on.
    """
    grid, begins = Grid(), step_days(days)
    middles = [begin + (end - begin - 1) // 2 for begin, end in pairwise(begins)]
    transitions = Transitions(grid, scheduler, habits.passed, len(middles), step_width(begins))
    classes, number = _classes(planned, habits)
    paces = [each.pace for each in classes]
    seconds = np.array(
        [[seconds_at(pace, first=first) for pace in paces] for first in (False, True)]
    )
    later, first = seconds
    seen = [each for each in planned if isinstance(each.memory, Learned)]
    of_class = np.array([number[each.card_id] for each in seen], int)
    chances = np.zeros((len(seen), len(middles), 4))
    after = np.ones((2, len(seen), len(middles), 4))
    seen_recall = np.zeros(len(seen))
    for place, each in enumerate(seen):
        memory = each.memory
        assert isinstance(memory, Learned)
        since = max(today - memory.last_day, 0)
        seen_recall[place] = scheduler.curve.recall(memory.stability, since + days)
        for step, day in enumerate(middles):
            outcomes = later_review(
                scheduler, memory.stability, memory.difficulty, since + day, habits.passed
            )
            chances[place, step] = outcomes.chances
            after[:, place, step] = outcomes.stabilities, outcomes.difficulties
    seen_costs = (chances * later[of_class][:, None, :]).sum(-1)
    answered_today = [isinstance(e.memory, Learned) and e.memory.last_day >= today for e in seen]
    new = [each for each in planned if not isinstance(each.memory, Learned)]
    new_order = tuple(
        tuple(each for each in new if number[each.card_id] == place)
        for place in range(len(classes))
    )
    met = first_review(scheduler, habits.first)
    return Deck(
        today=today,
        steps=np.array(begins),
        middles=np.array([*middles, days]),
        scheduler=scheduler,
        first=habits.first,
        passed=habits.passed,
        grid=grid,
        transitions=transitions,
        classes=classes,
        weights=np.array([each.weight for each in classes]),
        seconds=seconds,
        costs=(transitions.chances @ later.T).astype(np.float32),
        seen=tuple(seen),
        seen_class=of_class,
        seen_chances=chances,
        seen_logs=np.log(after[0]),
        seen_difficulties=after[1],
        seen_points=grid.locate(after[0], after[1]),
        seen_costs=seen_costs,
        answered_today=np.array(answered_today, bool),
        seen_recall=seen_recall,
        new_order=new_order,
        new_counts=np.array([len(each) for each in new_order], int),
        new_chances=np.array(met.chances),
        new_logs=np.log(met.stabilities),
        new_difficulties=np.array(met.difficulties),
        new_arrival_shares=_arrival_shares(grid, met),
        new_costs=first @ np.array(met.chances),
    )


def _arrival_shares(grid: Grid, outcomes: Outcomes) -> Floats:
    """The share of reviews that lead to each node."""
    points = grid.locate(outcomes.stabilities, outcomes.difficulties)
    shares = np.array(outcomes.chances)[:, None] * points.shares
    return np.bincount(points.nodes.ravel(), shares.ravel(), minlength=len(grid)).astype(float)


def _classes(
    planned: Sequence[DeckCard], habits: Habits
) -> tuple[tuple[CardClass, ...], dict[str, int]]:
    """Classes of cards of one weight and of paces within a ratio, and the class of each card."""
    pace = habits.pace
    rank = {weight: weight for weight in (each.weight for each in planned)}
    breadth = 0.05  # of the logarithms of the weights in a class
    while len(groups := _grouped(planned, rank, pace)) > MOST_CLASSES:
        rank = {weight: round(log(weight) / breadth) for weight in rank}
        breadth *= 1.5
    classes = tuple(
        CardClass(mean(p.weight for p in members), mean(pace[p.kind] for p in members))
        for members in groups
    )
    number = {each.card_id: place for place, members in enumerate(groups) for each in members}
    return classes, number


def _grouped(
    planned: Iterable[DeckCard], rank: Mapping[float, float], pace: Mapping[Kind, float]
) -> list[list[DeckCard]]:
    """Cards of one rank, which their weight has, and of paces within a ratio."""
    groups: list[list[DeckCard]] = []
    for each in sorted(planned, key=lambda p: (rank[p.weight], pace[p.kind], p.card_id)):
        if groups:
            first = groups[-1][0]
            slowest = PACE_RATIO * pace[first.kind]
            if rank[first.weight] == rank[each.weight] and pace[each.kind] <= slowest:
                groups[-1].append(each)
                continue
        groups.append([each])
    return groups
