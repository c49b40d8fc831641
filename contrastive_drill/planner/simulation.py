"""A plan followed to its end by imagined learners: what it comes to, and how far it may vary."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contrastive_drill.memory.log import Learned
from contrastive_drill.planner.habits import Attendance, seconds_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from contrastive_drill.planner.deck import Deck
    from contrastive_drill.planner.prices import Relaxed

    Floats = NDArray[np.floating[Any]]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.int64]

# Of the logarithm of stability, around what FSRS says: nobody is the model's average learner, and
# no card the average card.
LEARNERS, CARDS = 0.5, 0.6
UNEVEN = 0.3  # of the logarithm of a day's minutes, around those that were planned


@dataclass(frozen=True, slots=True)
class Simulation:
    """What imagined learners came to; the cards are those of the deck, the ones met before first.

    `known` are probabilities of recall at the interview, (learner, card); the rest is by
    (learner, day).
    """

    known: "Floats"
    seconds: "Floats"
    met: "Places"  # cards met for the first time
    looks: "Places"  # answers on cards met before


def simulate(
    deck: "Deck",
    relaxed: "Relaxed",
    seconds: "Floats",
    learners: int,
    seed: int,
    *,
    spread: bool = True,
    attendance: Attendance | None = None,
) -> Simulation:
    """The plan followed by so many learners.

    Each day the cards are asked in the order of their gain per second; one is begun while at least
    half of its usual time is left. With `spread` a learner's stabilities, and each card's, differ
    from the model's by a constant factor that neither he nor the plan knows; with `attendance` he
    also misses days, as surely as that leaves open, and his minutes vary.
    """
    import numpy as np

    chance = np.random.default_rng(seed)
    class_ = Learners(deck, learners)
    factor = np.ones(class_.shape)
    if spread:
        own_way = LEARNERS * chance.standard_normal((learners, 1))
        factor = np.exp(own_way + CARDS * chance.standard_normal(class_.shape))
    days = len(seconds)
    budget = np.tile(seconds, (learners, 1))
    if attendance is not None:
        comes = chance.beta(attendance.came, attendance.missed, (learners, 1))
        uneven = np.exp(UNEVEN * chance.standard_normal(budget.shape) - UNEVEN**2 / 2)
        budget = np.where(chance.random(budget.shape) < comes, budget * uneven, 0.0)
    spent = np.zeros((learners, days))
    met, looks = np.zeros((learners, days), int), np.zeros((learners, days), int)
    for day in range(days):
        never = class_.never
        gain = class_.gain(relaxed, day)
        asked, spent[:, day] = class_.study(day, gain, budget[:, [day]], factor, chance)
        met[:, day] = (asked & never).sum(1)
        looks[:, day] = (asked & ~never).sum(1)
    return Simulation(class_.recall(days, factor), spent, met, looks)


class Learners:
    """Some learners with one deck: each card's memory as the plan believes it to be.

    Arrays are (learner, card).
    """

    def __init__(self, deck: "Deck", count: int) -> None:
        import numpy as np

        self.deck = deck
        own, new = len(deck.own), int(deck.new_counts.sum())
        self.shape = (count, own + new)
        self.of_class = np.concatenate(
            [deck.own_class, np.arange(len(deck.classes)).repeat(deck.new_counts)]
        ).astype(int)
        self.logs = np.zeros(self.shape)  # of the stabilities
        self.difficulties = np.ones(self.shape)
        self.last = np.zeros(self.shape, int)  # day of the last look; below 0 before the plan
        for card, each in enumerate(deck.own):
            assert isinstance(each.memory, Learned)
            self.logs[:, card] = np.log(each.memory.stability)
            self.difficulties[:, card] = each.memory.difficulty
            self.last[:, card] = each.memory.last_day - deck.today
        self.touched = np.zeros(self.shape, bool)  # in the course of the plan
        self.met = np.broadcast_to(np.arange(own + new) < own, self.shape)
        self.costs = np.array(
            [
                [seconds_at(each.pace, first=first) for each in deck.classes]
                for first in (False, True)
            ]
        )

    @property
    def never(self) -> "Flags":
        """The cards that were never met."""
        return ~(self.met | self.touched)

    def recall(self, day: int, factor: "Floats") -> "Floats":
        """The true probability of recall: stabilities are `factor` times what is believed."""
        import numpy as np

        stability = np.exp(self.logs) * factor
        recalled = self.deck.scheduler.recall(stability, np.maximum(day - self.last, 0))
        return np.where(self.never, 0.0, recalled)

    def gain(self, relaxed: "Relaxed", day: int) -> "Floats":
        """What a second on each card is worth now."""
        import numpy as np

        deck, values = self.deck, relaxed.values
        own = len(deck.own)
        first = np.zeros(self.shape[1])
        first[:own] = (values.own_look[:, day] - values.own_wait[:, day]) / deck.own_costs[:, day]
        fresh = (values.new_look[:, day] - values.new_wait[:, day]) / deck.new_costs
        first[own:] = fresh[self.of_class[own:]]
        gain = np.broadcast_to(first, self.shape).copy()
        again = self.touched & (self.last < day)
        if again.any():
            of_class = np.broadcast_to(self.of_class, self.shape)[again][:, None]
            spot = deck.grid.spot(np.exp(self.logs[again]), self.difficulties[again])
            at = ((day - self.last[again] - 1)[:, None], spot.nodes, of_class)
            net = ((values.look[day][at] - values.wait[day][at]) * spot.shares).sum(-1)
            gain[again] = net / (deck.costs[at] * spot.shares).sum(-1)
        # The values are net of the price.
        return np.where(self.touched & ~again, -1.0, gain + relaxed.prices[day])

    def study(
        self,
        day: int,
        gain: "Floats",
        seconds: "Floats",
        factor: "Floats",
        chance: "np.random.Generator",
    ) -> "tuple[Flags, Floats]":
        """Ask within the seconds, the most gainful first; gives what was asked, and the time."""
        import numpy as np

        never = self.never
        recalled = self.recall(day, factor)
        hard, good = self.deck.passed.hard, self.deck.passed.good
        passed = 1 + np.searchsorted(np.cumsum([hard, good]), chance.random(self.shape))
        luck = chance.random(self.shape)
        first = np.searchsorted(np.cumsum(self.deck.new_chances[:3]), luck)
        rating = np.where(never, first, np.where(luck < recalled, passed, 0))
        cost = self.costs[never.astype(int), self.of_class, rating]
        usual = self.costs[never.astype(int), self.of_class, 1]
        asked, spent = within(gain, cost, usual, seconds)
        self._remember(day, asked, rating)
        return asked, spent

    def _remember(self, day: int, asked: "Flags", rating: "Places") -> None:
        import numpy as np

        deck, moves = self.deck, self.deck.moves
        own = len(deck.own)
        again = asked & self.touched
        old = asked & self.met & ~self.touched
        fresh = asked & self.never
        logs, difficulties = self.logs.copy(), self.difficulties.copy()
        if again.any():
            spot = deck.grid.spot(np.exp(self.logs[again]), self.difficulties[again])
            at = ((day - self.last[again] - 1)[:, None], spot.nodes, rating[again][:, None])
            logs[again] = (moves.logs[at] * spot.shares).sum(-1)
            difficulties[again] = (moves.difficulties[at] * spot.shares).sum(-1)
        if old.any():
            card = np.broadcast_to(np.arange(self.shape[1]), self.shape)[old]
            assert (card < own).all()
            logs[old] = deck.own_logs[card, day, rating[old]]
            difficulties[old] = deck.own_difficulties[card, day, rating[old]]
        logs[fresh] = deck.new_logs[rating[fresh]]
        difficulties[fresh] = deck.new_difficulties[rating[fresh]]
        self.logs, self.difficulties = logs, difficulties
        self.last = np.where(asked, day, self.last)
        self.touched = self.touched | asked


def within(
    gain: "Floats", cost: "Floats", usual: "Floats", seconds: "Floats"
) -> "tuple[Flags, Floats]":
    """The cards that are asked in each learner's seconds, (learner, 1), and the time they take.

    By falling gain, none without one; a card is begun while at least half of its usual time is
    left, so that days end neither early nor late on average. The first is begun in any case.
    """
    import numpy as np

    rows = np.arange(gain.shape[0])[:, None]
    order = np.argsort(-gain, 1, kind="stable")
    wanted = gain[rows, order] > 0
    spent = np.where(wanted, cost[rows, order], 0.0)
    fits = spent.cumsum(1) - spent + usual[rows, order] / 2 <= seconds
    fits[:, :1] = seconds > 0
    # The first that does not fit ends the day.
    fits = np.minimum.accumulate(fits, 1) & wanted
    asked = np.zeros(gain.shape, bool)
    asked[rows, order] = fits
    return asked, (spent * fits).sum(1)
