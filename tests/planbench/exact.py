"""The best that any schedule of a tiny deck reaches, exactly: every history, FSRS-6 without a grid.

A schedule chooses each morning by all answers so far; what it chooses must fit into the day's
seconds in expectation. A repeat on the same day is passed as Good, as the plan assumes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned, Memory
from contrastive_drill.planner.habits import seconds_at
from contrastive_drill.planner.ranking import DeckCard
from planbench import fsrs6
from planbench.cells import HABITS, MODEL
from planbench.fsrs6 import Floats

RATINGS = np.arange(1, 5)
GOOD = np.array(3)


class Schedules(StrEnum):
    """A class of schedules. All but the widest look at a card once a day."""

    ALWAYS = "always"  # a failed card is asked again the same day
    NEVER = "never"  # it is not
    WIDER = "wider"  # any card may be asked a second time on a day, whatever the first answer was


# The ratings after which a card is asked again, for each way to look at it.
REPEATED: dict[Schedules, tuple[tuple[bool, ...], ...]] = {
    Schedules.ALWAYS: ((True, False, False, False),),
    Schedules.NEVER: ((False,) * 4,),
    Schedules.WIDER: tuple(product((False, True), repeat=4)),
}


@dataclass(frozen=True)
class TinyDeck:
    """A few cards and days; memories are as of day 0."""

    cards: tuple[DeckCard, ...]
    seconds: tuple[float, ...]  # of each day

    @property
    def weight(self) -> float:
        """Of all cards."""
        return sum(card.weight for card in self.cards)


def tiny(seed: int, cards: int, days: int) -> TinyDeck:
    """A random one: new and met cards, weights, days off, scarce ones, and ones that hold all.

    The bound is near the best where minutes are ample, so that it is there that it may fail.
    """
    chance = np.random.default_rng([seed, cards, days])
    found = []
    for card in range(cards):
        memory: Memory = NEW
        if chance.random() < 0.5:
            last = -int(chance.integers(1, 12))
            stability, difficulty = float(np.exp(chance.normal(1, 1.2))), chance.uniform(1, 10)
            memory = Learned(stability, float(difficulty), last, last + 1, 1, 0)
        weight = float(chance.choice([1.0, 1.0, 2.0, 5.0]))
        found.append(DeckCard(str(card), Kind(chance.choice(list(Kind))), weight, memory))
    each = [
        max(HABITS.seconds(card.kind, first=first, recall=0.0) for first in (False, True))
        for card in found
    ]
    seconds = sum(each) * chance.uniform(0.1, 1.9, days)
    seconds[chance.random(days) < (0.2, 0.5, 0.9)[seed % 3]] = sum(each)
    seconds[chance.random(days) < 0.15] = 0.0
    seconds[0] = max(seconds[0], min(each))
    return TinyDeck(tuple(found), tuple(seconds.tolist()))


def best(deck: TinyDeck, schedules: Schedules) -> float:
    """The largest expected weight of the cards recalled on the interview day."""
    days = len(deck.seconds)
    trees = [_Tree(card, schedules, days) for card in deck.cards]
    value: Floats = np.zeros(())
    for day in range(days - 1, -1, -1):
        last = day == days - 1
        sizes = tuple(len(tree.costs[day]) for tree in trees)
        found = np.full(sizes, -np.inf)
        for ways in product(range(trees[0].ways), repeat=len(trees)):
            if last:
                each = [tree.worth[:, way] for tree, way in zip(trees, ways, strict=True)]
                reached = _outer(each)
            else:
                reached = value
                for axis, (tree, way) in enumerate(zip(trees, ways, strict=True)):
                    reached = tree.expected(day, way, reached, axis)
            cost = _outer([tree.costs[day][:, way] for tree, way in zip(trees, ways, strict=True)])
            fits = cost <= deck.seconds[day] + 1e-9
            found = np.where(fits, np.maximum(found, reached), found)
        value = found
    return float(value.item())


def _outer(each: Sequence[Floats]) -> Floats:
    """The sum of one entry of each, over all combinations."""
    found: Floats = np.zeros(())
    for place, values in enumerate(each):
        shape = [1] * len(each)
        shape[place] = len(values)
        found = found + values.reshape(shape)
    return found


class _Tree:
    """All histories of one card. After each day a history has one successor for each leaf.

    Leaf 0 is a day without a look, then come the ratings, then the ratings followed by a repeat.
    Way 0 is not to look; the others are ways to look.
    """

    LEAVES = 9

    def __init__(self, card: DeckCard, schedules: Schedules, days: int) -> None:
        again = np.array(REPEATED[schedules])  # (way to look, rating)
        self.ways = 1 + len(again)
        pace = HABITS.pace[card.kind]
        memory = card.memory
        met = isinstance(memory, Learned)
        stability = np.array([memory.stability if isinstance(memory, Learned) else 1.0])
        difficulty = np.array([memory.difficulty if isinstance(memory, Learned) else 1.0])
        last, known = (
            np.array([memory.last_day if isinstance(memory, Learned) else 0]),
            np.array([met]),
        )
        self.costs: list[Floats] = []  # of each day: (history, way)
        self.chances: list[Floats] = []  # of each day: (history, way, leaf)
        for day in range(days):
            recalled = np.where(known, fsrs6.recall(MODEL, stability, day - last), 0.0)
            passed = recalled[:, None] * np.array(HABITS.passed)
            passed[:, 0] = 1 - recalled
            rated = np.where(known[:, None], passed, np.array(HABITS.first))
            taken = np.array([seconds_at(pace, first=first) for first in (False, True)])
            taken[:, 0] -= pace  # the repeat, which is reckoned on its own
            once = (rated * np.where(known[:, None], taken[0], taken[1])).sum(1)
            repeat = pace * (rated @ again.T)
            self.costs.append(np.column_stack([np.zeros(len(once)), once[:, None] + repeat]))
            chances = np.zeros((len(once), self.ways, self.LEAVES))
            chances[:, 0, 0] = 1
            chances[:, 1:, 1:5] = rated[:, None] * ~again
            chances[:, 1:, 5:] = rated[:, None] * again
            self.chances.append(chances)
            rows = stability[:, None], difficulty[:, None]
            later = fsrs6.later(MODEL, *rows, RATINGS, recalled[:, None])
            start = fsrs6.first(np.tile(MODEL, (4, 1)), RATINGS)
            looked = [np.where(known[:, None], *pair) for pair in zip(later, start, strict=True)]
            twice = fsrs6.same_day(MODEL, looked[0], looked[1], GOOD)
            after = [
                np.column_stack([before, one, two]).ravel()
                for before, one, two in zip((stability, difficulty), looked, twice, strict=True)
            ]
            leaf = np.arange(self.LEAVES)
            last = np.where(leaf > 0, day, last[:, None]).ravel()
            known = (known[:, None] | (leaf > 0)).ravel()
            stability, difficulty = after
        kept = np.where(known, fsrs6.recall(MODEL, stability, days - last), 0.0)
        kept = card.weight * kept.reshape(-1, self.LEAVES)
        self.worth = np.einsum("hwl,hl->hw", self.chances[-1], kept)  # of the last day's ways

    def expected(self, day: int, way: int, value: Floats, axis: int) -> Floats:
        """Values of the next day's histories, along an axis, as expected of this day's."""
        chances = self.chances[day][:, way]
        shape = value.shape
        parted = value.reshape(*shape[:axis], len(chances), self.LEAVES, *shape[axis + 1 :])
        moved = np.moveaxis(parted, (axis, axis + 1), (0, 1))
        found = np.einsum("hl,hl...->h...", chances, moved)
        return np.moveaxis(found, 0, axis)
