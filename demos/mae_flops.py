"""An epoch of MAE costs a fraction of a contrastive one; a whole recipe of it need not.

    contrastive-drill demo mae-flops            45 s on two cores
    contrastive-drill demo mae-flops --quick     8 s

Expect 0.17 of two views' FLOPs for a picture with ViT-L and 0.28 with ViT-B, whose decoder takes
55 % of MAE's forward pass; twice that for a view. Published recipes take 0.67 and 1.11 of MoCo v3's
in 1600 epochs against 300. MAE's factor of about 3 is against mask tokens in its own encoder.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Stack:
    """Transformer blocks with an MLP four times as wide."""

    depth: int
    width: int

    def macs(self, tokens: int) -> int:
        """Multiply-adds of one picture: 12 n d^2 + 2 n^2 d a block.

        Queries, keys, values take 3 n d^2, the output projection 1, the MLP 8; the scores and their
        product with the values n^2 d each.
        """
        return self.depth * (12 * tokens * self.width**2 + 2 * tokens**2 * self.width)


@dataclass(frozen=True)
class Cost:
    """Multiply-adds of a forward pass on one picture; by default MAE's on 224 pixels a side."""

    encoder: Stack
    decoder: Stack = Stack(depth=8, width=512)
    patches: int = 14 * 14
    seen: int = 49  # of the patches, by MAE's encoder
    pixels: int = 16 * 16 * 3  # numbers in a patch
    first: int = 1  # class tokens

    def encode(self, tokens: int) -> int:
        """The encoder on some of the patches: all are embedded before the others are dropped."""
        embedded = self.patches * self.pixels * self.encoder.width
        return embedded + self.encoder.macs(self.first + tokens)

    def decode(self) -> int:
        """MAE's decoder: what was seen is made narrow, blocks run on everything, then a head."""
        tokens = self.first + self.patches
        narrow = (self.first + self.seen) * self.encoder.width * self.decoder.width
        return narrow + self.decoder.macs(tokens) + tokens * self.decoder.width * self.pixels

    def autoencoder(self) -> int:
        """MAE on one view."""
        return self.encode(self.seen) + self.decode()

    def view(self) -> int:
        """The whole picture through the encoder, as in contrastive learning, which takes two."""
        return self.encode(self.patches)


BASE, LARGE = Cost(Stack(12, 768)), Cost(Stack(24, 1024))

if __name__ == "__main__":
    for name, cost in (("ViT-B/16", BASE), ("ViT-L/16", LARGE)):
        mae, view = cost.autoencoder(), cost.view()
        print(f"{name}: MAE {mae / 1e9:.1f} G multiply-adds, a view {view / 1e9:.1f}: ", end="")
        print(f"{mae / (2 * view):.2f} for a picture, {mae / view:.2f} for a view")

# %% The experiment
from collections.abc import Iterator
from math import isqrt
from typing import Annotated, Literal

import torch

from contrastive_drill.demo.options import Count, Few, Share, Within
from contrastive_drill.demo.result import Finding, Host, Prediction
from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.mae_flops import passes, tables, verdict
from contrastive_drill.lab.mae_flops.passes import MAE, TOKENS, TWO, VIEW
from contrastive_drill.lab.step_cost import taken
from contrastive_drill.lab.vit import VisionTransformer, ViTShape

