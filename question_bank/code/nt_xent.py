"""SimCLR's loss, NT-Xent: both views in one softmax, the own row masked."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def nt_xent(first, second, temperature):
    """NT-Xent, the loss of SimCLR, over the 2 n views of n images.

    first, second: float tensors (n, d), of any length: row i of both are two views of image i.
    temperature: a positive float. Similarity is the cosine.
    Every view of either kind is an anchor once, and meets all other views, of both kinds.
    Without a loop over the images.
    Returns a scalar tensor, differentiable: the mean over all anchors.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


def nt_xent(first, second, temperature):
    n = len(first)
    views = F.normalize(torch.cat([first, second]), dim=1)
    logits = views @ views.T / temperature
    own = torch.eye(2 * n, dtype=torch.bool)
    logits = logits.masked_fill(own, float("-inf"))
    targets = torch.arange(2 * n).roll(n)
    return F.cross_entropy(logits, targets)
"""
OTHER = """
import torch


def nt_xent(a, b, t):
    a, b = (x / x.square().sum(1, keepdim=True).sqrt() for x in (a, b))
    own = torch.zeros(len(a), len(a)).fill_diagonal_(float("inf"))
    ab = torch.einsum("id,jd->ij", a, b) / t
    aa, bb = (x @ x.T / t - own for x in (a, b))
    of_a = torch.cat([ab, aa], 1).logsumexp(1) - ab.diagonal()
    of_b = torch.cat([ab.T, bb], 1).logsumexp(1) - ab.diagonal()
    return (of_a + of_b).mean() / 2
"""
# fmt: off
MUTANTS = (
    Mutant("your view meets itself: its own column is not masked",
           "logits.masked_fill(own, float(\"-inf\"))", "logits"),
    Mutant("you set a view's logit with itself to 0: in the softmax that still counts as 1",
           "float(\"-inf\")", "0.0"),
    Mutant("you take neighbours in the stack for partners: view i belongs to view i + n",
           "torch.arange(2 * n).roll(n)", "torch.arange(2 * n) ^ 1"),
    Mutant("your target is the view itself, not its partner", ".roll(n)", ".roll(0)"),
    Mutant("your rows hold the other kind of view only: that is CLIP's loss",
           "own = torch.eye(2 * n, dtype=torch.bool)",
           "own = torch.eye(2, dtype=torch.bool).repeat_interleave(n, 0).repeat_interleave(n, 1)"),
    Mutant("only the first views are anchors",
           "F.cross_entropy(logits, targets)", "F.cross_entropy(logits[:n], targets[:n])"),
    Mutant("you divide by n: there are 2 n anchors",
           "F.cross_entropy(logits, targets)", "2 * F.cross_entropy(logits, targets)"),
    Mutant("your vectors keep their lengths: the product is no cosine",
           "F.normalize(torch.cat([first, second]), dim=1)", "torch.cat([first, second])"),
    Mutant("your temperature multiplies", "/ temperature", "* temperature"),
)
# fmt: on
HINTS = (
    "How many candidates does a view have, if it may not choose itself?",
    "Stack both into (2 n, d): one square of logits, its diagonal taken out of the softmax.",
    "Diagonal to minus infinity, and cross-entropy where the target of row i is i + n, modulo 2 n.",
)


def reference(first, second, temperature):
    views = [view / np.linalg.norm(view) for view in (*first, *second)]
    n, total = len(first), 0.0
    for i, view in enumerate(views):
        logits = {j: view @ other / temperature for j, other in enumerate(views) if j != i}
        top = max(logits.values())
        whole = top + np.log(sum(np.exp(logit - top) for logit in logits.values()))
        total += whole - logits[i + n if i < n else i - n]
    return total / (2 * n)


def cases(rng):
    def pair(n, d, length=1.0):
        return tuple(rng.normal(size=(2, n, d)) * length)

    yield Case("n = 1: only the partner is left, the loss is 0", (*pair(1, 3), 0.5), grads=(0, 1))
    yield Case("two images", (*pair(2, 3), 0.7), grads=(0, 1))
    yield Case("five images in two dimensions", (*pair(5, 2), 0.4), grads=(0,))
    yield Case("vectors a hundred times as long", (*pair(3, 4, 100), 0.5))
    yield Case("a temperature of 0.001: logits of 1000", (*pair(4, 4), 0.001))
    yield Case("bfloat16", (*pair(6, 4), 1.0), dtype="bfloat16", tolerance=3e-2)
    yield Case("20 images, without a loop", (*pair(20, 8), 0.2), lines=60)
