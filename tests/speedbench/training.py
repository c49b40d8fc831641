"""A training step of `clip` against the same step written plainly, and InfoNCE in tiles."""

import statistics
import time
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, linear, normalize, pad

from contrastive_drill.lab import emoji
from contrastive_drill.lab.clip_model import Clip, train_clip
from contrastive_drill.lab.encoders import SparseLinear
from contrastive_drill.lab.optimization import Schedule
from speedbench.ratios import Row

STEP, TILES = 1 / 1.5, 1.0  # times the plain one's time, at most
KEPT = 0.1  # of the bytes that the plain loss keeps for backward
PAIRS, RUNS, STEPS = 8192, 5, 30


class Plain(nn.Module):
    """CLIP's two towers by torch's own layers: features hashed anew, pictures cut out by index."""

    def __init__(self, clip: Clip) -> None:
        super().__init__()
        self.clip = clip
        assert isinstance(clip.texts, nn.Sequential)
        first, self.rest = clip.texts[0], clip.texts[1:]
        assert isinstance(first, SparseLinear)
        self.weight = nn.Parameter(first.weight.detach().T.clone())
        self.bias = nn.Parameter(first.bias.detach().clone())

    def parameters(self, recurse: bool = True) -> Any:
        """What it trains: the dense layer in the place of the sparse one."""
        left = [each for name, each in self.clip.named_parameters() if name[:8] != "texts.0."]
        return iter([*left, self.weight, self.bias])

    def features(self, texts: list[str]) -> Tensor:
        width = self.clip.features
        cells = []
        for row, text in enumerate(texts):
            for word in emoji.words(text):
                for piece in emoji.pieces(word):
                    cells.append(row * width + zlib.crc32(piece.encode()) % width)
        counts = torch.bincount(torch.tensor(cells), minlength=len(texts) * width)
        return normalize(counts.view(len(texts), width).float(), dim=1)

    def forward(self, drawn: Tensor, texts: list[str], by: Tensor) -> Tensor:
        """The loss of pictures [n, 32, 32, 3], each moved by a row and a column of `by` [2, n]."""
        pictures = drawn.permute(0, 3, 1, 2).float() / 127.5 - 1
        count, most, side = len(drawn), 3, torch.arange(32)
        framed = pad(pictures, (most,) * 4, value=1.0)
        down, across = by[0][:, None] + side, by[1][:, None] + side
        places = torch.arange(count)[:, None, None, None], torch.arange(3)[None, :, None, None]
        moved = framed[*places, down[:, None, :, None], across[:, None, None, :]]
        u = normalize(self.clip.pictures(moved.contiguous()))
        v = normalize(self.rest(linear(self.features(texts), self.weight, self.bias)))
        cosines, own = u @ v.T, torch.arange(count)
        scale = self.clip.loss.log_scale.exp()
        return (cross_entropy(scale * cosines, own) + cross_entropy(scale * cosines.T, own)) / 2


def plain_steps(drawn: emoji.Emoji, generator: torch.Generator) -> Callable[[], object]:
    """One step of training, batch and all."""
    clip = Clip(4096, 128, generator)
    plain = Plain(clip)
    optimizer = torch.optim.AdamW(plain.parameters(), lr=1e-3, fused=True)

    def few(concept: emoji.Concept) -> str:
        if float(torch.rand((), generator=generator)) < 1 / 3:
            return concept.name
        words = concept.caption.split()
        order = torch.randperm(len(words), generator=generator).tolist()
        return " ".join(words[at] for at in order[: int(torch.randint(1, len(words) + 1, ()))])

    def step() -> None:
        rows = torch.randperm(1294, generator=generator)[:256]
        texts = [few(drawn.concepts[row]) for row in rows.tolist()]
        artist = torch.randint(3, (256,), generator=generator)
        by = torch.randint(7, (2, 256), generator=generator)
        optimizer.zero_grad()
        torch.autograd.backward(plain(drawn.pictures[rows, artist], texts, by))
        optimizer.step()

    return step


def paired(ours: Callable[[], object], theirs: Callable[[], object], times: int) -> list[float]:
    """The median seconds of the processor of each, run in turn."""
    taken: list[list[float]] = [[], []]
    for run in range(RUNS + 1):
        for each, work in zip(taken, (ours, theirs), strict=True):
            start = time.process_time()
            for _ in range(times):
                work()
            if run:  # the first is to warm up
                each.append((time.process_time() - start) / times)
    return [statistics.median(each) for each in taken]


def training() -> list[Row]:
    """The step of a CLIP, and the loss of many pairs in tiles: time, and bytes kept."""
    torch.set_num_threads(1)
    drawn, generator = emoji.load(), torch.Generator().manual_seed(0)
    schedule = Schedule(STEPS * (RUNS + 1) + 1, 256, 1e-3, 0.05)
    clip = Clip(4096, 128, torch.Generator().manual_seed(0))
    steps = train_clip(clip, drawn, torch.arange(1294), (0, 1, 2), schedule, 3, generator)
    ours, theirs = paired(lambda: next(steps), plain_steps(drawn, generator), STEPS)
    note = f"{1000 * ours:.0f} ms, {1000 * theirs:.0f}"
    rows = [Row("a step of `clip`, 256 pairs", "the same, plainly", ours / theirs, STEP, note)]
    memory: Any = import_module("contrastive_drill.demos.memory")
    u, v = normalize(torch.randn(2, PAIRS, 128, generator=generator), dim=2)
    given = [each.clone().requires_grad_() for each in (u, v, torch.tensor(14.3))]

    def backward(loss: Callable[..., Tensor], *more: int) -> Callable[[], object]:
        return lambda: torch.autograd.grad(loss(*given, *more), given)

    # The plain one does the sums of open_clip's `ClipLoss`: two products, each scaled.
    def clip_loss(u: Tensor, v: Tensor, scale: Tensor) -> Tensor:
        own = torch.arange(len(u))
        return (cross_entropy(scale * u @ v.T, own) + cross_entropy(scale * v @ u.T, own)) / 2

    ours, theirs = paired(backward(memory.tiled, 512), backward(clip_loss), 1)
    note = f"{ours:.1f} s, {theirs:.1f}"
    against = "as open_clip's `ClipLoss`"
    rows.append(Row(f"InfoNCE of {PAIRS:,} pairs in tiles", against, ours / theirs, TILES, note))
    ours, theirs = memory.kept(memory.tiled, *given, 512), memory.kept(clip_loss, *given)
    note = f"{ours >> 20} MiB, {theirs >> 20}"
    rows.append(Row("the same, bytes kept for backward", against, ours / theirs, KEPT, note))
    return rows
