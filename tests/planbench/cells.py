"""The cells of the bench: cards, days and minutes, and what was answered before."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from fsrs_rs_python import DEFAULT_PARAMETERS

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned, Memory, Rating
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.deck import Deck, DeckCard, deck
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
    """So many cards, days and minutes a day; a share of the cards was met before."""

    cards: int
    days: int
    minutes: int
    met: float = 0.0

    @property
    def name(self) -> str:
        """Cards, days and minutes, as the table names them."""
        return f"{self.cards}{'½' if self.met else ''} / {self.days} / {self.minutes}"

    def chance(self, *purpose: int) -> np.random.Generator:
        """Random numbers for one purpose, the same in every run."""
        about = (self.cards, self.days, self.minutes, round(100 * self.met))
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

    `lasting` multiplies what the parameters say of each card's stability, day by day.
    """

    def __init__(self, w: Floats, shape: tuple[int, int], lasting: Floats | float = 1.0) -> None:
        self.w = np.broadcast_to(w, (shape[0], 21))
        self.lasting = np.broadcast_to(lasting, shape)
        self.stability = np.ones(shape)
        self.difficulty = np.ones(shape)
        self.last = np.zeros(shape, int)
        self.met = np.zeros(shape, bool)

    def recall(self, day: int) -> Floats:
        """The probability of recall on a day; none of what was never met."""
        stability = self.stability * self.lasting
        recalled = fsrs6.recall(self.w[:, None, :], stability, np.maximum(day - self.last, 0))
        return np.where(self.met, recalled, 0.0)

    def remember(self, day: int, asked: fsrs6.Flags, rating: Whole) -> None:
        """Answers of one day; what was failed is asked again at once, and rated Good."""
        learner = np.nonzero(asked)[0]
        w, given, met = self.w[learner], rating[asked], self.met[asked]
        recalled = self.recall(day)[asked]
        start = fsrs6.first(w, given)
        later = fsrs6.later(w, self.stability[asked], self.difficulty[asked], given, recalled)
        stability, difficulty = np.where(met, later[0], start[0]), np.where(met, later[1], start[1])
        again = fsrs6.same_day(w, stability, difficulty, np.full(len(given), Rating.GOOD))
        failed = given == Rating.AGAIN
        self.stability[asked] = np.where(failed, again[0], stability)
        self.difficulty[asked] = np.where(failed, again[1], difficulty)
        self.last[asked] = day
        self.met[asked] = True


def ratings(recalled: Floats, met: fsrs6.Flags, luck: Floats) -> Whole:
    """The rating each card would get today, 1 to 4, given three uniform numbers for each."""
    first = _pick(HABITS.first, luck[0])
    return np.where(met, np.where(luck[1] < recalled, _pick(HABITS.passed, luck[2]), 1), first)


def _pick(shares: RatingShares, luck: Floats) -> Whole:
    found: Whole = 1 + np.searchsorted(np.cumsum(shares)[:3], luck, side="right")
    return found


def planned(cell: Cell, answers: list[Answers]) -> list[DeckCard]:
    """The cards as the plan sees them on day 0; card 7 is "7"."""
    belief = Memories(MODEL, (1, cell.cards))
    for each in answers:
        belief.remember(each.day, each.asked[None], each.rating[None])
    found = []
    for card, kind in enumerate(kinds(cell.cards)):
        memory: Memory = NEW
        if belief.met[0, card]:
            memory = Learned(
                stability=float(belief.stability[0, card]),
                difficulty=float(belief.difficulty[0, card]),
                last_day=int(belief.last[0, card]),
                due_day=0,
                reps=1,
                lapses=0,
            )
        found.append(DeckCard(str(card), kind, 1.0, memory))
    return found


def decked(cell: Cell, answers: list[Answers]) -> Deck:
    """The plan's arrays on day 0."""
    return deck(planned(cell, answers), Scheduler(0.9), HABITS, 0, cell.days)
