"""L-BFGS: a minimiser of smooth functions of some dozens of variables within bounds."""

from collections.abc import Callable

import numpy as np

from contrastive_drill.planner.arrays import Floats

MEMORY = 8  # pairs of steps and changes of the gradient
MAX_STEP = 1.0  # of one variable


def minimise(
    function: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    calls: int,
    low: float,
    high: float,
) -> Floats:
    """The best point after a number of calls of `function`, which returns value and gradient.

    The two-loop recursion of Nocedal and Wright, Numerical Optimization (2006), algorithm 7.4; a
    step that does not go down is cut to a third; points are clipped to the bounds.
    """
    point = start.clip(low, high)
    value, gradient = function(point)
    pairs: list[tuple[Floats, Floats]] = []
    step = _direction(gradient, pairs)
    for _ in range(calls - 1):
        candidate = (point + step).clip(low, high)
        new_value, new_gradient = function(candidate)
        if new_value <= value:
            s, y = candidate - point, new_gradient - gradient
            if s @ y > 1e-12 * (y @ y):  # curvature: else the approximation is not convex
                pairs = [*pairs[1 - MEMORY :], (s, y)]
            point, value, gradient = candidate, new_value, new_gradient
            step = _direction(gradient, pairs)
        else:
            step = step / 3
        if not np.abs(step).max() > 1e-9:
            break
    return point


def _direction(gradient: Floats, pairs: list[tuple[Floats, Floats]]) -> Floats:
    """The next step; `pairs` are the last (s, y): steps and changes of the gradient."""
    r = gradient.copy()
    alphas = []
    for s, y in reversed(pairs):
        alpha = (s @ r) / (s @ y)
        r = r - alpha * y
        alphas.append(alpha)
    if pairs:
        s, y = pairs[-1]
        r = r * (s @ y) / (y @ y)
    else:
        r = r / max(float(np.abs(gradient).max()), 1e-12) * 0.3
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        r = r + s * (alpha - (y @ r) / (s @ y))
    largest = float(np.abs(r).max())
    return -r * min(1.0, MAX_STEP / max(largest, 1e-12))
