"""Counts, ratios, cost by the mask ratio, and the time of a step, as they are shown."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from contrastive_drill.demo.result import Cell, Chart, LabelledFormula, Series, Table
from contrastive_drill.lab.mae_flops.passes import TWO
from contrastive_drill.lab.step_cost import Seconds, ratio

FORMULA = LabelledFormula(
    "MAE forward in multiply-adds (MAC): N patches of p numbers; an encoder of L blocks of width d "
    "on n tokens seen; a decoder of D blocks of width w on m = N + 1. Attention is half of a block "
    "where n = 6d.",
    r"Npd + L(12nd^2 + 2n^2d) + ndw + D(12mw^2 + 2m^2w) + mwp",
)

FLOPS = 6  # of training, for a multiply-add forward: each is two, and backward costs two passes

# By model and way: forward by formula and by counter, then both with the backward pass.
Counts = Mapping[tuple[str, str], tuple[int, int, int, int]]


class Ratios(NamedTuple):
    """FLOPs of MAE over others, and parts of its own."""

    two_views: float  # of the same picture
    one_view: float
    recipe: float  # from the first epoch to the last, over MoCo v3's
    mask_tokens: float  # the other way round: MAE with them over MAE
    decoder: float  # its part of a forward pass
    square: float  # the part of a block that grows with the square of the tokens


def counts(found: Counts) -> Table:
    """Formula beside counter."""
    rows = (
        (f"{name}: {way}", *(Cell(flops / 1e9, ".2f", "GFLOP") for flops in each))
        for (name, way), each in found.items()
    )
    columns = ("", "forward", "by counter", "with backward", "by counter")
    notes = (
        "a MAC is two FLOPs; what papers call GFLOPs is often GMAC; backward costs two forward "
        "passes, but for the patch embedding, as pixels need no gradient",
        "left out by both: biases, norms, softmax, GELU, loss, optimizer",
    )
    return Table("One picture three ways, GFLOPs", columns, tuple(rows), notes)


def ratios(found: Mapping[str, Ratios]) -> Table:
    """MAE beside its rivals, by model."""
    rows = ((name, *(Cell(value, ".3f") for value in each)) for name, each in found.items())
    columns = (each.replace("_", " ") for each in Ratios._fields)
    notes = (
        "MAE over the encoder on two views, for a picture; on one, for as many views; over MoCo "
        "v3's recipe (for H/14 a yardstick, not seen in print); with mask tokens over without",
        "decoder: its part of MAE's forward pass; square: the n² part of a block",
        "clips: VideoMAE, ViT-B on 16 frames in 1568 tubes, 160 seen; 800 epochs, not 1600",
    )
    return Table("What MAE costs, in FLOPs", ("", *columns), tuple(rows), notes)


def by_mask(model: str, depth: int, macs: Sequence[tuple[int, int]], two: int) -> Chart:
    """Training on a picture: MAE, and its encoder, with 0 %, 5 %, ... masked; two views."""
    percents = tuple(5.0 * i for i in range(len(macs)))
    mae, encoder = (tuple(FLOPS * each / 1e9 for each in line) for line in zip(*macs, strict=True))
    return Chart(
        f"Training ViT-{model} on one picture: GFLOPs by mask ratio",
        "masked, %",
        "GFLOPs",
        (Series("MAE", percents, mae), Series("its encoder", percents, encoder)),
        (("two views", FLOPS * two / 1e9), ("mask tokens in encoder", mae[0])),
        sentence=f"Masking spares the encoder tokens; the decoder, {depth} deep, reads them all.",
    )


def steps(
    depth: int, batch: int, macs: Mapping[str, int], seconds: Seconds, memory: Mapping[str, int]
) -> Table:
    """The FLOPs, seconds and bytes of a step, and what it takes beside two views."""
    rows = (
        (
            way,
            Cell(FLOPS * batch * macs[way] / 1e9, ".1f", "GFLOP"),
            Cell(median(runs), ".3f", "s"),
            Cell(memory[way] / 2**20, ".0f", "MiB"),
            Cell(macs[way] / macs[TWO], ".2f"),
            Cell(ratio(seconds, way, TWO), ".2f"),
        )
        for way, runs in seconds.items()
    )
    columns = ("", "GFLOP", "s", "MiB at most", "FLOPs ÷", "time ÷")
    notes = (
        "forward, backward and AdamW; bfloat16 on CUDA, else float32; the median, in turns",
        "÷: over two views; MiB: weights, gradients, moments, and what backward needs",
    )
    title = f"A training step on {batch} pictures, ViT of {depth} blocks"
    return Table(title, columns, tuple(rows), notes)
