"""GradCache: the gradient of a large batch by two passes over micro-batches."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant
from contrastive_drill.code.trial import differences

LIBRARY = "torch"
SECONDS = 15.0  # backward(gradient) imports much when it is first called
STUB = '''
def cached_gradient(weights, queries, keys, temperature, micro):
    """The gradient of the whole batch's InfoNCE on the weights, by gradient caching.

    weights: a float tensor (d_in, d_out). The encoder of a batch x (m, l, d_in) of m items with l
    tokens each, for queries as for keys, is tanh(x @ weights).mean(1); no further normalisation.
    queries, keys: float tensors (n, l, d_in); row i of one belongs to row i of the other.
    The loss: the mean InfoNCE of all n queries against all n keys, in this one direction, of the
    embeddings' inner products; temperature, a positive float, is constant.
    micro: an int, of any size: at most so many items have a graph in the encoder at a time.
    No argument requires a gradient or has a graph, and none is changed.
    Returns the gradient, a tensor of the weights' shape.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


def cached_gradient(weights, queries, keys, temperature, micro):
    n = len(queries)
    weights = weights.clone().requires_grad_()
    chunks = [*queries.split(micro), *keys.split(micro)]
    with torch.no_grad():
        embeddings = torch.cat([torch.tanh(x @ weights).mean(1) for x in chunks])
    embeddings.requires_grad_()
    logits = embeddings[:n] @ embeddings[n:].T / temperature
    F.cross_entropy(logits, torch.arange(n)).backward()
    start = 0
    for x in chunks:
        cached = embeddings.grad[start : start + len(x)]
        (torch.tanh(x @ weights).mean(1) * cached).sum().backward()
        start += len(x)
    return weights.grad
"""
OTHER = """
import torch


def cached_gradient(w, queries, keys, t, micro):
    n = len(queries)
    starts = range(0, n, micro)
    a, b = (
        torch.cat([torch.tanh(x[i : i + micro] @ w).mean(1) for i in starts])
        for x in (queries, keys)
    )
    error = (torch.softmax(a @ b.T / t, dim=1) - torch.eye(n)) / (n * t)
    total = torch.zeros_like(w)
    for x, grad in ((queries, error @ b), (keys, error.T @ a)):
        for i in starts:
            part = x[i : i + micro]
            slope = 1 - torch.tanh(part @ w) ** 2
            total += torch.einsum("mld,me,mle->de", part, grad[i : i + micro], slope) / x.shape[1]
    return total
"""
# fmt: off
MUTANTS = (
    Mutant("your micro-batches see only their own negatives: that is plain accumulation",
           "logits = embeddings[:n] @ embeddings[n:].T / temperature",
           "logits = embeddings[:n] @ embeddings[n:].T / temperature\n"
           "    group = torch.arange(n) // micro\n"
           "    logits = logits.masked_fill(group[:, None] != group, float('-inf'))"),
    Mutant("your micro-batches see only their own negatives, and a smaller last one counts as much",
           "F.cross_entropy(logits, torch.arange(n)).backward()",
           "group = torch.arange(n) // micro\n"
           "    logits = logits.masked_fill(group[:, None] != group, float('-inf'))\n"
           "    losses = F.cross_entropy(logits, torch.arange(n), reduction='none')\n"
           "    torch.stack([each.mean() for each in losses.split(micro)]).mean().backward()"),
    Mutant("your second pass takes the queries only: the keys have the same weights",
           "for x in chunks:", "for x in queries.split(micro):"),
    Mutant("you return the last micro-batch's gradient instead of the sum over all",
           "cached = embeddings", "weights.grad = None\n        cached = embeddings"),
    Mutant("you average over the micro-batches: the cached gradients hold the mean already",
           "return weights.grad", "return weights.grad / len(chunks)"),
    Mutant("your cached gradients are not used: you backpropagate the sum of the embeddings",
           "(torch.tanh(x @ weights).mean(1) * cached).sum()",
           "torch.tanh(x @ weights).mean(1).sum()"),
    Mutant("your cached gradients are always those of the first rows",
           "start += len(x)", "start += 0"),
    Mutant("your second pass leaves out the encoder's tanh",
           "(torch.tanh(x @ weights).mean(1) * cached)", "((x @ weights).mean(1) * cached)"),
    Mutant("all of the batch is in one graph: its activations are what does not fit",
           "    with torch.no_grad():\n", "    if True:\n", (
               ("    embeddings.requires_grad_()\n", ""),
               ("F.cross_entropy(logits, torch.arange(n)).backward()",
                "F.cross_entropy(logits, torch.arange(n)).backward()\n    return weights.grad"),
           )),
    Mutant("you sum the loss over the queries instead of averaging",
           "F.cross_entropy(logits, torch.arange(n))",
           "F.cross_entropy(logits, torch.arange(n), reduction='sum')"),
    Mutant("your temperature multiplies", "/ temperature", "* temperature"),
)
# fmt: on
HINTS = (
    "The loss sees the weights only through the embeddings: which gradient can you have at once?",
    "Embed everything without a graph, make that a leaf, and take the loss's gradient on it.",
    "Then micro-batch by micro-batch: encode again with a graph, (embeddings * cached).sum()"
    ".backward(), and let weights.grad add up over queries and keys.",
)


def reference(weights, queries, keys, temperature, micro):
    """By differences of the whole batch's loss: no micro-batches, no chain rule."""

    def loss():
        a, b = np.tanh(queries @ weights).mean(1), np.tanh(keys @ weights).mean(1)
        total = 0.0
        for i, query in enumerate(a):
            logits = b @ query / temperature
            top = logits.max()
            total += top + np.log(np.exp(logits - top).sum()) - logits[i]
        return total / len(a)

    return differences(loss, weights)


def cases(rng):
    def batch(n, d_in, d_out, temperature, tokens=2):
        queries, keys = rng.normal(size=(2, n, tokens, d_in))
        return rng.normal(size=(d_in, d_out)) * 0.7, queries, keys, temperature

    yield Case("n = 1: the gradient is 0", (*batch(1, 3, 2, 0.5), 2))
    yield Case("micro-batches of one", (*batch(3, 2, 2, 0.5), 1))
    yield Case("four pairs in two micro-batches", (*batch(4, 2, 3, 0.3), 2))
    yield Case("seven pairs, and a micro-batch of three", (*batch(7, 3, 2, 0.5), 3))
    yield Case("a micro-batch larger than n", (*batch(5, 2, 2, 0.4), 8))
    yield Case("a temperature of 0.05", (*batch(6, 3, 2, 0.05, 1), 4))
    many = (*batch(16, 1, 8, 0.5, 64), 2)
    yield Case("16 pairs of 64 tokens, for the memory", many, saved=24 * 1024)
