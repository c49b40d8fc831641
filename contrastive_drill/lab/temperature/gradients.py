"""The loss around one set of weights, by temperature: how steep it is, and how curved."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from contrastive_drill.lab.encoders import Towers
from contrastive_drill.lab.losses import info_nce, unit
from contrastive_drill.lab.pairs import Pairs


def batch_cosines(towers: Towers, pairs: Pairs) -> Tensor:
    """Cosines [n, n] of all texts (rows) and their first pictures, as if one training batch.

    In float64, so that shares of a push are exact where they differ by many powers of ten.
    """
    pictures, texts = (tower.cpu().train() for tower in towers)
    with torch.no_grad():
        drawn, written = pictures(pairs.pictures[:, 0].cpu()), texts(pairs.texts.cpu())
    return unit(written.double()) @ unit(drawn.double()).T


def loss_gradients(
    towers: Towers,
    pairs: Pairs,
    temperatures: Sequence[float],
    size: int,
    batches: int,
    generator: torch.Generator,
) -> dict[str, dict[float, float]]:
    """The gradient by all weights and the curvature, each by temperature, of the same batches.

    The length of the gradient is a root mean square over `batches` of `size` pairs. Curvature is
    that of the last: ‖Hg‖/‖g‖, the change of the gradient g per unit of a step along itself.
    """
    weights = [weight for tower in towers for weight in tower.parameters()]
    local = Pairs(pairs.pictures.cpu(), pairs.texts.cpu())
    squares = dict.fromkeys(temperatures, 0.0)
    for _ in range(batches):
        pictures, texts = local.batch(size, generator)
        u, v = towers[0](pictures), towers[1](texts)
        for tau in temperatures:
            slopes = torch.autograd.grad(info_nce(u, v, 1 / tau), weights, retain_graph=True)
            squares[tau] += float(_flat(slopes).square().sum())
    return {
        "gradient": {tau: math.sqrt(square / batches) for tau, square in squares.items()},
        "curvature": {tau: _curvature(info_nce(u, v, 1 / tau), weights) for tau in temperatures},
    }


def _curvature(value: Tensor, weights: list[nn.Parameter]) -> float:
    """By differentiating g·d, with d the gradient's direction held fixed."""
    gradient = _flat(torch.autograd.grad(value, weights, create_graph=True))
    direction = gradient.detach() / gradient.detach().norm()
    product = torch.autograd.grad(gradient @ direction, weights, retain_graph=True)
    return float(_flat(product).norm())


def _flat(parts: Sequence[Tensor]) -> Tensor:
    return torch.cat([part.flatten() for part in parts])
