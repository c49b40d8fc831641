"""Minimising a smooth function of some dozens of variables within bounds: L-BFGS."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

REMEMBERED = 8  # pairs of steps and changes of slope
LONGEST = 1.0  # step of one variable


def minimise(
    function: "Callable[[Floats], tuple[float, Floats]]",
    start: "Floats",
    calls: int,
    low: float,
    high: float,
) -> "Floats":
    """The best point found in so many calls of `function`, which gives a value and its gradient.

    The two-loop recursion of Nocedal and Wright, Numerical Optimization (2006), algorithm 7.4; a
    step that does not go down is tried again at a third of its length, along the same line; points
    are clipped to the bounds.
    """
    import numpy as np

    point = start.clip(low, high)
    value, slope = function(point)
    pairs: list[tuple[Floats, Floats]] = []
    step = _direction(slope, pairs)
    for _ in range(calls - 1):
        tried = (point + step).clip(low, high)
        found, new_slope = function(tried)
        if found <= value:
            moved, bent = tried - point, new_slope - slope
            if moved @ bent > 1e-12 * (bent @ bent):
                pairs = [*pairs[1 - REMEMBERED :], (moved, bent)]
            point, value, slope = tried, found, new_slope
            step = _direction(slope, pairs)
        else:
            step = step / 3
        if not np.abs(step).max() > 1e-9:
            break
    return point


def _direction(slope: "Floats", pairs: "list[tuple[Floats, Floats]]") -> "Floats":
    import numpy as np

    along = slope.copy()
    parts = []
    for moved, bent in reversed(pairs):
        part = (moved @ along) / (moved @ bent)
        along = along - part * bent
        parts.append(part)
    if pairs:
        moved, bent = pairs[-1]
        along = along * (moved @ bent) / (bent @ bent)
    else:
        along = along / max(float(np.abs(slope).max()), 1e-12) * 0.3
    for (moved, bent), part in zip(pairs, reversed(parts), strict=True):
        along = along + moved * (part - (bent @ along) / (moved @ bent))
    longest = float(np.abs(along).max())
    return -along * min(1.0, LONGEST / max(longest, 1e-12))
