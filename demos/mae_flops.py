"""An epoch of MAE costs a fraction of a contrastive one; a whole recipe of it need not.

    contrastive-drill demo mae-flops            45 s on two cores
    contrastive-drill demo mae-flops --quick     8 s

Expect 0.17 of two views' FLOPs for a picture with ViT-L and 0.28 with ViT-B, whose decoder takes
55 % of MAE's forward pass; 0.67 and 1.11 of MoCo v3's for the published recipes, as MAE trains 1600
epochs and MoCo v3 300. MAE's factor of about 3 is against mask tokens in its own encoder.
"""

from dataclasses import dataclass


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
    """What a picture of some patches costs; `pixels` are the numbers in a patch."""

    encoder: Stack
    decoder: Stack
    patches: int = 196
    pixels: int = 16 * 16 * 3

    def view(self, visible: int | None = None) -> int:
        """The encoder on the visible patches and a class token; all patches are embedded first."""
        seen = self.patches if visible is None else visible
        return self.patches * self.pixels * self.encoder.width + self.encoder.macs(1 + seen)

    def autoencoder(self, ratio: float) -> int:
        """MAE: the encoder on what is left, then the decoder on everything, and its head."""
        visible = int(self.patches * (1 - ratio))
        narrow = (1 + visible) * self.encoder.width * self.decoder.width
        head = (1 + self.patches) * self.decoder.width * self.pixels
        return self.view(visible) + narrow + self.decoder.macs(1 + self.patches) + head

    def two_views(self) -> int:
        """Contrastive learning: the encoder on two views of the picture."""
        return 2 * self.view()


DECODER = Stack(depth=8, width=512)
BASE, LARGE = Cost(Stack(12, 768), DECODER), Cost(Stack(24, 1024), DECODER)

if __name__ == "__main__":
    for name, cost in (("ViT-B/16", BASE), ("ViT-L/16", LARGE)):
        mae, pair = cost.autoencoder(0.75), cost.two_views()
        print(f"{name}: MAE {mae / 1e9:.1f} G multiply-adds, two views {pair / 1e9:.1f}: ", end="")
        print(f"{mae / pair:.2f} for a picture")

# %% The experiment
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

import torch

from contrastive_drill.demo.options import Count, Few, Share, Within
from contrastive_drill.demo.result import Claim, Finding, Host, Prediction
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.mae_flops import cost_charts, cost_tables, flop_counter, flops, recipes
from contrastive_drill.lab.mae_flops.flops import Blocks
from contrastive_drill.lab.mae_flops.model_sizes import MODELS, SMALL, TINY, ModelSize, resized
from contrastive_drill.lab.mae_flops.notes import notes, outcome, verdicts
from contrastive_drill.lab.mae_flops.recipes import MAE, PAIR, TOKENS, TWO
from contrastive_drill.lab.mae_flops.training_steps import step_table, training_steps
from contrastive_drill.lab.step_cost import Seconds, in_turns, peak

