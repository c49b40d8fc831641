"""The vision transformer (arXiv:2010.11929), pre-norm, in the reading order of a forward pass."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

MLP = 4  # the hidden layer of a block is four times as wide as its tokens


@dataclass(frozen=True, slots=True)
class ViTShape:
    """The size of a transformer on square pictures."""

    image: int  # pixels a side
    patch: int  # pixels a side
    depth: int  # blocks
    width: int  # of a token
    heads: int
    channels: int = 3

    @property
    def patches(self) -> int:
        """How many patches a picture is cut into."""
        return (self.image // self.patch) ** 2

    @property
    def pixels(self) -> int:
        """How many numbers a patch holds."""
        return self.channels * self.patch**2

    def visible(self, ratio: float) -> int:
        """How many patches are left when a share `ratio` is masked, as MAE's code rounds it."""
        return int(self.patches * (1 - ratio))


def patchify(pictures: Tensor, patch: int) -> Tensor:
    """Pictures [n, c, h, w] cut into patches [n, (h/p)(w/p), p·p·c], row by row."""
    n, c, h, w = pictures.shape
    grid = pictures.reshape(n, c, h // patch, patch, w // patch, patch)
    return grid.permute(0, 2, 4, 3, 5, 1).reshape(n, -1, patch * patch * c)


def unpatchify(patches: Tensor, patch: int, channels: int = 3) -> Tensor:
    """The inverse of `patchify` for square pictures: [n, N, p·p·c] to [n, c, h, w]."""
    n, count, _ = patches.shape
    side = math.isqrt(count)
    grid = patches.reshape(n, side, side, patch, patch, channels)
    return grid.permute(0, 5, 1, 3, 2, 4).reshape(n, channels, side * patch, side * patch)


def positions(count: int, width: int) -> Tensor:
    """Fixed sine and cosine positions of a square grid: [count, width], half for each coordinate.

    Two-dimensional, as in MAE's code; `width` is divisible by 4.
    """
    side = math.isqrt(count)
    rates = 10000 ** (-torch.arange(width // 4) / (width // 4))
    angles = torch.arange(side)[:, None] * rates  # [side, width/4]
    line = torch.cat([angles.sin(), angles.cos()], dim=1)  # [side, width/2]
    across = line[None].expand(side, -1, -1)
    down = line[:, None].expand(-1, side, -1)
    return torch.cat([across, down], dim=2).reshape(count, width)


class Attention(nn.Module):
    """Multi-head self-attention: softmax(QKᵀ/√d_head) V, then a projection."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.project = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """[n, t, width] to the same."""
        n, t, width = tokens.shape
        split = self.qkv(tokens).view(n, t, 3, self.heads, width // self.heads)
        q, k, v = split.permute(2, 0, 3, 1, 4)  # each [n, heads, t, width/heads]
        mixed = functional.scaled_dot_product_attention(q, k, v)
        out: Tensor = self.project(mixed.transpose(1, 2).reshape(n, t, width))
        return out


class TransformerBlock(nn.Module):
    """Attention, then an MLP, each on normalized tokens and added to them."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(
            nn.Linear(width, MLP * width), nn.GELU(), nn.Linear(MLP * width, width)
        )

    def forward(self, tokens: Tensor) -> Tensor:
        """[n, t, width] to the same."""
        tokens = tokens + self.attention(self.norm1(tokens))
        out: Tensor = tokens + self.mlp(self.norm2(tokens))
        return out


class VisionTransformer(nn.Module):
    """Patches to tokens; `visible` names the patches that are looked at, all when None."""

    positions: Tensor

    def __init__(self, shape: ViTShape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Linear(shape.pixels, shape.width)  # a convolution of stride p, as a matrix
        self.register_buffer("positions", positions(shape.patches, shape.width))
        self.cls = nn.Parameter(torch.zeros(shape.width))
        self.blocks = nn.Sequential(
            *(TransformerBlock(shape.width, shape.heads) for _ in range(shape.depth))
        )
        self.norm = nn.LayerNorm(shape.width)

    def tokens(self, pictures: Tensor) -> Tensor:
        """Pictures [n, c, h, w] to tokens with their positions: [n, N, width]."""
        out: Tensor = self.embed(patchify(pictures, self.shape.patch)) + self.positions
        return out

    def encode(self, tokens: Tensor) -> Tensor:
        """Tokens [n, t, width] through all blocks: [n, 1 + t, width], the class token first."""
        first = self.cls.expand(len(tokens), 1, -1)
        out: Tensor = self.norm(self.blocks(torch.cat([first, tokens], dim=1)))
        return out

    def forward(self, pictures: Tensor, visible: Tensor | None = None) -> Tensor:
        """Pictures [n, c, h, w] to [n, 1 + t, width]; `visible` is [n, t], indices of patches."""
        tokens = self.tokens(pictures)
        return self.encode(tokens if visible is None else pick(tokens, visible))


def pooled(tokens: Tensor) -> Tensor:
    """The mean of the patch tokens, without the class token: [n, 1 + t, width] to [n, width]."""
    return tokens[:, 1:].mean(dim=1)


def pick(tokens: Tensor, visible: Tensor) -> Tensor:
    """The tokens at some places: [n, N, d] and indices [n, t] to [n, t, d]."""
    return tokens.gather(1, visible[:, :, None].expand(-1, -1, tokens.shape[2]))


def initialize(model: nn.Module, generator: torch.Generator) -> None:
    """Draw every weight from `generator`: Xavier for matrices, std 0.02 for lone tokens."""
    for name, parameter in model.named_parameters():
        if parameter.ndim > 1:
            nn.init.xavier_uniform_(parameter, generator=generator)
        elif name.endswith(("cls", "mask")):
            nn.init.normal_(parameter, std=0.02, generator=generator)
        elif name.endswith("bias"):
            nn.init.zeros_(parameter)
