"""Flamingo's gated cross-attention: each text token reads the latest image."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
FORBIDDEN = (
    "scaled_dot_product_attention",
    "multi_head_attention_forward",
    "MultiheadAttention",
)
STUB = '''
def gated_cross_attention(text, images, latest, wq, wk, wv, wo, gate):
    """Flamingo's gated cross-attention with one head: text tokens read the latest image.

    text: float tensor (t, d). images: float tensor (m, n, e): n visual tokens for each image.
    latest: ints (t,): the image that each text token may read, all n tokens of it; -1 where none
    came before: such a token stays as it is.
    wq: float tensor (d, w). wk, wv: (e, w). wo: (w, d). A row vector stands to the left of its
    weight; no biases, no layer norm. Scores are scaled as usual, and may be in the hundreds.
    gate: float tensor (1,), of any sign; the gate is tanh, as in Flamingo.
    Without a loop over the text tokens.
    Returns a tensor (t, d), differentiable; the residual is part of it.
    """
'''
SOLUTION = """
import math

import torch


def gated_cross_attention(text, images, latest, wq, wk, wv, wo, gate):
    keys, values = (images @ wk)[latest], (images @ wv)[latest]
    queries = text @ wq
    scores = torch.einsum("tw,tnw->tn", queries, keys) / math.sqrt(wq.shape[1])
    weights = scores.softmax(dim=-1)
    read = torch.einsum("tn,tnw->tw", weights, values) @ wo
    read = read * (latest >= 0)[:, None]
    return text + torch.tanh(gate) * read
"""
OTHER = """
import torch


def gated_cross_attention(text, images, latest, wq, wk, wv, wo, gate):
    m, n, e = images.shape
    flat = images.reshape(m * n, e)
    owner = torch.arange(m).repeat_interleave(n)
    scores = (text @ wq) @ (flat @ wk).T * wq.shape[1] ** -0.5
    weights = scores.masked_fill(latest[:, None] != owner, -1e9).softmax(1)
    weights = torch.where(latest[:, None] >= 0, weights, 0.0)
    return text + gate.tanh() * (weights @ (flat @ wv) @ wo)
"""
# fmt: off
MUTANTS = (
    Mutant("your gate has no tanh", "torch.tanh(gate)", "gate"),
    Mutant("your gate is a sigmoid: at 0 it is half open",
           "torch.tanh(gate)", "torch.sigmoid(gate)"),
    Mutant("your gate takes from the text what it gives to the image",
           "return text + torch.tanh(gate) * read",
           "return (1 - torch.tanh(gate)) * text + torch.tanh(gate) * read"),
    Mutant("your gate is on the sum: at 0 the text is lost as well",
           "text + torch.tanh(gate) * read", "torch.tanh(gate) * (text + read)"),
    Mutant("the residual is missing", "return text + torch.tanh", "return torch.tanh"),
    Mutant("your gate is detached: it stays at 0 for ever",
           "torch.tanh(gate)", "torch.tanh(gate.detach())"),
    Mutant("the images are detached: what makes their tokens learns nothing",
           "(images @ wk)[latest], (images @ wv)[latest]",
           "(images.detach() @ wk)[latest], (images.detach() @ wv)[latest]"),
    Mutant("a text token before any image reads the last one: -1 counts from the end",
           "read = read * (latest >= 0)[:, None]", "read = read * 1"),
    Mutant("every text token reads all images, not only the latest",
           "(images @ wk)[latest], (images @ wv)[latest]",
           "((images @ w).flatten(0, 1).expand(len(text), -1, -1) for w in (wk, wv))"),
    Mutant("your scores are not scaled", " / math.sqrt(wq.shape[1])", ""),
    Mutant("text before any image makes nan, which you replace too late: the gradients keep it",
           "weights = scores.softmax",
           "scores = scores.masked_fill((latest < 0)[:, None], -math.inf)\n"
           "    weights = scores.softmax",
           (("read = read * (latest >= 0)[:, None]",
             "read = torch.where((latest >= 0)[:, None], read, 0.0)"),)),
)
# fmt: on
HINTS = (
    "Which side asks and which side is read? What must step zero of training look like?",
    "Queries from the text, keys and values from its image: gathered by latest, or by a mask.",
    "text + tanh(gate) * softmax(q k^T / sqrt(w)) v wo, the read part 0 where latest is -1.",
)


def reference(text, images, latest, wq, wk, wv, wo, gate):
    out = text.copy()
    for i, image in enumerate(latest):
        if image < 0:
            continue
        query = text[i] @ wq
        scores = np.array([query @ (token @ wk) for token in images[image]]) / np.sqrt(len(query))
        weights = np.exp(scores - scores.max())
        weights /= weights.sum()
        read = sum(a * (token @ wv) for a, token in zip(weights, images[image], strict=True))
        out[i] += np.tanh(gate[0]) * (read @ wo)
    return out


def cases(rng):
    def draw(latest, m, n, d, e, w, gate, scale=1.0):
        text, images = rng.normal(size=(len(latest), d)), scale * rng.normal(size=(m, n, e))
        weights = [rng.normal(size=shape) for shape in ((d, w), (e, w), (e, w), (w, d))]
        return text, images, np.array(latest), *weights, np.array([gate])

    args = draw([0], 1, 1, 2, 2, 2, 0.7)
    yield Case("one text token, one visual token", args, grads=(0, 1, 7), tolerance=1e-3)
    args = draw([0, 0], 1, 2, 2, 2, 2, 0.0)
    yield Case(
        "gate 0: the text is untouched, and the gate learns", args, grads=(0, 1, 7), tolerance=1e-3
    )
    args = draw([0, 0, 0], 1, 2, 2, 3, 3, -1.2)
    yield Case(
        "a negative gate, and more text than visual tokens", args, grads=(7,), tolerance=1e-3
    )
    yield Case("two images, each read by what follows it", draw([0, 0, 1], 2, 2, 2, 3, 4, 0.9))
    args = draw([-1, 0, 0], 1, 2, 2, 2, 3, 0.6)
    yield Case("text before the first image", args, grads=(0, 1, 7), tolerance=1e-3)
    text, images, latest, wq, wk, *others = draw([0, 1], 2, 4, 3, 3, 2, 1.5)
    text[1] = -text[0] * rng.uniform(0.8, 1)  # what one reads badly, the other reads well
    along = wk @ (text[0] @ wq) / np.sqrt(2)
    along /= along @ along
    images -= (images @ along)[..., None] * along / (along @ along)
    images += rng.uniform(298, 301, (2, 4, 1)) * np.array([-1, 1])[:, None, None] * along
    args = text, images, latest, wq, wk, *others
    yield Case("scores of -300, and those of the other image +300", args, tolerance=1e-3)
    latest = np.sort(rng.integers(-1, 3, 24))
    yield Case("24 text tokens, without a loop", draw(latest, 3, 4, 4, 5, 4, 0.8), lines=40)
