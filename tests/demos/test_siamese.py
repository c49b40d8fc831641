"""The demo `siamese`: its losses by hand, the stopped gradient, and claims broken once."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import repeated, smoke
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import emoji
from contrastive_drill.lab.pairs import emoji_pairs

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
    config = replace(siamese.SMOKE, steps=40)

    def failing() -> set[int]:
        run = registry.load("siamese").run(config, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    assert smoke("siamese").result.outcome == 2
    losses, trial = siamese.LOSSES, siamese.trial
    with monkeypatch.context() as broken:  # each in another's place
        for one, other in (
            ("pairs alone", losses["SimSiam"]),
            ("SimSiam", losses["SimSiam, gradient not stopped"]),
            ("SimSiam, gradient not stopped", losses["SimSiam"]),
            ("DINO-like", losses["DINO-like, not centred"]),
            ("DINO-like, not centred", losses["DINO-like"]),
        ):
            broken.setitem(losses, one, other)
        assert failing() >= {0, 1, 2, 3, 4}
    flat = trial("DINO-like, not sharpened", config, *few(), Host())
    with monkeypatch.context() as broken:
        broken.setattr(siamese, "trial", lambda *of: flat)
        assert 5 in failing()


def few() -> Any:
    """Pairs to train on, and others."""
    return emoji_pairs(emoji.load(), 300, 8, seeded(0), torch.device("cpu"))[:2]