Own = Annotated[int, Within(0, 10_000)]
Size = Annotated[int, Within(1, 10_000)]
PREDICTION = Prediction(
    "ViT-B by MAE's published recipe takes, of MoCo v3's FLOPs…",
    ("about a quarter", "about as many", "about three times as many"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    model: Literal["B/16", "L/16", "H/14"] = "L/16"  # shown in detail, with the sizes below
    image: Own = 0  # pixels a side; 0 is the model's own, here and in the next four
    patch: Own = 0  # pixels a side
    depth: Own = 0  # blocks of the encoder
    width: Own = 0  # of a token
    heads: Own = 0  # they change no count
    mask: Share = 0.75  # MAE's for pictures; VideoMAE masks 0.9
    decoder_depth: Size = 8  # MAE's for all of its models
    decoder_width: Size = 512  # MAE's, half of ViT-L's
    decoder_heads: Size = 16  # they change no count either
    counted: Literal["all", "one"] = "all"  # models put under torch's counter, 1 s each
    timed: Literal["auto", "tiny", "small", "one"] = "auto"  # L/16 on CUDA, else small
    batch: Few = 8  # pictures a step on a processor: 5 s for all three steps
    cuda_batch: Few = 32  # pictures a step on CUDA, which thin batches leave waiting
    rounds: Count = 5  # of each step; the median counts


SMOKE = Config(counted="one", timed="tiny", batch=2, rounds=3)
HEAVY = ("batch", "cuda_batch")


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Count, compare, and measure."""
    device = choose(config.device)
    sizes = {name: getattr(config, name) for name in ("image", "patch", "depth", "width", "heads")}
    decoder = Blocks(config.decoder_depth, config.decoder_width, config.decoder_heads)
    one = resized(MODELS[config.model], sizes, decoder, config.mask)
    models = {**MODELS, one.name: one}
    yield from cost_tables.FORMULAS
    yield cost_tables.term_table(one)
    counts: dict[str, tuple[int, int]] = {}
    counted = list(models.values()) if config.counted == "all" else [one]
    report = host.counted("counting on the meta device", len(counted))
    for done, model in enumerate(counted, start=1):
        counts |= flop_counter.count_all(model)
        report(done, {})
        yield cost_tables.count_table(counts, counted)
    yield cost_tables.method_table(list(models.values()))
    yield cost_tables.recipe_table()
    yield cost_tables.published_table()
    yield cost_charts.mask_ratio_chart(one)
    yield cost_charts.resolution_chart(one)
    yield from claims(cost_tables.counter_difference(counts, counted))
    yield outcome()
    yield from notes(one)

    cuda = device.type == "cuda"
    timed, batch = chosen(config.timed, one, cuda), config.cuda_batch if cuda else config.batch
    steps = training_steps(timed, batch, torch.Generator().manual_seed(config.seed), device)
    report = host.counted(f"steps of ViT {timed.name}", config.rounds + len(steps))
    memory = {}
    for label, step in steps.items():
        memory[label] = peak(step)  # two steps, which warm it up
        report(len(memory), {})
    seconds: Seconds = {}
    turns = in_turns(steps, device, host.clock, config.rounds)
    for done, seconds in enumerate(turns, start=1 + len(memory)):
        report(done, {})
        yield step_table(timed, batch, seconds, memory, device)
    yield from verdicts(timed, seconds)


def chosen(timed: str, one: ModelSize, cuda: bool) -> ModelSize:
    """The model whose steps are timed."""
    auto = MODELS["L/16"] if cuda else SMALL
    return {"auto": auto, "small": SMALL, "tiny": TINY, "one": one}[timed]


def claims(difference: float) -> Iterator[Claim]:
    """What the counts say of the published models, whatever is shown in detail."""
    base, large = (recipes.training(MODELS[name]) for name in ("B/16", "L/16"))
    decoder = flops.decoder_share(MODELS["B/16"].masked())
    shares = [flops.quadratic_share(1 + m.shape.patches, m.shape.width) for m in MODELS.values()]
    clip = recipes.CLIP_TOWER
    square = flops.quadratic_share(clip.patches, clip.width)
    mae, pair = (max(costs[of] / costs[TWO] for costs in (base, large)) for of in (MAE, PAIR))
    recipe = "MAE 1600 epochs over MoCo v3 300"
    above, below = partial(Claim.above, computed=True), partial(Claim.below, computed=True)
    logits = 100 * 3 * 32768 * 512 / base[PAIR]  # a row of logits, and its gradients to both sides
    yield below("Formula and torch's counter differ at most by", difference, 1, "%")
    published = cost_tables.published_difference()
    yield below("Formula and published figures differ at most by", published, 0.1, "%")
    yield below("Each epoch, ViT-B and L, the larger: MAE over two views", mae, 0.3)
    yield above(f"Whole recipe, ViT-B: {recipe}", recipes.recipe_ratio("B/16"), 1)
    yield below(f"Whole recipe, ViT-L: {recipe}", recipes.recipe_ratio("L/16"), 1)
    video = recipes.video_ratio()
    yield below("Whole recipe, clips: VideoMAE 800 epochs over MoCo v3 300", video, 0.25)
    yield above("ViT-B: the decoder's part of MAE's forward pass", decoder, 0.5)
    tokens = large[TOKENS] / large[MAE]
    yield above("ViT-L: MAE with mask tokens in the encoder over MAE", tokens, 3)
    yield below("The n² part of a block at 224 px, the largest of three", max(shares), 0.05)
    yield above(f"The n² part of a block on a clip of {clip.patches} tubes, ViT-B", square, 0.2)
    yield below("Each epoch, ViT-B and L, the larger: CLIP over two views", pair, 0.75)
    yield below("Logits of a batch of 32,768 add to CLIP with ViT-B/16", logits, 1, "%")
