"""An encoder on one view, as MAE, and as MAE with mask tokens: counted, and in training steps."""

from functools import partial

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.lab.autoencoder import MaskedAutoencoder, masked_loss, masks, targets
from contrastive_drill.lab.losses import nt_xent
from contrastive_drill.lab.step_cost import TimedStep
from contrastive_drill.lab.vit import VisionTransformer, initialize

VIEW, TWO, MAE, TOKENS = "one view", "two views", "MAE", "MAE, mask tokens"
TEMPERATURE = 0.2  # MoCo v3's, in its commands

# The encoder, MAE, and the baseline of MAE's paper, whose encoder gets the mask tokens, too.
Networks = tuple[VisionTransformer, MaskedAutoencoder, MaskedAutoencoder]


def counted(networks: Networks, seen: int) -> list[tuple[int, int]]:
    """FLOPs of each on one picture: forward, and with the backward pass.

    Torch's counter knows matrix products, convolutions and attention, and takes all else for free.
    """
    shape, found = networks[0].shape, []
    picture = torch.empty(1, shape.channels, shape.image, shape.image)
    order = torch.empty(1, shape.patches, dtype=torch.long)
    for model in networks:
        with FlopCounterMode(display=False) as counter:
            out = model(picture) if model is networks[0] else model(picture, order, seen)
            once = counter.get_total_flops()
            torch.autograd.backward(out.sum())
            found.append((once, counter.get_total_flops()))
    return found


def steps(
    networks: Networks, seen: int, batch: int, generator: torch.Generator, device: torch.device
) -> dict[str, TimedStep]:
    """Training steps on as many pictures: NT-Xent on two views, MAE, and its baseline.

    On noise, as what a step costs does not depend on what it sees. NT-Xent is on class tokens,
    without a projection head, which costs below 1 % of a ViT-B.
    """
    for model in networks:
        initialize(model, generator)
        model.to(device)
    encoder, mae, tokens = networks
    shape = encoder.shape
    sizes = (2 * batch, shape.channels, shape.image, shape.image)
    views = torch.randn(sizes, generator=generator).to(device)

    def contrastive() -> Tensor:
        vectors = encoder(views)[:, 0]
        return nt_xent(vectors[:batch], vectors[batch:], 1 / TEMPERATURE)

    def masked(model: MaskedAutoencoder) -> Tensor:
        order = masks(batch, shape, generator).to(device)  # anew in each step
        rebuilt = model(views[:batch], order, seen)
        return masked_loss(rebuilt, targets(views[:batch], shape.patch), order, seen)

    return {
        TWO: TimedStep(encoder, contrastive, device),
        MAE: TimedStep(mae, partial(masked, mae), device),
        TOKENS: TimedStep(tokens, partial(masked, tokens), device),
    }
