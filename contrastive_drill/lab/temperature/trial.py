"""One training at one temperature, fixed or learned, measured on held-out pairs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.demo.result import StageProgress
from contrastive_drill.lab.alignment import align
from contrastive_drill.lab.encoders import Towers
from contrastive_drill.lab.losses import InfoNCE, least_info_nce
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import Pairs

LAST = 10  # steps whose mean loss is what training reached


@dataclass(frozen=True, slots=True, eq=False)
class TemperatureTrial:
    """A training, and measures of it."""

    towers: Towers
    pairs: int  # in a batch
    losses: tuple[float, ...]  # of the batch of each step
    scales: tuple[float, ...]  # 1/τ after each step
    spreads: tuple[tuple[float, float], ...]  # (step, spread of its batch)
    recall: float  # recall@1 from text to picture
    uniformity: float  # of the pictures
    tolerance: float  # mean cosine of pictures with the same label
    others: float  # mean cosine of pictures with different labels

    @property
    def temperature(self) -> float:
        """The last one."""
        return 1 / self.scales[-1]

    @property
    def loss(self) -> float:
        """What training reached: the mean of its last steps."""
        last = self.losses[-LAST:]
        return sum(last) / len(last)

    @property
    def kinship(self) -> float:
        """Tolerance, less the nearness of pictures that have nothing in common."""
        return self.tolerance - self.others

    @property
    def least(self) -> float:
        """What no unit vectors can go below in a batch of that size at the last temperature."""
        return least_info_nce(self.pairs, self.scales[-1])


Fixed = Mapping[float, TemperatureTrial]  # by τ
Learned = Mapping[str, TemperatureTrial]  # by how τ is learned


def run_trial(
    towers: Towers,
    loss: InfoNCE,
    pairs: Pairs,
    held_out: Pairs,
    labels: Tensor,
    schedule: Schedule,
    generator: torch.Generator,
    report: StageProgress,
    *,
    loss_rate: float,
) -> TemperatureTrial:
    """Train the towers, and measure them on `held_out`, whose pictures have one label a row."""
    losses, scales = [], []

    def record(done: int, numbers: dict[str, float]) -> None:
        losses.append(numbers["loss"])
        scales.append(loss.scale)
        report(done, {"loss": numbers["loss"], "1/τ": scales[-1]})

    aligned = align(towers, loss, pairs, held_out, schedule, generator, record, loss_rate=loss_rate)
    retrieval = aligned.held_out
    steps = tuple(losses), tuple(scales), aligned.curve
    ends = retrieval.recall(1), retrieval.uniformity(), *retrieval.tolerance(labels)
    return TemperatureTrial(towers, schedule.batch, *steps, *ends)


def nearest(temperatures: Sequence[float], wanted: float) -> float:
    """The temperature that is closest by its logarithm."""
    return min(temperatures, key=lambda temperature: abs(math.log(temperature / wanted)))
