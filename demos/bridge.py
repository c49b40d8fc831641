"""One learned query serves a small frozen decoder as well as 16 projected tokens, at half the cost.

    contrastive-drill demo bridge            30 s on two cores
    contrastive-drill demo bridge --quick    10 s

A toy: emoji, a small ViT, two layers that say captions. With 16 linear tokens expect 5.79 nats a
word on new pictures, with LLaVA-1.5's MLP 5.74, with 1 query 5.69 at 0.47 of linear's cost, with 16
queries 5.74, without a picture 5.77. Right first words: about 17, 16, 20, 16, 7 %.
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
    gates: Any = gated[0].gates
    moved[..., 0].sum().backward()
    print(f"gates at 0 move logits by {moved.abs().max():.1f}; their gradient", gates.grad)
    for q in (1, 4, 16):
        bridge = Resampler(64, 64, q)
        moved = (bridge(pictures) - bridge(pictures.flip(1))).abs().max()
        print(f"q = {q:2}: {q:2} places before the words; tokens in another order: {moved:.0e}")

# %% The experiment
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from contrastive_drill.demo.options import Count, Few, Within
from contrastive_drill.demo.result import Finding, Host, Outcome, Prediction
from contrastive_drill.lab import vit
from contrastive_drill.lab.bridge import measures, tables
from contrastive_drill.lab.bridge.captions import CHANNELS, LENGTH, captioned
from contrastive_drill.lab.bridge.tables import ALONE, GATED, LINEAR, MLP, ONE
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.optimization import Schedule

PREDICTION = Prediction(
    "A frozen decoder gets a picture as 16 tokens, each projected by a linear layer, or as the 1 "
    "that a learned query made of them. Which has the lower loss on captions of new pictures?",
    ("16 tokens: they hold more", "1 token", "equal, within 0.02 nats a word"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    encoder: Count = 140  # steps of the picture encoder, 128 pairs each
    language: Count = 200  # steps of the decoder on captions alone
    steps: Count = 120  # of each bridge
    queries: Annotated[int, Within(1, 64)] = 16  # of a resampler, besides 1
    held: Few = 300  # concepts never trained on


SMOKE = Config(encoder=40, language=100, steps=25, queries=4)
HEAVY = ("held",)
ENOUGH_ALONE, ENOUGH = 150, 100  # steps of the decoder, of a bridge: then kinds are told apart
WIDTH, DEPTH = 64, 2  # of the decoder
RATE = 1e-2  # of AdamW at its peak: the best of two or three for linear and MLP on seed 0


def bridges(queries: int) -> Iterator[tuple[str, Any]]:
    """Each kind, as LLaVA, LLaVA-1.5, Perceiver's resampler and Flamingo have it.

    What makes something of the picture's tokens [n, 16, 64], then gated blocks if any.
    """
    yield LINEAR, nn.ModuleList([nn.Linear(CHANNELS, WIDTH)])
    layers = nn.Linear(CHANNELS, WIDTH), nn.GELU(), nn.Linear(WIDTH, WIDTH)
    yield MLP, nn.ModuleList([nn.Sequential(*layers)])
    for q in sorted({1, queries}):
        yield f"queries: {q}", nn.ModuleList([Resampler(CHANNELS, WIDTH, q)])
    gated = [Block(WIDTH, gated=True) for _ in range(DEPTH)]
    yield GATED, nn.ModuleList([nn.Linear(CHANNELS, WIDTH), *gated])


def say(decoder: Decoder, bridge: nn.ModuleList, tokens: Tensor, words: Tensor) -> Tensor:
    """The logits of each word, given the picture and the words before it."""
    inward, *gated = bridge
    out: Tensor = decoder(words, inward(tokens), gated)
    return out


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train an encoder and a decoder, freeze them, and train every bridge between the two."""
    device = choose(config.device)

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)

    yield tables.FORMULA
    trained, held_out, known = captioned(config.held, config.encoder, seeded(), device, host)

    def train(name: str, say: measures.Say, module: nn.Module, steps: int) -> measures.Measured:
        schedule, report = Schedule(steps, measures.BATCH, RATE, 0.05), host.counted(name, steps)
        return measures.train(say, module, schedule, (trained, held_out), config.seed, report)

    decoder = Decoder(known, WIDTH, DEPTH, LENGTH)
    vit.initialize(decoder, seeded())
    nn.init.normal_(decoder.embed.weight, generator=seeded())
    decoder.to(device)
    found = {ALONE: train(ALONE, lambda _, words: decoder(words), decoder, config.language)}
    decoder.requires_grad_(False)
    for name, bridge in bridges(config.queries):
        vit.initialize(bridge, seeded())
        found[name] = train(name, partial(say, decoder, bridge.to(device)), bridge, config.steps)
        yield tables.table(found)
    opened = max(float(block.gates.detach().tanh().abs().max()) for block in bridge[1:])
    one, linear = found[ONE].loss, found[LINEAR].loss
    yield Outcome(2 if abs(linear - one) < 0.02 else int(one < linear))
    yield tables.chart(found)
    long = config.language >= ENOUGH_ALONE and config.steps >= ENOUGH
    yield from tables.claims(found, f"queries: {config.queries}", opened, long=long)
    yield tables.NOTE
