"""nDCG at k of every query."""

import math

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def ndcg(scores, grades, k):
    """nDCG at k of every query over the same number of documents.

    scores: a float array (queries, documents): a query's documents are ranked by it, the highest
    first; no two scores of a query are equal.
    grades: an integer array of the same shape: how relevant each document is, 0 or more.
    k: an integer, 1 or more; it may exceed the number of documents.
    A grade g gains 2^g - 1; the discount at rank r, counted from 1, is the logarithm of r + 1.
    The ideal order is over all documents of the query.
    Returns a float array (queries,); 0 for a query without a relevant document.
    """
'''
SOLUTION = """
import numpy as np


def ndcg(scores, grades, k):
    gains = 2.0**grades - 1
    order = np.argsort(-scores, axis=1)[:, :k]
    found = np.take_along_axis(gains, order, axis=1)
    ideal = np.sort(gains, axis=1)[:, ::-1][:, :k]
    discounts = np.log2(np.arange(found.shape[1]) + 2)
    dcg = (found / discounts).sum(axis=1)
    best = (ideal / discounts).sum(axis=1)
    return dcg / np.where(best > 0, best, 1)
"""
OTHER = """
import math

import numpy as np


def ndcg(scores, grades, k):
    def dcg(ranked):
        return sum((2**g - 1) / math.log(r + 2) for r, g in enumerate(ranked[:k].tolist()))

    out = []
    for s, g in zip(scores, grades):
        best = dcg(np.sort(g)[::-1])
        out.append(dcg(g[s.argsort()[::-1]]) / best if best else 0.0)
    return np.array(out)
"""
# fmt: off
MUTANTS = (
    Mutant("your gains are the grades themselves", "2.0**grades - 1", "1.0 * grades"),
    Mutant("your worst scores come first", "np.argsort(-scores", "np.argsort(scores"),
    Mutant("your ideal is the best order of what was found: what was missed costs nothing",
           "np.sort(gains, axis=1)[:, ::-1][:, :k]", "np.sort(found, axis=1)[:, ::-1]"),
    Mutant("you take argsort's result for ranks: it lists the documents in order",
           "order = np.argsort(-scores, axis=1)[:, :k]",
           "order = np.argsort(np.argsort(-scores, axis=1), axis=1)[:, :k]"),
    Mutant("your discount is the rank itself, not its logarithm",
           "np.log2(np.arange(found.shape[1]) + 2)", "(np.arange(found.shape[1]) + 1)"),
    Mutant("your discounts begin a rank too late: they use r + 2",
           "+ 2)", "+ 3)"),
    Mutant("you do not divide by the ideal: that is the DCG",
           "return dcg / np.where(best > 0, best, 1)", "return dcg"),
    Mutant("a query without a relevant document divides by zero",
           "np.where(best > 0, best, 1)", "best"),
    Mutant("you average over the queries",
           "return dcg / np.where(best > 0, best, 1)",
           "return (dcg / np.where(best > 0, best, 1)).mean()"),
)
# fmt: on
HINTS = (
    "You need the same sum twice, in two orders. Over which documents does the ideal order go?",
    "Take the gains along the argsort of the negated scores, cut at k; for the ideal, sort them.",
    "Sum gains / log2(2, 3, ...) in both orders and divide, guarding an ideal of 0.",
)


def reference(scores, grades, k):
    out = []
    for own, judged in zip(scores, grades, strict=True):
        ranked = [grade for _, grade in sorted(zip(own, judged, strict=True), reverse=True)]
        sums = []
        for row in (ranked, sorted(judged, reverse=True)):
            row = enumerate(row[:k], start=1)
            sums.append(sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in row))
        out.append(sums[0] / sums[1] if sums[1] > 0 else 0.0)
    return np.array(out)


def cases(rng):
    def drawn(queries, documents):
        scores = rng.permuted(np.tile(np.arange(documents) - 2.0, (queries, 1)), axis=1)
        grades = rng.permuted(np.tile(np.arange(documents) % 4, (queries, 1)), axis=1)
        return scores + rng.uniform(0, 0.5, scores.shape), grades

    yield Case("one relevant document", (np.array([[0.3]]), np.array([[2]]), 1))
    yield Case("a query without a relevant document", (drawn(1, 3)[0], np.zeros((1, 3), int), 3))
    missed = np.array([[3.0, 2.0, 1.0]]), np.array([[1, 0, 3]])
    yield Case("the best document is below the cut", (*missed, 2))
    yield Case("k beyond the number of documents", (*drawn(2, 4), 9))
    yield Case("three queries", (*drawn(3, 6), 3))
    yield Case("twelve queries over twenty documents", (*drawn(12, 20), 10))
