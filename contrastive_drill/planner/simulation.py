"""A plan followed to its end by simulated learners: its outcome, and how far that may vary."""

from dataclasses import dataclass

import numpy as np

from contrastive_drill.memory.log import Learned
from contrastive_drill.planner.arrays import Flags, Floats, Places
from contrastive_drill.planner.deck import Deck
from contrastive_drill.planner.habits import Attendance
from contrastive_drill.planner.prices import Relaxed

# Standard deviations of the logarithm of stability around FSRS's, of learners and of cards: neither
# are average.
LEARNER_SPREAD, CARD_SPREAD = 0.5, 0.6
MINUTES_SPREAD = 0.3  # the same, of the minutes of a day around those planned


@dataclass(frozen=True, slots=True)
class Simulation:
    """The outcome for simulated learners, with the cards in the order of the deck.

    `recall` is the probability of recall on the interview day, (learner, card); the rest is
    (learner, day).
    """

    recall: Floats
    seconds: Floats
    met: Places  # cards met for the first time
    reviews: Places  # answers on cards met before


def simulate(
    deck: Deck,
    relaxed: Relaxed,
    seconds: Floats,
    learners: int,
    seed: int,
    *,
    spread: bool = True,
    attendance: Attendance | None = None,
) -> Simulation:
    """The plan followed by a number of learners.

    Each day the cards are asked by falling gain per second; one is begun while at least half of its
    usual time is left. With `spread`, stabilities differ from the model's by constant factors of
    the learner and the card, unknown to the plan; with `attendance`, learners also miss days, with
    a probability drawn for each, and their minutes vary.
    """
    chance = np.random.default_rng(seed)
    state = Learners(deck, learners)
    factor = np.ones(state.shape)
    if spread:
        of_learner = LEARNER_SPREAD * chance.standard_normal((learners, 1))
        factor = np.exp(of_learner + CARD_SPREAD * chance.standard_normal(state.shape))
    days = len(seconds)
    budget = np.tile(seconds, (learners, 1))
    if attendance is not None:
        share = chance.beta(attendance.studied, attendance.missed, (learners, 1))
        width = int(np.diff(deck.steps).max())  # days of a step, some of which may be missed
        apart = MINUTES_SPREAD / width**0.5
        noise = apart * chance.standard_normal(budget.shape) - apart**2 / 2
        kept = (chance.random((width, *budget.shape)) < share).mean(0)
        budget = budget * kept * np.exp(noise)
    spent = np.zeros((learners, days))
    met, reviews = np.zeros((learners, days), int), np.zeros((learners, days), int)
    for day in range(days):
        new = state.new
        gain = state.gain(relaxed, day)
        asked, spent[:, day] = state.study(day, gain, budget[:, [day]], factor, chance)
        met[:, day] = (asked & new).sum(1)
        reviews[:, day] = (asked & ~new).sum(1)
    return Simulation(state.recall(days, factor), spent, met, reviews)


