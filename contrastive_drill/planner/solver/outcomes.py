"""What a look at a card leads to: FSRS-6 over arrays of memories, all at once."""

from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.memory.log import Parameters
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.habits import RatingShares
from contrastive_drill.planner.solver.arrays import Floats

SHORTEST, LONGEST = 0.001, 36500.0  # days of stability, as FSRS bounds it
RATINGS = np.arange(4)  # again, hard, good, easy


class Outcomes(NamedTuple):
    """The four ratings of a look, again first, along the last axis: chances and memories after."""

    chances: Floats
    stabilities: Floats  # days
    difficulties: Floats


def first_review(scheduler: Scheduler, first: RatingShares, *, repeats: bool = True) -> Outcomes:
    """The first look at a card; with `repeats`, one failed is asked again the same day and passed.

    FSRS-6: https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm.
    """
    w = scheduler.parameters
    stabilities = np.array(w[:4]).clip(SHORTEST, LONGEST)
    return _repeated(w, np.array(first), stabilities, _start(w, RATINGS).clip(1, 10), repeats)


def later_review(
    scheduler: Scheduler,
    stability: Any,
    difficulty: Any,
    elapsed: Any,
    passed: RatingShares,
    *,
    repeats: bool = True,
    forgetting: float = 1.0,
) -> Outcomes:
    """A look `elapsed` days, one or more, after the last; recall to the power of `forgetting`."""
    s, d, elapsed = np.broadcast_arrays(np.asarray(stability, float), difficulty, elapsed)
    w, recalled = scheduler.parameters, scheduler.curve.recall(s, elapsed)
    known = recalled**forgetting
    chances = known[..., None] * np.array(passed)
    chances[..., 0] = 1 - known
    growth = np.exp(w[8]) * (11 - d) * s ** -w[9] * np.expm1(w[10] * (1 - recalled))
    lapse = w[11] * d ** -w[12] * ((s + 1) ** w[13] - 1) * np.exp(w[14] * (1 - recalled))
    lapse = np.minimum(lapse, s / np.exp(w[17] * w[18]))
    rises = (s * (1 + growth * factor) for factor in (w[15], 1.0, w[16]))
    after = np.stack([lapse, *rises], -1).clip(SHORTEST, LONGEST)
    return _repeated(w, chances, after, _harder(w, d[..., None], RATINGS), repeats)


def _repeated(w: Parameters, chances: Floats, s: Floats, d: Floats, repeats: bool) -> Outcomes:
    """The outcomes, with what was failed passed as Good on the same day where it is asked again."""
    if repeats:
        rise = np.exp(w[17] * w[18]) * s[..., 0] ** -w[19]
        s, d = s.copy(), d.copy()
        s[..., 0] = (s[..., 0] * np.maximum(rise, 1)).clip(SHORTEST, LONGEST)
        d[..., 0] = _harder(w, d[..., 0], 2)
    return Outcomes(chances, s, d)


def _start(w: Parameters, rating: Any) -> Floats:
    found: Floats = w[4] - np.exp(w[5] * rating) + 1
    return found


def _harder(w: Parameters, difficulty: Floats, rating: Any) -> Floats:
    moved = difficulty - w[6] * (rating - 2.0) * (10 - difficulty) / 9
    found: Floats = (w[7] * _start(w, 3) + (1 - w[7]) * moved).clip(1, 10)
    return found
