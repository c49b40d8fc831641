"""Training steps of the same encoder on the same batch: contrastive, MAE, and MAE's baseline."""

from collections.abc import Mapping
from statistics import median

import torch
from torch import Tensor

from contrastive_drill.demo.result import Cell, Table
from contrastive_drill.lab.autoencoder import masked_loss, masks, targets
from contrastive_drill.lab.losses import nt_xent
from contrastive_drill.lab.mae_flops import recipes
from contrastive_drill.lab.mae_flops.flops import FLOPS
from contrastive_drill.lab.mae_flops.model_sizes import ModelSize
from contrastive_drill.lab.mae_flops.recipes import MAE, TOKENS, TWO
from contrastive_drill.lab.step_cost import Seconds, TimedStep, ratio
from contrastive_drill.lab.vit import VisionTransformer, initialize

TEMPERATURE = 0.2  # MoCo v3's, in its commands


def contrastive(
    model: ModelSize, batch: int, generator: torch.Generator, device: torch.device
) -> TimedStep:
    """Two views of each picture through the encoder, then NT-Xent on the class tokens.

    Without a projection head, which costs below 1 % of a ViT-B.
    """
    encoder = VisionTransformer(model.shape)
    initialize(encoder, generator)
    encoder.to(device)
    views = _pictures(model, 2 * batch, generator).to(device)

    def loss() -> Tensor:
        vectors = encoder(views)[:, 0]  # [2 batch, width]
        return nt_xent(vectors[:batch], vectors[batch:], 1 / TEMPERATURE)

    return TimedStep(encoder, loss, device)


def masked(
    model: ModelSize,
    batch: int,
    generator: torch.Generator,
    device: torch.device,
    *,
    mask_in_encoder: bool = False,
) -> TimedStep:
    """One view, masked anew in each step, and the squared error of the masked patches."""
    both = model.autoencoder(mask_in_encoder=mask_in_encoder)
    initialize(both, generator)
    both.to(device)
    pictures = _pictures(model, batch, generator).to(device)

    def loss() -> Tensor:
        order = masks(batch, model.shape, generator).to(device)
        rebuilt = both(pictures, order, model.seen)
        return masked_loss(rebuilt, targets(pictures, model.shape.patch), order, model.seen)

    return TimedStep(both, loss, device)


def training_steps(
    model: ModelSize, batch: int, generator: torch.Generator, device: torch.device
) -> dict[str, TimedStep]:
    """The three steps by the name of their method."""
    return {
        TWO: contrastive(model, batch, generator, device),
        MAE: masked(model, batch, generator, device),
        TOKENS: masked(model, batch, generator, device, mask_in_encoder=True),
    }


def step_table(
    model: ModelSize, batch: int, seconds: Seconds, memory: Mapping[str, int], device: torch.device
) -> Table:
    """The cost of the steps: seconds, FLOP/s and bytes, and both ratios to two views."""
    costs = recipes.training(model)
    rows = []
    for method, runs in seconds.items():
        work = FLOPS * costs[method] * batch
        took = median(runs)
        rows.append(
            (
                method,
                Cell(work / 1e9, ".1f"),
                Cell(took, ".3f"),
                f"{min(runs):.3f} to {max(runs):.3f}",
                Cell(work / took / 1e12, ".3g"),
                Cell(memory[method] / 2**20, ".0f"),
                Cell(costs[method] / costs[TWO], ".2f"),
                Cell(ratio(seconds, method, TWO), ".2f"),
            )
        )
    half = device.type == "cuda"
    shape, decoder = model.shape, model.decoder
    encoder = f"ViT of {shape.depth} blocks {shape.width} wide"
    by = "torch's allocator" if half else "watching each tensor come and go, not inside a kernel"
    return Table(
        title=f"A training step on {batch} pictures, {encoder}",
        columns=("", "GFLOP", "s", "from to", "TFLOP/s", "MiB at most", "FLOPs ÷", "time ÷"),
        rows=tuple(rows),
        notes=(
            f"{shape.image} px, patches of {shape.patch}, {shape.heads} heads; decoder "
            f"{decoder.depth}×{decoder.width}; {model.mask:.0%} masked; "
            f"{'bfloat16 autocast' if half else 'float32'}; forward, backward, AdamW",
            f"median of {len(runs)} after warming up, the steps in turns; ÷ is over two views",
            f"MiB: weights, gradients, moments and what backward needs, by {by}",
        ),
    )


def _pictures(model: ModelSize, count: int, generator: torch.Generator) -> Tensor:
    """Noise: what a step costs does not depend on what it sees."""
    side = model.shape.image
    return torch.randn(count, model.shape.channels, side, side, generator=generator)
