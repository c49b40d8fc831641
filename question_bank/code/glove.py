"""GloVe's weighted least squares over a matrix of counts."""

import math

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def glove(words, contexts, word_biases, context_biases, counts, cap, power):
    """GloVe's loss: the weighted squared errors, added up over the cells whose count is above 0.

    words: a float tensor (n, d), contexts: (m, d); word_biases: (n,), context_biases: (m,).
    counts: a float tensor (n, m), counts[i, j] of word i and context j, none below 0; they need
    not be whole numbers.
    cap: the count from which on a cell has the full weight, 1. Below, the weight is the count's
    share of the cap, raised to power (a float above 0).
    Without a loop over the words.
    Returns a scalar tensor, the sum (no mean, no factor 1/2), differentiable.
    """
'''
SOLUTION = """
import torch


def glove(words, contexts, word_biases, context_biases, counts, cap, power):
    weights = (counts / cap).clamp(max=1) ** power
    target = torch.where(counts > 0, counts, 1).log()
    scores = words @ contexts.T + word_biases[:, None] + context_biases
    return (weights * (scores - target) ** 2).sum()
"""
OTHER = """
import torch


def glove(w, c, bw, bc, x, cap, power):
    i, j = torch.nonzero(x, as_tuple=True)
    seen = x[i, j]
    error = torch.einsum("pd,pd->p", w[i], c[j]) + bw[i] + bc[j] - seen.log()
    f = torch.where(seen < cap, (seen / cap).pow(power), torch.ones_like(seen))
    return (f * error.square()).sum()
"""
# fmt: off
MUTANTS = (
    Mutant("your target is the count, not its logarithm",
           "torch.where(counts > 0, counts, 1).log()", "counts"),
    Mutant("your target is log(1 + count)",
           "torch.where(counts > 0, counts, 1).log()", "counts.log1p()"),
    Mutant("your weight grows beyond 1: the cap is missing", ".clamp(max=1)", ""),
    Mutant("your weight grows linearly: the power is missing", " ** power", ""),
    Mutant("an empty cell has the logarithm minus infinity, and 0 times infinity is NaN",
           "torch.where(counts > 0, counts, 1)", "counts"),
    Mutant("empty cells are fitted as well, as if they had been seen once",
           "(counts / cap)", "(counts.clamp(min=1) / cap)"),
    Mutant("your weight is squared along with the error",
           "(weights * (scores - target) ** 2)", "((weights * (scores - target)) ** 2)"),
    Mutant("you average over the cells instead of adding up", " ** 2).sum()", " ** 2).mean()"),
    Mutant("the contexts have no bias in your scores", " + context_biases\n", "\n"),
)
# fmt: on
HINTS = (
    "What is fitted to what, how much does a cell weigh, and which cells are left out?",
    "The score is a dot product plus two biases; the target is the logarithm of the count.",
    "Weights min(1, counts / cap) ** power; mask counts of 0 before the log; sum w (s - t)^2.",
)


def reference(words, contexts, word_biases, context_biases, counts, cap, power):
    total = 0.0
    for i, word in enumerate(words):
        for j, context in enumerate(contexts):
            count = counts[i, j]
            if count > 0:
                weight = (count / cap) ** power if count < cap else 1.0
                score = word @ context + word_biases[i] + context_biases[j]
                total += weight * (score - math.log(count)) ** 2
    return total


def cases(rng):
    def vectors(n, m, d):
        return [rng.normal(size=size) for size in ((n, d), (m, d), n, m)]

    def counts(n, m, top=300.0):
        return top ** rng.uniform(0.2, 1, (n, m)) * (rng.random((n, m)) < 0.7)

    every = (0, 1, 2, 3)
    cell = counts(1, 1) + 2
    yield Case("one cell below the cap", (*vectors(1, 1, 2), cell, 400.0, 0.75), grads=every)
    yield Case("one cell above the cap", (*vectors(1, 1, 2), cell + 150, 100.0, 0.75))
    row = counts(1, 3)
    row[0, 1], row[0, 2] = 0, 40
    yield Case("an empty cell", (*vectors(1, 3, 2), row, 100.0, 0.75), grads=every)
    yield Case(
        "three words, four contexts", (*vectors(3, 4, 2), counts(3, 4), 50.0, 0.5), grads=every
    )
    fractions = rng.uniform(0.1, 0.9, (3, 2))
    yield Case("counts below 1", (*vectors(3, 2, 4), fractions, 10.0, 0.75))
    big = (*vectors(40, 20, 5), counts(40, 20), 100.0, 0.75)
    yield Case("40 words, 20 contexts, without a loop", big, lines=30)
