"""The demo `transfer`: LoRA against its formula, readings by hand, claims broken once."""

import math
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import smoke, toy
from torch import Tensor, nn
from torch.nn.functional import conv2d, cross_entropy

from contrastive_drill.demo.result import Host
from contrastive_drill.lab import encoders
from contrastive_drill.lab.transfer import labels
from contrastive_drill.lab.transfer.finetuning import Domains, Point, old_at

pytestmark = pytest.mark.demo
transfer: Any = import_module("contrastive_drill.demos.transfer")
TINY = replace(transfer.SMOKE, steps=3, tuning=6, learned=40, held=50)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=seeded(seed))


def test_of_a_linear_layer_it_is_w_x_and_b_a_x() -> None:
    layer, x = nn.Linear(6, 5), drawn(4, 6)
    ours = transfer.LoRA(layer, 2, 3.0, seeded())
    torch.testing.assert_close(ours(x), layer(x))  # B begins at 0
    nn.init.normal_(ours.b, generator=seeded(1))
    expected = layer(x) + 3.0 / 2 * (x @ ours.a.T @ ours.b.T)
    torch.testing.assert_close(ours(x), expected)
    ours(x).square().sum().backward()
    assert layer.weight.grad is None
    assert ours.a.grad is not None
    assert int(torch.linalg.matrix_rank(ours.weight() - layer.weight)) == 2


def test_of_a_convolution_it_is_a_thin_one_and_one_by_pixel() -> None:
    layer, x = nn.Conv2d(3, 5, kernel_size=3, stride=2, padding=1), drawn(2, 3, 8, 8)
    ours = transfer.LoRA(layer, 2, 2.0, seeded())
    nn.init.normal_(ours.b, generator=seeded(1))
    thin = conv2d(x, ours.a.view(2, 3, 3, 3), stride=2, padding=1)
    expected = layer(x) + conv2d(thin, ours.b[:, :, None, None])
    torch.testing.assert_close(ours(x), expected, atol=1e-4, rtol=1e-4)


def test_a_tower_adapted_trains_little_and_is_merged_again() -> None:
    tower, x = encoders.picture_tower(16).eval(), drawn(3, 3, 32, 32)
    adapted = transfer.adapted(tower, 2, seeded()).eval()
    free = {name for name, each in adapted.named_parameters() if each.requires_grad}
    assert {name.rpartition(".")[2] for name in free} == {"a", "b"}
    assert len(free) == 2 * 4  # two convolutions, two linear layers
    for name, each in adapted.named_parameters():
        if name in free:
            nn.init.normal_(each, std=0.1, generator=seeded(2))
    merged = transfer.merged(adapted)
    assert [*merged.state_dict()] == [*tower.state_dict()]
    assert not torch.allclose(adapted(x), tower(x), atol=1e-2)
    torch.testing.assert_close(merged(x), adapted(x), atol=1e-5, rtol=1e-4)
    assert all(each.requires_grad for each in tower.parameters())  # the tower itself is as it was


def test_averages_lie_between() -> None:
    before, after = nn.Linear(3, 2), nn.Linear(3, 2)
    torch.testing.assert_close(transfer.averaged(before, after, 1.0).weight, after.weight)
    middle = transfer.averaged(before, after, 0.25)
    torch.testing.assert_close(middle.bias, 0.75 * before.bias + 0.25 * after.bias)


@pytest.mark.parametrize(("way", "trained"), [("all weights", 14), ("last layer", 2), ("LoRA", 8)])
def test_what_is_trained_moves_and_nothing_else(way: str, trained: int) -> None:
    tower = encoders.picture_tower(8).eval()
    tuned = transfer.free(tower, way, 2, seeded())
    pictures, texts = drawn(1, 12, 3, 32, 32), drawn(12, 8, seed=1)
    domains = Domains(pictures, texts, pictures.repeat(2, 1, 1, 1, 1), texts, 10.0)
    before = {name: each.clone() for name, each in tuned.state_dict().items()}
    curve = domains.follow(
        tuned, transfer.Schedule(4, 8, 1e-2, 0.0), seeded(), Host().counted("", 4)
    )
    assert len(curve) == 5
    assert curve[0] == domains.look(tower)
    changed = {name for name, each in tuned.state_dict().items() if (each != before[name]).any()}
    assert changed == {name for name, each in tuned.named_parameters() if each.requires_grad}
    assert len(changed) == trained


def test_a_curve_is_read_where_it_first_gets_there() -> None:
    curve = [Point(0.2, 0.9), Point(0.4, 0.8), Point(0.6, 0.6), Point(0.5, 0.5), Point(0.8, 0.3)]
    assert old_at(curve, 0.3) == pytest.approx(0.85)
    assert old_at(curve, 0.55) == pytest.approx(0.65)
    assert math.isnan(old_at(curve, 0.9))


def test_a_probe_is_where_the_gradient_of_its_loss_is_nothing() -> None:
    x, y = drawn(60, 4), torch.arange(60) % 3
    weights = labels.probe(x, y, 3, decay=0.1).requires_grad_()
    loss = cross_entropy(x @ weights.T, y) + 0.05 * weights.square().sum()
    (slope,) = torch.autograd.grad(loss, weights)
    assert float(slope.abs().max()) < 1e-3


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*broken: tuple[Any, str, Any]) -> set[int]:
        with monkeypatch.context() as context:
            for module, name, other in broken:
                context.setattr(module, name, other)
            run = toy("transfer", TINY)
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    def probes(accuracy: float) -> tuple[Any, str, Any]:
        return labels, "accuracies", lambda *_: dict.fromkeys(labels.LABELS, accuracy)

    assert smoke("transfer").result.outcome in (1, 2)
    # LoRA that is no LoRA learns, and forgets, as all weights do; probes name one group always.
    whole = transfer, "adapted", lambda tower, *_: transfer.deepcopy(tower)
    assert failing(whole, probes(0.0)) >= {0, 1, 7}
    # Averages that are the end of the tuning; towers that have learned no words; and probes that
    # need no label.
    end = transfer, "averaged", lambda before, after, share: after
    assert failing(end, probes(0.9)) >= {3, 5, 6}
    plain = Domains.follow  # LoRA that learns and loses nothing

    def lossless(self: Any, tower: nn.Module, *how: Any) -> list[Point]:
        curve: list[Point] = plain(self, tower, *how)
        thin = any(isinstance(each, transfer.LoRA) for each in tower.modules())
        return [curve[0], Point(0.9, 0.9 if thin else 0.0)]

    assert 2 in failing((Domains, "follow", lossless))
