"""InfoNCE of 32,768 pairs is exact in linear memory: in tiles, with a backward of its own.

    contrastive-drill demo memory            17 s on two cores
    contrastive-drill demo memory --quick     3 s

Expect the plain loss to keep 8,216 MiB for backward, tiles 16, equal to 1e-6, and SigLIP in tiles
by autograd 8,240. Cached gradients are exact; accumulated ones look so until something is learned.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def plain(u: Tensor, v: Tensor, scale: Tensor) -> Tensor:
    """CLIP's symmetric InfoNCE of unit vectors [n, d]: autograd keeps two matrices of n by n."""
    logits, own = scale * u @ v.T, torch.arange(len(u), device=u.device)
    return (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2


class Tiled(torch.autograd.Function):
    """The same loss: forward keeps a log-sum-exp per row and column, backward makes tiles anew."""

    @staticmethod
    def forward(ctx: Any, u: Tensor, v: Tensor, scale: Tensor, tile: int) -> Tensor:
        """The loss; beyond a tile at a time, all that it holds is [n] or [n, d]."""
        rows, columns = u.new_full((2, len(u)), -torch.inf)
        for i in range(0, len(u), tile):
            for j in range(0, len(v), tile):
                logits = scale * u[i : i + tile] @ v[j : j + tile].T
                a, b = rows[i : i + tile], columns[j : j + tile]
                torch.logaddexp(a, logits.logsumexp(1), out=a)
                torch.logaddexp(b, logits.logsumexp(0), out=b)
        ctx.save_for_backward(u, v, scale, rows, columns)
        ctx.tile = tile
        return torch.mean((rows + columns) / 2 - scale * (u * v).sum(1))

    @staticmethod
    def backward(ctx: Any, *above: Tensor) -> tuple[Tensor, Tensor, Tensor, None]:
        """By logit ij it is (row softmax + column softmax)/2 - [i = j], over n."""
        u, v, scale, rows, columns = ctx.saved_tensors
        by_u, by_v = -v, -u  # of the true pairs
        for i in range(0, len(u), ctx.tile):
            for j in range(0, len(v), ctx.tile):
                a, b = slice(i, i + ctx.tile), slice(j, j + ctx.tile)
                logits = scale * u[a] @ v[b].T
                shares = (logits - rows[a, None]).exp_().add_((logits - columns[b]).exp_()).div_(2)
                by_u[a] += shares @ v[b]
                by_v[b] += shares.T @ u[a]
        weight = above[0] / len(u)  # and by the scale: each cosine times its logit's gradient
        return weight * scale * by_u, weight * scale * by_v, weight * (by_u * u).sum(), None


tiled: Callable[..., Tensor] = Tiled.apply  # of u, v, scale and the side of a tile


def kept(loss: Callable[..., Tensor], *arguments: Any) -> int:
    """The bytes that autograd keeps for backward: each storage once, on any device, even meta."""
    storages: dict[int, Any] = {}

    def keep(tensor: Tensor) -> Tensor:
        storages[tensor.untyped_storage()._cdata] = tensor.untyped_storage()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss(*arguments)
    return sum(storage.nbytes() for storage in storages.values())


def cached_backward(encode: Any, chunks: Sequence[Any], loss: Callable[..., Tensor]) -> None:
    """Gradient caching: the gradient of the whole batch, activations of one chunk at a time."""
    with torch.no_grad():
        sides = [*zip(*map(encode, chunks), strict=True)]
    u, v = (torch.cat(side).requires_grad_() for side in sides)
    torch.autograd.backward(loss(u, v))
    size = len(sides[0][0])
    slopes = [torch.split(side.grad, size) for side in (u, v) if side.grad is not None]
    for chunk, *slope in zip(chunks, *slopes, strict=True):
        torch.autograd.backward(encode(chunk), slope)  # must agree with the first forward pass


if __name__ == "__main__":
    scale = torch.tensor(14.3, requires_grad=True)
    for n in (1024, 2048, 4096):
        u, v = torch.nn.functional.normalize(torch.randn(2, n, 64), dim=2).requires_grad_()
        whole, tiles = kept(plain, u, v, scale), kept(tiled, u, v, scale, 512)
        print(f"{n:6} pairs: {whole >> 20:5} MiB kept, in tiles {tiles >> 20}")

# %% The experiment
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from contrastive_drill.demo.options import Count, Few, Positive
from contrastive_drill.demo.result import Claim, Finding, Host, Outcome, Prediction
from contrastive_drill.lab import emoji
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.memory import rivals, tables
from contrastive_drill.lab.memory.gradients import CACHED, PLAIN, Look, looks
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import emoji_pairs

PREDICTION = Prediction(
    "A plain PyTorch loop scores 8,192 pairs in 16 slices of rows and adds up the losses. Beside "
    "all rows at once, what is kept for backward?",
    ("a sixteenth", "as much", "nothing: each slice is freed"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    pairs: Few = 32_768  # of which the loss and its gradients are computed in tiles
    few: Few = 2_048  # pairs that the plain loss is computed of too
    dimensions: Few = 64  # of their vectors
    tile: Few = 512  # rows and columns
    scale: Positive = 14.3  # 1/τ, as CLIP begins
    batch: Few = 1_024  # of the towers whose gradient is cached
    chunk: Few = 64  # pairs that these see at a time
    steps: Count = 120  # of their training, 256 pairs each


SMOKE = Config(pairs=4_096, few=1_024, batch=512, chunk=32, steps=60)
HEAVY = ("few", "tile", "batch")
SIZES = (2_048, 8_192, 32_768)  # pairs, of tensors that have no memory


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Count bytes, hold tiles to the plain loss, go through all pairs, cache gradients."""
    device = choose(config.device)
    generator = torch.Generator().manual_seed(config.seed)
    yield tables.FORMULA
    counts = count()
    yield from tables.kept(counts)
    slices = counts["InfoNCE in slices"][8_192] / counts["InfoNCE"][8_192]
    yield Outcome(min(range(3), key=lambda place: abs(slices - (1 / 16, 1, 0)[place])))
    u, v = (side.to(device) for side in rivals.views(config.pairs, config.dimensions, generator))
    scale = torch.tensor(config.scale, device=device)

    few = u[: config.few], v[: config.few], scale
    both = zip(rivals.graded(tiled, few, config.tile), rivals.graded(plain, few), strict=True)
    apart = max(float((one - true).norm() / true.norm()) for one, true in both)
    value = rivals.graded(tiled, (u, v, scale), config.tile)[0]
    with torch.no_grad():  # the same sum in another order
        sums = rivals.sliced(u, v, scale, config.tile)
    found: list[Look] = []
    pairs, _, _ = emoji_pairs(emoji.load(), 300, 4096, generator, device)
    schedule, report = Schedule(config.steps, 256, 3e-3, 0.05), host.counted("towers", config.steps)
    at = looks(cached_backward, pairs, config.batch, config.chunk, schedule, generator, report)
    for look in at:
        found.append(look)
        yield from tables.gradients(found)
    first, *_, last = (look[1][PLAIN] for look in found)
    cached, normed = ([look[1][way][0] for look in found] for way in CACHED)
    share = {label: row[SIZES[-1]] / counts["InfoNCE"][SIZES[-1]] for label, row in counts.items()}
    above, below, off = Claim.above, Claim.below, float((value - sums).abs() / sums)
    yield below("tiles over plain, bytes, 32,768 pairs", share[tables.OURS], 0.01, computed=True)
    yield above("slices by autograd over plain, bytes", slices, 0.9, computed=True)
    sigmoid = share["SigLIP in tiles"]
    yield above("SigLIP in tiles by autograd over plain, bytes", sigmoid, 0.9, computed=True)
    yield below(f"{len(few[0]):,} pairs: worst relative error of loss and gradients", apart, 1e-5)
    yield below(f"{len(u):,} pairs: relative error of the loss", off, 1e-5)
    yield below("cached gradient: worst relative error", max(cached), 1e-5)
    yield above("cached, batch norm by chunk: least relative error", min(normed), 0.05)
    yield above("accumulated, untrained: cosine with the true", first[2], 0.98)
    yield below("accumulated, trained: cosine with the true", last[2], 0.9)
    yield below("accumulated, trained: length over the true", last[1], 0.8)
    yield tables.NOTE


def count() -> dict[str, dict[int, int]]:
    """Bytes kept for backward, by loss and number of pairs; tensors without memory will do."""
    losses: dict[str, Callable[..., Tensor]] = {
        "InfoNCE": plain,
        "InfoNCE in slices": lambda u, v, scale: rivals.sliced(u, v, scale, len(u) // 16),
        "SigLIP in tiles": lambda u, v, scale: rivals.sigmoid_tiles(u, v, scale, len(u) // 4),
        tables.OURS: lambda u, v, scale: tiled(u, v, scale, len(u) // 2),
    }
    if find_spec("open_clip"):
        losses["open_clip's ClipLoss"] = import_module("open_clip.loss").ClipLoss()
    scale = torch.ones((), device="meta", requires_grad=True)
    sides = {n: torch.empty(2, n, 64, device="meta", requires_grad=True) for n in SIZES}
    return {
        label: {n: kept(loss, *both, scale) for n, both in sides.items()}
        for label, loss in losses.items()
    }
