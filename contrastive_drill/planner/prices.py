"""The relaxed plan: what a second of each day is worth, and a bound that no schedule beats.

Each card alone is a small decision problem once a second of study has a price: look today, or
wait. The prices of the days are raised where the cards together want more time than there is
(Lagrangian relaxation). For any prices the cards' values plus the worth of the time are at least
what every schedule within the minutes reaches under the model.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from contrastive_drill.planner.deck import Deck

    Floats = NDArray[np.floating[Any]]

# How softly cards choose while prices are sought, as a share of a card, and for how many rounds.
SEARCH = ((0.01, 14), (0.003, 20), (0.001, 26))
TIGHTEN = (0.002, 14)  # the same, for a bound from prices that are nearly right
DEAREST = 1.0  # a card for a second: nothing is ever worth that
CHEAPEST = 1e-7


class Values(NamedTuple):
    """The cards' values under prices; days count from today, `k` are the classes of cards."""

    look: "Floats"  # (day, days since - 1, node, k): look on this day, then best
    wait: "Floats"  # the same, not to look on this day
    own_look: "Floats"  # (card, day) of cards met before
    own_wait: "Floats"
    new_look: "Floats"  # (class, day) of cards never met
    new_wait: "Floats"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Prices, the values under them, and the bound they prove."""

    prices: "Floats"  # (day,): cards per second
    values: Values
    bound: float  # the weighted number of cards known on the day, at most


def relax(deck: "Deck", seconds: "Floats", present: float = 1.0) -> Relaxed:
    """Prices under which the cards want about the seconds there are, day by day.

    The dual function is made smooth by letting cards choose softly, and minimised by L-BFGS while
    they choose ever more sharply; the bound is that of the sharp choice at the last prices.
    `present` is the probability that the learner studies on a day after today: a card that waits
    may find no day to be looked at.
    """
    import numpy as np

    present_seconds = seconds * np.where(np.arange(len(seconds)) > 0, present, 1.0)
    dual = _Dual(deck, present_seconds, present)
    logs = dual.level(SEARCH[0][0])
    for soft, rounds in SEARCH:
        logs = dual.descended(logs, soft, rounds)
    prices = dual.priced(logs)
    values = evaluate(deck, prices, 0.0, present)
    return Relaxed(prices, values, total(deck, values, prices, present_seconds, 0.0))


def bound(deck: "Deck", seconds: "Floats", prices: "Floats") -> float:
    """What no schedule of these seconds beats, from prices near those that prove it best."""
    import numpy as np

    dual = _Dual(deck, seconds, 1.0)
    found = dual.priced(dual.descended(np.log(prices[dual.open]), *TIGHTEN))
    return min(total(deck, evaluate(deck, at, 0.0), at, seconds, 0.0) for at in (prices, found))


class _Dual:
    """The smoothed dual function of the logarithms of the prices of the days that have time."""

    def __init__(self, deck: "Deck", seconds: "Floats", present: float) -> None:
        import numpy as np

        self.deck, self.seconds, self.present = deck, seconds, present
        self.open = seconds > 0
        self.low, self.high = float(np.log(CHEAPEST)), float(np.log(DEAREST))

    def priced(self, logs: "Floats") -> "Floats":
        """The prices of all days; a day without time has the dearest."""
        import numpy as np

        prices = np.full(len(self.seconds), DEAREST)
        prices[self.open] = np.exp(logs)
        return prices

    def descended(self, logs: "Floats", soft: float, rounds: int) -> "Floats":
        """Better prices, found in so many rounds from these, with cards that choose so softly."""
        from contrastive_drill.planner.minimizer import minimise

        def at(logs: "Floats") -> "tuple[float, Floats]":
            prices = self.priced(logs)
            values = evaluate(self.deck, prices, soft, self.present)
            slope = prices * (self.seconds - use(self.deck, values, soft, self.present))
            return total(self.deck, values, prices, self.seconds, soft), slope[self.open]

        return minimise(at, logs, rounds, self.low, self.high)

    def level(self, soft: float) -> "Floats":
        """One price for all days, by bisection, under which the whole time is wanted."""
        import numpy as np

        low, high = self.low, self.high
        count = int(self.open.sum())
        for _ in range(8):
            middle = (low + high) / 2
            values = evaluate(self.deck, self.priced(np.full(count, middle)), soft, self.present)
            if use(self.deck, values, soft, self.present).sum() > self.seconds.sum():
                low = middle
            else:
                high = middle
        return np.full(count, (low + high) / 2)


def evaluate(deck: "Deck", prices: "Floats", soft: float, present: float = 1.0) -> Values:
    """The value of each choice under prices, from the last day back to today."""
    import numpy as np

    moves, days = deck.moves, len(prices)
    nodes, classes = len(deck.grid), len(deck.weights)
    leads = moves.leads.reshape(-1, nodes)
    look = np.empty((days, days, nodes, classes), np.float32)
    wait = np.empty_like(look)
    own_look = np.empty((len(deck.own_class), days))
    own_wait = np.empty_like(own_look)
    new_look = np.empty((classes, days))
    new_wait = np.zeros((classes, days))
    worth = (moves.kept[..., None] * deck.weights).astype(np.float32)  # (days since, node, k)
    for day in range(days - 1, -1, -1):
        last = day == days - 1
        # After a look on this day: recalled on the interview's, or best on a later one.
        after = worth[1] if last else _later(look[day + 1, 0], wait[day + 1, 0], soft, present)
        own_look[:, day] = deck.own_after(day, after) - prices[day] * deck.own_costs[:, day]
        new_look[:, day] = deck.new_after(after) - prices[day] * deck.new_costs
        if last:
            own_wait[:, day] = deck.own_kept * deck.weights[deck.own_class]
        else:
            own_wait[:, day] = _later(own_look[:, day + 1], own_wait[:, day + 1], soft, present)
            new_wait[:, day] = _later(new_look[:, day + 1], new_wait[:, day + 1], soft, present)
        if day == 0:
            own_look[deck.own_barred, 0] = -1.0
            break  # no card of this plan was looked at before
        led = (leads[: day * nodes] @ after).reshape(day, nodes, classes)
        look[day, :day] = led - np.float32(prices[day]) * deck.costs[:day]
        if last:
            wait[day, :day] = worth[2 : day + 2]
        else:
            then = look[day + 1, 1 : day + 1], wait[day + 1, 1 : day + 1]
            wait[day, :day] = _later(*then, soft, present)
    return Values(look, wait, own_look, own_wait, new_look, new_wait)


class Trajectory(NamedTuple):
    """What is expected to happen when every card chooses for itself."""

    seconds: "Floats"  # of each day
    known: float  # cards recalled at the interview, each counted once


def trajectory(deck: "Deck", values: Values, soft: float, present: float = 1.0) -> Trajectory:
    """The expected course of a deck under values, when cards choose so softly."""
    import numpy as np

    days, nodes, classes = values.look.shape[0], len(deck.grid), len(deck.weights)
    leads = deck.moves.leads.reshape(-1, nodes)
    seconds = np.zeros(days)
    held = np.zeros((days, nodes, classes), np.float32)  # cards by days since their look, less one
    own, new = np.ones(len(deck.own_class)), deck.new_counts.astype(float)
    for day in range(days):
        there = np.float32(present if day else 1.0)
        looked = own * there * _chosen(values.own_look[:, day], values.own_wait[:, day], soft)
        seconds[day] += (looked * deck.own_costs[:, day]).sum()
        arrived = deck.own_arrive(day, looked)
        own = own - looked
        looked = new * there * _chosen(values.new_look[:, day], values.new_wait[:, day], soft)
        seconds[day] += (looked * deck.new_costs).sum()
        arrived += deck.new_arrive(looked)
        new = new - looked
        if day:
            share = there * _chosen(values.look[day, :day], values.wait[day, :day], soft)
            looking = held[:day] * share
            seconds[day] += (looking * deck.costs[:day]).sum()
            arrived += leads[: day * nodes].T @ looking.reshape(-1, classes)
            held[1 : day + 1] = held[:day] - looking
        held[0] = arrived
    known = (held * deck.moves.kept[1 : days + 1, :, None]).sum() + (own * deck.own_kept).sum()
    return Trajectory(seconds, float(known))


def use(deck: "Deck", values: Values, soft: float, present: float = 1.0) -> "Floats":
    """Expected seconds of each day when cards choose so softly."""
    return trajectory(deck, values, soft, present).seconds


def _best(look: "Floats", wait: "Floats", soft: float) -> "Floats":
    """The better of two values; softly, above both."""
    import numpy as np

    higher = np.maximum(look, wait)
    if not soft:
        return higher
    lower = np.minimum(look, wait)
    softened: Floats = higher + np.float32(soft) * np.log1p(
        np.exp((lower - higher) / np.float32(soft))
    )
    return softened


def _later(look: "Floats", wait: "Floats", soft: float, present: float) -> "Floats":
    """What a card is worth before it is known whether the learner comes that day."""
    best = _best(look, wait, soft)
    return best if present >= 1 else wait + wait.dtype.type(present) * (best - wait)


def _chosen(look: "Floats", wait: "Floats", soft: float) -> "Floats":
    """The share of cards that look."""
    import numpy as np

    shares: Floats = 1 / (1 + np.exp(((wait - look) / np.float32(soft)).clip(-60, 60)))
    return shares


def total(deck: "Deck", values: Values, prices: "Floats", seconds: "Floats", soft: float) -> float:
    own = _best(values.own_look[:, 0], values.own_wait[:, 0], soft).sum()
    new = deck.new_counts * _best(values.new_look[:, 0], values.new_wait[:, 0], soft)
    return float(own + new.sum() + (prices * seconds).sum())
