"""The FLOPs of real modules, counted operation by operation on tensors without data."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

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


def count_all(model: ModelSize) -> dict[str, tuple[int, int]]:
    """`count` on one picture of one view, of MAE, and of MAE with mask tokens in the encoder."""
    shape = model.shape
    with torch.device("meta"):
        encoder = VisionTransformer(shape)
        plain, baseline = model.autoencoder(), model.autoencoder(mask_in_encoder=True)
        picture = torch.empty(1, shape.channels, shape.image, shape.image)
        order = torch.empty(1, shape.patches, dtype=torch.long)
    return {
        f"{model.name}: one view": count(lambda: encoder(picture)),
        f"{model.name}: MAE": count(lambda: plain(picture, order, model.seen)),
        f"{model.name}: MAE, mask tokens": count(lambda: baseline(picture, order, model.seen)),
    }
