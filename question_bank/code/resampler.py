"""The Perceiver Resampler: a fixed number of learned queries read any number of frames."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
FORBIDDEN = (
    "scaled_dot_product_attention",
    "multi_head_attention_forward",
    "MultiheadAttention",
)
STUB = '''
def resampler(features, times, latents, layers, heads):
    """Flamingo's Perceiver Resampler, without its layer norms and biases.

    features: float tensor (b, t, s, d): b videos of t frames of s tokens each.
    times: float tensor (t, d): a position for each frame, to be added to all of its tokens.
    latents: float tensor (r, d): the learned queries, the same for every video.
    layers: a list of tuples (wq, wk, wv, wo, up, down), float tensors (d, d), (d, d), (d, d),
    (d, d), (d, f), (f, d). A row vector stands to the left of its weight.
    A layer is attention, then a feed-forward part, each with a residual: up, squared ReLU (what
    ReLU gives, squared) and down.
    What is read in a layer: all the tokens of the video, and the queries themselves.
    heads: an int that divides d; head h has the h-th run of d / heads neighbouring columns.
    Scores are scaled as usual.
    Without a loop over the videos.
    Returns a tensor (b, r, d), differentiable.
    """
'''
SOLUTION = """
import math

import torch


def resampler(features, times, latents, layers, heads):
    def split(y):
        return y.unflatten(-1, (heads, -1)).transpose(1, 2)

    tokens = (features + times[:, None]).flatten(1, 2)
    x = latents.expand(len(tokens), -1, -1)
    for wq, wk, wv, wo, up, down in layers:
        memory = torch.cat([tokens, x], dim=1)
        q, k, v = split(x @ wq), split(memory @ wk), split(memory @ wv)
        weights = (q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])).softmax(dim=-1)
        x = x + (weights @ v).transpose(1, 2).flatten(2) @ wo
        x = x + torch.relu(x @ up).square() @ down
    return x
"""
OTHER = """
import torch


def resampler(features, times, latents, layers, heads):
    b, t, s, d = features.shape
    w = d // heads
    frames = (features + times.view(1, t, 1, d)).reshape(b, t * s, d)
    y = latents[None].repeat(b, 1, 1)
    for wq, wk, wv, wo, up, down in layers:
        read = 0
        for h in range(heads):
            own = slice(h * w, h * w + w)
            q = y @ wq[:, own] * w**-0.5
            to_frames = q @ (frames @ wk[:, own]).mT
            to_self = q @ (y @ wk[:, own]).mT
            norm = torch.logaddexp(to_frames.logsumexp(2), to_self.logsumexp(2))[:, :, None]
            part = (to_frames - norm).exp() @ (frames @ wv[:, own])
            part = part + (to_self - norm).exp() @ (y @ wv[:, own])
            read = read + part @ wo[own]
        y = y + read
        y = y + (y @ up).clamp(min=0) ** 2 @ down
    return y
"""
# fmt: off
MUTANTS = (
    Mutant("your queries read the image alone, not one another",
           "torch.cat([tokens, x], dim=1)", "tokens"),
    Mutant("in every layer your queries read the first latents, not what has become of them",
           "torch.cat([tokens, x], dim=1)",
           "torch.cat([tokens, latents.expand(len(tokens), -1, -1)], dim=1)"),
    Mutant("what was read takes the queries' place: the residual of the attention is missing",
           "x = x + (weights @ v)", "x = (weights @ v)"),
    Mutant("the residual of the feed-forward part is missing",
           "x = x + torch.relu", "x = torch.relu"),
    Mutant("your frames have no times: their order is lost",
           "features + times[:, None]", "features"),
    Mutant("you scale by the whole width, not by that of a head",
           "math.sqrt(q.shape[-1])", "math.sqrt(x.shape[-1])"),
    Mutant("the heads are merged without moving their axis back",
           "(weights @ v).transpose(1, 2).flatten(2)", "(weights @ v).reshape(x.shape)"),
    Mutant("the latents are detached: your learned queries do not learn",
           "x = latents.expand", "x = latents.detach().expand"),
    Mutant("your ReLU is not squared", "torch.relu(x @ up).square()", "torch.relu(x @ up)"),
    Mutant("each layer starts from the latents: the one before it is thrown away",
           "        memory = torch.cat",
           "        x = latents.expand(len(tokens), -1, -1)\n        memory = torch.cat"),
    Mutant("your tokens ask and the latents are read: the output is as long as the video",
           "x = latents.expand(len(tokens), -1, -1)", "x = tokens",
           (("torch.cat([tokens, x], dim=1)", "latents.expand(len(tokens), -1, -1)"),)),
)
# fmt: on
HINTS = (
    "Who asks, who is read? The number of outputs must not depend on the number of frames.",
    "Add the times, flatten frames and tokens to one axis; queries: x, keys: tokens and x.",
    "memory = cat([tokens, x], 1) in each layer, x from the layer before; x + attention, x + ffw.",
)


def reference(features, times, latents, layers, heads):
    _, t, s, d = features.shape
    w = d // heads
    out = []
    for video in features:
        tokens = [video[frame, place] + times[frame] for frame in range(t) for place in range(s)]
        x = latents.copy()
        for wq, wk, wv, wo, up, down in layers:
            memory = np.array(tokens + list(x))
            q, k, v = x @ wq, memory @ wk, memory @ wv
            after = []
            for i in range(len(x)):
                joined = []
                for head in range(heads):
                    own = slice(head * w, (head + 1) * w)
                    scores = k[:, own] @ q[i, own] / np.sqrt(w)
                    weights = np.exp(scores - scores.max())
                    joined += list(weights / weights.sum() @ v[:, own])
                y = x[i] + np.array(joined) @ wo
                after.append(y + np.maximum(y @ up, 0) ** 2 @ down)
            x = np.array(after)
        out.append(x)
    return np.array(out)


def cases(rng):
    def draw(b, t, s, r, d, depth, heads, scale=1.0):
        def layer():
            shapes = (*4 * [(d, d)], (d, 2 * d), (2 * d, d))
            return tuple(rng.normal(size=shape) / np.sqrt(shape[0]) for shape in shapes)

        features = scale * rng.normal(size=(b, t, s, d))
        times, latents = rng.normal(size=(t, d)), rng.normal(size=(r, d))
        return features, times, latents, [layer() for _ in range(depth)], heads

    yield Case(
        "one token, one query, one layer",
        draw(1, 1, 1, 1, 2, 1, 1),
        grads=(0, 1, 2),
        tolerance=1e-3,
    )
    yield Case(
        "two frames of one token", draw(1, 2, 1, 2, 2, 1, 1), grads=(0, 1, 2), tolerance=1e-3
    )
    yield Case("two layers", draw(1, 1, 3, 2, 2, 2, 1, 2.0), grads=(2,), tolerance=1e-3)
    yield Case("no layers: the latents", draw(2, 2, 2, 3, 2, 0, 1))
    yield Case("two videos and two heads", draw(2, 3, 2, 4, 6, 2, 2), tolerance=1e-3)
    yield Case("more queries than tokens", draw(1, 2, 2, 7, 4, 1, 2, 2.0))
    yield Case("scores in the hundreds", draw(1, 2, 3, 2, 4, 1, 2, 20.0), tolerance=1e-3)
    yield Case("sixteen videos, without a loop over them", draw(16, 2, 2, 2, 4, 1, 2), lines=75)
