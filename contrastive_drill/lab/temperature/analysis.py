"""One set of weights at every temperature: how the push is divided, and the gradient."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from contrastive_drill.lab.encoders import Towers
from contrastive_drill.lab.pairs import Pairs
from contrastive_drill.lab.temperature import gradients, negatives
from contrastive_drill.lab.temperature.gradients import LossGradient
from contrastive_drill.lab.temperature.negatives import PushShares

Measure = Literal["hardest", "alike", "norm", "curvature"]  # of a push, or of a gradient


@dataclass(frozen=True, slots=True, eq=False)
class LossAnalysis:
    """Pushes and gradients by temperature, and the cosines of held-out texts and pictures."""

    cosines: Tensor  # [n, n]
    pushes: dict[float, PushShares]
    gradients: dict[float, LossGradient]

    def growth(self, measure: Measure, low: float, high: float) -> float:
        """A measure at one temperature over the same at another; not-a-number over 0."""
        by_temperature = self.pushes if measure in ("hardest", "alike") else self.gradients
        part, whole = (float(getattr(by_temperature[at], measure)) for at in (low, high))
        return part / whole if whole else math.nan


def analyze(
    towers: Towers,
    trained: Pairs,
    held_out: Pairs,
    labels: Tensor,
    temperatures: Sequence[float],
    size: int,
    batches: int,
    generator: torch.Generator,
) -> LossAnalysis:
    """Pushes in the held-out pairs as one batch; gradients of `batches` of `size` trained pairs.

    `labels` has one for each held-out pair.
    """
    cosines = gradients.batch_cosines(towers, held_out)
    return LossAnalysis(
        cosines,
        {one: negatives.push_shares(cosines, labels, one) for one in temperatures},
        gradients.loss_gradients(towers, trained, temperatures, size, batches, generator),
    )
