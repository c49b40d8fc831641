"""Two ways to train one encoder without labels: rebuild what is masked, or agree on two views."""

from collections.abc import Iterator

import torch
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.autoencoder import MaskedAutoencoder, masked_loss, masks, targets
from contrastive_drill.lab.encoders import projector
from contrastive_drill.lab.losses import nt_xent
from contrastive_drill.lab.optimization import Schedule, minimize
from contrastive_drill.lab.pairs import two_views
from contrastive_drill.lab.vit import VisionTransformer, initialize, pooled

DIMENSIONS = 64  # that views are compared in
TEMPERATURE = 0.2  # MoCo v3's, in its commands


def train_autoencoder(
    model: MaskedAutoencoder,
    pictures: Tensor,
    ratio: float,
    schedule: Schedule,
    generator: torch.Generator,
    *,
    normalized: bool = True,
) -> Iterator[tuple[int, float]]:
    """`minimize` a masked autoencoder on pictures [n, c, h, w], a share `ratio` of each masked.

    `generator` draws the batches and the masks.
    """
    visible = model.shape.visible(ratio)

    def loss() -> Tensor:
        rows = torch.randint(len(pictures), (schedule.batch,), generator=generator)
        batch = pictures[rows.to(pictures.device)]
        order = masks(schedule.batch, model.shape, generator).to(pictures.device)
        target = targets(batch, model.shape.patch, normalized=normalized)
        return masked_loss(model(batch, order, visible), target, order, visible)

    return minimize(loss, [model], schedule)


def train_contrastive(
    encoder: VisionTransformer,
    views: Tensor,
    ratio: float,
    schedule: Schedule,
    generator: torch.Generator,
) -> Iterator[tuple[int, float]]:
    """`minimize` SimCLR's NT-Xent on views [n, v, c, h, w], two of the same row being a pair.

    A share `ratio` of both views is masked, of each in its own way, as FLIP masks pictures
    (arXiv:2212.00794); the vectors compared are the mean patch token through a projector, which is
    thrown away after. `generator` draws the projector, the batches and the masks.

    Raises:
        UsageProblem: when there are fewer rows than the batch is to have pairs.
    """
    size, visible, device = schedule.batch, encoder.shape.visible(ratio), views.device
    if size > len(views):
        raise UsageProblem(f"there are {len(views)} pairs to train on: lower pairs, now {size}")
    head = projector(encoder.shape.width, DIMENSIONS)
    initialize(head, generator)
    head.to(device)

    def loss() -> Tensor:
        pairs = two_views(views, size, generator)
        order = masks(2 * size, encoder.shape, generator).to(device)
        u, v = head(pooled(encoder(pairs, order[:, :visible]))).chunk(2)
        return nt_xent(u, v, 1 / TEMPERATURE)

    return minimize(loss, [encoder, head], schedule)
