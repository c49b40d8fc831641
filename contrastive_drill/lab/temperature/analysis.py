"""What one set of weights sees at every temperature: how the push is divided, and the slope."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from contrastive_drill.lab.temperature import gradients, negatives
from contrastive_drill.lab.temperature.gradients import Slope
from contrastive_drill.lab.temperature.negatives import Push
from contrastive_drill.lab.training import Pairs, Towers

Measure = Literal["hardest", "alike", "norm", "curvature"]  # of a push, or of a slope


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Pushes and slopes by temperature, and the cosines of held-out texts and pictures."""

    cosines: Tensor  # [n, n]
    pushes: dict[float, Push]
    slopes: dict[float, Slope]

    def growth(self, measure: Measure, low: float, high: float) -> float:
        """A measure at one temperature over the same at another; not-a-number over 0."""
        seen = self.pushes if measure in ("hardest", "alike") else self.slopes
        part, whole = (float(getattr(seen[at], measure)) for at in (low, high))
        return part / whole if whole else math.nan


def look(
    towers: Towers,
    learnt: Pairs,
    held: Pairs,
    labels: Tensor,
    temperatures: Sequence[float],
    size: int,
    batches: int,
    generator: torch.Generator,
) -> Outlook:
    """Pushes in the held-out pairs as one batch; slopes from `batches` of `size` learnt pairs.

    `labels` has one for each held-out pair.
    """
    cosines = gradients.batch_cosines(towers, held)
    slopes = gradients.slopes(towers, learnt, temperatures, size, batches, generator)
    return Outlook(
        cosines,
        {one: negatives.push(cosines, labels, one) for one in temperatures},
        {slope.temperature: slope for slope in slopes},
    )
