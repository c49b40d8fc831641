"""BFGS: a minimiser of smooth functions of few variables that grow sharper from call to call."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from contrastive_drill.planner.solver.arrays import Floats

LONGEST_STEP = 0.5  # of one variable


class Minimum(NamedTuple):
    """A point, and the inverse of the curvature there."""

    point: Floats
    inverse: Floats


def minimise(
    function: Callable[[Floats, float], tuple[float, Floats]],
    start: Floats,
    softs: Sequence[float],
    inverse: Floats,
) -> Minimum:
    """The last point that went down; `function` takes a point and how soft to be: value, slope.

    Nocedal and Wright, Numerical Optimization (2006), algorithm 6.1; a step that does not go down
    is cut to a third, and no variable moves further than `LONGEST_STEP`.
    """
    point: Floats = start
    step: Floats = np.zeros(len(start))
    value, slope = np.inf, step
    for soft in softs:
        tried = point + step
        found, steepness = function(tried, soft)
        if found > value + 1e-9:
            step = step / 3
            continue
        if np.isfinite(value):
            inverse = _updated(inverse, tried - point, steepness - slope)
        point, value, slope = tried, found, steepness
        step = -inverse @ slope
        step = step * min(1.0, LONGEST_STEP / max(float(np.abs(step).max(initial=0.0)), 1e-12))
    return Minimum(point, inverse)


def _updated(inverse: Floats, moved: Floats, bent: Floats) -> Floats:
    """The inverse curvature after a step, given how the slope changed along it."""
    along = float(moved @ bent)
    if along <= 1e-10:
        return inverse
    left = np.eye(len(moved)) - np.outer(moved, bent) / along
    return left @ inverse @ left.T + np.outer(moved, moved) / along
