"""InfoNCE, exact, that keeps O(n) memory for the backward pass."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
SECONDS = 15.0  # torch.utils.checkpoint imports much when it is first called
STUB = '''
def infonce_tiled(queries, keys, temperature, tile):
    """InfoNCE of each query against all keys, computed in tiles, exactly.

    queries, keys: float tensors (n, d), taken as they are (similarity is the inner product);
    row i of one belongs to row i of the other.
    temperature: a positive float. tile: an int, of any size, which need not divide n.
    For the backward pass only O(n d) numbers may be kept, and no n x n logits, whole or in pieces.
    Hold at most n x tile logits at a time.
    Returns a tensor (n,): one loss per query, not averaged, with exact gradients on both tensors.
    """
'''
SOLUTION = """
import torch


class Tiled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, queries, keys, temperature, tile):
        lse = torch.full_like(queries[:, 0], float("-inf"))
        for part in keys.split(tile):
            logits = queries @ part.T / temperature
            lse = torch.logaddexp(lse, logits.logsumexp(1))
        ctx.save_for_backward(queries, keys, lse)
        ctx.temperature, ctx.tile = temperature, tile
        return lse - (queries * keys).sum(1) / temperature

    @staticmethod
    def backward(ctx, grad):
        queries, keys, lse = ctx.saved_tensors
        grad = grad[:, None] / ctx.temperature
        on_queries, on_keys = -grad * keys, -grad * queries
        for part, on_part in zip(keys.split(ctx.tile), on_keys.split(ctx.tile)):
            share = (queries @ part.T / ctx.temperature - lse[:, None]).exp()
            on_queries += grad * (share @ part)
            on_part += share.T @ (grad * queries)
        return on_queries, on_keys, None, None


def infonce_tiled(queries, keys, temperature, tile):
    return Tiled.apply(queries, keys, temperature, tile)
"""
OTHER = """
import torch
from torch.utils.checkpoint import checkpoint


def infonce_tiled(queries, keys, temperature, tile):
    def rows(some, own):
        top = total = None
        for start in range(0, len(keys), tile):
            logits = torch.einsum("id,jd->ij", some, keys[start : start + tile]) / temperature
            here = logits.amax(1).detach()
            new = here if top is None else torch.maximum(top, here)
            part = (logits - new[:, None]).exp().sum(1)
            total = part if top is None else part + total * (top - new).exp()
            top = new
        return top + total.log() - (some * own).sum(1) / temperature

    parts = [
        checkpoint(rows, some, own, use_reentrant=False)
        for some, own in zip(queries.split(tile), keys.split(tile))
    ]
    return torch.cat(parts)
"""
# fmt: off
MUTANTS = (
    Mutant("you leave it to autograd: it keeps every logit until backward, in tiles as well",
           "return Tiled.apply(queries, keys, temperature, tile)",
           "lses = [(queries @ part.T / temperature).logsumexp(1) for part in keys.split(tile)]\n"
           "    return torch.stack(lses).logsumexp(0) - (queries * keys).sum(1) / temperature"),
    Mutant("your tiles' sums are added without a maximum: the exponentials overflow",
           "lse = torch.logaddexp(lse, logits.logsumexp(1))",
           "lse = (lse.exp() + logits.exp().sum(1)).log()"),
    Mutant("you add the tiles' log-sum-exps: their exponentials must be added",
           "lse = torch.logaddexp(lse, logits.logsumexp(1))",
           "lse = lse.nan_to_num(neginf=0) + logits.logsumexp(1)",
           (("(queries @ part.T / ctx.temperature - lse[:, None]).exp()",
             "(queries @ part.T / ctx.temperature).softmax(1)"),)),
    Mutant("your last tile is dropped where the tile does not divide n",
           "for part in keys.split(tile):",
           "for part in keys.split(tile)[: max(1, len(keys) // tile)]:",
           (("in zip(keys.split(ctx.tile), on",
             "in zip(keys.split(ctx.tile)[: max(1, len(keys) // ctx.tile)], on"),)),
    Mutant("your backward pass ignores the gradient that comes in",
           "grad = grad[:, None] / ctx.temperature",
           "grad = torch.ones_like(grad)[:, None] / ctx.temperature"),
    Mutant("your gradients lack 1 / temperature", "grad[:, None] / ctx.temperature",
           "grad[:, None]"),
    Mutant("your gradients lack the positive's own term: minus the partner",
           "on_queries, on_keys = -grad * keys, -grad * queries",
           "on_queries, on_keys = torch.zeros_like(keys), torch.zeros_like(queries)"),
    Mutant("your keys get the gradient of their own query only",
           "on_part += share.T @ (grad * queries)", "pass"),
    Mutant("your softmax in the backward pass is each tile's own, not the whole row's",
           "(queries @ part.T / ctx.temperature - lse[:, None]).exp()",
           "(queries @ part.T / ctx.temperature).softmax(1)"),
)
# fmt: on
HINTS = (
    "What is the least you must keep of a row to get its softmax back, one tile at a time?",
    "A running log-sum-exp per row forward; backward, each tile anew: exp(logits - lse).",
    "An autograd.Function that saves queries, keys and lse; per tile p = exp(q k^T / t - lse), "
    "grad_q += p k, grad_k = p^T q, minus the partner's vector, all times the incoming grad / t.",
)


def reference(queries, keys, temperature, tile):
    losses = []
    for i, query in enumerate(queries):
        logits = keys @ query / temperature
        top = logits.max()
        losses.append(top + np.log(np.exp(logits - top).sum()) - logits[i])
    return np.array(losses)


def gradients(queries, keys, temperature, tile):
    """The derivative, row by row: differences would take too long for the large case."""
    on_queries, on_keys = np.zeros_like(queries), np.zeros_like(keys)
    for i, query in enumerate(queries):
        logits = keys @ query / temperature
        error = np.exp(logits - logits.max())
        error /= error.sum()
        error[i] -= 1
        error *= np.cos(i) / temperature
        on_queries[i] = error @ keys
        on_keys += error[:, None] * query
    return on_queries, on_keys


def cases(rng):
    def pair(n, d, scale=1.0):
        return tuple(rng.normal(size=(2, n, d)) * scale)

    both = (0, 1)
    yield Case("n = 1: the loss is 0", (*pair(1, 3), 0.5, 4), grads=both)
    yield Case("tiles of one key", (*pair(3, 2), 0.7, 1), grads=both)
    yield Case("seven keys in tiles of three", (*pair(7, 2), 0.5, 3), grads=both)
    yield Case("a tile larger than n", (*pair(4, 3), 0.4, 9), grads=both)
    yield Case("logits of hundreds", (*pair(6, 3, 10), 0.5, 4))
    large = (*pair(256, 4), 0.5, 64)
    yield Case("256 pairs, for the memory", large, grads=both, saved=8 * 256 * 4 * 4)
