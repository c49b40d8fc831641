"""A grid over the states of FSRS; memories between its nodes are shares of them."""

from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats, Places

LEAST, MOST = 0.02, 1000.0  # stability in days


class GridPoints(NamedTuple):
    """Points between the nodes: the nodes around each along the last axis, and their shares."""

    nodes: Places
    shares: Floats  # each point's sum to one; those of a cubic may be below 0


class Grid:
    """Every pair of a stability (evenly spaced logarithms) and a difficulty (evenly spaced)."""

    def __init__(self, stabilities: int, difficulties: int) -> None:
        self.sides = stabilities, difficulties
        self.stabilities = np.geomspace(LEAST, MOST, stabilities).repeat(difficulties)
        self.difficulties = np.tile(np.linspace(1, 10, difficulties), stabilities)

    def __len__(self) -> int:
        return len(self.stabilities)

    def locate(self, stabilities: Floats, difficulties: Floats, *, cubic: bool) -> GridPoints:
        """The points of memories; those beyond the last node are put on it.

        `cubic` interpolates through four nodes each way, else between two, without negative shares.
        """
        across = np.log(stabilities / LEAST) / np.log(MOST / LEAST) * (self.sides[0] - 1)
        i, p = _line(across, self.sides[0], cubic)
        j, q = _line((difficulties - 1) / 9 * (self.sides[1] - 1), self.sides[1], cubic)
        shape = (*across.shape, p.shape[-1] * q.shape[-1])
        nodes = i[..., :, None] * self.sides[1] + j[..., None, :]
        return GridPoints(nodes.reshape(shape), (p[..., :, None] * q[..., None, :]).reshape(shape))


def _line(at: Floats, size: int, cubic: bool) -> tuple[Places, Floats]:
    """The nodes around points on a line, and Lagrange's weights of them."""
    at = at.clip(0, size - 1)
    first = np.minimum(at.astype(int), size - 2)
    if not cubic:
        t = at - first
        return np.stack([first, first + 1], -1), np.stack([1 - t, t], -1)
    first = (first - 1).clip(0, size - 4)
    t = at - first
    a, b, c, d = t, t - 1, t - 2, t - 3
    shares = np.stack([-b * c * d / 6, a * c * d / 2, -a * b * d / 2, a * b * c / 6], -1)
    return first[..., None] + np.arange(4), shares
