"""The demo `siglip`: its losses and gradients against `lab` and autograd, claims broken once."""

import math
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from smoke import smoke, toy
from torch import Tensor

from contrastive_drill.lab import losses

pytestmark = pytest.mark.demo
siglip: Any = import_module("contrastive_drill.demos.siglip")
TINY = replace(siglip.SMOKE, samples=256, held=60)


def sides(n: int, d: int) -> tuple[Tensor, Tensor]:
    drawn = torch.randn(2, n, d, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    u, v = (losses.unit(side) for side in drawn)
    return u, v


def leaves(*values: float) -> list[Tensor]:
    return [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in values]


def test_both_losses_are_those_that_the_demos_train_by() -> None:
    u, v = sides(7, 4)
    scale, bias = leaves(9.0, -3.0)
    for ours, theirs, by in (
        (siglip.siglip(u, v, scale, bias), losses.sigmoid_pairs(u, v, scale, bias), (scale, bias)),
        (siglip.info_nce(u, v, scale), losses.info_nce(u, v, scale), (scale,)),
    ):
        torch.testing.assert_close(ours, theirs)
        both = [torch.autograd.grad(each, by, retain_graph=True) for each in (ours, theirs)]
        torch.testing.assert_close(*both)


def test_pull_and_push_are_the_gradients_by_the_cosines() -> None:
    u, v = sides(6, 3)
    cosines = (u @ v.T).requires_grad_()
    identity = torch.eye(6, dtype=torch.float64)
    loss = siglip.siglip(cosines, identity, torch.tensor(9.0), torch.tensor(-2.0))
    (slope,) = torch.autograd.grad(loss, cosines)
    at = siglip.pushes(u, v, 9.0, -2.0)
    assert at.loss == pytest.approx(loss.item())
    assert at.pull == pytest.approx(-slope.trace().item())
    assert at.push == pytest.approx((slope.sum() - slope.trace()).item())


@pytest.mark.parametrize("scale", [1.0, 10.0, 100.0])
def test_at_the_best_bias_the_loss_is_least_and_matches_add_up(scale: float) -> None:
    u, v = sides(12, 5)
    best = siglip.best_bias(u @ v.T, scale)
    assert (scale * (u @ v.T) + best).sigmoid().sum().item() == pytest.approx(12)
    (bias,) = leaves(best)
    (slope,) = torch.autograd.grad(siglip.siglip(u, v, torch.tensor(scale).double(), bias), bias)
    assert abs(float(slope)) < 1e-6
    apart = torch.zeros(12, 12)
    assert siglip.best_bias(apart, scale) == pytest.approx(-math.log(11))


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        claims = toy("siglip", TINY).claims
        return {place for place, claim in enumerate(claims) if not claim.held}

    assert smoke("siglip").result.outcome == 1
    monkeypatch.setattr(siglip, "ENOUGH", TINY.samples)
    plain, pushes = siglip.started, siglip.pushes
    with monkeypatch.context() as broken:  # a bias that is not where it was put
        broken.setattr(siglip, "started", lambda bias: plain(-5.5))
        broken.setattr(siglip, "best_bias", lambda cosines, scale: -10.0)
        broken.setattr(siglip, "pushes", lambda u, v, scale, bias: pushes(u, v, scale, -4.0))
        assert failing() >= {0, 1, 2, 3, 4}
    with monkeypatch.context() as broken:  # SigLIP that learns whatever the bias, InfoNCE nothing
        broken.setattr(siglip, "align", fixed)
        assert failing() == {4, 5, 6}


def test_first_biases_are_judged_by_recall_once_enough_samples_were_seen() -> None:
    judged = [claim.text for claim in smoke("siglip").result.claims]
    assert len(judged) == 6
    assert not any(" over that from b = -10" in text for text in judged)
    assert siglip.SMOKE.samples < siglip.ENOUGH <= siglip.Config().samples


def fixed(towers: Any, loss: Any, *of: Any, **how: Any) -> Any:
    """A training that ends at a recall of 0.2, or of 0 for InfoNCE."""
    recall = 0.2 if isinstance(loss, losses.SigLIP) else 0.0
    return SimpleNamespace(held_out=SimpleNamespace(recall=lambda k: recall))
