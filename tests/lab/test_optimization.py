"""The descent: its rate against torch's schedulers, its steps against torch's own AdamW."""

import math

import pytest
import torch
from torch import Tensor, nn

from contrastive_drill.lab.descent import descend, share

CPU = torch.device("cpu")


def layer() -> nn.Linear:
    made = nn.Linear(3, 2)
    with torch.no_grad():
        made.weight.copy_(torch.tensor([[0.5, -1.0, 0.25], [1.5, 0.1, -0.3]]))
        made.bias.copy_(torch.tensor([0.2, -0.4]))
    return made


def loss_of(module: nn.Module) -> Tensor:
    inputs = torch.tensor([[1.0, 2.0, -1.0], [0.5, -0.5, 1.0]])
    value: Tensor = module(inputs).square().mean()
    return value


@pytest.mark.parametrize("steps", [1, 2, 7, 40, 400])
def test_the_rate_rises_to_its_peak_and_falls_towards_nothing(steps: int) -> None:
    rates = [share(step, steps) for step in range(steps)]
    peak = max(1, round(steps / 10)) - 1
    assert rates[peak] == max(rates) == 1
    assert rates[:peak] == sorted(rates[:peak])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert min(rates) > 0  # no step is for nothing


def test_the_rate_is_half_where_half_of_the_cosine_is_over() -> None:
    assert share(9 + 46, 101) == pytest.approx(0.5)  # 10 steps of warming up, then 91 and the end
    assert share(0, 100) == pytest.approx(0.1)
    assert share(99, 100) == pytest.approx(0.5 * (1 + math.cos(math.pi * 90 / 91)))


def test_the_steps_are_those_of_adamw_under_torchs_scheduler() -> None:
    ours, theirs = layer(), layer()
    list(descend(lambda: loss_of(ours), [(ours, 0.1)], 20, 0.3, CPU))
    optimizer = torch.optim.AdamW(
        [
            {"params": [theirs.weight], "weight_decay": 0.3},
            {"params": [theirs.bias], "weight_decay": 0.0},
        ],
        lr=0.1,
        betas=(0.9, 0.95),
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share(step, 20))
    for _ in range(20):
        optimizer.zero_grad()
        torch.autograd.backward(loss_of(theirs))
        optimizer.step()
        scheduler.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


def test_each_module_has_a_rate_of_its_own() -> None:
    slow, swift = layer(), layer()
    both = [(slow, 0.01), (swift, 0.1)]
    next(descend(lambda: loss_of(slow) + loss_of(swift), both, 1, 0.0, CPU))
    moved = [(one.weight - layer().weight).detach().abs().max() for one in (slow, swift)]
    assert float(moved[1] / moved[0]) == pytest.approx(10, rel=1e-3)


def test_the_loss_of_each_step_is_told_before_the_step_changes_it() -> None:
    module = layer()
    first = float(loss_of(module).detach())
    losses = list(descend(lambda: loss_of(module), [(module, 0.05)], 30, 0.0, CPU))
    assert losses[0] == pytest.approx(first)
    assert len(losses) == 30
    assert losses[-1] < 0.5 * first


def test_every_step_trains_whatever_was_done_between_two() -> None:
    module, modes = nn.Sequential(layer()), []

    def loss() -> Tensor:
        modes.append(module.training and module[0].training)
        return loss_of(module)

    for _ in descend(loss, [(module, 0.01)], 3, 0.0, CPU):
        module.eval()
    assert modes == [True] * 3


def test_nothing_happens_before_the_first_step_is_asked_for() -> None:
    module = layer()
    descend(lambda: loss_of(module), [(module, 0.1)], 5, 0.0, CPU)
    assert torch.equal(module.weight, layer().weight)
