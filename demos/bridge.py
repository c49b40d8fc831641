"""CLAIM

    contrastive-drill demo bridge            00 s on two cores
    contrastive-drill demo bridge --quick     0 s

PARAGRAPH
"""

from typing import Any

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """x reads a source, or causally itself; then an MLP. Both are added, through gates if gated.

    Gates as in Flamingo (Alayrac et al. 2022, section 2.2): tanh(0) at first, as if not there.
    """

    def __init__(self, width: int, gated: bool = False) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, num_heads=4, batch_first=True)
        layers = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        self.mlp = nn.Sequential(*layers)
        self.gates = nn.Parameter(torch.zeros(2)) if gated else None

    def forward(self, x: Tensor, source: Tensor | None = None) -> Tensor:
        a, b = (1, 1) if self.gates is None else self.gates.tanh()
        y, later = self.norm1(x), None
        if source is None:
            source, later = y, x.new_ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        x = x + a * self.attention(y, source, source, attn_mask=later, need_weights=False)[0]
        out: Tensor = x + b * self.mlp(self.norm2(x))
        return out


class Resampler(nn.Module):
    """q learned queries read picture tokens, however many: [n, s, channels] to [n, q, width]."""

    def __init__(self, channels: int, width: int, q: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(q, width))
        self.inward = nn.Sequential(nn.Linear(channels, width), nn.LayerNorm(width))
        self.block = Block(width)

    def forward(self, tokens: Tensor) -> Tensor:
        out: Tensor = self.block(self.queries.expand(len(tokens), -1, -1), self.inward(tokens))
        return out


class Decoder(nn.Module):
    """Words [n, t] to logits of the next ones; what is seen [n, s, width] stands before them.

    Or, with gated blocks, it stays outside, and before each of its own blocks x asks it.
    """

    def __init__(self, words: int, width: int, depth: int, length: int) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, width)
        self.places = nn.Parameter(torch.zeros(length, width))
        self.blocks = nn.ModuleList(Block(width) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, words)

    def forward(self, words: Tensor, seen: Tensor | None = None, gated: Any = ()) -> Tensor:
        x = self.embed(words) + self.places[: words.shape[1]]
        x = x if seen is None or gated else torch.cat([seen, x], dim=1)
        for place, block in enumerate(self.blocks):
            x = block(gated[place](x, seen) if gated else x)
        out: Tensor = self.head(self.norm(x[:, -words.shape[1] :]))
        return out


if __name__ == "__main__":
    torch.manual_seed(0)
    decoder, pictures, words = Decoder(50, 64, 2, 8), torch.randn(4, 16, 64), torch.arange(8)
    gated = [Block(64, gated=True) for _ in range(2)]
    moved = decoder(words.expand(4, -1), pictures, gated) - decoder(words.expand(4, -1))
    moved[..., 0].sum().backward()
    print(f"gates at 0 move logits by {moved.abs().max():.1f}; gradient", gated[0].gates.grad)
    for q in (1, 4, 16):
        bridge = Resampler(64, 64, q)
        moved = (bridge(pictures) - bridge(pictures.flip(1))).abs().max()
        print(f"q = {q:2}: {q:2} places before the words; tokens in another order: {moved:.0e}")

# %% The experiment
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from contrastive_drill.demo.options import Count, Few
from contrastive_drill.demo.result import Claim, Finding, Host, Outcome, Prediction
from contrastive_drill.lab import emoji, vit
from contrastive_drill.lab.bridge import measures, tables
from contrastive_drill.lab.bridge.captions import CHANNELS, LENGTH, captioned
from contrastive_drill.lab.bridge.measures import Measured
from contrastive_drill.lab.bridge.tables import BOTH, FOUR, GATED, LINEAR, MLP, ONE, SIXTEEN
from contrastive_drill.lab.device import choose

PREDICTION = Prediction(
    "A frozen decoder gets a picture as 16 projected tokens before the caption, or as 1 that a "
    "learned query made of them. Which names more pictures it never saw?",
    ("16 tokens: they hold more", "1 token", "as many, within 2 points"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    encoder: Count = 100  # steps of the picture encoder, 128 pairs each
    language: Count = 300  # steps of the decoder on captions alone, 128 each
    steps: Count = 200  # of each bridge, 64 captioned pictures each
    held: Few = 300  # concepts never trained on


SMOKE = Config(encoder=60, language=120, steps=60)
HEAVY = ("held",)
WIDTH, DEPTH = 64, 2  # of the decoder
RATE = 1e-2  # of AdamW at its peak, for every bridge


class Bridge(nn.Module):
    """A way from picture tokens [n, 16, 64] into a decoder."""

    def __init__(self, name: str) -> None:
        super().__init__()
        queries = {ONE: 1, FOUR: 4, SIXTEEN: 16}
        self.inward: nn.Module = nn.Linear(CHANNELS, WIDTH)
        if name in queries:
            self.inward = Resampler(CHANNELS, WIDTH, queries[name])
        if name == MLP:  # as in LLaVA-1.5
            self.inward = nn.Sequential(self.inward, nn.GELU(), nn.Linear(WIDTH, WIDTH))
        count = DEPTH if name == GATED else 0
        self.gated = nn.ModuleList(Block(WIDTH, gated=True) for _ in range(count))

    def forward(self, decoder: nn.Module, tokens: Tensor, words: Tensor) -> Tensor:
        """The logits of each word, given the picture and the words before it."""
        out: Tensor = decoder(words, self.inward(tokens), self.gated)
        return out


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train an encoder and a decoder, freeze them, and train every bridge between the two."""
    device, drawn = choose(config.device), emoji.load()

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)

    def fresh(module: nn.Module) -> nn.Module:
        vit.initialize(module, seeded())
        return module.to(device)

    trained, held_out, known, test = captioned(
        drawn, config.held, config.encoder, seeded(), device, host
    )
    train = partial(measures.train, trained=trained, held_out=held_out, host=host)
    decoder = fresh(Decoder(len(known), WIDTH, DEPTH, LENGTH))
    train("decoder", lambda _, words: decoder(words), [decoder], config.language, 3e-3, seeded())
    found = {"none": measures.measured(lambda _, words: decoder(words), held_out)}
    print(found); yield tables.FORMULA
    for name in (LINEAR, MLP, ONE, FOUR, SIXTEEN, GATED, BOTH):
        bridge, own = fresh(Bridge(name)), copy.deepcopy(decoder).requires_grad_(name == BOTH)
        say = partial(bridge, own)
        curve = train(name, say, [bridge, own], config.steps, RATE, seeded())
        found[name] = measures.measured(say, held_out, curve)
        print(name, [round(x,3) for x in found[name][:4]], [round(y,2) for _, y in found[name].curve])
