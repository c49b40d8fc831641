"""InfoNCE whose negatives are weighted by how hard they are."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def hard_negatives(queries, keys, temperature, beta):
    """InfoNCE in one direction, with hard negatives weighted up (and no debiasing).

    queries, keys: float tensors (n, d), of any length; row i of one belongs to row i of the other.
    temperature: a positive float. beta: a float, 0 or more. Similarity is the cosine; n >= 2.
    A logit is a similarity over the temperature. In the denominator each negative's term is
    weighted in proportion to the exponential of beta times its logit; the weights of one query's
    n - 1 negatives have the mean 1; the positive's term stays as it is. Gradients flow through
    the weights, too.
    Without a loop over the pairs.
    Returns a scalar tensor, differentiable: the mean over the queries.
    """
'''
SOLUTION = """
import math

import torch
from torch.nn import functional as F


def hard_negatives(queries, keys, temperature, beta):
    n = len(queries)
    queries = F.normalize(queries, dim=1)
    keys = F.normalize(keys, dim=1)
    logits = queries @ keys.T / temperature
    own = torch.eye(n, dtype=torch.bool)
    hardness = (beta * logits).masked_fill(own, float("-inf"))
    log_weights = F.log_softmax(hardness, dim=1) + math.log(n - 1)
    logits = torch.where(own, logits, logits + log_weights)
    return F.cross_entropy(logits, torch.arange(n))
"""
OTHER = """
import torch


def hard_negatives(a, b, t, beta):
    n = len(a)
    a, b = (x / x.norm(dim=1, keepdim=True) for x in (a, b))
    s = torch.einsum("id,jd->ij", a, b) / t
    rest = s[~torch.eye(n, dtype=torch.bool)].view(n, n - 1)
    top = rest.max(1, keepdim=True).values.detach()
    weights = torch.exp(beta * (rest - top))
    mean = (weights * torch.exp(rest - top)).sum(1) / weights.mean(1)
    return (torch.logaddexp(s.diagonal(), mean.log() + top[:, 0]) - s.diagonal()).mean()
"""
# fmt: off
MUTANTS = (
    Mutant("your beta weights the easy negatives up", "(beta * logits)", "(-beta * logits)"),
    Mutant("your weights sum to 1 instead of averaging 1: together the negatives weigh as one",
           "F.log_softmax(hardness, dim=1) + math.log(n - 1)", "F.log_softmax(hardness, dim=1)"),
    Mutant("the positive takes a part of your weights' mean: it is over the negatives only",
           "(beta * logits).masked_fill(own, float(\"-inf\"))", "beta * logits"),
    Mutant("you weight by the exponential of beta times the cosine, not times the logit",
           "(beta * logits)", "(beta * temperature * logits)"),
    Mutant("your weights are detached: here gradients flow through them, too",
           "logits + log_weights", "logits + log_weights.detach()"),
    Mutant("you weight the negatives of one key against each other, not those of one query",
           "F.log_softmax(hardness, dim=1)", "F.log_softmax(hardness, dim=0)"),
    Mutant("your weights are not normalised: over one query's negatives their mean must be 1",
           "F.log_softmax(hardness, dim=1) + math.log(n - 1)", "hardness"),
    Mutant("you take exponentials without their maximum: they overflow",
           "return F.cross_entropy(logits, torch.arange(n))",
           "e = logits.exp()\n    return -(e.diagonal() / e.sum(1)).log().mean()"),
)
# fmt: on
HINTS = (
    "A weight in front of an exponential: what is it as a term added to the logit?",
    "The weights: n - 1 times a softmax of beta times the negatives' logits. Mask the positive.",
    "Add log_softmax(beta * logits, diagonal at -inf) + log(n - 1) to the negatives' logits, leave "
    "the diagonal as it is, and take the cross-entropy with 0, 1, ..., n - 1.",
)


def reference(queries, keys, temperature, beta):
    n, total = len(queries), 0.0
    keys = np.array([key / np.linalg.norm(key) for key in keys])
    for i, query in enumerate(queries):
        logits = keys @ query / np.linalg.norm(query) / temperature
        negatives = np.delete(logits, i)
        weights = np.exp(beta * (negatives - negatives.max()))
        weights = weights / weights.mean()
        top = logits.max()
        whole = np.exp(logits[i] - top) + (weights * np.exp(negatives - top)).sum()
        total += top + np.log(whole) - logits[i]
    return total / n


def cases(rng):
    def pair(n, d, length=1.0):
        return tuple(rng.normal(size=(2, n, d)) * length)

    yield Case("n = 2: one negative, of weight 1", (*pair(2, 3), 0.5, 1.0), grads=(0, 1))
    yield Case("three pairs", (*pair(3, 2), 0.7, 1.0), grads=(0, 1))
    yield Case("beta = 0: plain InfoNCE", (*pair(4, 2), 0.5, 0.0), grads=(0, 1))
    yield Case("five pairs, beta = 2", (*pair(5, 2), 0.6, 2.0))
    yield Case("vectors a hundred times as long", (*pair(4, 3, 100), 0.5, 0.5))
    yield Case("a temperature of 0.001: logits of 1000", (*pair(6, 4), 0.001, 1.0))
    yield Case("32 pairs, without a loop", (*pair(32, 6), 0.2, 0.5), lines=60)