class Learners:
    """Learners with one deck: each card's memory as the plan estimates it; (learner, card)."""

    def __init__(self, deck: Deck, count: int) -> None:
        self.deck = deck
        seen, new = len(deck.seen), int(deck.new_counts.sum())
        self.shape = (count, seen + new)
        self.of_class = deck.order_class
        self.logs = np.zeros(self.shape)  # of the stabilities
        self.difficulties = np.ones(self.shape)
        self.last = np.zeros(self.shape, int)  # step of the last review; before the plan, its day
        for card, each in enumerate(deck.seen):
            assert isinstance(each.memory, Learned)
            self.logs[:, card] = np.log(each.memory.stability)
            self.difficulties[:, card] = each.memory.difficulty
            self.last[:, card] = each.memory.last_day - deck.today
        self.touched = np.zeros(self.shape, bool)  # reviewed in the course of the plan
        self.met = np.broadcast_to(np.arange(seen + new) < seen, self.shape)

    @property
    def new(self) -> Flags:
        """Whether each card was never met."""
        return ~(self.met | self.touched)

    def recall(self, day: int, factor: Floats) -> Floats:
        """The true probability of recall: stabilities are `factor` times the estimated ones."""
        stability = np.exp(self.logs) * factor
        days = self.deck.middles
        last = np.where(self.touched, days[self.last * self.touched], self.last)
        elapsed = np.maximum(days[day] - last, 0)
        recalled = self.deck.scheduler.curve.recall(stability, elapsed)
        return np.where(self.new, 0.0, recalled)

    def gain(self, relaxed: Relaxed, day: int) -> Floats:
        """The gain per second of a review of each card today; -1 where it was reviewed today."""
        deck, values = self.deck, relaxed.values
        seen = len(deck.seen)
        first = np.zeros(self.shape[1])
        first[:seen] = values.seen_review[:, day] - values.seen_wait[:, day]
        first[:seen] /= deck.seen_costs[:, day]
        new = (values.new_review[:, day] - values.new_wait[:, day]) / deck.new_costs
        first[seen:] = new[self.of_class[seen:]]
        gain = np.broadcast_to(first, self.shape).copy()
        again = self.touched & (self.last < day)
        if again.any():
            of_class = np.broadcast_to(self.of_class, self.shape)[again][:, None]
            points = deck.grid.locate(np.exp(self.logs[again]), self.difficulties[again])
            at = ((day - self.last[again] - 1)[:, None], points.nodes, of_class)
            net = (values.gain[day][at] * points.shares).sum(-1)
            gain[again] = net / (deck.costs[at] * points.shares).sum(-1)
        # The values are net of the price of the day.
        return np.where(self.touched & ~again, -1.0, gain + relaxed.prices[day])

    def study(
        self, day: int, gain: Floats, seconds: Floats, factor: Floats, chance: np.random.Generator
    ) -> tuple[Flags, Floats]:
        """Ask within the seconds, by falling gain; the cards asked, and the seconds spent."""
        new = self.new
        recalled = self.recall(day, factor)
        hard, good = self.deck.passed.hard, self.deck.passed.good
        passed = 1 + np.searchsorted(np.cumsum([hard, good]), chance.random(self.shape))
        luck = chance.random(self.shape)
        first = np.searchsorted(np.cumsum(self.deck.new_chances[:3]), luck)
        rating = np.where(new, first, np.where(luck < recalled, passed, 0))
        cost = self.deck.seconds[new.astype(int), self.of_class, rating]
        usual = self.deck.seconds[new.astype(int), self.of_class, 1]
        asked, spent = ask_within(gain, cost, usual, seconds)
        self._update(day, asked, rating)
        return asked, spent

    def _update(self, day: int, asked: Flags, rating: Places) -> None:
        """Move the memories of the cards asked."""
        deck, transitions = self.deck, self.deck.transitions
        seen = len(deck.seen)
        again = asked & self.touched
        old = asked & self.met & ~self.touched
        fresh = asked & self.new
        if again.any():
            points = deck.grid.locate(np.exp(self.logs[again]), self.difficulties[again])
            at = ((day - self.last[again] - 1)[:, None], points.nodes, rating[again][:, None])
            self.logs[again] = (transitions.logs[at] * points.shares).sum(-1)
            self.difficulties[again] = (transitions.difficulties[at] * points.shares).sum(-1)
        if old.any():
            card = np.broadcast_to(np.arange(self.shape[1]), self.shape)[old]
            assert (card < seen).all()
            self.logs[old] = deck.seen_logs[card, day, rating[old]]
            self.difficulties[old] = deck.seen_difficulties[card, day, rating[old]]
        self.logs[fresh] = deck.new_logs[rating[fresh]]
        self.difficulties[fresh] = deck.new_difficulties[rating[fresh]]
        self.last = np.where(asked, day, self.last)
        self.touched = self.touched | asked


def ask_within(gain: Floats, cost: Floats, usual: Floats, seconds: Floats) -> tuple[Flags, Floats]:
    """The cards asked in each learner's seconds, (learner, 1), and the seconds they take.

    Cards with a gain, by falling gain; one is begun while at least half of its usual time is left,
    so that days end neither early nor late on average, and the first in any case.
    """
    rows = np.arange(gain.shape[0])[:, None]
    order = np.argsort(-gain, 1, kind="stable")
    gainful = gain[rows, order] > 0
    spent = np.where(gainful, cost[rows, order], 0.0)
    fits = spent.cumsum(1) - spent + usual[rows, order] / 2 <= seconds
    fits[:, :1] = seconds > 0
    # The first that does not fit ends the day.
    fits = np.minimum.accumulate(fits, 1) & gainful
    asked = np.zeros(gain.shape, bool)
    asked[rows, order] = fits
    return asked, (spent * fits).sum(1)
