"""Barlow Twins: the cross-correlation of two views against the identity."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def barlow_twins(x, y, weight):
    """Barlow Twins' loss of two views.

    x, y: float tensors (n, d), not normalised; row i of both is the same item.
    weight: a float, of the redundancy term.
    Deviations are the batch's own (divide by n), with 1e-5 added to the variance. Both terms
    are sums over the entries of the correlation matrix, not means.
    Without a loop over rows or dimensions.
    Returns a scalar tensor, differentiable.
    """
'''
SOLUTION = """
def barlow_twins(x, y, weight):
    x = standard(x)
    y = standard(y)
    matrix = x.T @ y / len(x)
    diagonal = matrix.diagonal()
    invariance = (diagonal - 1).square().sum()
    redundancy = matrix.square().sum() - diagonal.square().sum()
    return invariance + weight * redundancy


def standard(z):
    z = z - z.mean(0)
    return z / (z.square().mean(0) + 1e-5).sqrt()
"""
OTHER = """
import torch
from torch.nn import functional as F


def barlow_twins(a, b, weight):
    n, d = a.shape
    if n > 1:
        a, b = (F.batch_norm(z, None, None, training=True, eps=1e-5) for z in (a, b))
    else:
        a, b = a - a, b - b
    c = torch.einsum("ni,nj->ij", a, b) / n
    eye = torch.eye(d, dtype=c.dtype)
    return ((c - eye) ** 2 * (eye + weight * (1 - eye))).sum()
"""
# fmt: off
MUTANTS = (
    Mutant("you standardise each row over its features, not each dimension over the batch",
           "z = z - z.mean(0)\n    return z / (z.square().mean(0)",
           "z = z - z.mean(1, keepdim=True)\n    return z / (z.square().mean(1, keepdim=True)"),
    Mutant("your dimensions are scaled and not centred: that is no correlation",
           "z = z - z.mean(0)", "z = z"),
    Mutant("your epsilon is added to the deviation, not to the variance",
           "(z.square().mean(0) + 1e-5).sqrt()", "(z.square().mean(0).sqrt() + 1e-5)"),
    Mutant("your dimensions are centred and not scaled: that is a covariance",
           "z / (z.square().mean(0) + 1e-5).sqrt()", "z"),
    Mutant("you divide by the variance, not by the deviation",
           "(z.square().mean(0) + 1e-5).sqrt()", "(z.square().mean(0) + 1e-5)"),
    Mutant("your diagonal goes to 0, where it should go to 1: the views are driven apart",
           "(diagonal - 1).square()", "diagonal.square()"),
    Mutant("your redundancy term has the diagonal in it: it works against the other term",
           "matrix.square().sum() - diagonal.square().sum()", "matrix.square().sum()"),
    Mutant("your weight is on the diagonal", "invariance + weight * redundancy",
           "weight * invariance + redundancy"),
    Mutant("your product is not divided by n: correlations are driven to 1/n", " / len(x)", ""),
    Mutant("you correlate a view with itself: nothing ties the two together",
           "x.T @ y", "x.T @ x"),
    Mutant("your matrix is n by n: it compares items, not dimensions",
           "x.T @ y", "x @ y.T"),
)
# fmt: on
HINTS = (
    "What is standardised over what, so that a product becomes a correlation?",
    "A (d, d) matrix: what should stand on its diagonal, and what off it?",
    "C = X^T Y / n of the standardised views; sum (C_kk - 1)^2, plus weight times the other C^2.",
)


def reference(x, y, weight):
    n, d = x.shape
    total = 0.0
    for k in range(d):
        for other in range(d):
            a, b = x[:, k] - x[:, k].mean(), y[:, other] - y[:, other].mean()
            a, b = (z / np.sqrt((z * z).sum() / n + 1e-5) for z in (a, b))
            correlation = (a * b).sum() / n
            total += (correlation - 1) ** 2 if k == other else weight * correlation**2
    return total


def cases(rng):
    def views(n, d, scale=1.0, noise=0.5):
        x = rng.normal(size=(n, d)) * scale + rng.normal(size=d)
        return x, x + rng.normal(size=(n, d)) * scale * noise

    yield Case("n = 1: nothing varies, so the loss is d", (*views(1, 3), 0.5))
    yield Case("one dimension: the diagonal is all", (*views(4, 1), 0.7), grads=(0, 1))
    yield Case("four rows of three", (*views(4, 3), 0.3), grads=(0, 1))
    yield Case("more dimensions than rows", (*views(3, 5), 0.5))
    still = views(5, 2)
    for view in still:
        view[:, 1] *= 0.002 / view[:, 1].std()
    yield Case("a dimension that hardly varies", (*still, 0.4), grads=(0, 1), tolerance=1e-3)
    yield Case("a weight of 0", (*views(6, 2), 0.0))
    yield Case("a hundred times as wide", (*views(5, 3, 100.0), 0.2))
    x = views(6, 3)[0]
    yield Case("one view ten times the other", (x, 10 * x, 1.0))
    yield Case("64 rows, the authors' weight", (*views(64, 6), 0.0051), lines=40)
