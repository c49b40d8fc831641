"""Skip-gram's loss with negative sampling, of a batch of pairs."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def skip_gram(inputs, outputs, centres, contexts, negatives):
    """The loss of skip-gram with negative sampling: the mean over a batch of pairs.

    inputs, outputs: float tensors (words, d): the vectors of words as centres, and as contexts.
    centres, contexts: integer tensors (n,): word numbers of the n observed pairs.
    negatives: an integer tensor (n, k), k >= 1: the noise words drawn for each pair, already
    sampled. One that was drawn twice counts twice; one that is the context itself counts as well.
    The loss of one pair is the sum over its context and its k negatives.
    Without a loop over the pairs.
    Returns a scalar tensor, differentiable in both tables.
    """
'''
SOLUTION = """
import torch
from torch.nn import functional as F


def skip_gram(inputs, outputs, centres, contexts, negatives):
    centre = inputs[centres]
    real = (centre * outputs[contexts]).sum(dim=1)
    noise = torch.einsum("nd,nkd->nk", centre, outputs[negatives])
    gains = F.logsigmoid(real) + F.logsigmoid(-noise).sum(dim=1)
    return -gains.mean()
"""
OTHER = """
import torch
from torch.nn import functional as F


def skip_gram(v, u, c, o, neg):
    words = torch.cat([o[:, None], neg], 1)
    logits = (u[words] @ v[c][:, :, None]).squeeze(2)
    labels = torch.zeros_like(logits)
    labels[:, 0] = 1
    return F.binary_cross_entropy_with_logits(logits, labels, reduction="sum") / len(c)
"""
# fmt: off
MUTANTS = (
    Mutant("you pull the negatives closer: their score lacks its minus sign",
           "F.logsigmoid(-noise)", "F.logsigmoid(noise)"),
    Mutant("you average over the negatives: each of the k counts in full",
           "F.logsigmoid(-noise).sum(dim=1)", "F.logsigmoid(-noise).mean(dim=1)"),
    Mutant("your context comes from the table of centres: a word has two vectors",
           "outputs[contexts]", "inputs[contexts]"),
    Mutant("you sum over the batch instead of averaging", "-gains.mean()", "-gains.sum()"),
    Mutant("your logarithm of the sigmoid becomes infinite for large scores: logsigmoid does not",
           "F.logsigmoid(-noise)", "torch.sigmoid(-noise).log()"),
    Mutant("a softmax lets the context compete with its negatives: here every word is a "
           "yes-or-no question of its own",
           "F.logsigmoid(real) + F.logsigmoid(-noise).sum(dim=1)",
           "real - torch.cat([real[:, None], noise], 1).logsumexp(1)"),
    Mutant("your negatives are held against the context, not against the centre",
           '"nd,nkd->nk", centre,', '"nd,nkd->nk", outputs[contexts],'),
    Mutant("the negatives are detached: nothing pushes their vectors away",
           "outputs[negatives]", "outputs[negatives].detach()"),
    Mutant("you loop over the pairs, where one product does it",
           'torch.einsum("nd,nkd->nk", centre, outputs[negatives])',
           "[]\n"
           "    for vector, drawn in zip(centre, negatives):\n"
           "        noise.append(outputs[drawn] @ vector)\n"
           "    noise = torch.stack(noise)"),
)
# fmt: on
HINTS = (
    "Each pair asks 1 + k yes-or-no questions. What is the answer to each, and its likelihood?",
    "Score the context and each negative by a dot product with the centre; then log-sigmoids.",
    "-mean over pairs of logsigmoid(real) + sum over k of logsigmoid(-noise).",
)


def reference(inputs, outputs, centres, contexts, negatives):
    total = 0.0
    for centre, context, drawn in zip(centres, contexts, negatives, strict=True):
        total += np.logaddexp(0, -(inputs[centre] @ outputs[context]))
        for noise in drawn:
            total += np.logaddexp(0, inputs[centre] @ outputs[noise])
    return total / len(centres)


def cases(rng):
    def batch(words, d, n, k, scale=1.0):
        tables = [rng.normal(size=(words, d)) * scale for _ in range(2)]
        return *tables, *(rng.integers(0, words, size) for size in (n, n, (n, k)))

    yield Case("one pair, one negative", batch(3, 2, 1, 1), grads=(0, 1))
    yield Case("one pair, three negatives", batch(4, 3, 1, 3), grads=(0, 1))
    yield Case("three pairs", batch(4, 3, 3, 2), grads=(0, 1))
    vectors, centre = rng.normal(size=(2, 3, 2)), np.array([0])
    negatives = np.array([[1, 2, 2]])
    yield Case(
        "a negative twice, and one that is the context",
        (*vectors, centre, centre + 1, negatives),
        grads=(0, 1),
    )
    yield Case("vectors of length 30: scores of hundreds", batch(6, 3, 8, 4, 17), grads=())
    yield Case("64 pairs, without a loop", batch(50, 5, 64, 6), lines=40)
