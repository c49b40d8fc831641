"""Steps on a clock wound by hand, memory counted by hand, and the contest for real."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
import torch
from tensors import seeded
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.lab import step_cost
from contrastive_drill.lab.mae_flops import recipes, training_steps
from contrastive_drill.lab.mae_flops.flops import EMBED, FLOPS, TRAINING, total
from contrastive_drill.lab.mae_flops.model_sizes import TINY
from contrastive_drill.lab.mae_flops.recipes import MAE, TOKENS, TWO
from contrastive_drill.lab.step_cost import LiveMemory, TimedStep, in_turns, peak, ratio
from contrastive_drill.lab.vit import VisionTransformer, initialize

CPU = torch.device("cpu")
TOY = replace(TINY, shape=replace(TINY.shape, image=64, depth=2, width=64, heads=2))
FLOAT = 4  # bytes


def regression(rows: int = 5) -> TimedStep:
    """A linear map that is to learn zeros: 3 × 2 weights and 2 biases."""
    model = nn.Linear(3, 2)
    given = torch.randn(rows, 3, generator=seeded())
    return TimedStep(model, lambda: model(given).square().mean(), CPU)


class Wound:
    """A clock that stands still until it is wound."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def taking(self, seconds: Iterator[float]) -> None:
        """A step that lasts as long as it says."""
        self.now += next(seconds)


def test_steps_take_turns() -> None:
    clock = Wound()
    slow, fast = iter([2.0, 3.0, 4.0]), iter([1.0, 1.0, 8.0])
    steps = {"slow": lambda: clock.taking(slow), "fast": lambda: clock.taking(fast)}
    after = [
        {label: list(runs) for label, runs in seconds.items()}
        for seconds in in_turns(steps, CPU, clock, rounds=3)
    ]
    assert after[1] == {"slow": [2.0, 3.0], "fast": [1.0, 1.0]}
    assert after[2] == {"slow": [2.0, 3.0, 4.0], "fast": [1.0, 1.0, 8.0]}
    assert ratio(after[2], "slow", "fast") == 2.0  # the median of 2, 3 and 1/2


def test_the_clock_is_read_only_when_the_device_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(step_cost, "synchronize", lambda device: heard.append("wait"))
    ticks = count()

    def clock() -> float:
        heard.append("clock")
        return float(next(ticks))

    steps = {"one": lambda: heard.append("step")}
    list(in_turns(steps, CPU, clock, rounds=1))
    assert heard == ["wait", "clock", "step", "wait", "clock"]


@pytest.mark.parametrize(("kind", "waits"), [("cuda", 1), ("mps", 1), ("cpu", 0)])
def test_a_gpu_is_waited_for_and_a_processor_is_not(
    monkeypatch: pytest.MonkeyPatch, kind: str, waits: int
) -> None:
    heard: list[object] = []
    monkeypatch.setattr("torch.cuda.synchronize", heard.append)
    monkeypatch.setattr("torch.mps.synchronize", lambda: heard.append(None))
    step_cost.synchronize(torch.device(kind))
    assert len(heard) == waits


def test_a_step_goes_forward_backward_and_downhill() -> None:
    step = regression()
    before = float(step.loss().detach())
    for _ in range(3):
        step()
    assert float(step.loss().detach()) < before


def test_gradients_do_not_add_up_over_the_steps() -> None:
    step = regression()
    step.optimizer.param_groups[0]["lr"] = 0.0  # the weights stay, and so must the gradients
    [weight, _] = step.model.parameters()
    step()
    assert weight.grad is not None
    first = weight.grad.clone()
    step()
    assert weight.grad is not None
    torch.testing.assert_close(weight.grad, first)


def test_weights_stay_and_adamw_keeps_two_moments_of_each() -> None:
    step = regression()
    weights = 8 * FLOAT
    assert step.resident() == weights
    step()
    assert step.resident() == 3 * weights + 2 * FLOAT  # and a step count for each parameter


def test_bytes_are_counted_when_made_and_given_back_when_freed() -> None:
    old = torch.ones(100)
    alive = LiveMemory()
    with alive:
        one = old + 1
        assert alive.now == 100 * FLOAT
        two = one * 2
        view = two.view(10, 10)  # shares its bytes
        old.add_(1)  # and what was there before is not counted
        assert alive.now == 200 * FLOAT
        del one, two
        assert alive.now == 100 * FLOAT
        del view
    assert (alive.now, alive.most) == (0, 200 * FLOAT)


