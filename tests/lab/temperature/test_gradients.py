"""Gradient and curvature of InfoNCE by temperature, and the cosines of a batch."""

import math

import pytest
import torch
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.lab import encoders, losses
from contrastive_drill.lab.encoders import Towers
from contrastive_drill.lab.pairs import Pairs
from contrastive_drill.lab.temperature import gradients


def linear() -> tuple[Towers, Pairs]:
    """Two matrices and some vectors: a problem whose derivatives can be had by hand."""
    towers = nn.Linear(5, 3, bias=False).double(), nn.Linear(4, 3, bias=False).double()
    for seed, tower in enumerate(towers):
        nn.init.normal_(tower.weight, generator=seeded(seed))
    pictures = torch.randn(20, 2, 5, generator=seeded(2), dtype=torch.float64)
    return towers, Pairs(pictures, torch.randn(20, 4, generator=seeded(3), dtype=torch.float64))


def test_gradients_are_those_of_the_loops() -> None:
    towers, pairs = linear()
    found = gradients.loss_gradients(towers, pairs, (0.05, 1.0), 6, 4, seeded(9))
    draws = seeded(9)
    batches = [pairs.batch(6, draws) for _ in range(4)]
    assert list(found["gradient"]) == list(found["curvature"]) == [0.05, 1.0]
    for tau, norm in found["gradient"].items():
        square = 0.0
        for pictures, texts in batches:
            value = losses.info_nce(towers[0](pictures), towers[1](texts), 1 / tau)
            weights = [*towers[0].parameters(), *towers[1].parameters()]
            parts = torch.autograd.grad(value, weights)
            square += sum(float(part.square().sum()) for part in parts)
        assert norm == pytest.approx(math.sqrt(square / 4))


def test_curvature_is_what_a_small_step_along_the_gradient_changes() -> None:
    towers, pairs = linear()
    found = gradients.loss_gradients(towers, pairs, (0.2,), 6, 2, seeded(9))["curvature"][0.2]
    draws = seeded(9)
    pictures, texts = [pairs.batch(6, draws) for _ in range(2)][-1]
    weights = [tower.weight for tower in towers if isinstance(tower, nn.Linear)]

    def gradient() -> list[Tensor]:
        value = losses.info_nce(towers[0](pictures), towers[1](texts), 5.0)
        return list(torch.autograd.grad(value, weights))

    before, step = gradient(), 1e-5
    length = math.sqrt(sum(float(part.square().sum()) for part in before))
    with torch.no_grad():
        for weight, part in zip(weights, before, strict=True):
            weight += part * (step / length)
    change = [after - part for after, part in zip(gradient(), before, strict=True)]
    bent = math.sqrt(sum(float(part.square().sum()) for part in change)) / step
    assert found == pytest.approx(bent, rel=1e-3)


def test_a_batch_has_texts_for_rows_and_is_normalized_as_in_training() -> None:
    towers = encoders.towers(20, 8, seeded(0))
    held = Pairs(
        torch.randn(10, 2, 3, 32, 32, generator=seeded(5)),
        torch.randn(10, 20, generator=seeded(6)),
    )
    towers[0].eval()  # where training leaves them
    found = gradients.batch_cosines(towers, held)
    with torch.no_grad():
        drawn, written = towers[0].train()(held.pictures[:, 0]), towers[1](held.texts)
    expected = losses.unit(written) @ losses.unit(drawn).T
    torch.testing.assert_close(found.float(), expected, rtol=1e-4, atol=1e-5)
    assert found.dtype == torch.float64
