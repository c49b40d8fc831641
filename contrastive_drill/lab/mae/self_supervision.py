"""Two ways to train one encoder without labels: rebuild what is masked, or agree on two views."""

from collections.abc import Iterator

import torch
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.autoencoder import (
    MaskedAutoencoder,
    masked_loss,
    masks,
    targets,
)
from contrastive_drill.lab.descent import descend
from contrastive_drill.lab.encoders import projector
from contrastive_drill.lab.losses import info_nce
from contrastive_drill.lab.mae.loss_curve import Plan
from contrastive_drill.lab.vit import VisionTransformer, initialize, pooled

DIMENSIONS = 64  # that views are compared in
TEMPERATURE = 0.2  # MoCo v3's, in its commands


def rebuild(
    model: MaskedAutoencoder,
    pictures: Tensor,
    plan: Plan,
    generator: torch.Generator,
    *,
    normalized: bool = True,
) -> Iterator[float]:
    """Train a masked autoencoder on pictures [n, c, h, w]: the loss after each step.

    `generator` draws the batches and the masks.
    """
    kept = model.shape.visible(plan.ratio)

    def loss() -> Tensor:
        rows = torch.randint(len(pictures), (plan.batch,), generator=generator)
        drawn = pictures[rows.to(pictures.device)]
        order = masks(plan.batch, model.shape, generator).to(pictures.device)
        target = targets(drawn, model.shape.patch, normalized=normalized)
        return masked_loss(model(drawn, order, kept), target, order, kept)

    return descend(loss, [(model, plan.rate)], plan.steps, plan.decay, pictures.device)


def agree(
    encoder: VisionTransformer, views: Tensor, plan: Plan, generator: torch.Generator
) -> Iterator[float]:
    """Train an encoder by InfoNCE on views [n, v, c, h, w], two of the same row being a pair.

    Both views are masked, each in its own way, as FLIP masks pictures (arXiv:2212.00794); the
    vectors compared are the mean patch token through a projector, which is thrown away after.
    `generator` draws the projector, the batches and the masks.

    Raises:
        UsageProblem: when there are fewer rows than the batch is to have pairs.
    """
    count, kept, device = len(views), encoder.shape.visible(plan.ratio), views.device
    if plan.batch > count:
        raise UsageProblem(f"there are {count} pairs to train on: lower pairs, now {plan.batch}")
    head = projector(encoder.shape.width, DIMENSIONS)
    initialize(head, generator)
    head.to(device)

    def loss() -> Tensor:
        rows = torch.randperm(count, generator=generator)[: plan.batch].to(device)
        two = torch.rand(plan.batch, views.shape[1], generator=generator).argsort(dim=1)[:, :2]
        pairs = torch.cat([views[rows, view.to(device)] for view in two.T])  # [2 batch, c, h, w]
        order = masks(2 * plan.batch, encoder.shape, generator).to(device)
        u, v = head(pooled(encoder(pairs, order[:, :kept]))).chunk(2)
        return info_nce(u, v, 1 / TEMPERATURE)

    rated = [(encoder, plan.rate), (head, plan.rate)]
    return descend(loss, rated, plan.steps, plan.decay, device)
