"""CLIP's symmetric loss with a learned scale."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def clip_loss(images, texts, log_scale):
    """CLIP's loss of a batch of pairs: the mean of both directions.

    images, texts: float tensors (n, d), of any length; row i of one belongs to row i of the other.
    log_scale: a float tensor of shape (), learned: the logarithm of what multiplies the cosines.
    The multiplier is never more than 100. Where that limit holds, log_scale gets a gradient of 0.
    Without a loop over the pairs.
    Returns a scalar tensor, differentiable; each direction is a mean over the batch.
    """
'''
SOLUTION = """
import math

import torch
from torch.nn import functional as F


def clip_loss(images, texts, log_scale):
    images = F.normalize(images, dim=1)
    texts = F.normalize(texts, dim=1)
    scale = log_scale.clamp(max=math.log(100)).exp()
    logits = scale * images @ texts.T
    targets = torch.arange(len(logits))
    rows = F.cross_entropy(logits, targets)
    columns = F.cross_entropy(logits.T, targets)
    return (rows + columns) / 2
"""
OTHER = """
import torch


def clip_loss(images, texts, log_scale):
    a, b = (x / x.norm(dim=-1, keepdim=True) for x in (images, texts))
    s = torch.einsum("id,jd->ij", a, b) * log_scale.exp().clamp(max=100.0)
    return (s.logsumexp(0) + s.logsumexp(1) - 2 * s.diagonal()).mean() / 2
"""
# fmt: off
MUTANTS = (
    Mutant("you use the learned logarithm itself: it must be exponentiated",
           "log_scale.clamp(max=math.log(100)).exp()", "log_scale.clamp(max=100)"),
    Mutant("nothing limits your scale to 100: a limit on the logarithm has to be log 100",
           "log_scale.clamp(max=math.log(100)).exp()", "log_scale.clamp(max=100).exp()"),
    Mutant("you write the limit into the parameter: it changes, and its gradient is not 0",
           "scale = log_scale.clamp(max=math.log(100)).exp()",
           "log_scale.data.clamp_(max=math.log(100))\n    scale = log_scale.exp()"),
    Mutant("your scale divides: it is the inverse of the temperature",
           "scale * images @ texts.T", "images @ texts.T / scale"),
    Mutant("your scale is cut off from the gradient: it will never be learned",
           ".exp()", ".exp().item()"),
    Mutant("you have one direction only: images choose texts, and no text chooses an image",
           "(rows + columns) / 2", "rows"),
    Mutant("you add the two directions instead of averaging them",
           "(rows + columns) / 2", "rows + columns"),
    Mutant("your texts keep their lengths: the product is no cosine",
           "texts = F.normalize(texts, dim=1)", "texts = texts"),
)
# fmt: on
HINTS = (
    "One matrix of logits: what is a classification along its rows, and what along its columns?",
    "Exponentiate the learned number, so that it stays positive; limit it before or after.",
    "Normalise, scale * images @ texts.T, then the mean of cross_entropy(logits, arange(n)) and "
    "cross_entropy(logits.T, arange(n)); the scale is log_scale.clamp(max=log(100)).exp().",
)


def reference(images, texts, log_scale):
    n, scale = len(images), min(np.exp(log_scale), 100.0)
    images = [image / np.linalg.norm(image) for image in images]
    texts = [text / np.linalg.norm(text) for text in texts]
    total = 0.0
    for i in range(n):
        for logits in (
            np.array([scale * (images[i] @ text) for text in texts]),
            np.array([scale * (image @ texts[i]) for image in images]),
        ):
            top = logits.max()
            total += top + np.log(np.exp(logits - top).sum()) - logits[i]
    return total / (2 * n)


def cases(rng):
    def batch(n, d, log_scale, length=1.0):
        images, texts = rng.normal(size=(2, n, d)) * length
        return images, texts, np.array(log_scale)

    yield Case("n = 1: the loss is 0", batch(1, 3, 1.0), grads=(0, 1, 2))
    yield Case("two pairs", batch(2, 3, rng.uniform(0.2, 0.8)), grads=(0, 1, 2))
    yield Case("a log scale below 0: a scale below 1", batch(3, 2, -0.5), grads=(2,))
    yield Case("five pairs at CLIP's first scale", batch(5, 2, np.log(1 / 0.07)), grads=(1, 2))
    yield Case("a log scale of 6: the limit holds", batch(4, 3, 6.0), grads=(2,))
    yield Case("vectors a hundred times as long", batch(4, 3, 1.5, 100))
    yield Case("40 pairs, without a loop", batch(40, 8, 2.0), lines=60)
