"""What one encoder is trained for: to rebuild what is masked, match two views, tell groups."""

from collections.abc import Iterator

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import cross_entropy

from contrastive_drill.lab.autoencoder import MaskedAutoencoder, masked_loss, masks, targets
from contrastive_drill.lab.encoders import projector
from contrastive_drill.lab.labels import Labelled
from contrastive_drill.lab.losses import nt_xent
from contrastive_drill.lab.optimization import Schedule, minimize
from contrastive_drill.lab.pairs import two_views
from contrastive_drill.lab.vit import VisionTransformer, initialize, pooled

# Of a step: pictures or pairs, AdamW's rate at its peak, and its decay.
REBUILDING = (16, 4e-3, 0.05)  # many small steps rebuild better than few large ones
MATCHING = (64, 3e-3, 0.05)  # each of the pairs against 126 negatives
TUNING = (32, 2e-3, 0.05)
HEAD = 10  # a new layer learns that much faster than what is only tuned
MASKED = 0.5  # of the patches, while tuning: half the time, and no worse here
DIMENSIONS, TEMPERATURE = 64, 0.2  # of the vectors that are matched; MoCo v3's, in its commands


def rebuild(
    model: MaskedAutoencoder, pictures: Tensor, ratio: float, steps: int, generator: Generator
) -> Iterator[tuple[int, float]]:
    """`minimize` MAE's loss on pictures [n, c, h, w], a share `ratio` of each masked."""
    schedule, visible = Schedule(steps, *REBUILDING), model.shape.visible(ratio)

    def loss() -> Tensor:
        rows = torch.randint(len(pictures), (schedule.batch,), generator=generator)
        batch = pictures[rows.to(pictures.device)]
        order = masks(schedule.batch, model.shape, generator).to(pictures.device)
        target = targets(batch, model.shape.patch)
        return masked_loss(model(batch, order, visible), target, order, visible)

    return minimize(loss, [model], schedule)


def match(
    encoder: VisionTransformer, views: Tensor, ratio: float, steps: int, generator: Generator
) -> Iterator[tuple[int, float]]:
    """`minimize` SimCLR's NT-Xent on views [n, v, c, h, w], two of the same row being a pair.

    Masked as FLIP masks (arXiv:2212.00794), their mean patch tokens are compared by a projector.
    """
    schedule, visible = Schedule(steps, *MATCHING), encoder.shape.visible(ratio)
    head = projector(encoder.shape.width, DIMENSIONS)
    initialize(head, generator)
    head.to(views.device)

    def loss() -> Tensor:
        pairs = two_views(views, schedule.batch, generator)
        order = masks(len(pairs), encoder.shape, generator).to(views.device)
        u, v = head(pooled(encoder(pairs, order[:, :visible]))).chunk(2)
        return nt_xent(u, v, 1 / TEMPERATURE)

    return minimize(loss, [encoder, head], schedule)


def tell(
    encoder: VisionTransformer, head: nn.Module, data: Labelled, steps: int, generator: Generator
) -> Iterator[tuple[int, float]]:
    """`minimize` the cross-entropy of every view's group: the encoder is tuned, its head new."""
    schedule, visible = Schedule(steps, *TUNING), encoder.shape.visible(MASKED)
    pictures, groups = data.flat()

    def loss() -> Tensor:
        rows = torch.randint(len(groups), (schedule.batch,), generator=generator).to(groups.device)
        order = masks(schedule.batch, encoder.shape, generator).to(groups.device)
        logits = head(pooled(encoder(pictures[rows], order[:, :visible])))
        return cross_entropy(logits, groups[rows], label_smoothing=0.1)  # as MAE has it

    return minimize(loss, [encoder, head], schedule, {head: HEAD * schedule.rate})
