"""Alignment of pairs, and uniformity of a set, on the unit sphere."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def alignment(x, y):
    """Wang and Isola's alignment of pairs, with the distance squared (their alpha is 2).

    x, y: float tensors (n, d), of any length; row i of both is a pair.
    Vectors are put on the unit sphere first. Mean over the n pairs.
    Returns a scalar tensor, differentiable.
    """


def uniformity(x, t):
    """Wang and Isola's uniformity of a set.

    x: a float tensor (n, d), n of 2 or more, of any length; on the unit sphere first.
    t: a positive float; it may be large. Mean over pairs of different rows only.
    Without a loop over the pairs.
    Returns a scalar tensor, differentiable; lower is more uniform.
    """
'''
SOLUTION = """
import math

import torch
from torch.nn import functional as F


def alignment(x, y):
    x, y = F.normalize(x, dim=1), F.normalize(y, dim=1)
    return (x - y).square().sum(1).mean()


def uniformity(x, t):
    x = F.normalize(x, dim=1)
    squared = torch.pdist(x).square()
    return (-t * squared).logsumexp(0) - math.log(len(squared))
"""
OTHER = """
import torch


def unit(z):
    return z / z.square().sum(dim=1, keepdim=True).sqrt()


def alignment(a, b):
    return 2 - 2 * (unit(a) * unit(b)).sum() / len(a)


def uniformity(a, t):
    n = len(a)
    a = unit(a)
    i, j = torch.triu_indices(n, n, offset=1)
    power = -t * (2 - 2 * (a @ a.T)[i, j])
    top = power.max().detach()
    return top + torch.log(torch.exp(power - top).mean())
"""
# fmt: off
MUTANTS = (
    Mutant("your alignment is not on the sphere: it measures lengths too",
           "x, y = F.normalize(x, dim=1), F.normalize(y, dim=1)", "x, y = x, y"),
    Mutant("your alignment averages over the dimensions: it is d times too small",
           "(x - y).square().sum(1).mean()", "(x - y).square().mean()"),
    Mutant("your alignment takes the distance, not its square",
           "(x - y).square().sum(1).mean()", "(x - y).norm(dim=1).mean()"),
    Mutant("your uniformity is not on the sphere: longer vectors look more uniform",
           "x = F.normalize(x, dim=1)\n    squared", "squared"),
    Mutant("your uniformity counts each vector as a neighbour of itself",
           "torch.pdist(x).square()",
           "(x[:, None] - x[None]).square().sum(2).flatten()"),
    Mutant("your uniformity takes the distance, not its square",
           "torch.pdist(x).square()", "torch.pdist(x)"),
    Mutant("your uniformity is the mean exponent: the log belongs outside of the mean",
           "(-t * squared).logsumexp(0) - math.log(len(squared))", "(-t * squared).mean()"),
    Mutant("your exponent has no minus: far pairs count most",
           "(-t * squared)", "(t * squared)"),
    Mutant("your uniformity is a sum over the pairs: it grows with the batch",
           " - math.log(len(squared))", ""),
    Mutant("you take exponentials without their maximum: for a large t all of them vanish",
           "(-t * squared).logsumexp(0) - math.log(len(squared))",
           "(-t * squared).exp().mean().log()"),
)
# fmt: on
HINTS = (
    "One function is about pairs that belong together, the other about all other pairs.",
    "Uniformity: the log of a mean, over the distances of different rows, of a Gaussian kernel.",
    "log mean exp(-t ||x_i - x_j||^2) over i < j, by log-sum-exp less the log of their number.",
)


def reference(x, y):
    total = 0.0
    for a, b in zip(x, y, strict=True):
        total += ((a / np.linalg.norm(a) - b / np.linalg.norm(b)) ** 2).sum()
    return total / len(x)


def reference_uniformity(x, t):
    x = [row / np.linalg.norm(row) for row in x]
    powers = [-t * ((x[i] - x[j]) ** 2).sum() for i in range(len(x)) for j in range(i)]
    top = max(powers)
    return top + np.log(np.mean([np.exp(power - top) for power in powers]))


def cases(rng):
    def rows(n, d, scale=1.0):
        return rng.normal(size=(n, d)) * scale

    def spread(*args, **judged):
        return {"args": args, "function": "uniformity", **judged}

    x = rows(4, 3)
    yield Case("one pair", (rows(1, 3), rows(1, 3)), grads=(0, 1))
    yield Case("pairs of one direction, other lengths", (x, 7 * x))
    yield Case("four pairs", (rows(4, 3), rows(4, 3)), grads=(0, 1))
    yield Case("uniformity: two vectors", **spread(rows(2, 3), 2.0, grads=(0,)))
    yield Case("uniformity: five vectors in two dimensions", **spread(rows(5, 2), 2.0, grads=(0,)))
    yield Case("uniformity: a hundred times as long", **spread(rows(4, 3, 100), 0.5))
    twins = rows(3, 2)[[0, 1, 0, 2]]
    yield Case("uniformity: two equal rows", **spread(twins, 1.5, grads=(0,)))
    yield Case("uniformity: a large t", **spread(np.eye(5) + 0.1 * rows(5, 5), 200.0))
    yield Case("uniformity: 40 vectors, without a loop", **spread(rows(40, 4), 2.0, lines=40))
