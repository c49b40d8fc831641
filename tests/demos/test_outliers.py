"""The demo `outliers`: 8 bits against torch's, SmoothQuant's identities, claims broken once."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import smoke
from tensors import drawn, seeded
from torch.nn.functional import linear

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host, Note
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import glosses, minilm, small_text, text_choice
from contrastive_drill.lab.outliers import made, sites

pytestmark = pytest.mark.demo
outliers: Any = import_module("contrastive_drill.demos.outliers")
TINY = replace(outliers.SMOKE, model="trained", steps=2, texts=48, sample=16, alphas=(1.0,))
TEXTS = [gloss.definition for gloss in glosses.load()[:40]]


@pytest.mark.parametrize("dynamic", [False, True])
def test_a_layer_is_that_of_torch_s_fake_quantization(dynamic: bool) -> None:
    x, weight, bias = drawn(6, 5, 8), drawn(4, 8, seed=1), drawn(4, seed=2)
    largest = x.flatten(0, 1).abs().amax(0)
    ours = outliers.w8a8(weight, bias, largest, None, dynamic)(x)
    zeros, ends = torch.zeros(4, dtype=torch.int32), (-127, 127)
    steps = weight.abs().amax(1) / 127
    held = torch.fake_quantize_per_channel_affine(weight, steps, zeros, 0, *ends)
    rows = [[x]] if not dynamic else x.unsqueeze(2).unbind(0)
    given = [
        torch.fake_quantize_per_tensor_affine(part, float(part.abs().max() / 127), 0, *ends)
        for group in (rows if not dynamic else [list(row) for row in rows])
        for part in group
    ]
    theirs = linear(torch.cat(given).view_as(x), held, bias)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.5, 1.0])
def test_smoothing_leaves_the_product_and_undoes_itself_in_reverse(alpha: float) -> None:
    x, weight = drawn(50, 8).double(), drawn(4, 8, seed=1).double()
    inputs, weights = x.abs().amax(0), weight.abs().amax(0)
    scales = outliers.smoothing(inputs, weights, alpha)
    torch.testing.assert_close(linear(x / scales, weight * scales), linear(x, weight))
    torch.testing.assert_close(inputs / scales, (inputs * weights) ** (1 - alpha))
    factor = torch.tensor([1, 30, 1, 0.1, 1, 1, 7, 1]).double()
    again = outliers.smoothing(inputs * factor, weights / factor, alpha)
    torch.testing.assert_close(again, scales * factor)  # what a channel was scaled by is gone
    even = outliers.break_even(weight, inputs)
    smooth = inputs / outliers.smoothing(inputs, weights, even)
    ratio = smooth.max() / smooth.median(), inputs.max() / inputs.median()
    torch.testing.assert_close(*ratio, atol=0.02, rtol=0.02)  # an even number has two medians


def test_outliers_made_by_hand_leave_the_function_and_widen_the_inputs() -> None:
    model = small_text.untrained(seeded(3))
    other = made.outlying(model, TEXTS, seeded(4))
    torch.testing.assert_close(other.embed(TEXTS), model.embed(TEXTS), atol=1e-5, rtol=1e-4)
    before, after = (sites.calibrated(each, TEXTS) for each in (model, other))
    for name, found in after.items():
        kind = name.rpartition(".")[2]
        usual = before[name].all.median()
        if kind in ("query", "up"):
            assert found.later.max() > 10 * usual  # in every token
        if kind == "down":
            assert found.all.max() == pytest.approx(made.HEIGHT * float(usual), rel=0.01)
            assert found.later[-2:].max() < 0.2 * usual  # the two stay low past the first token
    for name, layer in sites.layers(model).items():
        assert layer.weight.shape == dict(model.encoder.named_parameters())[f"{name}.weight"].shape


def test_damage_is_none_without_rounding_and_layers_come_back() -> None:
    model = small_text.untrained(seeded(3))
    bench = sites.bench(model, TEXTS, TEXTS[:9])
    layers = sites.layers(model, sites.GELU)
    ways = {name: layer.forward for name, layer in layers.items()}
    assert bench.damage(ways) == (1.0, 0.0)
    nothing = bench.damage({name: lambda x: 0 * x[..., :64] for name in layers})
    assert nothing.kept < 0.9
    assert nothing.error > 0.01
    torch.testing.assert_close(model.embed(TEXTS), bench.exact)
    near = sites.nearest(bench.exact, 3)
    for place, row in enumerate(near.tolist()):
        cosines = bench.exact @ bench.exact[place]
        order = [each for each in cosines.argsort(descending=True).tolist() if each != place]
        assert sorted(row) == sorted(order[:3])


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        run = registry.load("outliers").run(TINY, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    assert smoke("outliers").result.outcome == 2
    few = glosses.load()[::10]
    monkeypatch.setattr(glosses, "load", lambda: few)
    model = text_choice.prepared("trained", few, 2, 0, torch.device("cpu"), Host())
    monkeypatch.setattr(text_choice, "prepared", lambda *of: model)
    with monkeypatch.context() as broken:  # as trained: there is nothing to smooth
        broken.setattr(made, "FACTOR", 1.0)
        broken.setattr(made, "WEIGHT", 0.0)
        broken.setattr(made, "HEIGHT", 0.0)
        assert {1, 2, 6, 7} <= failing()
    with monkeypatch.context() as broken:  # no smoothing, and one scale for all tokens
        plain = outliers.w8a8
        broken.setattr(outliers, "w8a8", lambda *of: plain(*of[:3], None))
        assert failing() == {1, 2, 3, 4, 5, 7}
    with monkeypatch.context() as broken:  # a rescaling that is not undone
        broken.setattr(made, "rescale", lambda norm, after, generator: norm.weight.mul_(3))
        assert 0 in failing()


def test_it_says_how_to_get_minilm_and_refuses_without(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = [each.text for each in smoke("outliers").findings if isinstance(each, Note)]
    if minilm.folder() is None:
        assert any(minilm.INSTALL in text for text in notes)
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    with pytest.raises(UsageProblem, match="MiniLM is not installed"):
        registry.load("outliers").run(replace(TINY, model="minilm"), Host())
