"""VICReg's loss of two views: invariance, variance, covariance."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def vicreg(x, y, weights):
    """VICReg's loss of two views.

    x, y: float tensors (n, d), n of 2 or more, not normalised; row i of both is the same item.
    weights: three floats, of invariance, variance and covariance.
    Invariance: a mean over all n d entries. Variance: the target deviation is 1, with 1e-4 under
    the root; a mean over dimensions, then over the two views. Covariance: a sum, divided by d,
    then the sum of the two views. Variances and covariances divide by n - 1.
    Without a loop over rows or dimensions.
    Returns a scalar tensor, differentiable.
    """
'''
SOLUTION = """
from torch.nn import functional as F


def vicreg(x, y, weights):
    n, d = x.shape
    invariance = F.mse_loss(x, y)
    variance = covariance = 0
    for z in (x, y):
        std = (z.var(0) + 1e-4).sqrt()
        variance = variance + F.relu(1 - std).mean() / 2
        z = z - z.mean(0)
        matrix = z.T @ z / (n - 1)
        off = matrix - matrix.diagonal().diag()
        covariance = covariance + off.square().sum() / d
    return weights[0] * invariance + weights[1] * variance + weights[2] * covariance
"""
OTHER = """
import torch


def regularisers(z):
    centred = z - z.mean(dim=0, keepdim=True)
    cov = torch.einsum("ni,nj->ij", centred, centred) / (len(z) - 1)
    spread = torch.sqrt(torch.diagonal(cov) + 0.0001)
    hinge = torch.clamp(1 - spread, min=0).mean()
    other = ~torch.eye(cov.shape[0], dtype=torch.bool)
    return hinge, (cov[other] ** 2).sum() / cov.shape[0]


def vicreg(x, y, weights):
    a, b, c = weights
    (v1, c1), (v2, c2) = regularisers(x), regularisers(y)
    return a * ((x - y) ** 2).mean() + b * (v1 + v2) / 2 + c * (c1 + c2)
"""
# fmt: off
MUTANTS = (
    Mutant("your hinge is on the variance: its gradient vanishes as a dimension dies",
           "(z.var(0) + 1e-4).sqrt()", "z.var(0) + 1e-4"),
    Mutant("your epsilon is outside the root: the gradient of a dead dimension is not finite",
           "(z.var(0) + 1e-4).sqrt()", "z.var(0).sqrt() + 1e-4"),
    Mutant("your variance term has no floor: it rewards a spread beyond 1",
           "F.relu(1 - std)", "(1 - std)"),
    Mutant("your deviation runs over the features of a row, not over the batch",
           "z.var(0)", "z.var(1)"),
    Mutant("your covariance term has the diagonal in it: it pulls the variances to 0",
           "off = matrix - matrix.diagonal().diag()", "off = matrix"),
    Mutant("your covariance is not centred: it punishes a mean as well",
           "z = z - z.mean(0)", "z = z"),
    Mutant("your covariance divides by n, not by n - 1", "/ (n - 1)", "/ n"),
    Mutant("you divide the sum of squared covariances by d times d: it is divided by d",
           "off.square().sum() / d", "off.square().mean()"),
    Mutant("your covariance is between the views, as in Barlow Twins",
           "matrix = z.T @ z", "matrix = (x - x.mean(0)).T @ (y - y.mean(0))"),
    Mutant("your invariance sums over the dimensions", "F.mse_loss(x, y)", "F.mse_loss(x, y) * d"),
)
# fmt: on
HINTS = (
    "Which of the three terms looks at pairs, and which look at one view by itself?",
    "A hinge holds each dimension's deviation at 1 or above; covariances go to 0.",
    "relu(1 - sqrt(var + 1e-4)), and the squared entries of Z^T Z / (n - 1) off the diagonal.",
)


def reference(x, y, weights):
    n, d = x.shape
    invariance = sum((x[i, k] - y[i, k]) ** 2 for i in range(n) for k in range(d)) / (n * d)
    variance = covariance = 0.0
    for view in (x, y):
        columns = [view[:, k] - view[:, k].mean() for k in range(d)]
        for k in range(d):
            deviation = np.sqrt((columns[k] ** 2).sum() / (n - 1) + 1e-4)
            variance += max(0.0, 1 - deviation) / d / 2
            for other in range(d):
                if other != k:
                    covariance += ((columns[k] * columns[other]).sum() / (n - 1)) ** 2 / d
    return weights[0] * invariance + weights[1] * variance + weights[2] * covariance


def cases(rng):
    def views(n, d, scale=1.0):
        x = rng.normal(size=(n, d)) * scale + rng.normal(size=d)
        return x, x + rng.normal(size=(n, d)) * scale * 0.5

    yield Case("invariance by itself", (*views(2, 3), [2.0, 0.0, 0.0]), grads=(0, 1))
    yield Case("two rows, narrow", (*views(2, 3, 0.3), [1.0, 5.0, 1.0]))
    yield Case("variance by itself", (*views(4, 2, 0.5), [0.0, 1.0, 0.0]), grads=(0, 1))
    yield Case("wide: no variance term", (*views(4, 3, 9.0), [0.0, 1.0, 0.0]))
    yield Case("one dimension has no covariance", (*views(5, 1), [0.0, 0.0, 1.0]))
    yield Case("covariance by itself", (*views(3, 3), [0.0, 0.0, 1.0]), grads=(0, 1))
    still = np.tile(rng.integers(-8, 8, 3) / 8, (4, 1))
    yield Case("a constant output", (still, still + 0.5, [25.0, 25.0, 1.0]), grads=(0, 1))
    yield Case("64 rows, the paper's weights", (*views(64, 6, 0.6), [25.0, 25.0, 1.0]), lines=90)
