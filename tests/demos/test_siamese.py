"""The demo `siamese`: its losses by hand, the stopped gradient, and claims broken once."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import SEED, repeated, smoke
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host

pytestmark = pytest.mark.demo
siamese: Any = import_module("contrastive_drill.demos.siamese")
TOY = replace(siamese.SMOKE, steps=3, batch=16, held=40, dimensions=16)


def views() -> tuple[Tensor, Tensor]:
    u, v = (torch.randn(6, 8, generator=seeded(seed)).requires_grad_() for seed in (0, 1))
    return u, v


@pytest.mark.parametrize("stopped", [True, False])
def test_simsiam_is_the_mean_cosine_of_predictions_and_what_they_foretell(stopped: bool) -> None:
    torch.manual_seed(0)
    loss, (u, v) = siamese.SimSiam(8, stopped=stopped), views()
    value = loss(u, v)
    pairs = [(loss.predict(u), v), (loss.predict(v), u)]
    by_hand = [
        float((p @ z / (p.norm() * z.norm())).detach())
        for predicted, target in pairs
        for p, z in zip(predicted, target, strict=True)
    ]
    assert value.item() == pytest.approx(-sum(by_hand) / 12, rel=1e-5)
    # Through the target alone nothing flows back, unless it may.
    nn.init.zeros_(loss.predict[3].weight)
    value = loss(u, v)
    slopes = torch.autograd.grad(value, (u, v), allow_unused=True)
    flows = sum(float(slope.abs().sum()) for slope in slopes if slope is not None)
    assert (flows < 1e-6) == stopped


def test_dino_foretells_centred_sharpened_targets() -> None:
    torch.manual_seed(0)
    loss, (u, v) = siamese.Dino(8), views()
    loss.centre.copy_(0.1 * torch.randn(256, generator=seeded(2)))
    centre = loss.centre.clone()
    unit = nn.functional.normalize
    prototypes = unit(loss.prototypes, dim=0)
    total, targets = 0.0, []
    for student, teacher in ((u, v), (v, u)):
        for row in range(6):
            scores = unit(teacher[row], dim=0) @ prototypes
            target = (((scores - centre) / 0.04) - ((scores - centre) / 0.04).max()).exp()
            target = target / target.sum()
            share = (unit(student[row], dim=0) @ prototypes / 0.1).exp()
            total -= float((target * (share / share.sum()).log()).sum().detach())
            targets.append(target.detach())
    assert loss(u, v).item() == pytest.approx(total / 12, rel=1e-4)
    mean = torch.stack(targets).mean(0)
    assert loss.even == pytest.approx(-float((mean * mean.log()).sum()), rel=1e-4)
    apart = [float((one * (one / mean).log()).sum()) for one in targets]
    assert loss.told == pytest.approx(sum(apart) / 12, rel=1e-3)
    assert not torch.equal(loss.centre, centre)


def test_a_toy_run_repeats_itself_and_counts_each_stage_to_its_end() -> None:
    recorder = repeated("siamese", TOY)
    assert recorder.names == {"loss", "spread"}
    assert recorder.steps == [(label, step, 3) for label in siamese.LOSSES for step in (1, 2, 3)]


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    run, trained = smoke("siamese").result, smoke("siamese").trained
    assert run.outcome == 2

    def failing(**places: str) -> set[int]:
        """With the towers of the smoke run, some of them in another's place."""
        taken = {label: trained[places.get(label, label)] for label in trained}
        monkeypatch.setattr(siamese, "trial", lambda label, *of: taken[label])
        again = registry.load("siamese").run(replace(siamese.SMOKE, seed=SEED), Host())
        return {place for place, claim in enumerate(again.claims) if not claim.held}

    assert failing() == set()
    moving, uncentred = "SimSiam, gradient not stopped", "DINO-like, not centred"
    exchanged = {"pairs alone": "SimSiam", "SimSiam": moving, moving: "SimSiam"}
    assert failing(**exchanged, **{"DINO-like": uncentred, uncentred: "DINO-like"}) >= {
        0,
        1,
        2,
        3,
        4,
    }
    assert 5 in failing(**{"DINO-like": "DINO-like, not sharpened"})
