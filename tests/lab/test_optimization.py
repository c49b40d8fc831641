"""The training loop: its rate against torch's schedulers, its steps against torch's own AdamW."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from contrastive_drill.lab.optimization import Schedule, minimize

SCHEDULE = Schedule(steps=20, batch=1, rate=0.1, decay=0.3)


def layer() -> nn.Linear:
    linear = nn.Linear(3, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[0.5, -1.0, 0.25], [1.5, 0.1, -0.3]]))
        linear.bias.copy_(torch.tensor([0.2, -0.4]))
    return linear


def loss_of(module: nn.Module) -> Tensor:
    inputs = torch.tensor([[1.0, 2.0, -1.0], [0.5, -0.5, 1.0]])
    value: Tensor = module(inputs).square().mean()
    return value


@pytest.mark.parametrize("steps", [1, 2, 7, 40, 400])
def test_the_rate_rises_to_its_peak_and_falls_towards_nothing(steps: int) -> None:
    schedule = replace(SCHEDULE, steps=steps)
    rates = [schedule.share(step) for step in range(steps)]
    peak = max(1, round(steps / 10)) - 1
    assert rates[peak] == max(rates) == 1
    assert rates[:peak] == sorted(rates[:peak])
    assert rates[peak:] == sorted(rates[peak:], reverse=True)
    assert min(rates) > 0  # no step is for nothing


def test_the_rate_is_half_where_half_of_the_cosine_is_over() -> None:
    # 10 steps of warm-up, then 91 and the end
    assert replace(SCHEDULE, steps=101).share(9 + 46) == pytest.approx(0.5)
    hundred = replace(SCHEDULE, steps=100)
    assert hundred.share(0) == pytest.approx(0.1)
    assert hundred.share(99) == pytest.approx(0.5 * (1 + math.cos(math.pi * 90 / 91)))


def test_the_steps_are_those_of_adamw_under_torchs_scheduler() -> None:
    ours, theirs = layer(), layer()
    list(minimize(lambda: loss_of(ours), [ours], SCHEDULE))
    optimizer = torch.optim.AdamW(
        [
            {"params": [theirs.weight], "weight_decay": 0.3},
            {"params": [theirs.bias], "weight_decay": 0.0},
        ],
        lr=0.1,
        betas=(0.9, 0.95),
    )
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, SCHEDULE.share)
    for _ in range(20):
        optimizer.zero_grad()
        torch.autograd.backward(loss_of(theirs))
        optimizer.step()
        scheduler.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)


def test_decay_shrinks_matrices_and_spares_the_rest() -> None:
    """With a loss that has no gradient, decay is all there is."""
    module = layer()
    next(minimize(lambda: 0 * loss_of(module), [module], replace(SCHEDULE, steps=1, decay=0.5)))
    torch.testing.assert_close(module.weight, layer().weight * 0.95)
    assert torch.equal(module.bias, layer().bias)


def test_a_module_may_have_a_rate_of_its_own() -> None:
    slow, swift = layer(), layer()
    schedule = replace(SCHEDULE, steps=1, rate=0.01, decay=0.0)
    next(minimize(lambda: loss_of(slow) + loss_of(swift), [slow, swift], schedule, {swift: 0.1}))
    moved = [(one.weight - layer().weight).detach().abs().max() for one in (slow, swift)]
    assert float(moved[1] / moved[0]) == pytest.approx(10, rel=1e-3)


def test_what_is_frozen_or_has_no_weights_stays_out() -> None:
    module, frozen = layer(), layer().requires_grad_(False)
    next(minimize(lambda: loss_of(module) + loss_of(frozen), [module, frozen, nn.GELU()], SCHEDULE))
    assert torch.equal(frozen.weight, layer().weight)
    assert not torch.equal(module.weight, layer().weight)


def test_the_loss_of_each_step_is_that_before_the_step_changes_it() -> None:
    module = layer()
    first = float(loss_of(module).detach())
    schedule = Schedule(steps=30, batch=1, rate=0.05, decay=0.0)
    steps = list(minimize(lambda: loss_of(module), [module], schedule))
    assert [step for step, _ in steps] == list(range(1, 31))
    assert steps[0][1] == pytest.approx(first)
    assert steps[-1][1] < 0.5 * first


def test_every_step_trains_whatever_was_done_between_two() -> None:
    module, modes = nn.Sequential(layer()), []

    def loss() -> Tensor:
        modes.append(module.training and module[0].training)
        return loss_of(module)

    for _ in minimize(loss, [module], replace(SCHEDULE, steps=3)):
        module.eval()
    assert modes == [True] * 3


def test_nothing_happens_before_the_first_step_is_asked_for() -> None:
    module = layer()
    minimize(lambda: loss_of(module), [module], SCHEDULE)
    assert torch.equal(module.weight, layer().weight)
