"""The loss around one set of weights, by temperature: its gradient, noise and curvature."""

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import Cell, Chart, Series, Table
from contrastive_drill.lab.encoders import Towers
from contrastive_drill.lab.losses import info_nce, unit
from contrastive_drill.lab.pairs import Pairs


@dataclass(frozen=True, slots=True)
class LossGradient:
    """InfoNCE at one temperature around one set of weights; gradients are by all weights."""

    loss: float  # mean over the batches
    norm: float  # of the gradient of a batch, root mean square
    deviation: float  # of the gradients from their mean over all batches, root mean square
    curvature: float  # ‖Hg‖/‖g‖: by how much the gradient changes per unit of a step along itself

    @property
    def noise(self) -> float:
        """The part of the squared gradient that changes with the batch: 0 none of it, 1 all."""
        return (self.deviation / self.norm) ** 2


def in_training(towers: Towers) -> Towers:
    """Copies on the processor that normalize by the batch, as in training."""
    pictures, texts = (deepcopy(tower).cpu().train() for tower in towers)
    return pictures, texts


def batch_cosines(towers: Towers, pairs: Pairs, view: int = 0) -> Tensor:
    """Cosines [n, n] of all texts (rows) and their pictures in one view, as if one training batch.

    In float64, so that a gradient by them is exact where its parts differ by many powers of ten.
    """
    pictures, texts = in_training(towers)
    with torch.no_grad():
        drawn, written = pictures(pairs.pictures[:, view].cpu()), texts(pairs.texts.cpu())
    return unit(written.double()) @ unit(drawn.double()).T


def loss_gradients(
    towers: Towers,
    pairs: Pairs,
    temperatures: Sequence[float],
    size: int,
    batches: int,
    generator: torch.Generator,
) -> dict[float, LossGradient]:
    """The gradient at each temperature, all from the same `batches` (2 or more) of `size` pairs."""
    pictures, texts = in_training(towers)
    weights = [*pictures.parameters(), *texts.parameters()]
    local = Pairs(pairs.pictures.cpu(), pairs.texts.cpu())
    total = torch.zeros(len(temperatures), sum(weight.numel() for weight in weights))
    squares, values = torch.zeros(len(temperatures)), torch.zeros(len(temperatures))
    for _ in range(batches):
        drawn, written = local.batch(size, generator)
        u, v = pictures(drawn), texts(written)
        for row, temperature in enumerate(temperatures):
            value = info_nce(u, v, 1 / temperature)
            gradient = _flat(torch.autograd.grad(value, weights, retain_graph=True))
            total[row] += gradient
            squares[row] += gradient.square().sum()
            values[row] += value.detach()
    squares, mean = squares / batches, total / batches
    around = (squares - mean.square().sum(dim=1)) * batches / (batches - 1)
    return {
        temperature: LossGradient(
            float(values[row]) / batches,
            math.sqrt(squares[row]),
            math.sqrt(max(float(around[row]), 0)),
            _curvature(info_nce(u, v, 1 / temperature), weights),
        )
        for row, temperature in enumerate(temperatures)
    }


def _curvature(value: Tensor, weights: list[nn.Parameter]) -> float:
    """‖Hg‖/‖g‖ by differentiating g·d, with d the gradient's direction held fixed."""
    gradient = _flat(torch.autograd.grad(value, weights, create_graph=True))
    direction = gradient.detach() / gradient.detach().norm()
    product = torch.autograd.grad(gradient @ direction, weights, retain_graph=True)
    return float(_flat(product).norm())


def gradient_table(place: str, gradients: Mapping[float, LossGradient]) -> Table:
    """Every temperature in a row, at one set of weights."""
    return Table(
        title=f"The loss seen from {place}",
        columns=("τ", "loss", "gradient", "deviation", "noise", "curvature"),
        rows=tuple(
            (
                f"{temperature:g}",
                Cell(one.loss, ".2f"),
                Cell(one.norm, ".3g"),
                Cell(one.deviation, ".3g"),
                Cell(one.noise, ".0%"),
                Cell(one.curvature, ".3g"),
            )
            for temperature, one in gradients.items()
        ),
        notes=(
            "gradient: its length by all weights, root mean square over batches",
            "deviation: how far it lies from the mean gradient; noise: that squared, as a part",
            "curvature: change of the gradient per unit of a step along itself",
        ),
    )


def gradient_chart(
    first: Mapping[float, LossGradient], trained: Mapping[float, LossGradient]
) -> Chart:
    """Gradient against τ at two sets of weights, and the curvature at the first."""
    at = tuple(sorted(first))
    return Chart(
        title="Gradient and curvature at the same weights",
        x_label="τ",
        y_label="",
        sentence="The same weights and batches: only τ differs.",
        series=(
            Series("gradient, untrained", at, tuple(first[one].norm for one in at)),
            Series("gradient, trained", at, tuple(trained[one].norm for one in at)),
            Series("curvature, untrained", at, tuple(first[one].curvature for one in at)),
        ),
        x_axis="log",
        y_axis="log",
    )


def _flat(parts: Sequence[Tensor]) -> Tensor:
    return torch.cat([part.flatten() for part in parts])
