"""SigLIP's pairwise sigmoid loss with a learned scale and bias."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def siglip(images, texts, log_scale, bias):
    """SigLIP's loss of a batch of pairs: every image with every text is a yes-or-no question.

    images, texts: float tensors (n, d), of any length; row i of one belongs to row i of the other.
    log_scale: a float tensor of shape (), the logarithm of what multiplies the cosines.
    bias: a float tensor of shape (), added to the scaled cosines; it starts at -10.
    Without a loop over the pairs.
    Returns a scalar tensor, differentiable: the sum over all pairs, divided by n.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


def siglip(images, texts, log_scale, bias):
    n = len(images)
    images = F.normalize(images, dim=1)
    texts = F.normalize(texts, dim=1)
    logits = log_scale.exp() * images @ texts.T + bias
    labels = 2 * torch.eye(n) - 1
    return -F.logsigmoid(labels * logits).sum() / n
"""
OTHER = """
import torch
from torch.nn import functional as F


def siglip(a, b, log_scale, bias):
    cosines = F.cosine_similarity(a[:, None], b[None], dim=-1)
    right = torch.eye(len(a), dtype=a.dtype)
    logits = torch.exp(log_scale) * cosines + bias
    losses = F.binary_cross_entropy_with_logits(logits, right, reduction="none")
    return losses.sum(1).mean()
"""
# fmt: off
MUTANTS = (
    Mutant("your label does not turn the bias: it must multiply the whole logit",
           "labels * logits", "labels * (logits - bias) + bias"),
    Mutant("your labels are 0 and 1: a wrong pair costs log 2 whatever its logit is",
           "2 * torch.eye(n) - 1", "torch.eye(n)"),
    Mutant("you average over all pairs: the sum is divided by n, not by n squared",
           ".sum() / n", ".mean()"),
    Mutant("your bias is subtracted", "texts.T + bias", "texts.T - bias"),
    Mutant("you use the learned logarithm itself: it must be exponentiated",
           "log_scale.exp()", "log_scale"),
    Mutant("you leave the wrong pairs out: nothing keeps any two vectors apart",
           "(labels * logits)", "(logits.diagonal())"),
    Mutant("your logarithm of the sigmoid becomes infinite for large logits: logsigmoid does not",
           "F.logsigmoid(labels * logits)", "torch.sigmoid(labels * logits).log()"),
    Mutant("your vectors keep their lengths: the product is no cosine",
           "images = F.normalize(images, dim=1)", "images = images"),
)
# fmt: on
HINTS = (
    "There is no softmax: what is asked of one image and one text, and what is the answer?",
    "A label of +1 on the diagonal and -1 elsewhere; what exactly does it multiply?",
    "-logsigmoid(labels * (exp(log_scale) * images @ texts.T + bias)), summed, divided by n.",
)


def reference(images, texts, log_scale, bias):
    total = 0.0
    for i, image in enumerate(images):
        for j, text in enumerate(texts):
            cosine = image @ text / np.linalg.norm(image) / np.linalg.norm(text)
            logit = np.exp(log_scale) * cosine + bias
            total += np.logaddexp(0.0, -logit if i == j else logit)
    return total / len(images)


def cases(rng):
    def batch(n, d, log_scale, bias, length=1.0):
        images, texts = rng.normal(size=(2, n, d)) * length
        return images, texts, np.array(log_scale), np.array(bias)

    every = (0, 1, 2, 3)
    yield Case("n = 1: one right pair, no wrong one", batch(1, 3, 0.3, -0.5), grads=every)
    yield Case("two pairs", batch(2, 3, rng.uniform(0.2, 0.8), 0.5), grads=every)
    yield Case("a bias of 0", batch(3, 2, 0.7, 0.0), grads=every)
    yield Case("SigLIP's start: scale 10, bias -10", batch(4, 3, np.log(10), -10.0), grads=(2, 3))
    yield Case("vectors a hundred times as long", batch(4, 3, 1.0, -2.0, 100))
    yield Case("a scale of 1000", batch(6, 4, np.log(1000), -10.0))
    yield Case("24 pairs, without a loop", batch(24, 8, 1.5, -3.0), lines=40)
