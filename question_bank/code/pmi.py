"""Positive PMI from a matrix of counts, with smoothed contexts."""

import math

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def ppmi(counts, power):
    """Positive pointwise mutual information (natural logarithm) of words and contexts.

    counts: an integer array (words, contexts): how often word i was seen with context j. Cells
    may be 0, and so may whole rows and columns, but not all of it.
    power: a float above 0, at most 1: the distribution of contexts is that of their counts, each
    raised to this power. Words and pairs keep their plain counts.
    Returns a float array (words, contexts); 0 where the count is 0.
    """
'''
SOLUTION = """
import numpy as np


def ppmi(counts, power):
    pairs = counts / counts.sum()
    words = pairs.sum(axis=1, keepdims=True)
    contexts = counts.sum(axis=0) ** power
    contexts = contexts / contexts.sum()
    chance = words * contexts
    ratio = np.divide(pairs, chance, out=np.ones(counts.shape), where=counts > 0)
    return np.maximum(np.log(ratio), 0)
"""
OTHER = """
import numpy as np


def ppmi(counts, power):
    out = np.zeros(counts.shape)
    i, j = np.nonzero(counts)
    smooth = counts.sum(0) ** power
    pmi = np.log(counts[i, j]) - np.log(counts.sum(1)[i]) - np.log(smooth[j]) + np.log(smooth.sum())
    out[i, j] = pmi.clip(min=0)
    return out
"""
# fmt: off
MUTANTS = (
    Mutant("you keep the negative values", "np.maximum(np.log(ratio), 0)", "np.log(ratio)"),
    Mutant("your power does nothing: the contexts keep their plain counts",
           "counts.sum(axis=0) ** power", "counts.sum(axis=0)"),
    Mutant("you raise each cell to the power, and then add up: the contexts' sums are meant",
           "counts.sum(axis=0) ** power", "(counts**power).sum(axis=0)"),
    Mutant("your smoothed contexts do not add up to 1: each count is divided by the plain total, "
           "then raised",
           "contexts / contexts.sum()", "contexts / counts.sum() ** power"),
    Mutant("you smooth the words as well",
           "pairs.sum(axis=1, keepdims=True)",
           "counts.sum(axis=1, keepdims=True) ** power\n    words = words / words.sum()"),
    Mutant("an empty row or column divides 0 by 0",
           "np.divide(pairs, chance, out=np.ones(counts.shape), where=counts > 0)",
           "pairs / chance"),
    Mutant("your logarithm is of base 2", "np.log(ratio)", "np.log2(ratio)"),
    Mutant("you compare with the word's share alone: that is a conditional probability",
           "chance = words * contexts", "chance = words + 0 * contexts"),
)
# fmt: on
HINTS = (
    "How often do the two meet, and how often would they by chance? And where they never met?",
    "log of P(w, c) / (P(w) P(c)), where P(c) comes from column sums raised to the power.",
    "Normalise the raised column sums, divide where counts > 0, take the log, cut at 0.",
)


def reference(counts, power):
    counts = counts.astype(float)
    smoothed = [column.sum() ** power for column in counts.T]
    out = np.zeros(counts.shape)
    for i, j in np.ndindex(counts.shape):
        if counts[i, j] > 0:
            together = counts[i, j] / counts.sum()
            chance = counts[i].sum() / counts.sum() * smoothed[j] / sum(smoothed)
            out[i, j] = max(0.0, math.log(together / chance))
    return out


def cases(rng):
    def some(rows, columns, mean=3):
        counts = rng.poisson(mean, (rows, columns))
        counts[rng.integers(rows), rng.integers(columns)] = 20 + rng.integers(20)
        return counts

    yield Case("one word, one context: no surprise", (np.array([[7]]), 0.75))
    yield Case("power 1: no smoothing", (some(2, 3), 1.0))
    yield Case("power 3/4", (some(3, 4), 0.75))
    empty = some(4, 4)
    empty[1], empty[:, 2] = 0, 0
    empty[3, 3] += 5
    yield Case("an empty row and an empty column", (empty, 0.75))
    yield Case("power 1/2, twelve words", (some(12, 9, 1), 0.5))
    frequent = some(5, 6) * np.array([1, 1, 10, 100, 1000, 10000])
    yield Case("contexts of very different frequency", (frequent, 0.75))
