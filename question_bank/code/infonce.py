"""InfoNCE of a batch of pairs, in one direction."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def infonce(queries, keys, temperature):
    """The mean cross-entropy of each query against all keys, its own key being the right one.

    queries, keys: float tensors (n, d), of any length; row i of one belongs to row i of the other.
    temperature: a positive float. Similarity is the cosine.
    Without a loop over the pairs.
    Returns a scalar tensor, differentiable.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


def infonce(queries, keys, temperature):
    queries = F.normalize(queries, dim=1)
    keys = F.normalize(keys, dim=1)
    logits = queries @ keys.T / temperature
    targets = torch.arange(len(logits))
    return F.cross_entropy(logits, targets)
"""
OTHER = """
import torch


def infonce(a, b, t):
    a, b = (x / x.square().sum(-1, keepdim=True).sqrt() for x in (a, b))
    s = torch.einsum("id,jd->ij", a, b) / t
    return -(s.diagonal() - s.logsumexp(1)).mean()
"""
# fmt: off
MUTANTS = (
    Mutant("your temperature multiplies", "/ temperature", "* temperature"),
    Mutant("your vectors keep their lengths: the product is no cosine",
           "queries = F.normalize(queries, dim=1)", "queries = queries"),
    Mutant("you normalise over the batch, not over each vector",
           "F.normalize(keys, dim=1)", "F.normalize(keys, dim=0)"),
    Mutant("your keys choose among queries: that is the other direction",
           "queries @ keys.T", "keys @ queries.T"),
    Mutant("you sum over the batch instead of averaging",
           "F.cross_entropy(logits, targets)", "F.cross_entropy(logits, targets, reduction='sum')"),
    Mutant("your positives are missing below the line: the sum has only negatives",
           "return F.cross_entropy(logits, targets)",
           "off = logits.masked_fill(torch.eye(len(logits)).bool(), float('-inf'))\n"
           "    return -(logits.diagonal() - off.logsumexp(1)).mean()"),
    Mutant("the keys are detached: their tower learns nothing",
           "queries @ keys.T", "queries @ keys.detach().T"),
    Mutant("you take the softmax's exponentials without their maximum: they overflow",
           "return F.cross_entropy(logits, targets)",
           "e = logits.exp()\n    return -(e.diagonal() / e.sum(1)).log().mean()"),
)
# fmt: on
HINTS = (
    "It is a classification: how many classes, and which one is right for row i?",
    "Normalise both, multiply all with all, divide by the temperature.",
    "Cross-entropy of the (n, n) logits with the targets 0, 1, ..., n - 1.",
)


def reference(queries, keys, temperature):
    keys = [key / np.linalg.norm(key) for key in keys]
    total = 0.0
    for i, query in enumerate(queries):
        logits = np.array(keys) @ (query / np.linalg.norm(query)) / temperature
        top = logits.max()
        total += top + np.log(np.exp(logits - top).sum()) - logits[i]
    return total / len(queries)


def cases(rng):
    def pair(n, d, scale=1.0):
        return rng.normal(size=(n, d)) * scale, rng.normal(size=(n, d)) * scale

    yield Case("n = 1: the loss is 0", (*pair(1, 3), 0.5), grads=(0, 1))
    yield Case("two pairs", (*pair(2, 3), 0.7), grads=(0, 1))
    yield Case("five pairs in two dimensions", (*pair(5, 2), 0.2), grads=(0, 1))
    yield Case("vectors a hundred times as long", (*pair(4, 3, 100), 0.5))
    yield Case("a temperature of 0.01: logits of 100", (*pair(6, 4), 0.01))
    yield Case("a temperature of 0.001: logits of 1000", (*pair(6, 4), 0.001))
    yield Case("64 pairs, without a loop", (*pair(64, 8), 0.1), lines=40)
