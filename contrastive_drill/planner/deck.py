"""The cards of a plan as arrays: where they stand, what a look costs, and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import Learned, Memory
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.grid import (
    Grid,
    GridPoints,
    Outcomes,
    Transitions,
    first_look,
    later_look,
)
from contrastive_drill.planner.habits import Habits, RatingShares, seconds_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.int64]


class DeckCard(NamedTuple):
    """A card of the plan."""

    card_id: str
    kind: Kind
    weight: float  # what knowing it on the day is worth
    memory: Memory


class CardClass(NamedTuple):
    """Cards of one weight that take about the same time."""

    weight: float
    pace: float  # seconds of a usual answer, the mean over its cards


RATIO = 1.1  # of the slowest pace in a class to its quickest: each class costs time to plan


@dataclass(frozen=True, slots=True)
class Deck:
    """Cards met before ("own" memories) and new ones, by class; days count from today.

    Costs are expected seconds. `new_order` names the new cards of each class in the order to meet
    them.
    """

    today: int  # study day
    scheduler: Scheduler
    first: RatingShares  # of the ratings on a card's first answer
    passed: RatingShares  # of the ratings among passes later on
    grid: Grid
    moves: Transitions
    classes: tuple[CardClass, ...]
    weights: "Floats"  # (class,)
    costs: "Floats"  # (days since - 1, node, class)
    own: tuple[DeckCard, ...]
    own_class: "Places"  # (card,)
    own_chances: "Floats"  # (card, day, 4)
    own_logs: "Floats"  # (card, day, 4): the logarithm of the stability after each rating
    own_difficulties: "Floats"  # (card, day, 4)
    own_spot: GridPoints  # (card, day, 4, ...)
    own_costs: "Floats"  # (card, day)
    own_barred: "Flags"  # (card,): answered today already
    own_kept: "Floats"  # (card,): recalled on the interview day if never looked at again
    new_order: tuple[tuple[DeckCard, ...], ...]
    new_counts: "Places"  # (class,)
    new_chances: "Floats"  # (4,)
    new_logs: "Floats"  # (4,)
    new_difficulties: "Floats"  # (4,)
    new_leads: "Floats"  # (node,): where a first look leads to
    new_costs: "Floats"  # (class,)

    @property
    def order(self) -> tuple[DeckCard, ...]:
        """Every card: those met before, then the new ones by class."""
        return (*self.own, *(each for members in self.new_order for each in members))

    def own_after(self, day: int, after: "Floats") -> "Floats":
        """The value of looking at each card met before, from the values after a look."""
        import numpy as np

        if not self.own:
            return np.zeros(0)
        nodes, shares = self.own_spot.nodes[:, day], self.own_spot.shares[:, day]
        values = after[nodes, self.own_class[:, None, None]]
        found: Floats = ((values * shares).sum(-1) * self.own_chances[:, day]).sum(-1)
        return found

    def own_arrive(self, day: int, looked: "Floats") -> "Floats":
        """Where cards met before are after so many of each were looked at: (node, class)."""
        import numpy as np

        shape = (len(self.grid), len(self.classes))
        if not self.own:
            return np.zeros(shape)
        weight = (looked[:, None] * self.own_chances[:, day])[..., None]
        shares = weight * self.own_spot.shares[:, day]
        places = self.own_spot.nodes[:, day] * shape[1] + self.own_class[:, None, None]
        found: Floats = np.bincount(
            places.ravel(), shares.ravel(), minlength=shape[0] * shape[1]
        ).astype(float)
        return found.reshape(shape)

    def new_after(self, after: "Floats") -> "Floats":
        """The value of meeting a card of each class, from the values after a look."""
        found: Floats = self.new_leads @ after
        return found

    def new_arrive(self, looked: "Floats") -> "Floats":
        """Where new cards are after so many of each class were met: (node, class)."""
        found: Floats = self.new_leads[:, None] * looked
        return found


def deck(
    planned: Sequence[DeckCard], scheduler: Scheduler, habits: Habits, today: int, days: int
) -> Deck:
    """The arrays of a plan over so many days, the interview on the one after them.

    A card answered today already can be looked at again from tomorrow on.
    """
    import numpy as np

    grid = Grid()
    moves = Transitions(grid, scheduler, habits.passed, days)
    classes, number = _classes(planned, habits)
    later = np.array([seconds_at(each.pace, first=False) for each in classes])
    first = np.array([seconds_at(each.pace, first=True) for each in classes])
    own = [each for each in planned if isinstance(each.memory, Learned)]
    of_class = np.array([number[each.card_id] for each in own], int)
    chances = np.zeros((len(own), days, 4))
    after = np.ones((2, len(own), days, 4))
    kept = np.zeros(len(own))
    for place, each in enumerate(own):
        memory = each.memory
        assert isinstance(memory, Learned)
        since = max(today - memory.last_day, 0)
        kept[place] = scheduler.recall(memory.stability, since + days)
        for day in range(days):
            look = later_look(
                scheduler, memory.stability, memory.difficulty, since + day, habits.passed
            )
            chances[place, day] = look.chances
            after[:, place, day] = look.stabilities, look.difficulties
    own_costs = (chances * later[of_class][:, None, :]).sum(-1) if own else np.zeros((0, days))
    barred = np.array([isinstance(e.memory, Learned) and e.memory.last_day >= today for e in own])
    new = [each for each in planned if not isinstance(each.memory, Learned)]
    fresh = tuple(
        tuple(each for each in new if number[each.card_id] == place)
        for place in range(len(classes))
    )
    met = first_look(scheduler, habits.first)
    return Deck(
        today=today,
        scheduler=scheduler,
        first=habits.first,
        passed=habits.passed,
        grid=grid,
        moves=moves,
        classes=classes,
        weights=np.array([each.weight for each in classes]),
        costs=(moves.chances @ later.T).astype(np.float32),
        own=tuple(own),
        own_class=of_class,
        own_chances=chances,
        own_logs=np.log(after[0]),
        own_difficulties=after[1],
        own_spot=grid.spot(after[0], after[1]),
        own_costs=own_costs,
        own_barred=barred.astype(bool),
        own_kept=kept,
        new_order=fresh,
        new_counts=np.array([len(each) for each in fresh], int),
        new_chances=np.array(met.chances),
        new_logs=np.log(met.stabilities),
        new_difficulties=np.array(met.difficulties),
        new_leads=_leads(grid, met),
        new_costs=first @ np.array(met.chances),
    )


def _leads(grid: Grid, look: Outcomes) -> "Floats":
    import numpy as np

    spot = grid.spot(look.stabilities, look.difficulties)
    shares = np.array(look.chances)[:, None] * spot.shares
    leads: Floats = np.bincount(spot.nodes.ravel(), shares.ravel(), minlength=len(grid)).astype(
        float
    )
    return leads


def _classes(
    planned: Sequence[DeckCard], habits: Habits
) -> tuple[tuple[CardClass, ...], dict[str, int]]:
    """Classes of cards, and the class of each card: of one weight, and of paces within a ratio."""
    found: list[list[DeckCard]] = []
    for each in sorted(planned, key=lambda p: (p.weight, habits.pace[p.kind], p.card_id)):
        last = found[-1][0] if found else None
        near = last is not None and last.weight == each.weight
        if near and last is not None and habits.pace[each.kind] <= RATIO * habits.pace[last.kind]:
            found[-1].append(each)
        else:
            found.append([each])
    classes = tuple(
        CardClass(members[0].weight, sum(habits.pace[p.kind] for p in members) / len(members))
        for members in found
    )
    number = {each.card_id: place for place, members in enumerate(found) for each in members}
    return classes, number
