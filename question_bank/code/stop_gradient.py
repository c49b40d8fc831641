"""SimSiam's symmetric loss, with its gradient stopped at the targets."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def simsiam(z1, z2, predictor):
    """SimSiam's symmetric loss of two views.

    z1, z2: float tensors (n, d), the projections of both views, of any length; row i of both is
    the same image. predictor: a float tensor (d, d); the prediction from z is z @ predictor.
    Mean over the batch, and mean of the two directions; the best value is -1.
    Without a loop over the images.
    Returns a scalar tensor, differentiable as SimSiam is trained.
    """
'''
SOLUTION = """
from torch.nn import functional as F


def simsiam(z1, z2, predictor):
    p1 = z1 @ predictor
    p2 = z2 @ predictor
    first = distance(p1, z2)
    second = distance(p2, z1)
    return (first + second) / 2


def distance(p, z):
    target = z.detach()
    return -F.cosine_similarity(p, target, dim=1).mean()
"""
OTHER = """
import torch


def simsiam(z1, z2, predictor):
    z = torch.cat([z1, z2])
    with torch.no_grad():
        targets = torch.cat([z2, z1])
        targets = targets / targets.norm(dim=1, keepdim=True)
    p = torch.einsum("nd,de->ne", z, predictor)
    p = p / p.norm(dim=1, keepdim=True)
    return -(p * targets).sum() / len(z)
"""
# fmt: off
MUTANTS = (
    Mutant("your targets are not detached: nothing keeps both sides from collapsing together",
           "z.detach()", "z"),
    Mutant("you stop the gradient at the predictions: nothing trains the predictor",
           "target = z.detach()", "target, p = z, p.detach()"),
    Mutant("you stop the gradient on one side only",
           "second = distance(p2, z1)",
           "second = -F.cosine_similarity(p2, z1, dim=1).mean()"),
    Mutant("your target is the other prediction, not the other projection",
           "distance(p1, z2)", "distance(p1, p2)", (("distance(p2, z1)", "distance(p2, p1)"),)),
    Mutant("you hold a prediction against its own view",
           "distance(p1, z2)", "distance(p1, z1)", (("distance(p2, z1)", "distance(p2, z2)"),)),
    Mutant("your sign is reversed: minimising it drives the views apart",
           "-F.cosine_similarity", "F.cosine_similarity"),
    Mutant("your product is no cosine: the loss falls without end as vectors grow",
           "-F.cosine_similarity(p, target, dim=1).mean()", "-(p * target).sum(1).mean()"),
    Mutant("your cosine runs along the batch, not along the features",
           "target, dim=1", "target, dim=0"),
    Mutant("you add the two directions, where the loss is their mean",
           "(first + second) / 2", "first + second"),
    Mutant("your loss has one direction only", "(first + second) / 2", "first"),
)
# fmt: on
HINTS = (
    "Two directions. What is the prediction in each, and what is its target?",
    "The target is the other view's projection, taken as a constant.",
    "Half of -cos(p1, z2 detached) plus half of -cos(p2, z1 detached), mean over the batch.",
)


def reference(z1, z2, predictor):
    return _towards(z1, z2, predictor, z1, z2)


def gradients(*args):
    args, targets, step = list(args), [args[0].copy(), args[1].copy()], 1e-5
    found = []
    for leaf in args:
        grad = np.zeros(leaf.shape)
        for index in np.ndindex(leaf.shape):
            was = leaf[index]
            leaf[index] = was + step
            above = _towards(*args, *targets)
            leaf[index] = was - step
            grad[index] = (above - _towards(*args, *targets)) / (2 * step)
            leaf[index] = was
        found.append(grad)
    return tuple(found)


def _towards(z1, z2, predictor, target1, target2):
    total = 0.0
    for z, target in ((z1, target2), (z2, target1)):
        for row, goal in zip(z, target, strict=True):
            p = row @ predictor
            total -= p @ goal / np.linalg.norm(p) / np.linalg.norm(goal)
    return total / (2 * len(z1))


def cases(rng):
    def views(n, d, scale=1.0):
        predictor = np.eye(d) + rng.normal(size=(d, d)) * 0.5
        return rng.normal(size=(n, d)) * scale, rng.normal(size=(n, d)) * scale, predictor

    yield Case("one image", views(1, 3), grads=(0, 1, 2))
    yield Case("three images", views(3, 2), grads=(0, 1, 2))
    yield Case("four images", views(4, 3), grads=(0, 1, 2))
    z, _, _ = views(4, 3)
    yield Case("equal views, no predictor: -1", (z, z.copy(), np.eye(3)))
    yield Case("vectors a hundred times as long", views(5, 4, 100))
    yield Case("64 images, without a loop", views(64, 8), lines=40)
