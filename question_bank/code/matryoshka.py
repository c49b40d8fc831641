"""InfoNCE on nested prefixes of an embedding."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def matryoshka(queries, keys, sizes, weights, temperature):
    """The weighted sum, over prefixes of the embedding, of InfoNCE.

    queries, keys: float tensors (n, d), of any length; row i of one belongs to row i of the other.
    sizes: a list of ints, 1 to d, how many of the first dimensions each prefix has.
    weights: a list of floats, one for each prefix; they need not add up to 1.
    InfoNCE: cosine of the prefixes over the temperature (a positive float), the query chooses
    among all keys of the batch, mean over queries.
    Without a loop over the pairs.
    Returns a scalar tensor, differentiable.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


def matryoshka(queries, keys, sizes, weights, temperature):
    targets = torch.arange(len(queries))
    loss = 0
    for size, weight in zip(sizes, weights):
        q = F.normalize(queries[:, :size], dim=1)
        k = F.normalize(keys[:, :size], dim=1)
        logits = q @ k.T / temperature
        loss = loss + weight * F.cross_entropy(logits, targets)
    return loss
"""
OTHER = """
import torch


def matryoshka(queries, keys, sizes, weights, temperature):
    # running sums over the dimensions give every prefix in one pass
    ends = [size - 1 for size in sizes]
    products = (queries[:, None] * keys[None]).cumsum(2)[..., ends]
    a = queries.square().cumsum(1)[:, None, ends]
    b = keys.square().cumsum(1)[None][..., ends]
    scores = products / (a * b).sqrt() / temperature
    losses = scores.logsumexp(1).mean(0) - scores.diagonal().mean(1)
    return (losses * torch.tensor(weights, dtype=losses.dtype)).sum()
"""
# fmt: off
MUTANTS = (
    Mutant("you normalise the whole vector and cut it then: a prefix of it is no unit vector",
           "queries[:, :size], dim=1)", "queries, dim=1)[:, :size]",
           (("keys[:, :size], dim=1)", "keys, dim=1)[:, :size]"),)),
    Mutant("your keys are not normalised", "F.normalize(keys[:, :size], dim=1)", "keys[:, :size]"),
    Mutant("you cut the batch, not the dimensions",
           "queries[:, :size]", "queries[:size]",
           (("keys[:, :size]", "keys[:size]"), ("logits, targets", "logits, targets[:size]"))),
    Mutant("you keep the last dimensions, not the first",
           "queries[:, :size]", "queries[:, -size:]", (("keys[:, :size]", "keys[:, -size:]"),)),
    Mutant("you cut the queries only, and fill them up with zeros",
           "F.normalize(queries[:, :size], dim=1)",
           "F.pad(F.normalize(queries[:, :size], dim=1), (0, keys.shape[1] - size))",
           (("keys[:, :size]", "keys"),)),
    Mutant("your weights are not used", "loss + weight *", "loss +"),
    Mutant("you average over the prefixes, where the weights are the whole measure",
           "return loss", "return loss / len(sizes)"),
    Mutant("you keep the loss of the last prefix only",
           "loss = loss + weight", "loss = weight"),
    Mutant("your keys choose among queries: that is the other direction", "q @ k.T", "k @ q.T"),
    Mutant("your temperature multiplies", "/ temperature", "* temperature"),
)
# fmt: on
HINTS = (
    "What is the cosine of two prefixes? Their lengths are not those of the whole vectors.",
    "For each size: cut both sides, normalise anew, then the usual cross-entropy.",
    "Sum weight * cross_entropy(normalize(q[:, :m]) @ normalize(k[:, :m]).T / T, arange(n)).",
)


def reference(queries, keys, sizes, weights, temperature):
    total = 0.0
    for size, weight in zip(sizes, weights, strict=True):
        cut = [key[:size] / np.linalg.norm(key[:size]) for key in keys]
        for i, query in enumerate(queries):
            unit = query[:size] / np.linalg.norm(query[:size])
            logits = np.array([unit @ key for key in cut]) / temperature
            top = logits.max()
            total += weight * (top + np.log(np.exp(logits - top).sum()) - logits[i]) / len(queries)
    return total


def cases(rng):
    def pair(n, d, scale=1.0):  # no prefix is near 0
        sides = rng.choice([-1.0, 1.0], (2, n, d)) * rng.uniform(0.3, 2.0, (2, n, d))
        return tuple(sides * scale)

    yield Case("n = 1: the loss is 0", (*pair(1, 4), [2, 4], [1.0, 1.0], 0.5), grads=(0, 1))
    yield Case("the full width only", (*pair(3, 3), [3], [1.0], 0.5))
    yield Case("one prefix, of weight 2", (*pair(3, 4), [2], [2.0], 0.3))
    yield Case("three prefixes", (*pair(3, 4), [2, 3, 4], [0.5, 1.0, 2.0], 0.4), grads=(0, 1))
    yield Case("vectors a hundred times as long", (*pair(4, 5, 100), [5, 2], [1.0, 0.3], 0.2))
    yield Case("a temperature of 0.001", (*pair(5, 4), [2, 4], [1.0, 1.0], 0.001))
    x, y = pair(48, 8)
    weights = [1.0, 0.5, 0.25]
    yield Case("48 pairs, a loop over prefixes at most", (x, y, [1, 4, 8], weights, 0.1), lines=60)
