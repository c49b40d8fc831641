"""Where looks lead on a grid, after each gap, and how long they take."""

from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.habits import RatingShares, seconds_at
from contrastive_drill.planner.solver.arrays import Floats, Places
from contrastive_drill.planner.solver.grid import Grid
from contrastive_drill.planner.solver.outcomes import Outcomes, first_review, later_review


class Rules(NamedTuple):
    """What a plan assumes of memory, of ratings, and of a card failed today."""

    scheduler: Scheduler
    first: RatingShares  # of the ratings on a card's first answer
    passed: RatingShares  # of the ratings among passes later on
    repeats: bool  # a failed card is asked again the same day, and passed
    forgetting: float = 1.0  # what FSRS's recall is raised to: above 1 for who forgets faster

    def recall(self, stability: Any, elapsed: Any) -> Any:
        """The probability of recall so many days after the last look; arrays broadcast."""
        return self.scheduler.curve.recall(stability, elapsed) ** self.forgetting

    def first_look(self) -> Outcomes:
        """What a card's first look leads to."""
        return first_review(self.scheduler, self.first, repeats=self.repeats)

    def later_look(self, stability: Floats, difficulty: Floats, elapsed: Places) -> Outcomes:
        """What a look so many days after the last leads to."""
        return later_review(
            self.scheduler, stability, difficulty, elapsed, self.passed,
            repeats=self.repeats, forgetting=self.forgetting,
        )  # fmt: skip

    def paces(self, *, first: bool) -> Floats:
        """How long each rating takes, (4,), as multiples of a usual answer."""
        return np.array(seconds_at(1.0, first=first, repeats=self.repeats))

    @property
    def first_pace(self) -> float:
        """How long a first look is expected to take."""
        return float(np.array(self.first) @ self.paces(first=True))


class Looks:
    """From every node, after each of the gaps (days): where a look leads, and its paces.

    `leads` is (gap, node, node), rows of shares; `paces` (gap, node).
    """

    def __init__(self, rules: Rules, grid: Grid, gaps: Places, *, cubic: bool) -> None:
        self.rules, self.grid, self.gaps, self.cubic = rules, grid, gaps, cubic
        self.leads, self.paces = self.of(grid.stabilities, grid.difficulties, gaps[:, None])
        first = rules.first_look()
        self.new_leads = rows(grid, first, cubic)

    def costs(self, columns: Floats) -> Floats:
        """The seconds of each, for a card of weight 1 of each column: (gap, node, column)."""
        found: Floats = self.paces[..., None] * columns.astype(np.float32)
        return found

    def of(self, stability: Floats, difficulty: Floats, elapsed: Places) -> tuple[Floats, Floats]:
        """The same from memories that need not be nodes: (..., node), (...)."""
        look = self.rules.later_look(stability, difficulty, elapsed)
        paces = (look.chances * self.rules.paces(first=False)).sum(-1).astype(np.float32)
        return rows(self.grid, look, self.cubic), paces


def rows(grid: Grid, look: Outcomes, cubic: bool) -> Floats:
    """The share of looks that lead to each node: (..., node)."""
    nodes, shares = grid.locate(look.stabilities, look.difficulties, cubic=cubic)
    shape, size = look.chances.shape[:-1], len(grid)
    count = int(np.prod(shape))
    places = (
        nodes.reshape(count, nodes.shape[-2] * nodes.shape[-1]) + size * np.arange(count)[:, None]
    )
    found = np.bincount(places.ravel(), (shares * look.chances[..., None]).ravel(), count * size)
    return found.astype(np.float32).reshape(*shape, size)
