"""The cells of the bench: cards, days and minutes, and what was answered before."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from fsrs_rs_python import DEFAULT_PARAMETERS

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import Rating
from contrastive_drill.planner.habits import RatingShares, habits
from planbench import fsrs6
from planbench.fsrs6 import Floats, Whole

SEED = 20261121
MODEL: Floats = np.array(DEFAULT_PARAMETERS)
HABITS = habits([], {})
# Shares of the kinds in the question bank.
KINDS = {
    Kind.RECALL: 0.38,
    Kind.VERDICT: 0.26,
    Kind.SCENARIO: 0.13,
    Kind.CALCULATION: 0.09,
    Kind.NUMERIC: 0.08,
    Kind.CHOICE: 0.06,
}
PAST = 40  # days over which the cards met before were met


@dataclass(frozen=True)
class Cell:
    """So many cards, days and minutes a day; a share of the cards was met before.

    Day 0 is a Saturday; `weekend` are the minutes of two days in seven, where they differ.
    """

    cards: int
    days: int
    minutes: int
    weekend: int | None = None
    met: float = 0.0

    @property
    def name(self) -> str:
        """Cards, days and minutes, as the table names them."""
        minutes = f"{self.minutes}" if self.weekend is None else f"{self.minutes}, {self.weekend}"
        return f"{self.cards}{'½' if self.met else ''} / {self.days} / {minutes}"

    @property
    def seconds(self) -> Floats:
        """Those planned, (day,)."""
        at_weekend = np.arange(self.days) % 7 < 2
        weekend = self.minutes if self.weekend is None else self.weekend
        return 60.0 * np.where(at_weekend, weekend, self.minutes)

    def chance(self, *purpose: int) -> np.random.Generator:
        """Random numbers for one purpose, the same in every run."""
        about = (self.cards, self.days, self.minutes, self.weekend or 0, round(100 * self.met))
        return np.random.default_rng([SEED, *about, *purpose])


@dataclass(frozen=True)
class Answers:
    """What was answered on one day before the plan; arrays are (card,)."""

    day: int  # below 0
    asked: fsrs6.Flags
    rating: Whole  # 1 to 4


def kinds(count: int) -> list[Kind]:
    """Kinds of so many cards, in the bank's shares, well mixed."""
    dealt: Counter[Kind] = Counter()
    found = []
    for place in range(1, count + 1):
        kind = max(KINDS, key=lambda each: KINDS[each] * place - dealt[each])
        dealt[kind] += 1
        found.append(kind)
    return found


def past(cell: Cell) -> list[Answers]:
    """The answers on the cards met before, as FSRS at 0.90 asks for them.

    All learners of a cell have the same: each kind of learner is one way to read the same log.
    """
    chance = cell.chance(1)
    count = round(cell.cards * cell.met)
    begin = np.full(cell.cards, PAST)
    begin[chance.permutation(cell.cards)[:count]] = chance.integers(-PAST, 0, count)
    memory = Memories(MODEL, (1, cell.cards))
    found = []
    for day in range(-PAST, 0):
        recalled = memory.recall(day)
        due = np.where(memory.met, recalled < 0.9, begin == day)
        rating = ratings(recalled, memory.met, chance.random((3, 1, cell.cards)))
        memory.remember(day, due, rating)
        found.append(Answers(day, due[0], rating[0]))
    return found


class Memories:
    """FSRS memories of (learner, card), under parameters of (21,) or (learner, 21).

    `lasting` multiplies what the parameters say of each card's stability, day by day. Who is
    `exponential` forgets so, 90 % after one stability; `repeats` multiplies what a look on the
    day of a failed one does to the stability. Both are (learner, 1).
    """

    def __init__(
        self,
        w: Floats,
        shape: tuple[int, int],
        lasting: Floats | float = 1.0,
        exponential: fsrs6.Flags | bool = False,
        repeats: Floats | float = 1.0,
    ) -> None:
        self.w = np.broadcast_to(w, (shape[0], 21))
        self.lasting = np.broadcast_to(lasting, shape)
        self.exponential = np.broadcast_to(exponential, shape)
        self.repeats = np.broadcast_to(repeats, shape)
        self.stability = np.ones(shape)
        self.difficulty = np.ones(shape)
        self.last = np.zeros(shape, int)
        self.met = np.zeros(shape, bool)

    def know(self, stability: Floats, day: int) -> None:
        """What was known on a day before all answers, where the stability is above 0."""
        _, difficulty = fsrs6.first(self.w, np.full(len(self.w), int(Rating.GOOD)))
        there = stability > 0
        self.stability[there] = stability[there]
        self.difficulty[there] = np.broadcast_to(difficulty[:, None], there.shape)[there]
        self.last[there] = day
        self.met |= there

    def recall(self, day: int) -> Floats:
        """The probability of recall on a day; none of what was never met."""
        stability, since = self.stability * self.lasting, np.maximum(day - self.last, 0)
        recalled = fsrs6.recall(self.w[:, None, :], stability, since)
        if self.exponential.any():
            recalled = np.where(self.exponential, 0.9 ** (since / stability), recalled)
        return np.where(self.met, recalled, 0.0)

    def remember(
        self, day: int, asked: fsrs6.Flags, rating: Whole, again: fsrs6.Flags | bool = True
    ) -> None:
        """Answers of one day; what was failed is asked `again` at once, and rated Good."""
        learner = np.nonzero(asked)[0]
        w, given, met = self.w[learner], rating[asked], self.met[asked]
        recalled = self.recall(day)[asked]
        start = fsrs6.first(w, given)
        later = fsrs6.later(w, self.stability[asked], self.difficulty[asked], given, recalled)
        stability, difficulty = np.where(met, later[0], start[0]), np.where(met, later[1], start[1])
        repeat = fsrs6.same_day(w, stability, difficulty, np.full(len(given), int(Rating.GOOD)))
        failed = (given == Rating.AGAIN) & np.broadcast_to(again, asked.shape)[asked]
        self.stability[asked] = np.where(failed, repeat[0] * self.repeats[asked], stability)
        self.difficulty[asked] = np.where(failed, repeat[1], difficulty)
        self.last[asked] = day
        self.met[asked] = True


def ratings(recalled: Floats, met: fsrs6.Flags, luck: Floats) -> Whole:
    """The rating each card would get today, 1 to 4, given three uniform numbers for each."""
    first = _pick(HABITS.first, luck[0])
    return np.where(met, np.where(luck[1] < recalled, _pick(HABITS.passed, luck[2]), 1), first)


def _pick(shares: RatingShares, luck: Floats) -> Whole:
    found: Whole = 1 + np.searchsorted(np.cumsum(shares)[:3], luck, side="right")
    return found
