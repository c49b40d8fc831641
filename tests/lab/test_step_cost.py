"""Steps on a clock wound by hand, and memory counted by hand."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
import torch
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.demo.result import Host
from contrastive_drill.lab import step_cost
from contrastive_drill.lab.step_cost import LiveMemory, TimedStep, peak, ratio, taken

CPU = torch.device("cpu")
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


class Counted:
    """A step on the processor that calls something, and holds nothing."""

    device = CPU

    def __init__(self, call: Callable[[], object]) -> None:
        self.call = call

    def __call__(self) -> None:
        """One step."""
        self.call()


def test_steps_take_turns_and_each_is_warmed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    clock, slow, fast = Wound(), iter([2.0, 3.0, 4.0]), iter([1.0, 1.0, 8.0])

    def step(label: str, lasting: Iterator[float]) -> Any:
        def call() -> None:
            heard.append(label)
            clock.taking(lasting)

        return Counted(call)

    def warmed(step: Any) -> int:
        heard.append("peak")
        return 7

    monkeypatch.setattr(step_cost, "peak", warmed)
    told: list[tuple[int, int]] = []
    host = Host(lambda stage, done, total, numbers: told.append((done, total)), clock)
    seconds, held = taken({"slow": step("slow", slow), "fast": step("fast", fast)}, 3, host)
    assert seconds == {"slow": [2.0, 3.0, 4.0], "fast": [1.0, 1.0, 8.0]}
    assert held == {"slow": 7, "fast": 7}
    assert heard == ["peak", "peak", *(["slow", "fast"] * 3)]
    assert told == [(done, 5) for done in (1, 2, 3, 4, 5)]
    assert ratio(seconds, "slow", "fast") == 2.0  # the median of 2, 3 and 1/2


def test_the_clock_is_read_only_when_the_device_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(step_cost, "synchronize", lambda device: heard.append("wait"))
    monkeypatch.setattr(step_cost, "peak", lambda step: 0)
    ticks = count()

    def clock() -> float:
        heard.append("clock")
        return float(next(ticks))

    step: Any = Counted(lambda: heard.append("step"))
    taken({"one": step}, 1, Host(clock=clock))
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
