"""The demo `memory`: tiles and cached gradients against autograd, and each claim broken once."""

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from smoke import smoke
from torch import Tensor, nn

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import encoders, losses
from contrastive_drill.lab.memory import gradients, rivals

pytestmark = pytest.mark.demo
memory: Any = import_module("contrastive_drill.demos.memory")
TINY = replace(memory.SMOKE, pairs=300, few=200, tile=64, batch=64, chunk=32, steps=4)


def sides(n: int, d: int, seed: int = 0) -> tuple[Tensor, ...]:
    """u and v, and a scale of CLIP's clamp, where a careless softmax overflows."""
    drawn = torch.randn(2, n, d, generator=torch.Generator().manual_seed(seed)).double()
    u, v = (losses.unit(side).requires_grad_() for side in drawn)
    return u, v, torch.tensor(100.0, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize(("n", "tile"), [(1, 4), (12, 4), (13, 4), (13, 1), (13, 99)])
def test_tiles_of_any_size_have_the_value_and_gradients_of_the_loss_others_train_by(
    n: int, tile: int
) -> None:
    found = []
    for loss in (
        lambda u, v, scale: memory.tiled(u, v, scale, tile),
        lambda u, v, scale: rivals.sliced(u, v, scale, tile),
        memory.plain,
        losses.info_nce,
    ):
        u, v, scale = sides(n, 6)
        value = 3 * loss(losses.unit(u), losses.unit(v), scale)
        found.append([value, *torch.autograd.grad(value, (u, v, scale))])
    for other in found[1:]:
        torch.testing.assert_close(found[0], other)


def test_the_backward_of_tiles_is_the_derivative_of_their_forward() -> None:
    u, v, _ = sides(7, 3)
    scale = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda *of: memory.tiled(*of, 3), (u, v, scale))


def test_sigmoid_tiles_have_the_value_and_gradients_of_siglip() -> None:
    u, v, _ = sides(9, 4)
    scale = torch.tensor(10.0, dtype=torch.float64, requires_grad=True)
    ours = rivals.sigmoid_tiles(u, v, scale, 4)
    torch.testing.assert_close(ours, losses.sigmoid_pairs(u, v, scale, rivals.BIAS))


def test_bytes_are_counted_once_a_storage_with_or_without_memory() -> None:
    twice = torch.zeros(10, requires_grad=True)  # autograd keeps it for either factor

    def square(x: Tensor) -> Tensor:
        return (x * x.view(2, 5).view(10)).sum()

    assert memory.kept(square, twice) == 40
    for device in ("cpu", "meta"):
        u, v = torch.ones(2, 256, 8, device=device).requires_grad_()
        scale = torch.ones((), device=device, requires_grad=True)
        matrices = memory.kept(memory.plain, u, v, scale) / (4 * 256 * 256)
        assert 2 < matrices < 2.2
        assert memory.kept(memory.tiled, u, v, scale, 64) < 4 * 256 * (3 * 8 + 4)


def test_cached_gradients_are_those_of_the_whole_batch_and_accumulated_ones_are_not() -> None:
    torch.manual_seed(0)
    towers = nn.ModuleList([nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3))] * 2)
    towers = towers.double()
    loss = losses.InfoNCE().double()
    x, y = torch.randn(2, 10, 5, dtype=torch.float64)
    parameters = [*towers.parameters(), *loss.parameters()]

    def encode(part: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        return towers[0](part[0]), towers[1](part[1])

    def gradients() -> list[Tensor]:
        found = [each.grad.clone() for each in parameters if each.grad is not None]
        for each in parameters:
            each.grad = None
        return found

    torch.autograd.backward(loss(*encode((x, y))))
    whole = gradients()
    chunks = list(zip(torch.split(x, 4), torch.split(y, 4), strict=True))
    memory.cached_backward(encode, chunks, loss)
    cached = gradients()
    assert len(whole) == len(cached) == len(parameters)
    torch.testing.assert_close(cached, whole)
    for part in chunks:
        torch.autograd.backward(loss(*encode(part)) / len(chunks))
    with pytest.raises(AssertionError):
        torch.testing.assert_close(gradients(), whole)


def test_open_clip_stands_beside_it_where_it_is_installed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not find_spec("open_clip"):
        (tmp_path / "open_clip").mkdir()
        (tmp_path / "open_clip" / "__init__.py").touch()
        made = "from contrastive_drill.demos.memory import plain\nClipLoss = lambda: plain\n"
        (tmp_path / "open_clip" / "loss.py").write_text(made)
        monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(memory, "SIZES", (256, 512))
    counts = memory.count()
    assert counts["open_clip's ClipLoss"][512] >= 512**2 * 4
    assert counts["InfoNCE in tiles"][512] < 512**2 * 4


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        run = registry.load("memory").run(TINY, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    assert smoke("memory").result.outcome == 1
    monkeypatch.setattr(memory, "SIZES", (8_192, 32_768))  # those that claims are on
    tiled, plain, count, counts = memory.tiled, memory.plain, memory.count, memory.count()
    monkeypatch.setattr(memory, "count", lambda: counts)
    untrained = failing()
    assert untrained == {8, 9}  # after four steps accumulation still looks right
    with monkeypatch.context() as broken:
        broken.setattr(memory, "count", count)
        # Tiles that are left to autograd, too; backward in each slice, as few write it.
        broken.setattr(memory, "tiled", lambda u, v, scale, tile: plain(u, v, scale))
        broken.setattr(rivals, "sliced", lambda u, v, scale, _: tiled(u, v, scale, len(u) // 2))
        broken.setattr(rivals, "sigmoid_tiles", rivals.sliced)
        # Towers without batch normalization.
        broken.setattr(encoders, "projector", nn.Linear)
        broken.setattr(nn, "BatchNorm2d", lambda channels: nn.Identity())
        assert failing() - untrained == {0, 1, 2, 6}
    with monkeypatch.context() as broken:
        # One way only: the columns are forgotten. A cache that forgets what is outside its chunk.
        broken.setattr(memory, "tiled", lambda u, v, scale, tile: one_way(u, v, scale))
        broken.setattr(memory, "cached_backward", gradients.accumulated)
        # Only ever the first chunk.
        broken.setattr(gradients, "accumulated", first_chunk)
        assert failing() - untrained == {3, 4, 5, 7}


def one_way(u: Tensor, v: Tensor, scale: Tensor) -> Tensor:
    """InfoNCE from u to v."""
    return losses.picking(scale * u @ v.T)


def first_chunk(encode: Any, chunks: Any, loss: Any) -> None:
    """Of a batch in chunks, the gradient of two pairs alone."""
    part = chunks[0] if len(chunks) == 1 else [side[:2] for side in chunks[0]]
    torch.autograd.backward(loss(*encode(part)))
