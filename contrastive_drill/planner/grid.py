"""A grid over the states of FSRS, and where each review leads to on it."""

from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.arrays import Floats, Places
from contrastive_drill.planner.habits import RatingShares

LEAST, MOST = 0.02, 1000.0  # stability in days
STABILITIES, DIFFICULTIES = 18, 4


class Outcomes(NamedTuple):
    """The four ratings of one review, again first: their chances and the states they lead to."""

    chances: RatingShares
    stabilities: tuple[float, ...]
    difficulties: tuple[float, ...]


def first_review(scheduler: Scheduler, first: RatingShares) -> Outcomes:
    """The first review of a card."""
    return _outcomes(scheduler, None, 0, first)


def later_review(
    scheduler: Scheduler, stability: float, difficulty: float, elapsed: int, passed: RatingShares
) -> Outcomes:
    """A review of a card, `elapsed` study days after its last one."""
    recalled = scheduler.curve.recall(stability, elapsed)
    chances = RatingShares(
        1 - recalled, recalled * passed.hard, recalled * passed.good, recalled * passed.easy
    )
    return _outcomes(scheduler, (stability, difficulty), elapsed, chances)


def _outcomes(
    scheduler: Scheduler, state: tuple[float, float] | None, elapsed: int, chances: RatingShares
) -> Outcomes:
    states = scheduler.states(state, elapsed)
    # A failed card is asked again in the same session, and assumed to be passed then.
    _, _, states[0], _ = scheduler.states(states[0], 0)
    stabilities, difficulties = zip(*states, strict=True)
    return Outcomes(chances, stabilities, difficulties)


class GridPoints(NamedTuple):
    """Points between the nodes of the grid: the four nodes around each, and their weights."""

    nodes: Places  # (..., 4)
    shares: Floats  # (..., 4), each four sum to one


class Grid:
    """Every pair of a stability (evenly spaced logarithms) and a difficulty (evenly spaced)."""

    def __init__(self) -> None:
        self.log_least = float(np.log(LEAST))
        self.step = float(np.log(MOST / LEAST)) / (STABILITIES - 1)
        self.stabilities = np.geomspace(LEAST, MOST, STABILITIES).repeat(DIFFICULTIES)
        self.difficulties = np.tile(np.linspace(1, 10, DIFFICULTIES), STABILITIES)

    def __len__(self) -> int:
        return len(self.stabilities)

    def locate(self, stabilities: Any, difficulties: Any) -> GridPoints:
        """The points of memories; those beyond the last node are put on it."""
        across = (np.log(np.asarray(stabilities, float)) - self.log_least) / self.step
        up = (np.asarray(difficulties, float) - 1) * (DIFFICULTIES - 1) / 9
        across, up = across.clip(0, STABILITIES - 1), up.clip(0, DIFFICULTIES - 1)
        left = np.minimum(across.astype(int), STABILITIES - 2)
        low = np.minimum(up.astype(int), DIFFICULTIES - 2)
        right, high = across - left, up - low
        first = left * DIFFICULTIES + low
        nodes = np.stack([first, first + 1, first + DIFFICULTIES, first + DIFFICULTIES + 1], -1)
        shares = np.stack(
            [(1 - right) * (1 - high), (1 - right) * high, right * (1 - high), right * high], -1
        )
        return GridPoints(nodes, shares)


class Transitions:
    """From every node, after every number of steps: the chances of a review, and where they lead.

    Index 0 stands for one step in all but `recall`; a step has `width` days. `leads` is (steps,
    nodes, nodes), rows of shares; `chances` (steps, nodes, 4); `logs` and `difficulties` (steps,
    nodes, 4) the memory after each rating, the stability as its logarithm; `recall` (steps + 1,
    nodes) the probability of recall.
    """

    def __init__(
        self, grid: Grid, scheduler: Scheduler, passed: RatingShares, steps: int, width: int
    ) -> None:
        size = len(grid)
        chances = np.zeros((steps, size, 4))
        after = np.zeros((2, steps, size, 4))
        memories = list(zip(grid.stabilities.tolist(), grid.difficulties.tolist(), strict=True))
        for step in range(steps):
            for node, (stability, difficulty) in enumerate(memories):
                elapsed = width * (step + 1)
                outcomes = later_review(scheduler, stability, difficulty, elapsed, passed)
                chances[step, node] = outcomes.chances
                after[:, step, node] = outcomes.stabilities, outcomes.difficulties
        points = grid.locate(after[0], after[1])
        leads = np.zeros((steps, size, size), np.float32)
        rows = np.indices((steps, size))
        for rating in range(4):
            for corner in range(4):
                share = chances[..., rating] * points.shares[..., rating, corner]
                # Within one rating and corner each row has one place: nothing is added twice.
                leads[rows[0], rows[1], points.nodes[..., rating, corner]] += share
        self.leads, self.chances = leads, chances
        self.logs, self.difficulties = np.log(after[0]), after[1]
        # From the middle of a step to the interview.
        since = np.maximum(width * np.arange(steps + 1) - (width - 1) // 2, 0)[:, None]
        self.recall = scheduler.curve.recall(grid.stabilities, since)
