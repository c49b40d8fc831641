"""How a masked autoencoder rebuilds pictures it never saw: scored, and to look at."""

import torch
from torch import Generator, Tensor

from contrastive_drill.demo.result import Picture, Strip
from contrastive_drill.lab import autoencoder
from contrastive_drill.lab.autoencoder import MaskedAutoencoder, masked_loss, masks
from contrastive_drill.lab.emoji import pixel_rows
from contrastive_drill.lab.vit import patchify, unpatchify


@torch.no_grad()
def answer(
    model: MaskedAutoencoder, pictures: Tensor, ratio: float, generator: Generator
) -> tuple[Tensor, Tensor]:
    """Masks [n, N], drawn from `generator`, and what all patches are rebuilt to [n, N, pixels]."""
    order = masks(len(pictures), model.shape, generator)
    patches = model.eval()(pictures, order.to(pictures.device), model.shape.visible(ratio))
    return order, patches.cpu()


def explained(
    model: MaskedAutoencoder, pictures: Tensor, ratio: float, generator: Generator
) -> tuple[float, float]:
    """The variance that the model explains of masked patches, and of those it saw.

    1 − squared error / that of blank patches, each its own mean, of normalized targets: 1 perfect,
    0 no better than blank.
    """
    order, rebuilt = answer(model, pictures, ratio, generator)
    target = autoencoder.targets(pictures, model.shape.patch).cpu()
    blank, visible = torch.zeros_like(target), model.shape.visible(ratio)
    hidden, seen = (
        1 - float(masked_loss(rebuilt, target, *part) / masked_loss(blank, target, *part))
        for part in ((order, visible), (order.flip(1), model.shape.patches - visible))
    )
    return hidden, seen


def strips(
    model: MaskedAutoencoder, pictures: Tensor, ratio: float, generator: Generator, when: str
) -> list[Strip]:
    """Each picture as drawn, as seen and as rebuilt: a masked patch with its true moments."""
    order, rebuilt = answer(model, pictures, ratio, generator)
    shape, visible = model.shape, model.shape.visible(ratio)
    patches = patchify(pictures, shape.patch).cpu()
    mean, spread = autoencoder.moments(patches)
    seen = torch.zeros(*order.shape, 1, dtype=torch.bool).scatter(1, order[:, :visible, None], True)

    def column(caption: str, stage: Tensor) -> list[Picture]:
        pixels = (unpatchify(stage, shape.patch).clamp(-1, 1) + 1) * 127.5
        return [Picture(caption, pixel_rows(each)) for each in pixels.round().byte().movedim(1, -1)]

    columns = (
        column("as drawn", patches),
        column(f"{visible} of {shape.patches} seen", patches.masked_fill(~seen, -0.2)),  # grey
        column(when, patches.where(seen, rebuilt * spread + mean)),
    )
    rows = enumerate(zip(*columns, strict=True), 1)
    return [Strip(f"Held-out emoji {place}: drawn, seen, rebuilt", row) for place, row in rows]
