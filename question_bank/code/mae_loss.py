"""MAE's loss: pixels normalised within each patch, over the masked patches alone."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def mae_loss(predictions, patches, mask):
    """The mean squared error on masked patches, against targets normalised within each patch.

    predictions, patches: float tensors (n, l, q): l patches of q >= 2 numbers for each image.
    mask: floats (n, l): 1 where a patch was masked, 0 where it was seen. One is masked at least;
    images may differ in how many, and every masked patch of the batch counts alike.
    A target is a patch less its own mean, divided by its own deviation: the variance is
    the unbiased one (over q - 1), and 1e-6 is added to it, not to the deviation.
    Without a loop over images or patches.
    Returns a scalar tensor, differentiable: the mean over the numbers of a patch, then patches.
    """
'''
SOLUTION = """
import torch


def mae_loss(predictions, patches, mask):
    mean = patches.mean(dim=-1, keepdim=True)
    variance = patches.var(dim=-1, keepdim=True)
    targets = (patches - mean) / (variance + 1e-6).sqrt()
    errors = (predictions - targets).square().mean(dim=-1)
    return (errors * mask).sum() / mask.sum()
"""
OTHER = """
import torch


def mae_loss(predictions, patches, mask):
    hidden = mask.bool()
    x, y = patches[hidden], predictions[hidden]
    x = x - x.mean(1, keepdim=True)
    x = x * torch.rsqrt(x.square().sum(1, keepdim=True) / (x.shape[1] - 1) + 1e-6)
    return torch.nn.functional.mse_loss(y, x)
"""
# fmt: off
MUTANTS = (
    Mutant("you average over all patches: the seen ones count as well",
           "return (errors * mask).sum() / mask.sum()", "return errors.mean()"),
    Mutant("you leave the seen patches out of the sum, and divide by the number of all",
           "(errors * mask).sum() / mask.sum()", "(errors * mask).mean()"),
    Mutant("you take the error on the seen patches",
           "(errors * mask).sum() / mask.sum()", "(errors * (1 - mask)).sum() / (1 - mask).sum()"),
    Mutant("your targets are raw pixels",
           "targets = (patches - mean) / (variance + 1e-6).sqrt()", "targets = patches"),
    Mutant("you divide by the variance, not by its root",
           "(variance + 1e-6).sqrt()", "(variance + 1e-6)"),
    Mutant("your variance is divided by q, not q - 1",
           "patches.var(dim=-1, keepdim=True)",
           "patches.var(dim=-1, keepdim=True, correction=0)"),
    Mutant("your 1e-6 is added to the deviation, not to the variance",
           "(variance + 1e-6).sqrt()", "(variance.sqrt() + 1e-6)"),
    Mutant("you normalise over the whole image, not within each patch",
           "patches.mean(dim=-1, keepdim=True)", "patches.mean(dim=(-2, -1), keepdim=True)",
           (("patches.var(dim=-1, keepdim=True)", "patches.var(dim=(-2, -1), keepdim=True)"),)),
    Mutant("you sum over the numbers of a patch instead of averaging",
           ".square().mean(dim=-1)", ".square().sum(dim=-1)"),
    Mutant("you average each image first: one with few masked patches counts too much",
           "return (errors * mask).sum() / mask.sum()",
           "each = (errors * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1)\n"
           "    return each.mean()"),
)
# fmt: on
HINTS = (
    "What is the target of a patch, and which patches are in the mean?",
    "Mean and variance along the last axis with keepdim; the error is averaged there as well.",
    "(errors * mask).sum() / mask.sum(), the targets divided by (variance + 1e-6) ** 0.5.",
)


def reference(predictions, patches, mask):
    total, count = 0.0, 0
    for row, place in np.ndindex(mask.shape):
        if mask[row, place] == 1:
            patch = patches[row, place]
            mean = sum(patch) / len(patch)
            variance = sum((x - mean) ** 2 for x in patch) / (len(patch) - 1)
            target = (patch - mean) / np.sqrt(variance + 1e-6)
            total += sum((predictions[row, place] - target) ** 2) / len(patch)
            count += 1
    return total / count


def cases(rng):
    def draw(n, count, q, scale=1.0, middle=0.0):
        patches = middle + scale * rng.normal(size=(n, count, q))
        return rng.normal(size=(n, count, q)), patches

    def masked(n, count):
        """Another number in each row, one of them at least seen, one masked."""
        mask = np.zeros((n, count))
        for row in range(n):
            mask[row, : row % (count - 1) + 1] = 1
        return rng.permuted(mask, axis=1)

    yield Case("one patch, masked", (*draw(1, 1, 3), np.ones((1, 1))), grads=(0,))
    yield Case("two patches, one of them seen", (*draw(1, 2, 4, 2.0), masked(1, 2)), grads=(0,))
    yield Case("two images, one with more masked", (*draw(2, 3, 2, 0.5), masked(2, 3)), grads=(0,))
    yield Case("bright patches of little contrast", (*draw(2, 4, 6, 0.25, 2.0), masked(2, 4)))
    yield Case("patches almost uniform", (*draw(3, 5, 6, 1e-3), masked(3, 5)))
    flat = np.full((2, 4, 4), 0.5)
    yield Case("uniform patches: the target is 0", (draw(2, 4, 4)[0], flat, masked(2, 4)))
    args = (*draw(6, 7, 4, 3.0), masked(6, 7))
    yield Case("six images of different masks, without a loop", args, lines=30)
