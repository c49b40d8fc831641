"""The demo `bound`: its estimates against closed forms, and each claim broken once."""

import math
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import smoke
from torch.distributions import MultivariateNormal, Normal

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import losses

pytestmark = pytest.mark.demo
bound: Any = import_module("contrastive_drill.demos.bound")
TINY = replace(bound.SMOKE, nats=(1.0, 12.0), sizes=(8, 256), batches=2)


def test_the_critic_is_the_ratio_of_the_densities() -> None:
    rho = bound.correlation(2.0, 3)
    x, y = bound.correlated(5, rho, 3, torch.Generator().manual_seed(1))
    pair = torch.tensor([[1, rho], [rho, 1]], dtype=torch.float64)
    joint: Any = MultivariateNormal(torch.zeros(2, dtype=torch.float64), pair)
    alone: Any = Normal(0.0, 1.0)
    for i in range(5):
        for j in range(5):
            both = joint.log_prob(torch.stack([x[i], y[j]], 1)).sum()
            expected = both - alone.log_prob(x[i]).sum() - alone.log_prob(y[j]).sum()
            assert float(bound.best_critic(x, y, rho)[i, j]) == pytest.approx(float(expected))


def test_the_mutual_information_is_the_mean_of_the_critic_on_true_pairs() -> None:
    rho = bound.correlation(3.0, 20)
    x, y = bound.correlated(4096, rho, 20, torch.Generator().manual_seed(2))
    mean = bound.best_critic(x, y, rho).diagonal().mean()
    assert float(mean) == pytest.approx(3.0, abs=0.15)


def test_the_estimate_is_that_of_the_loss_that_the_other_demos_train_by() -> None:
    scores = torch.randn(7, 7, dtype=torch.float64, requires_grad=True)
    ours = bound.estimate(scores)
    theirs = math.log(7) - losses.picking(scores)
    assert ours.item() == pytest.approx(theirs.item())
    gradients = [torch.autograd.grad(each, scores, retain_graph=True)[0] for each in (ours, theirs)]
    torch.testing.assert_close(*gradients)


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        run = registry.load("bound").run(TINY, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    once = bound.neighbours(TINY)
    monkeypatch.setattr(bound, "neighbours", lambda config: once)
    assert failing() == set()
    assert smoke("bound").result.outcome == 1
    with monkeypatch.context() as broken:
        # A critic that looks at nothing; and an orthogonal map: nothing is stretched.
        broken.setattr(bound, "best_critic", lambda x, y, rho: torch.zeros(len(x), len(y)))
        broken.setattr(bound, "neighbours", lambda config: (0.6, 0.6))
        assert failing() == {1, 2, 3}
    with monkeypatch.context() as broken:  # a loss that forgets its own pair
        broken.setattr(bound, "estimate", lambda scores: scores.diagonal().mean())
        assert 0 in failing()
