"""Attention with several heads, from its weights."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
FORBIDDEN = (
    "scaled_dot_product_attention",
    "multi_head_attention_forward",
    "MultiheadAttention",
)
STUB = '''
def multi_head_attention(x, memory, wq, wk, wv, wo, heads):
    """Tokens read a memory with several heads.

    x: float tensor (b, n, d), where the queries come from.
    memory: float tensor (b, m, d), where keys and values come from.
    wq, wk, wv, wo: float tensors (d, d), for queries, keys, values and the output. A row vector
    stands to the left of its weight; there are no biases.
    heads: an int that divides d. Head h has the h-th run of d / heads neighbouring columns of
    each projection; the heads' outputs stand next to each other in the same order before wo.
    Scores are scaled as usual. There is no mask.
    Without a loop over the batch.
    Returns a tensor (b, n, d), differentiable.
    """
'''
SOLUTION = """
import math

import torch


def multi_head_attention(x, memory, wq, wk, wv, wo, heads):
    def split(y):
        return y.unflatten(-1, (heads, -1)).transpose(1, 2)

    q, k, v = split(x @ wq), split(memory @ wk), split(memory @ wv)
    scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
    weights = scores.softmax(dim=-1)
    merged = (weights @ v).transpose(1, 2).flatten(2)
    return merged @ wo
"""
OTHER = """
import torch


def multi_head_attention(x, memory, wq, wk, wv, wo, heads):
    w = x.shape[-1] // heads
    out = 0
    for h in range(heads):
        own = slice(h * w, h * w + w)
        q, k, v = x @ wq[:, own], memory @ wk[:, own], memory @ wv[:, own]
        scores = torch.einsum("bnw,bmw->bnm", q, k) * w**-0.5
        weights = (scores - scores.logsumexp(2, keepdim=True)).exp()
        out = out + weights @ v @ wo[own]
    return out
"""
# fmt: off
MUTANTS = (
    Mutant("you scale by the whole width, not by that of a head",
           "math.sqrt(q.shape[-1])", "math.sqrt(x.shape[-1])"),
    Mutant("your scores are not scaled", " / math.sqrt(q.shape[-1])", ""),
    Mutant("you split the heads without moving their axis: a head then mixes tokens",
           "y.unflatten(-1, (heads, -1)).transpose(1, 2)",
           "y.reshape(len(y), heads, y.shape[1], -1)"),
    Mutant("you merge the heads without moving their axis back",
           "(weights @ v).transpose(1, 2).flatten(2)", "(weights @ v).reshape(x.shape)"),
    Mutant("your heads interleave: each takes columns at a distance of `heads`, not neighbours",
           "y.unflatten(-1, (heads, -1)).transpose(1, 2)",
           "y.unflatten(-1, (-1, heads)).permute(0, 3, 1, 2)"),
    Mutant("your softmax is over the queries, not over the keys",
           "scores.softmax(dim=-1)", "scores.softmax(dim=-2)"),
    Mutant("your output projection is missing", "return merged @ wo", "return merged"),
    Mutant("your weights are transposed: that is right for nn.Linear's, not for these",
           "split(x @ wq), split(memory @ wk), split(memory @ wv)",
           "split(x @ wq.T), split(memory @ wk.T), split(memory @ wv.T)"),
    Mutant("you have one head: a single set of weights serves the whole width",
           "def split(y):\n", "heads = 1\n\n    def split(y):\n"),
    Mutant("your values come from the keys' projection",
           "split(memory @ wv)", "split(memory @ wk)"),
)
# fmt: on
HINTS = (
    "Which shape should q have, for one matrix product to serve all heads at once?",
    "(b, heads, n, d / heads): unflatten the last axis, then swap heads and tokens.",
    "softmax(q k^T / sqrt(d / heads)) v, swap heads and tokens back, flatten, times wo.",
)


def reference(x, memory, wq, wk, wv, wo, heads):
    b, n, d = x.shape
    w = d // heads
    out = np.zeros((b, n, d))
    for batch in range(b):
        q, k, v = x[batch] @ wq, memory[batch] @ wk, memory[batch] @ wv
        for i in range(n):
            joined = []
            for head in range(heads):
                own = slice(head * w, (head + 1) * w)
                scores = np.array([q[i, own] @ key[own] for key in k]) / np.sqrt(w)
                weights = np.exp(scores - scores.max())
                weights /= weights.sum()
                joined += list(sum(a * value[own] for a, value in zip(weights, v, strict=True)))
            out[batch, i] = np.array(joined) @ wo
    return out


def cases(rng):
    def draw(b, n, m, d, scale=1.0):
        tokens = [scale * rng.normal(size=(b, size, d)) for size in (n, m)]
        return *tokens, *(rng.normal(size=(4, d, d)) / np.sqrt(d))

    yield Case("one token, one head", (*draw(1, 1, 1, 2), 1), grads=(0, 1))
    yield Case("two heads of width 1", (*draw(1, 2, 3, 2, 1.5), 2), grads=(0, 1), tolerance=1e-3)
    yield Case("two heads of width 3", (*draw(2, 3, 4, 6), 2))
    yield Case("as many heads as columns", (*draw(1, 3, 2, 4, 1.5), 4))
    yield Case("scores in the thousands", (*draw(1, 2, 5, 4, 50.0), 2), tolerance=1e-3)
    yield Case("bfloat16", (*draw(2, 3, 4, 4), 2), dtype="bfloat16", tolerance=5e-2)
    yield Case("fifteen images, without a loop over them", (*draw(15, 2, 2, 8), 2), lines=60)
