"""SigLIP's loss in chunks, that keeps O(n) memory for the backward pass."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
SECONDS = 15.0  # torch.utils.checkpoint imports much when it is first called
STUB = '''
def siglip_chunked(images, texts, log_scale, bias, chunk):
    """SigLIP's loss over all n x n pairs, a chunk of images at a time, exactly.

    images, texts: float tensors (n, d), normalised already and taken as they are; row i of one
    belongs to row i of the other.
    log_scale, bias: float tensors of shape (); the scale is the exponential of the first.
    chunk: an int, of any size, which need not divide n.
    For the backward pass only O(n d) numbers may be kept, and no n x n logits, whole or in pieces.
    Returns a scalar tensor: the sum over all pairs, divided by n, with exact gradients on all four.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


class Chunked(torch.autograd.Function):
    @staticmethod
    def forward(ctx, images, texts, log_scale, bias, chunk):
        n, scale, loss = len(images), log_scale.exp(), 0.0
        grads = [torch.zeros_like(each) for each in (images, texts, log_scale, bias)]
        for start in range(0, n, chunk):
            some = images[start : start + chunk]
            rows = torch.arange(len(some))
            cosines = some @ texts.T
            labels = -torch.ones_like(cosines)
            labels[rows, start + rows] = 1
            signed = labels * (scale * cosines + bias)
            loss -= F.logsigmoid(signed).sum()
            error = -labels * torch.sigmoid(-signed)
            grads[0][start : start + chunk] = scale * error @ texts
            grads[1] += scale * error.T @ some
            grads[2] += scale * (error * cosines).sum()
            grads[3] += error.sum()
        ctx.save_for_backward(*(each / n for each in grads))
        return loss / n

    @staticmethod
    def backward(ctx, grad):
        return *(grad * each for each in ctx.saved_tensors), None


def siglip_chunked(images, texts, log_scale, bias, chunk):
    return Chunked.apply(images, texts, log_scale, bias, chunk)
"""
OTHER = """
import torch
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint


def block(some, texts, log_scale, bias, start):
    logits = log_scale.exp() * some @ texts.T + bias
    right = torch.zeros_like(logits)
    right[:, start : start + len(some)].fill_diagonal_(1)
    return F.binary_cross_entropy_with_logits(logits, right, reduction="sum")


def siglip_chunked(images, texts, log_scale, bias, chunk):
    total, start = 0.0, 0
    for some in images.split(chunk):
        loss = checkpoint(block, some, texts, log_scale, bias, start, use_reentrant=False)
        total, start = total + loss, start + len(some)
    return total / len(images)
"""
# fmt: off
MUTANTS = (
    Mutant("you leave it to autograd: it keeps the logits of every chunk until backward",
           "return Chunked.apply(images, texts, log_scale, bias, chunk)",
           "n, total = len(images), 0.0\n"
           "    for start, some in enumerate(images.split(chunk)):\n"
           "        labels = 2 * torch.eye(n)[start * chunk : start * chunk + chunk] - 1\n"
           "        logits = log_scale.exp() * some @ texts.T + bias\n"
           "        total = total - F.logsigmoid(labels * logits).sum()\n"
           "    return total / n"),
    Mutant("your labels start anew in every chunk: row r has its own text at start + r",
           "labels[rows, start + rows]", "labels[rows, rows]"),
    Mutant("your chunk of images meets its own texts only: the pairs across chunks are missing",
           "cosines = some @ texts.T",
           "part = slice(start, start + chunk)\n            cosines = some @ texts[part].T",
           (("labels[rows, start + rows]", "labels[rows, rows]"),
            ("error @ texts", "error @ texts[part]"),
            ("grads[1] += scale", "grads[1][part] += scale"))),
    Mutant("your last chunk is dropped where the chunk does not divide n",
           "range(0, n, chunk)", "range(0, max(1, n - chunk + 1), chunk)"),
    Mutant("you average over all pairs: the sum is divided by n, not by n squared",
           "loss / n", "loss / n**2", (("each / n", "each / n**2"),)),
    Mutant("your texts keep the last chunk's gradient: it must add up over the chunks",
           "grads[1] += scale", "grads[1] = scale"),
    Mutant("your third gradient is on the scale: the parameter is its logarithm",
           "grads[2] += scale * (error", "grads[2] += (error"),
    Mutant("your gradients on the vectors lack the scale",
           "= scale * error @ texts", "= error @ texts",
           (("+= scale * error.T", "+= error.T"),)),
    Mutant("your label does not turn the bias: it must multiply the whole logit",
           "labels * (scale * cosines + bias)", "labels * scale * cosines + bias",
           (("+= error.sum()", "+= (labels * error).sum()"),)),
    Mutant("your logarithm of the sigmoid becomes infinite for large logits: logsigmoid does not",
           "F.logsigmoid(signed)", "torch.sigmoid(signed).log()"),
)
# fmt: on
HINTS = (
    "The loss is a plain sum over pairs. What does autograd keep of each chunk all the same?",
    "A pair's gradient is known as soon as its logit is: add it up at once, or make each chunk's "
    "logits anew in the backward pass.",
    "Per chunk error = -label * sigmoid(-label * logit); grads: scale error texts, scale error^T "
    "images, scale sum(error cosine), sum(error), all over n. Or checkpoint each chunk.",
)


def reference(images, texts, log_scale, bias, chunk):
    total = 0.0
    for i, image in enumerate(images):
        signed = np.exp(log_scale) * (texts @ image) + bias
        signed[i] = -signed[i]
        total += np.logaddexp(0.0, signed).sum()
    return total / len(images)


def gradients(images, texts, log_scale, bias, chunk):
    """The derivative, row by row: differences would take too long for the large case."""
    n, scale = len(images), np.exp(log_scale)
    grads = np.zeros_like(images), np.zeros_like(texts), np.zeros(()), np.zeros(())
    for i, image in enumerate(images):
        dots = texts @ image
        error = 1 / (1 + np.exp(-(scale * dots + bias)))
        error[i] -= 1
        grads[0][i] = scale * error @ texts / n
        grads[1][...] += scale * error[:, None] * image / n
        grads[2][...] += scale * error @ dots / n
        grads[3][...] += error.sum() / n
    return grads


def cases(rng):
    def batch(n, d, log_scale, bias):
        images, texts = (x / np.linalg.norm(x, axis=1)[:, None] for x in rng.normal(size=(2, n, d)))
        return images, texts, np.array(log_scale), np.array(bias)

    every = (0, 1, 2, 3)
    yield Case("n = 1", (*batch(1, 3, 0.3, -0.5), 4), grads=every)
    yield Case("chunks of one image", (*batch(3, 2, 0.7, 0.5), 1), grads=every)
    yield Case("seven images in chunks of three", (*batch(7, 2, 1.0, -1.0), 3), grads=every)
    yield Case("a chunk larger than n", (*batch(4, 3, 0.8, -0.8), 9), grads=every)
    yield Case("a scale of 1000", (*batch(6, 4, np.log(1000), -10.0), 4))
    large = (*batch(256, 4, np.log(10), -3.0), 64)
    yield Case("256 pairs, for the memory", large, grads=every, saved=8 * 256 * 4 * 4)
