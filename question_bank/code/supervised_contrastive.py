"""The supervised contrastive loss, its sum over positives outside the logarithm."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def supervised_contrastive(vectors, labels, temperature):
    """The supervised contrastive loss in its outer form, L_out.

    vectors: a float tensor (n, d), of any length. labels: an int tensor (n,).
    temperature: a positive float. Similarity is the cosine.
    Row i is an anchor; its positives are the other rows of its label, its candidates all others.
    An anchor without a positive is left out: the mean is over the other anchors.
    Without a loop over the rows.
    Returns a scalar tensor, differentiable; 0 where no anchor has a positive.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


def supervised_contrastive(vectors, labels, temperature):
    vectors = F.normalize(vectors, dim=1)
    logits = vectors @ vectors.T / temperature
    own = torch.eye(len(logits), dtype=torch.bool)
    positive = (labels[:, None] == labels) & ~own
    others = logits.masked_fill(own, float("-inf"))
    log_share = logits - others.logsumexp(1, keepdim=True)
    count = positive.sum(1)
    anchors = count > 0
    pulls = log_share.masked_fill(~positive, 0).sum(1)
    losses = -pulls[anchors] / count[anchors]
    return losses.sum() / max(len(losses), 1)
"""
OTHER = """
import torch


def supervised_contrastive(x, y, t):
    n = len(x)
    x = x / x.norm(dim=1, keepdim=True)
    rest = ~torch.eye(n, dtype=torch.bool)
    logits = (x @ x.T / t)[rest].view(n, n - 1)
    same = (y[:, None] == y[None])[rest].view(n, n - 1).to(x.dtype)
    means = (logits * same).sum(1) / same.sum(1).clamp(min=1)
    has = same.sum(1) > 0
    if not has.any():
        return torch.zeros(())
    return (logits.logsumexp(1) - means)[has].mean()
"""
# fmt: off
MUTANTS = (
    Mutant("you average the positives' shares inside the logarithm: that is L_in",
           "losses = -pulls[anchors] / count[anchors]",
           "shares = log_share.exp().masked_fill(~positive, 0).sum(1)\n"
           "    losses = -(shares[anchors] / count[anchors]).log()"),
    Mutant("you sum over an anchor's positives instead of averaging",
           "-pulls[anchors] / count[anchors]", "-pulls[anchors]"),
    Mutant("your anchor is one of its own positives", "== labels) & ~own", "== labels)"),
    Mutant("your anchor stands in its own denominator",
           "logits.masked_fill(own, float(\"-inf\"))", "logits"),
    Mutant("your denominator has the negatives only: the positives are missing there",
           "masked_fill(own,", "masked_fill(labels[:, None] == labels,"),
    Mutant("anchors without a positive count in your mean",
           "max(len(losses), 1)", "len(logits)"),
    Mutant("where no anchor has a positive you average nothing: 0 / 0",
           "losses.sum() / max(len(losses), 1)", "losses.mean()"),
    Mutant("you subtract a maximum that is the anchor's own logit: all others underflow",
           "others.logsumexp(1, keepdim=True)",
           "logits.amax(1, keepdim=True)\n"
           "    log_share = log_share - log_share.exp().masked_fill(own, 0).sum(1, True).log()",
           (("log_share.masked_fill(~positive, 0)", "(log_share * positive)"),)),
    Mutant("your vectors keep their lengths: the product is no cosine",
           "vectors = F.normalize(vectors, dim=1)", "vectors = vectors"),
)
# fmt: on
HINTS = (
    "Two masks: who is a positive of row i, and who stands in its denominator?",
    "Log-share of k for anchor i: its logit minus the log-sum-exp over all rows but i.",
    "Average the log-shares over each anchor's positives, with a minus, then over the anchors that "
    "have one. Where the diagonal is -inf, mask before you multiply: -inf * 0 is nan.",
)


def reference(vectors, labels, temperature):
    n, losses = len(vectors), []
    units = [vector / np.linalg.norm(vector) for vector in vectors]
    for i in range(n):
        logits = {a: units[i] @ units[a] / temperature for a in range(n) if a != i}
        positives = [k for k in logits if labels[k] == labels[i]]
        if positives:
            top = max(logits.values())
            whole = top + np.log(sum(np.exp(logit - top) for logit in logits.values()))
            losses.append(-sum(logits[k] - whole for k in positives) / len(positives))
    return sum(losses) / len(losses) if losses else 0.0


def cases(rng):
    def batch(labels, d, temperature, length=1.0):
        labels = rng.permutation(labels)
        return rng.normal(size=(len(labels), d)) * length, labels, temperature

    yield Case("n = 1: no positive", batch([1], 3, 0.5))
    yield Case("two rows of one label: the loss is 0", batch([4, 4], 3, 0.5), grads=(0,))
    yield Case("three labels, one row each: no positives", batch([0, 1, 2], 2, 0.5))
    yield Case("pairs", batch([0, 0, 1, 1], 3, 0.6), grads=(0,))
    yield Case("a row without a positive", batch([7, 7, 7, 2, 5, 5], 2, 0.4), grads=(0,))
    yield Case("vectors a hundred times as long", batch([0, 0, 0, 1, 1], 3, 0.5, 100))
    yield Case("a temperature of 0.001: logits of 1000", batch([0, 0, 0, 1, 1, 2], 4, 0.001))
    labels = rng.integers(0, 6, 40)
    yield Case("40 rows, without a loop", batch(labels, 8, 0.2), lines=60)
