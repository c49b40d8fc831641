"""A transformer that reads text, as BERT has it, and the vectors of texts by layer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

Tokens = Callable[[str], list[int]]  # of a text, special ones included
PADDING = 0


class Sizes(NamedTuple):
    """The size of an encoder, and where its blocks normalize."""

    vocabulary: int
    positions: int  # the most tokens of a text
    width: int
    heads: int
    layers: int
    hidden: int  # of the two linear layers that end a block
    first: bool  # normalize before a sublayer, as language models do, or after its sum, as BERT
    epsilon: float = 1e-5


class Block(nn.Module):
    """Attention, then two linear layers with GELU between; each is added to what came in."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        width, hidden = sizes.width, sizes.hidden
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, hidden), nn.Linear(hidden, width)
        self.norm1 = nn.LayerNorm(width, sizes.epsilon)
        self.norm2 = nn.LayerNorm(width, sizes.epsilon)
        self.heads, self.first = sizes.heads, sizes.first

    def attend(self, x: Tensor, real: Tensor) -> Tensor:
        """Tokens [n, t, d] mixed; `real` [n, t] is false for padding, which none looks at."""
        q, k, v = (
            layer(x).unflatten(2, (self.heads, -1)).transpose(1, 2)  # [n, heads, t, d / heads]
            for layer in (self.query, self.key, self.value)
        )
        seen = functional.scaled_dot_product_attention(q, k, v, real[:, None, None, :])
        mixed: Tensor = self.out(seen.transpose(1, 2).flatten(2))
        return mixed

    def forward(self, x: Tensor, real: Tensor) -> Tensor:
        """Tokens [n, t, d] to tokens."""
        if self.first:
            x = x + self.attend(self.norm1(x), real)
            return x + self.down(functional.gelu(self.up(self.norm2(x))))
        x = self.norm1(x + self.attend(x, real))
        result: Tensor = self.norm2(x + self.down(functional.gelu(self.up(x))))
        return result


class Encoder(nn.Module):
    """Numbers of tokens [n, t] to the tokens' vectors after the embedding and each block."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.words = nn.Embedding(sizes.vocabulary, sizes.width)
        self.positions = nn.Embedding(sizes.positions, sizes.width)
        self.norm = nn.LayerNorm(sizes.width, sizes.epsilon)
        self.blocks = nn.ModuleList([Block(sizes) for _ in range(sizes.layers)])

    def forward(self, ids: Tensor) -> list[Tensor]:
        """The vectors [n, t, d] of `layers` + 1 levels."""
        real = ids != PADDING
        x = self.norm(self.words(ids) + self.positions.weight[: ids.shape[1]])
        levels = [x]
        for block in self.blocks:
            x = block(x, real)
            levels.append(x)
        return levels


def padded(rows: Sequence[list[int]]) -> Tensor:
    """Rows of different lengths as one tensor [n, t], padded."""
    longest = max(map(len, rows))
    return torch.tensor([row + [PADDING] * (longest - len(row)) for row in rows])


def averaged(vectors: Tensor, ids: Tensor) -> Tensor:
    """The mean of the vectors [n, t, d] of real tokens: [n, d]."""
    real = (ids != PADDING)[..., None].to(vectors)
    return (vectors * real).sum(1) / real.sum(1)


@dataclass(frozen=True, slots=True, eq=False)
class TextModel:
    """An encoder with its tokens."""

    name: str
    encoder: Encoder
    tokens: Tokens

    def batches(self, texts: Sequence[str], size: int = 64) -> Iterator[tuple[list[int], Tensor]]:
        """Places of some texts and their tokens [m, t], texts of like length together."""
        rows = [self.tokens(text) for text in texts]
        order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
        device = self.encoder.words.weight.device
        for start in range(0, len(order), size):
            places = order[start : start + size]
            yield places, padded([rows[place] for place in places]).to(device)

    @torch.no_grad()
    def levels(self, texts: Sequence[str]) -> Tensor:
        """The averaged vectors of each text at every level: [layers + 1, n, d], on its device."""
        self.encoder.eval()
        found: list[Tensor] = []
        order: list[int] = []
        for places, ids in self.batches(texts):
            order += places
            found.append(torch.stack([averaged(level, ids) for level in self.encoder(ids)]))
        back = torch.tensor(order).argsort().to(found[0].device)
        return torch.cat(found, 1)[:, back]

    def embed(self, texts: Sequence[str]) -> Tensor:
        """The unit vector of each text, [n, d]."""
        return functional.normalize(self.levels(texts)[-1], dim=1)
