"""The relaxed plan: what a second of each day is worth, and a bound on what schedules reach.

Once a second of study has a price, each card is a small decision problem of its own: review it
today, or wait. The prices of the days rise where the cards together want more time than there is
(Lagrangian relaxation). For any prices, the cards' values plus the value of the time are at least
what a schedule within the minutes reaches under the model, if it reviews a card at most once a day
and asks a failed one until it is passed. Values are interpolated on a grid, whose error is not
bounded: on small decks the bound came out up to 0.6 points too low.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.arrays import Floats
from contrastive_drill.planner.deck import Deck
from contrastive_drill.planner.minimizer import minimise

# Temperature of the soft choices while prices are sought, in cards, and the number of rounds.
SEARCH = ((0.01, 14), (0.003, 20), (0.001, 26))
TIGHTEN = (0.002, 14)  # the same, for a bound that starts from good prices
DEAREST = 1.0  # a card per second: no review is worth that
CHEAPEST = 1e-7


class Values(NamedTuple):
    """The cards' values under prices; days count from today, `k` are the classes of cards."""

    # Of each day (days since - 1, node, k): to review on it rather than to wait. Most of the memory
    # that a plan takes is here.
    gain: tuple[Floats, ...]
    seen_review: Floats  # (card, day) of cards seen before: review, then act optimally
    seen_wait: Floats  # the same, but wait on this day
    new_review: Floats  # (class, day) of cards never met
    new_wait: Floats


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Prices, the values under them, and the bound that follows."""

    prices: Floats  # (day,): cards per second
    values: Values
    bound: float  # on the weighted number of cards recalled on the interview day


def relax(deck: Deck, seconds: Floats, present: float = 1.0) -> Relaxed:
    """Prices under which the cards want about the seconds available, day by day.

    Soft choices make the dual function smooth; L-BFGS minimises it at falling temperatures. The
    bound is that of hard choices at the last prices. `present` is the probability that the learner
    studies on a day after today: a card that waits may miss its day.
    """
    present_seconds = seconds * np.where(np.arange(len(seconds)) > 0, present, 1.0)
    dual = _Dual(deck, present_seconds, present)
    logs = dual.level(SEARCH[0][0])
    for soft, rounds in SEARCH:
        logs = dual.descend(logs, soft, rounds)
    prices = dual.prices(logs)
    values = evaluate(deck, prices, 0.0, present)
    return Relaxed(prices, values, total(deck, values, prices, present_seconds, 0.0))


def bound(deck: Deck, seconds: Floats, prices: Floats) -> float:
    """The bound for schedules of these seconds, from prices near those that make it lowest."""
    tighter = nearer(deck, seconds, prices, *TIGHTEN)
    return min(total(deck, evaluate(deck, at, 0.0), at, seconds, 0.0) for at in (prices, tighter))


def nearer(deck: Deck, seconds: Floats, prices: Floats, soft: float, rounds: int) -> Floats:
    """Prices nearer to those of these seconds, for a learner who misses no day."""
    dual = _Dual(deck, seconds, 1.0)
    return dual.prices(dual.descend(np.log(prices[dual.open]), soft, rounds))


class _Dual:
    """The smoothed dual function of the logarithms of prices, of the days that have time."""

    def __init__(self, deck: Deck, seconds: Floats, present: float) -> None:
        self.deck, self.seconds, self.present = deck, seconds, present
        self.open = seconds > 0
        self.low, self.high = float(np.log(CHEAPEST)), float(np.log(DEAREST))

    def prices(self, logs: Floats) -> Floats:
        """The prices of all days; a day without time has the highest."""
        prices = np.full(len(self.seconds), DEAREST)
        prices[self.open] = np.exp(logs)
        return prices

    def descend(self, logs: Floats, soft: float, rounds: int) -> Floats:
        """Better prices after `rounds` of L-BFGS at a temperature, as logarithms."""

        def at(logs: Floats) -> tuple[float, Floats]:
            prices = self.prices(logs)
            values = evaluate(self.deck, prices, soft, self.present)
            used = trajectory(self.deck, values, soft, self.present).seconds
            slope = prices * (self.seconds - used)
            return total(self.deck, values, prices, self.seconds, soft), slope[self.open]

        return minimise(at, logs, rounds, self.low, self.high) if len(logs) else logs

    def level(self, soft: float) -> Floats:
        """The one price for all days at which the cards want the whole time; as logarithms."""
        low, high = self.low, self.high
        count = int(self.open.sum())
        for _ in range(8):
            middle = (low + high) / 2
            values = evaluate(self.deck, self.prices(np.full(count, middle)), soft, self.present)
            used = trajectory(self.deck, values, soft, self.present).seconds
            if used.sum() > self.seconds.sum():
                low = middle
            else:
                high = middle
        return np.full(count, (low + high) / 2)


def evaluate(deck: Deck, prices: Floats, soft: float, present: float = 1.0) -> Values:
    """The value of each choice under prices, from the last day back to today."""
    transitions, days = deck.transitions, len(prices)
    later = partial(_later, soft=soft, present=present)
    nodes, classes = len(deck.grid), len(deck.weights)
    gain = [np.zeros((0, nodes, classes), np.float32)] * days
    seen_review = np.empty((len(deck.seen_class), days))
    seen_wait = np.empty_like(seen_review)
    new_review = np.empty((classes, days))
    new_wait = np.zeros((classes, days))
    # (days since, node, k)
    recalled = (transitions.recall[..., None] * deck.weights).astype(np.float32)
    best = recalled[1:]  # by days since, less one, on the day after: the interview's, or a choice
    for day in range(days - 1, -1, -1):
        after, wait = best[0], best[1:]
        seen_review[:, day] = deck.seen_value(day, after) - prices[day] * deck.seen_costs[:, day]
        new_review[:, day] = deck.new_value(after) - prices[day] * deck.new_costs
        if day == days - 1:
            seen_wait[:, day] = deck.seen_recall * deck.weights[deck.seen_class]
        else:
            seen_wait[:, day] = later(seen_review[:, day + 1], seen_wait[:, day + 1])
            new_wait[:, day] = later(new_review[:, day + 1], new_wait[:, day + 1])
        if day == 0:
            seen_review[deck.answered_today, 0] = -1.0
            break  # no card of this plan was reviewed before
        review = transitions.leads[:day] @ after - np.float32(prices[day]) * deck.costs[:day]
        gain[day] = review - wait
        best = later(review, wait)
    return Values(tuple(gain), seen_review, seen_wait, new_review, new_wait)


class Trajectory(NamedTuple):
    """The expected course of a deck in which each card chooses for itself."""

    seconds: Floats  # of each day
    recalled: float  # cards on the interview day, each counted once


def trajectory(deck: Deck, values: Values, soft: float, present: float = 1.0) -> Trajectory:
    """The expected course of a deck under values, at a temperature."""
    days, nodes, classes = len(values.gain), len(deck.grid), len(deck.weights)
    share = partial(_review_share, soft=soft)
    leads = deck.transitions.leads.swapaxes(1, 2)
    seconds = np.zeros(days)
    counts = np.zeros((days, nodes, classes), np.float32)  # by days since the last review, less one
    seen, new = np.ones(len(deck.seen_class)), deck.new_counts.astype(float)
    for day in range(days):
        there = np.float32(present if day else 1.0)
        reviewed = seen * there * share(values.seen_review[:, day] - values.seen_wait[:, day])
        seconds[day] += (reviewed * deck.seen_costs[:, day]).sum()
        arrivals = deck.seen_arrivals(day, reviewed)
        seen = seen - reviewed
        reviewed = new * there * share(values.new_review[:, day] - values.new_wait[:, day])
        seconds[day] += (reviewed * deck.new_costs).sum()
        arrivals += deck.new_arrivals(reviewed)
        new = new - reviewed
        if day:
            again = counts[:day] * (there * share(values.gain[day]))
            seconds[day] += (again * deck.costs[:day]).sum()
            arrivals += (leads[:day] @ again).sum(0)
            counts[1 : day + 1] = counts[:day] - again
        counts[0] = arrivals
    recalled = (counts * deck.transitions.recall[1 : days + 1, :, None]).sum() + (
        seen * deck.seen_recall
    ).sum()
    return Trajectory(seconds, float(recalled))


def _best(review: Floats, wait: Floats, soft: float) -> Floats:
    """The larger of two values; their soft maximum where the temperature is above 0."""
    higher = np.maximum(review, wait)
    if not soft:
        return higher
    lower = np.minimum(review, wait)
    return higher + np.float32(soft) * np.log1p(np.exp((lower - higher) / np.float32(soft)))


def _later(review: Floats, wait: Floats, soft: float, present: float) -> Floats:
    """The value of a card before it is known whether the learner studies that day."""
    best = _best(review, wait, soft)
    return best if present >= 1 else wait + wait.dtype.type(present) * (best - wait)


def _review_share(gain: Floats, soft: float) -> Floats:
    """The share of cards that choose a review, which is worth so much more than to wait."""
    shares: Floats = 1 / (1 + np.exp((-gain / np.float32(soft)).clip(-60, 60)))
    return shares


def total(deck: Deck, values: Values, prices: Floats, seconds: Floats, soft: float) -> float:
    """The dual function: the cards' values today plus the value of the time."""
    seen = _best(values.seen_review[:, 0], values.seen_wait[:, 0], soft).sum()
    new = deck.new_counts * _best(values.new_review[:, 0], values.new_wait[:, 0], soft)
    return float(seen + new.sum() + (prices * seconds).sum())
