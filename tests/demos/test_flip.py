"""The demo `flip`: what is dropped is not seen, costs against a counter, claims broken once."""

import time
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
import torch
from smoke import smoke, toy
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.demo.result import Host
from contrastive_drill.lab import losses, vit
from contrastive_drill.lab.flip import costs

pytestmark = pytest.mark.demo
flip: Any = import_module("contrastive_drill.demos.flip")
TINY = replace(flip.SMOKE, steps=2, batch=64, held=60, tuning=1, rounds=3)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_every_patch_is_as_likely_to_be_kept_and_none_twice() -> None:
    kept = flip.draw(4000, 16, 0.25, seeded())
    assert kept.shape == (4000, 4)
    assert {len(set(row)) for row in kept[:50].tolist()} == {4}
    share = torch.bincount(kept.flatten(), minlength=16) / 4000
    torch.testing.assert_close(share, torch.full((16,), 0.25), atol=0.03, rtol=0)
    assert flip.draw(3, 16, 0.01, seeded()).shape == (3, 1)


def test_the_tower_sees_what_is_kept_in_its_place_and_nothing_else() -> None:
    torch.manual_seed(0)
    tower = flip.Tower(16, 12, 8, 2, 5)
    patches, kept = torch.randn(3, 16, 12), flip.draw(3, 16, 0.25, seeded())
    seen = tower(patches, kept)
    other = torch.randn(3, 16, 12)
    other = other.scatter(1, kept[:, :, None].expand(-1, -1, 12), flip.pick(patches, kept))
    torch.testing.assert_close(tower(other, kept), seen)
    torch.testing.assert_close(tower(patches, kept.flip(1)), seen, atol=1e-5, rtol=1e-4)
    everything = torch.arange(16).expand(3, -1)
    torch.testing.assert_close(tower(patches, everything), tower(patches), atol=1e-5, rtol=1e-4)
    assert not torch.allclose(tower(patches, (kept + 1) % 16), seen)


def test_its_blocks_are_those_of_the_laboratory_s_transformer() -> None:
    shape = vit.ViTShape(image=8, patch=4, depth=2, width=8, heads=2)
    theirs = vit.VisionTransformer(shape).double()
    vit.initialize(theirs, seeded())
    ours = flip.Tower(shape.patches, shape.pixels, shape.width, shape.depth, 5).double()
    own, other = dict(ours.named_parameters()), dict(theirs.named_parameters())
    names = {"norm1": "norm1", "norm2": "norm2", "mlp.0": "linear1", "mlp.2": "linear2"}
    names |= {"attention.project": "self_attn.out_proj", "attention.qkv": "self_attn.in_proj_"}
    with torch.no_grad():
        for name, weight in other.items():
            for there, here in names.items():
                name = name.replace(there, here).replace("in_proj_.", "in_proj_")
            if name in own:
                own.pop(name).copy_(weight)
        assert set(own) == {"places", "head.weight", "head.bias"}
        ours.places.copy_(theirs.positions)
    pictures = torch.randn(3, 3, 8, 8, generator=seeded()).double()
    kept = flip.draw(3, shape.patches, 0.5, seeded())
    tokens = vit.pick(theirs.tokens(pictures), kept)
    expected = ours.head(theirs.norm(theirs.blocks(tokens)).mean(1))
    torch.testing.assert_close(ours(vit.patchify(pictures, 4), kept), expected)


@pytest.mark.parametrize("kept", [64, 32, 16])
def test_what_is_counted_is_what_torch_counts(kept: int) -> None:
    shape = flip.SHAPE
    tower = flip.Tower(shape.patches, shape.pixels, shape.width, shape.depth, 7)
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        tower(torch.randn(1, kept, shape.pixels), torch.arange(kept)[None])
    ours = flip.multiply_adds(kept, shape.pixels, shape.width, shape.depth)
    assert counter.get_total_flops() == 2 * (ours + costs.linear(tower.head))


def test_patches_are_dropped_while_it_learns_and_not_when_it_is_judged() -> None:
    tower, pictures = flip.Flip(0.75, seeded()), torch.randn(6, 3, 32, 32)
    tower.eval()
    torch.testing.assert_close(tower(pictures), tower(pictures))
    tower.always = True
    assert not torch.allclose(tower(pictures), tower(pictures))


def test_the_loss_is_that_of_the_laboratory() -> None:
    u, v = torch.randn(2, 9, 5, generator=seeded())
    torch.testing.assert_close(flip.info_nce(u, v), losses.info_nce(u, v, 10.0))


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(**broken: Any) -> set[int]:
        with monkeypatch.context() as context:
            for name, other in broken.items():
                context.setattr(flip, name, other)
            run = toy("flip", TINY, Host(clock=time.process_time))
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    assert smoke("flip").result.outcome in (1, 2)
    # Nothing is dropped, whatever is said: as many seconds and bytes, and nothing is gained.
    everything = failing(draw=lambda n, count, *_: torch.arange(count).expand(n, -1))
    assert everything >= {2, 3, 6}
    align = flip.align

    def blind(towers: Any, *of: Any, **how: Any) -> Any:
        if towers[0].kept < 1:
            nn.init.zeros_(towers[0].tower.head[-1].weight)
            towers[0].tower.head[-1].weight.requires_grad_(False)
        return align(towers, *of, **how)

    # A tower that is blind finds nothing, however long it learns; and costs that grow with the
    # square, or of a part that no mask saves. Bytes are as they were.
    counts = {"multiply_adds": lambda tokens, *_: 100 * (tokens + 64), "linear": lambda *_: 0}
    failed = failing(align=blind, **counts)
    assert failed >= {0, 1, 4, 5, 6}
    assert 3 not in failed
