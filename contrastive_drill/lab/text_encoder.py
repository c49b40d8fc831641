"""A transformer that reads text: BERT's, or one that normalizes first as language models do."""

from typing import NamedTuple

from torch import Tensor, nn
from torch.nn import functional

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
            x = x + self.down(functional.gelu(self.up(self.norm2(x))))
        else:
            x = self.norm1(x + self.attend(x, real))
            x = self.norm2(x + self.down(functional.gelu(self.up(x))))
        return x


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
