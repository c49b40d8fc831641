"""Scaled dot-product attention with a mask."""

import math

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def masked_attention(queries, keys, values, mask):
    """Scaled dot-product attention in which each query may read some of the keys.

    queries: floats (n, d). keys: floats (m, d). values: floats (m, e), one for each key.
    mask: bools (n, m): True where query i may read key j.
    A query that may read no key gets zeros. Products may be in the thousands, those of keys that
    are not read included. The arguments are left as they are.
    Without a loop over the queries.
    Returns an array (n, e).
    """
'''
SOLUTION = """
import numpy as np


def masked_attention(queries, keys, values, mask):
    scores = queries @ keys.T / np.sqrt(queries.shape[1])
    scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    weights = np.exp(scores - top)
    total = weights.sum(axis=1, keepdims=True)
    weights = weights / np.where(total > 0, total, 1)
    return weights @ values
"""
OTHER = """
import numpy as np


def masked_attention(queries, keys, values, mask):
    scores = np.einsum("id,jd->ij", queries, keys) * queries.shape[1] ** -0.5
    scores = np.where(mask, scores, -1e30)
    norm = np.logaddexp.reduce(scores, axis=1)[:, None]
    return np.where(mask, np.exp(scores - norm), 0) @ values
"""
# fmt: off
MUTANTS = (
    Mutant("your mask is the other way round: True hides",
           "np.where(mask, scores, -np.inf)", "np.where(mask, -np.inf, scores)"),
    Mutant("you multiply the scores by the mask: a hidden key still has a score of 0",
           "np.where(mask, scores, -np.inf)", "scores * mask"),
    Mutant("you mask after the softmax: the weights of a query no longer add up to 1",
           "scores = np.where(mask, scores, -np.inf)", "scores = scores + 0.0",
           (("return weights @ values", "return (weights * mask) @ values"),)),
    Mutant("your scores are not scaled", " / np.sqrt(queries.shape[1])", ""),
    Mutant("you divide by d, not by its root", "np.sqrt(queries.shape[1])", "queries.shape[1]"),
    Mutant("your softmax is over the queries, not over the keys",
           "scores.max(axis=1, keepdims=True)", "scores.max(axis=0, keepdims=True)",
           (("weights.sum(axis=1, keepdims=True)", "weights.sum(axis=0, keepdims=True)"),)),
    Mutant("you do not subtract the largest score: the exponentials overflow",
           "np.exp(scores - top)", "np.exp(scores)"),
    Mutant("you subtract the largest score of all keys, hidden ones too: what is left underflows",
           "np.where(mask, scores, -np.inf)\n    top = scores.max(axis=1, keepdims=True)",
           "scores\n    top = scores.max(axis=1, keepdims=True)",
           (("weights = np.exp(scores - top)", "weights = np.exp(scores - top) * mask"),)),
    Mutant("a query that may read nothing gets the mean of all values",
           "-np.inf)", "-1e9)"),
    Mutant("a query that may read nothing gets nan",
           "top = np.where(np.isfinite(top), top, 0)", "top = top + 0",
           (("np.where(total > 0, total, 1)", "total"),)),
)
# fmt: on
HINTS = (
    "What must a hidden key's score be for its weight to be 0, and the others' to add up to 1?",
    "Minus infinity before the softmax; then subtract the largest score that is left.",
    "Where a whole row is hidden, top is -inf and total 0: put 0 and 1 there instead.",
)


def reference(queries, keys, values, mask):
    d = queries.shape[1]
    out = np.zeros((len(queries), values.shape[1]))
    for i, query in enumerate(queries):
        scores = {j: query @ keys[j] / math.sqrt(d) for j in range(len(keys)) if mask[i, j]}
        if not scores:
            continue
        top = max(scores.values())
        weights = {j: math.exp(score - top) for j, score in scores.items()}
        total = sum(weights.values())
        for j, weight in weights.items():
            out[i] += weight / total * values[j]
    return out


def cases(rng):
    def draw(n, m, d, e, scale=1.0):
        queries, keys = (scale * rng.normal(size=(size, d)) for size in (n, m))
        return queries, keys, rng.normal(size=(m, e))

    def mask(n, m):
        """Each query reads two keys or more, and not all of them."""
        rows = np.arange(m) < rng.integers(2, m, n)[:, None]
        return rng.permuted(rows, axis=1)

    one = np.array([[True]])
    yield Case("one key: its value", (*draw(1, 1, 2, 3), one))
    yield Case("one key that may not be read: zeros", (*draw(1, 1, 2, 3), ~one))
    yield Case("all keys may be read", (*draw(2, 5, 3, 2), np.ones((2, 5), bool)))
    yield Case("some keys are hidden", (*draw(3, 6, 4, 2), mask(3, 6)))
    hidden = mask(4, 5)
    hidden[rng.integers(0, 4)] = False
    yield Case("one of four queries may read nothing", (*draw(4, 5, 3, 2), hidden))
    yield Case("scores in the thousands", (*draw(3, 6, 4, 2, 60.0), mask(3, 6)))
    queries, keys, values = draw(2, 4, 3, 2)
    keys[1] = 2000.0
    seen = np.array(2 * [[True, False, True, True]])
    yield Case("a hidden key with a huge score", (np.abs(queries) + 1, keys, values, seen))
    causal = np.tri(24, dtype=bool)
    yield Case(
        "a causal mask over 24 tokens, without a loop", (*draw(24, 24, 6, 4), causal), lines=60
    )
