"""What a page's core shows is what the rest of its demo and the laboratory compute."""

import math
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import pytest
import rank_tasks
import torch
from torch import Tensor

from contrastive_drill.lab import autoencoder, losses, measures, vit
from contrastive_drill.lab.mae_flops import passes
from contrastive_drill.lab.processes import together

pytestmark = pytest.mark.demo
SEEDED = torch.Generator().manual_seed(7)


def page(name: str) -> Any:
    """The module of a demo."""
    return import_module(f"contrastive_drill.demos.{name}")


def drawn(*shape: int) -> Tensor:
    """Random numbers that a gradient is wanted of."""
    return torch.randn(*shape, generator=SEEDED, dtype=torch.float64, requires_grad=True)


def equal(ours: Callable[..., Tensor], theirs: Callable[..., Tensor], *inputs: Tensor) -> None:
    """The same value, and the same gradient by every input."""
    values = ours(*inputs), theirs(*inputs)
    assert values[0].item() == pytest.approx(values[1].item(), rel=1e-9)
    for gradients in zip(*(torch.autograd.grad(each, inputs) for each in values), strict=True):
        torch.testing.assert_close(*gradients)


def test_collapse() -> None:
    core, u, v = page("collapse"), drawn(9, 6), drawn(9, 6)
    equal(core.pairs_alone, losses.cosine_distance, u, v)
    equal(core.info_nce, lambda u, v: losses.info_nce(u, v, 1 / 0.07), u, v)
    equal(core.vicreg, losses.vicreg, u, v)
    unit = losses.unit(u.detach())
    assert core.spread(u.detach()) == pytest.approx(measures.spread(unit))


def test_temperature() -> None:
    core = page("temperature")
    cosines = losses.unit(drawn(7, 5)) @ losses.unit(drawn(7, 5)).T
    cosines = cosines.detach().requires_grad_()
    equal(lambda c: core.info_nce(c, 0.05), lambda c: losses.picking(20 * c), cosines)
    (slope,) = torch.autograd.grad(losses.picking(20 * cosines), cosines)
    pushed = core.pushes(cosines.detach(), 0.05)
    torch.testing.assert_close(pushed, slope.detach().fill_diagonal_(0))
    divided = core.shares(cosines.detach(), 0.05)
    torch.testing.assert_close(divided, pushed / pushed.sum(1, keepdim=True))
    sharp = core.shares(cosines.detach(), 1e-4)  # where most pushes are 0 in any precision
    torch.testing.assert_close(sharp.sum(1), torch.ones(7, dtype=torch.float64))
    assert core.share_of_hardest(cosines.detach(), 0.05) == pytest.approx(
        divided.max(1).values.mean().item()
    )
    even = torch.zeros(5, 5, dtype=torch.float64)
    assert core.share_of_hardest(even, 1.0) == pytest.approx(1 / 4)


def test_mae() -> None:
    core, pictures = page("mae"), drawn(3, 3, 8, 8)
    target = core.normalized(vit.patchify(pictures, 4))
    torch.testing.assert_close(target, autoencoder.targets(pictures, 4))
    order, rebuilt = torch.rand(3, 4, generator=SEEDED).argsort(1), drawn(3, 4, 48)
    equal(
        lambda x: core.masked_loss(x, target.detach(), order, 1),
        lambda x: autoencoder.masked_loss(x, target.detach(), order, 1),
        rebuilt,
    )


def test_mae_sees_nothing_of_what_is_masked_and_puts_each_token_back() -> None:
    core = page("mae")
    torch.manual_seed(0)
    model = core.TinyAutoencoder(4, 6, 8)
    patches, order = torch.randn(2, 4, 6), torch.tensor([[2, 0, 3, 1], [1, 3, 0, 2]])
    rebuilt = model(patches, order, 2)
    other = patches.clone()
    for row, hidden in enumerate(order[:, 2:]):
        other[row, hidden] += 1
    torch.testing.assert_close(model(other, order, 2), rebuilt)
    mixed = torch.tensor([[0, 2, 3, 1], [1, 3, 2, 0]])  # the same patches are visible
    torch.testing.assert_close(model(patches, mixed, 2), rebuilt, atol=1e-5, rtol=1e-4)


