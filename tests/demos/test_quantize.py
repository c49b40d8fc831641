"""The demo `quantize`: grids against torch's, GPTQ against its definition, claims broken once."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import smoke
from torch import Tensor, nn

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import encoders
from contrastive_drill.lab.quantize import classifier

pytestmark = pytest.mark.demo
quantize: Any = import_module("contrastive_drill.demos.quantize")
TINY = replace(quantize.SMOKE, steps=3, more=2, sample=64)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("symmetric", [False, True])
def test_values_and_straight_through_gradients_are_those_of_torch(
    bits: int, symmetric: bool
) -> None:
    weight = drawn(5, 7) + 0.3
    x, y = ((2 * drawn(5, 7, seed=1)).requires_grad_() for _ in range(2))
    whole = quantize.grid(weight, bits, symmetric=symmetric)
    rows = quantize.grid(weight, bits, rows=True, symmetric=symmetric)
    ends = whole.least, whole.most
    each = torch.fake_quantize_per_channel_affine(
        y, rows.step.flatten(), rows.zero.flatten().int(), 0, *ends
    )
    one = torch.fake_quantize_per_tensor_affine(y, float(whole.step), int(whole.zero), *ends)
    for to, theirs in ((whole, one), (rows, each)):
        ours = to.through(x)
        torch.testing.assert_close(ours, theirs)
        mine = torch.autograd.grad((3 * ours).sum(), x)[0]
        torch_s = torch.autograd.grad((3 * theirs).sum(), y)[0]
        codes = x / to.step + to.zero  # torch lets pass what rounds to the last code, too
        beyond = torch.maximum(to.least - codes, codes - to.most)
        clear = (beyond <= 0) | (beyond > 0.5)
        torch.testing.assert_close(mine[clear], torch_s[clear])
        assert 0 < (mine == 0).sum() < 35  # some are clipped


def test_the_step_and_the_zero_point_are_those_of_torch_s_observer() -> None:
    x = drawn(9, 4) + 2  # hardly any is below 0, which must be a code of its own all the same
    observer: Any = torch.ao.quantization.MinMaxObserver(dtype=torch.quint8)
    observer(x)
    step, zero = observer.calculate_qparams()
    ours = quantize.grid(x, 8)
    torch.testing.assert_close((ours.step, ours.zero), (step, zero.float()))
    assert float(ours.nearest(torch.zeros(1))) == 0


def test_gptq_is_the_surgeon_that_inverts_what_is_left_after_each_column() -> None:
    weight, inputs = drawn(3, 6).double(), drawn(40, 6, seed=1).double() @ drawn(6, 6).double()
    to = quantize.grid(weight, 3, rows=True)
    hessian = inputs.T @ inputs / len(inputs)
    hessian += 0.01 * hessian.diagonal().mean() * torch.eye(6)
    expected = weight.clone()
    for i in range(6):
        inverse = torch.linalg.inv(hessian[i:, i:])
        rounded = to.nearest(expected[:, i : i + 1])
        error = (expected[:, i : i + 1] - rounded) / inverse[0, 0]
        expected[:, i:] -= error * inverse[0]
        expected[:, i : i + 1] = rounded
    torch.testing.assert_close(quantize.gptq(weight, inputs, to), expected)
    apart = quantize.gptq(weight, torch.eye(6).double(), to)  # nothing to make up for
    torch.testing.assert_close(apart, to.nearest(weight))


def test_awq_tries_no_scales_and_never_does_worse_on_its_sample() -> None:
    weight, inputs = drawn(8, 6), drawn(30, 6, seed=1) * torch.tensor([50.0, 1, 1, 1, 1, 1])
    true, nearest = inputs @ weight.T, quantize.grid(weight, 3, rows=True).nearest(weight)
    ours = quantize.error(true, inputs @ quantize.awq(weight, inputs, 3).T)
    assert ours < quantize.error(true, inputs @ nearest.T) / 2  # one channel is far larger


def test_a_convolution_is_a_product_with_the_patches_it_sees() -> None:
    layer = nn.Conv2d(2, 3, kernel_size=3, stride=2, padding=1, bias=False)
    model, pictures = nn.Sequential(nn.ReLU(), layer), drawn(4, 2, 8, 8)
    seen = classifier.inputs(model, layer, pictures)
    out = model(pictures).movedim(1, -1).flatten(0, -2)
    torch.testing.assert_close(seen @ layer.weight.flatten(1).T, out)
    whole = classifier.rounded(model, lambda weight, inputs: 2 * weight, pictures)
    torch.testing.assert_close(whole(pictures), 2 * model(pictures))


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(name: str, broken: Any) -> set[int]:
        with monkeypatch.context() as context:
            context.setattr(quantize, name, broken)
            run = registry.load("quantize").run(TINY, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    assert smoke("quantize").result.outcome == 1
    grid = quantize.grid
    # Before it has learned anything, rows are alike and accuracy is noise.
    untrained = {2, 5, 6, 7, 8}
    # GPTQ that feeds no error back
    failed = failing("gptq", lambda weight, _, to: to.nearest(weight))
    assert {2, 3, 4} <= failed <= {3, 4} | untrained
    # affine grids alone
    plain = failing("grid", lambda x, bits, rows=False, symmetric=False: grid(x, bits, rows=rows))
    assert plain - untrained == {1}

    def clipped(*of: Any, **how: Any) -> Any:
        whole = grid(*of, **how)
        return whole._replace(most=whole.most - 1)

    assert 0 in failing("grid", clipped)
    # back to the first weights: training through the rounding that forgets all
    with monkeypatch.context() as context:
        context.setattr(classifier, "simulated", lambda model, way: encoders.picture_tower(9))
        context.setattr(classifier, "renormalized", lambda model, _: encoders.picture_tower(9))
        run = registry.load("quantize").run(replace(TINY, steps=40), Host())
    assert not run.claims[7].held
    assert not run.claims[8].held