def test_what_the_backward_pass_needs_is_counted() -> None:
    """Twelve times sin(x): each needs what it was given until its gradient is there."""
    given = torch.zeros(1000, requires_grad=True)
    alive = LiveMemory()
    with alive:
        value: Tensor = given
        for _ in range(12):
            value = value.sin()
        assert alive.now == 12 * 1000 * FLOAT  # the first was there before, the last is held
        torch.autograd.backward(value.sum())
        del value
    assert alive.now == 1000 * FLOAT  # the gradient
    assert 13 * 1000 * FLOAT <= alive.most <= 16 * 1000 * FLOAT


def test_the_peak_holds_the_batch_and_what_stays() -> None:
    small, large = regression(10), regression(10_000)
    low, high = peak(small), peak(large)
    assert low > small.resident()
    rows = (10_000 - 10) * 2 * FLOAT
    assert 2 * rows <= high - low <= 6 * rows  # what came out, its square, their gradients


def test_the_peak_holds_weights_moments_and_gradients() -> None:
    model = nn.Linear(300, 300, bias=False)
    given = torch.ones(1, 300)
    step = TimedStep(model, lambda: model(given).square().mean(), CPU)
    weights = 300 * 300 * FLOAT
    assert 4 * weights <= peak(step) < 4.2 * weights


@pytest.fixture(scope="module")
def steps() -> dict[str, TimedStep]:
    return training_steps.training_steps(TOY, 3, seeded(), CPU)


def test_the_timed_steps_multiply_what_the_formula_says(steps: dict[str, TimedStep]) -> None:
    """But for the pixels, which need no gradient; NT-Xent adds its logits."""
    logits = FLOPS * TRAINING * 6 * 6 * TOY.shape.width
    for method, pictures, part, more in (
        (TWO, 6, TOY.forward(), logits),
        (MAE, 3, TOY.masked(), 0),
        (TOKENS, 3, TOY.masked(mask_in_encoder=True), 0),
    ):
        with sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
            steps[method]()
        expected = FLOPS * pictures * (TRAINING * total(part) - part[EMBED]) + more
        assert counter.get_total_flops() == expected


def test_the_timed_steps_learn_their_batch(steps: dict[str, TimedStep]) -> None:
    for step in steps.values():
        first = float(step.loss().detach())
        for _ in range(15):
            step()
        assert float(step.loss().detach()) < first


def test_the_contrastive_step_matches_the_two_views_of_each_picture() -> None:
    """The loss from the definition: each view finds the other among the five that it is not."""
    value = training_steps.contrastive(TOY, 3, seeded(), CPU).loss()
    generator = seeded()
    encoder = VisionTransformer(TOY.shape)
    initialize(encoder, generator)
    views = torch.randn(6, 3, 64, 64, generator=generator)
    vectors = encoder(views)[:, 0]
    expected = []
    for i in range(6):
        others = [torch.cosine_similarity(vectors[i], other, dim=0) / 0.2 for other in vectors]
        own = others[(i + 3) % 6]
        expected.append(torch.stack(others[:i] + others[i + 1 :]).logsumexp(0) - own)
    torch.testing.assert_close(value, torch.stack(expected).mean())


def test_the_masked_step_draws_other_patches_each_time() -> None:
    step = training_steps.masked(TOY, 3, seeded(), CPU)
    assert float(step.loss().detach()) != float(step.loss().detach())


def test_both_contestants_start_from_the_same_sizes(steps: dict[str, TimedStep]) -> None:
    def encoder(step: TimedStep) -> list[torch.Size]:
        inside = getattr(step.model, "encoder", step.model)
        assert isinstance(inside, nn.Module)
        return [parameter.shape for parameter in inside.parameters()]

    assert encoder(steps[TWO]) == encoder(steps[MAE]) == encoder(steps[TOKENS])


def test_the_table_divides_work_by_time() -> None:
    seconds = {TWO: [4.0, 2.0, 3.0], MAE: [1.0, 1.0, 1.0]}
    table = training_steps.step_table(TOY, 8, seconds, {TWO: 3 << 20, MAE: 1 << 20}, CPU)
    two, mae = table.rows
    costs = recipes.training(TOY)
    work = FLOPS * costs[TWO] * 8
    assert two[:3] == (TWO, f"{work / 1e9:.1f}", "3.000")
    assert two[3:] == ("2.000 to 4.000", f"{work / 3 / 1e12:.3g}", "3", "1.00", "1.00")
    assert mae[-2:] == (f"{costs[MAE] / costs[TWO]:.2f}", "0.33")  # the median of 1/4, 1/2, 1/3