def test_mae_flops() -> None:
    """Multiply-adds by formula, and FLOPs of the modules by torch's counter."""
    core = page("mae_flops")
    ours = core.Cost(core.Stack(2, 64), core.Stack(1, 32), patches=25, seen=6, pixels=27)
    with torch.device("meta"):
        view, mae, _ = passes.counted(core.networks(ours), ours.seen)
    assert (2 * ours.view(), 2 * ours.autoencoder()) == (view[0], mae[0])


def test_clip() -> None:
    core, ours, theirs = page("clip"), page("clip").ClipLoss(), losses.InfoNCE()
    u, v = drawn(8, 5), drawn(8, 5)
    equal(ours, theirs, u, v)
    for one in (ours, theirs):
        torch.autograd.backward(one(u, v))
    torch.testing.assert_close(ours.log_scale.grad, theirs.log_scale.grad)
    with torch.no_grad():
        ours.log_scale.fill_(9.0)
    ours(u, v)
    assert ours.log_scale.exp().item() == pytest.approx(losses.MAX_SCALE)
    assert core.recall(u, u) == 1.0


def test_outliers() -> None:
    core, quantize, x = page("outliers"), page("quantize"), drawn(5, 7).detach()
    for dim, rows in ((None, False), (1, True)):
        theirs = quantize.grid(x, 8, rows=rows, symmetric=True).nearest(x)
        torch.testing.assert_close(core.rounded(x, core.step(x, dim)), theirs)


def test_cone() -> None:
    core, u, v = (
        page("cone"),
        losses.unit(drawn(20, 4)).detach(),
        losses.unit(drawn(20, 4)).detach(),
    )
    assert core.mean_cosine(u) == pytest.approx(measures.pair_cosines(u, u)[1])
    for k in (1, 5):
        assert core.recall(u @ v.T, k) == pytest.approx(measures.recall(u, v, k))


def test_moco() -> None:
    core, queries, keys = page("moco"), losses.unit(drawn(6, 4)), losses.unit(drawn(6, 4))
    for own in range(6):  # with the others' keys as its queue a query picks as InfoNCE has it
        rest = torch.cat([keys[:own], keys[own + 1 :]])
        one = core.info_nce(queries[own : own + 1], keys[own : own + 1], rest, 0.1)
        row = (queries[own] @ keys.T).roll(-own)[None]
        torch.testing.assert_close(one, losses.picking(10 * row))


def test_bridge() -> None:
    core, theirs = page("bridge"), vit.TransformerBlock(8, 4).double()
    ours, x, attention = core.Block(8).double(), drawn(2, 5, 8), theirs.attention
    moved = {
        "attention.in_proj_": attention.qkv,
        "attention.out_proj.": attention.project,
        **{f"{name}.": getattr(theirs, name) for name in ("norm1", "norm2")},
        **{f"mlp.{place}.": theirs.mlp[place] for place in (0, 2)},
    }
    ours.load_state_dict(
        {
            name + kind: getattr(of, kind)
            for name, of in moved.items()
            for kind in ("weight", "bias")
        }
    )
    equal(lambda x: ours(x, theirs.norm1(x)).square().sum(), lambda x: theirs(x).square().sum(), x)


def test_ranks() -> None:
    core, u, v = page("ranks"), losses.unit(drawn(6, 4)).detach(), losses.unit(drawn(6, 4)).detach()
    ours = [partial(core.info_nce, local=local, through="all") for local in (False, True)]
    theirs: list[Callable[..., Tensor]] = [lambda u, v: losses.info_nce(u, v, 10.0)] * 2
    theirs.append(lambda u, v: losses.sigmoid_pairs(u, v, 10.0, -math.log(5)))
    cpu = torch.device("cpu")
    on_ranks = together(rank_tasks.averaged, 3, cpu, [*ours, core.ring], u, v)
    for found, loss in zip(on_ranks, theirs, strict=True):
        leaves = [side.clone().requires_grad_() for side in (u, v)]
        # The losses of `lab` normalize: of unit vectors the part along them is missing there.
        value = loss(*leaves)
        slopes = torch.autograd.grad(value, leaves)
        assert found[0] == pytest.approx(value.item(), rel=1e-9)
        for one, side, slope in zip(found[1:], (u, v), slopes, strict=True):
            ahead = torch.tensor(one, dtype=torch.float64)
            torch.testing.assert_close(ahead - (ahead * side).sum(1, keepdim=True) * side, slope)
