"""The FLOPs of real modules, counted operation by operation on tensors without data."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.mae_flops.model_sizes import ModelSize
from contrastive_drill.lab.vit import VisionTransformer


def count(forward: Callable[[], Tensor]) -> tuple[int, int]:
    """FLOPs of a forward pass, and of it with its backward pass.

    The counter knows matrix products, convolutions and attention, and takes all else for free.
    """
    with FlopCounterMode(display=False) as counter:
        out = forward()
        once = counter.get_total_flops()
        torch.autograd.backward(out.sum())
        both = counter.get_total_flops()
    return once, both


def one_view(model: ModelSize) -> tuple[int, int]:
    """`count` of the encoder on one picture."""
    with torch.device("meta"):
        encoder = VisionTransformer(model.shape)
        picture = torch.empty(1, model.shape.channels, model.shape.image, model.shape.image)
    return count(lambda: encoder(picture))


def autoencoder(model: ModelSize, *, mask_in_encoder: bool = False) -> tuple[int, int]:
    """`count` of the masked autoencoder on one picture."""
    depth, width, heads = model.decoder.depth, model.decoder.width, model.decoder.heads
    with torch.device("meta"):
        both = MaskedAutoencoder(model.shape, depth, width, heads, mask_in_encoder=mask_in_encoder)
        picture = torch.empty(1, model.shape.channels, model.shape.image, model.shape.image)
        order = torch.empty(1, model.shape.patches, dtype=torch.long)
    return count(lambda: both(picture, order, model.seen))


def count_all(model: ModelSize) -> dict[str, tuple[int, int]]:
    """`count` of one view, of MAE, and of MAE with mask tokens in the encoder."""
    return {
        f"{model.name}: one view": one_view(model),
        f"{model.name}: MAE": autoencoder(model),
        f"{model.name}: MAE, mask tokens": autoencoder(model, mask_in_encoder=True),
    }
