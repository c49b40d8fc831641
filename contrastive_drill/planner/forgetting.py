"""How fast a learner forgets against what FSRS tells, as the answers on the cards met bear out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from contrastive_drill.memory.scheduler import Curve
from contrastive_drill.planner.habits import LaterLook

USUAL = 0.2  # standard deviation among learners, of logarithms
WORTH = 0.7  # of an answer, as learners are not alike on all cards
SPEEDS = np.linspace(-2.0, 2.0, 81)  # logarithms


class Forgetting(NamedTuple):
    """The logarithm of what FSRS's recall is raised to: above 0 for who forgets faster."""

    mean: float = 0.0
    spread: float = USUAL  # standard deviation


def forgetting(looks: Sequence[LaterLook], curve: Curve) -> Forgetting:
    """What later looks say beside a prior that FSRS is right about most."""
    ratios, passed = np.array(looks, float).reshape(-1, 2).T
    recalled = np.log(curve.recall(1.0, ratios)) * np.exp(SPEEDS)[:, None]
    fit = np.where(passed, recalled, np.log(-np.expm1(recalled))).sum(1)
    logs = WORTH * fit - (SPEEDS / USUAL) ** 2 / 2
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    mean = float(chances @ SPEEDS)
    spread = float(chances @ (SPEEDS - mean) ** 2) ** 0.5
    # Recall falls with the speed itself, of which the prior's mean is above 1.
    return Forgetting(float(np.log(chances @ np.exp(SPEEDS))) - USUAL**2 / 2, spread)