HUGE = Cost(Stack(32, 1280), patches=16 * 16, seen=64, pixels=14 * 14 * 3)
MODELS = {"B/16": BASE, "L/16": LARGE, "H/14": HUGE}
# VideoMAE's ViT-B on tubes; its head, on masked ones alone, makes that 0.3 % less.
CLIPS = Cost(Stack(12, 768), Stack(4, 384), 8 * 14 * 14, 8 * 20, 2 * 16 * 16 * 3, first=0)
TEXTS = Stack(12, 512).macs(77)  # CLIP's text tower beside ViT-B
Depth = Annotated[int, Within(1, 100)]  # blocks
PREDICTION = Prediction(
    "ViT-B by MAE's published recipe takes, of MoCo v3's FLOPs…",
    ("about a quarter", "about as many", "about three times as many"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    model: Literal["B/16", "L/16", "H/14"] = "L/16"  # in the chart, and with the next two
    mask: Share = 0.75  # MAE's for pictures; VideoMAE masks 0.9
    decoder_depth: Depth = 8  # MAE's for all of its models
    counted: Literal["all", "one"] = "all"  # models put under torch's counter
    timed_depth: Depth = 6  # of the encoder, 384 wide, on a processor; on CUDA it is ViT-L's
    batch: Few = 8  # pictures a step: 5 s for all three; on CUDA, where 8 are too few, four times
    rounds: Count = 5  # of each step; the median counts


SMOKE = Config(counted="one", timed_depth=3, batch=2, rounds=3)
HEAVY = ("batch",)


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Count, compare, and measure."""
    device, cost = choose(config.device), MODELS[config.model]
    seen, decoder = int(cost.patches * (1 - config.mask)), Stack(config.decoder_depth, 512)
    one = replace(cost, decoder=decoder, seen=seen)
    own = config.model if one == cost else "yours"
    models = {**MODELS, own: one}
    counted = models if config.counted == "all" else {own: one}
    yield tables.FORMULA
    report = host.counted("counting on the meta device", len(counted))
    counts = {}
    for done, (name, each) in enumerate(counted.items(), start=1):
        with torch.device("meta"):
            found = passes.counted(networks(each), each.seen)
        pixels = each.patches * each.pixels * each.encoder.width  # need no gradient
        for (way, macs), (once, both) in zip(forward(each).items(), found, strict=True):
            counts[name, way] = (2 * macs, once, 2 * (3 * macs - pixels), both)
        report(done, {})
        yield tables.counts(counts)
    compared = {name: ratios(each) for name, each in models.items()} | {"clips": ratios(CLIPS, 800)}
    yield tables.ratios(compared)
    masked = [replace(one, seen=one.patches * percent // 100) for percent in range(100, 0, -5)]
    parts = [(each.autoencoder(), each.encode(each.seen)) for each in masked]
    yield tables.by_mask(config.model, decoder.depth, parts, 2 * one.view())
    yield from verdict.counted(counts, compared, 32768 * 512 / (BASE.view() + TEXTS))

    cuda, generator = device.type == "cuda", torch.Generator().manual_seed(config.seed)
    depth, batch = config.timed_depth, config.batch * (4 if cuda else 1)
    # A token costs the decoder 8 % of what it costs the encoder, as with ViT-L.
    timed = LARGE if cuda else Cost(Stack(depth, 384), Stack(max(1, depth // 3), 192))
    steps = passes.steps(networks(timed), timed.seen, batch, generator, device)
    seconds, memory = taken(steps, config.rounds, host)
    work = forward(timed)
    work[TWO] = 2 * work[VIEW]
    yield tables.steps(timed.encoder.depth, batch, work, seconds, memory)
    yield from verdict.timed(seconds, work[MAE] / work[TWO])


def forward(cost: Cost) -> dict[str, int]:
    """Multiply-adds by way; to the encoder mask tokens are as good as patches seen."""
    tokens = replace(cost, seen=cost.patches).autoencoder()
    return {VIEW: cost.view(), MAE: cost.autoencoder(), TOKENS: tokens}


def ratios(cost: Cost, epochs: int = 1600) -> tables.Ratios:
    """What MAE costs beside others; a backward pass costs two forward ones."""
    view, mae, tokens = forward(cost).values()
    n = cost.first + cost.patches
    return tables.Ratios(
        two_views=mae / (2 * view),
        one_view=mae / view,
        recipe=3 * mae * epochs / (8 * view * 300),  # two views, and two by momentum forward
        mask_tokens=tokens / mae,
        decoder=cost.decode() / mae,
        square=n / (6 * cost.encoder.width + n),
    )


def networks(cost: Cost) -> passes.Networks:
    """The modules that cost it; how many heads they have changes no count."""
    patch, encoder, decoder = isqrt(cost.pixels // 3), cost.encoder, cost.decoder
    side, heads = patch * isqrt(cost.patches), encoder.width // 64
    shape = ViTShape(side, patch, encoder.depth, encoder.width, heads)
    narrow = (decoder.depth, decoder.width, decoder.width // 32)
    tokens = MaskedAutoencoder(shape, *narrow, mask_in_encoder=True)
    return VisionTransformer(shape), MaskedAutoencoder(shape, *narrow), tokens
