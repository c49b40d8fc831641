"""Recall at k and mean reciprocal rank, with several right answers to a query."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def recall_mrr(scores, relevant, k):
    """Recall at k and the mean reciprocal rank, both as means over the queries.

    scores: a float array (q, n), of n items for each query; higher is better.
    relevant: a bool array (q, n), the right answers: several, one or none in a row.
    k: an int, 1 or more; it may exceed n. Recall is the share of all
    right answers of a query, even where these are more than k.
    Ties count against you: of equal scores, wrong items stand before right ones.
    A query without a right answer counts 0 in both, and stays in the mean. The reciprocal rank
    looks at the whole ranking, beyond k too.
    Returns a tuple of two floats, recall first.
    """
'''
SOLUTION = """
import numpy as np


def recall_mrr(scores, relevant, k):
    order = np.lexsort((relevant, -scores), axis=1)
    hits = np.take_along_axis(relevant, order, axis=1)
    number = relevant.sum(1)
    recall = hits[:, :k].sum(1) / np.maximum(number, 1)
    rank = hits.argmax(1) + 1
    reciprocal = np.where(number > 0, 1 / rank, 0)
    return recall.mean(), reciprocal.mean()
"""
OTHER = """
def recall_mrr(scores, relevant, k):
    recall = mrr = 0.0
    for row, right in zip(scores, relevant):
        wrong = row[~right]
        # the place of each right answer: behind better ones, and behind wrong ones as good
        best = sorted(row[right], reverse=True)
        places = [1 + n + int((wrong >= score).sum()) for n, score in enumerate(best)]
        if places:
            recall += sum(place <= k for place in places) / len(places)
            mrr += 1 / places[0]
    return recall / len(scores), mrr / len(scores)
"""
# fmt: off
MUTANTS = (
    Mutant("ties count in your favour: a model that scores all alike looks perfect",
           "(relevant, -scores)", "(~relevant, -scores)"),
    Mutant("your ties fall as the items happen to stand",
           "np.lexsort((relevant, -scores), axis=1)",
           "np.argsort(-scores, axis=1, kind='stable')"),
    Mutant("you sort upwards: the worst item comes first", "-scores", "scores"),
    Mutant("one hit is full recall to you: that is the hit rate",
           "hits[:, :k].sum(1) / np.maximum(number, 1)", "hits[:, :k].any(1)"),
    Mutant("you divide by k: that is precision", "np.maximum(number, 1)", "k"),
    Mutant("you pool the queries: one with many right answers outweighs the others",
           "return recall.mean()", "return hits[:, :k].sum() / max(number.sum(), 1)"),
    Mutant("your ranks begin at 0", "hits.argmax(1) + 1", "hits.argmax(1)"),
    Mutant("a query without a right answer has rank 1: that is what argmax says of all False",
           "np.where(number > 0, 1 / rank, 0)", "1 / rank"),
    Mutant("queries without a right answer are left out of your mean reciprocal rank",
           "reciprocal.mean()", "reciprocal[number > 0].sum() / max((number > 0).sum(), 1)"),
    Mutant("your reciprocal rank stops at k", "number > 0", "(number > 0) & (rank <= k)"),
)
# fmt: on
HINTS = (
    "Sort each row once. What decides between two items of the same score?",
    "A stable sort by score alone is not enough: the second key is whether an item is right.",
    "hits = relevant in the order of lexsort((relevant, -scores)); sums to k, and the first True.",
)


def reference(scores, relevant, k):
    recalls, reciprocals = [], []
    for row, right in zip(scores, relevant, strict=True):
        ranking = sorted(range(len(row)), key=lambda item: (-row[item], right[item]))
        places = [place for place, item in enumerate(ranking, 1) if right[item]]
        found = [place for place in places if place <= k]
        recalls.append(len(found) / len(places) if places else 0.0)
        reciprocals.append(1 / places[0] if places else 0.0)
    return sum(recalls) / len(recalls), sum(reciprocals) / len(reciprocals)


def cases(rng):
    def right(q, n, share=0.3):
        some = rng.random((q, n)) < share
        some[np.arange(q), rng.integers(0, n, q)] = True
        return some

    def scores(q, n):
        return np.array([rng.permutation(n) for _ in range(q)]) / 8.0

    yes, no = True, False
    yield Case("one item, and right", (np.array([[0.5]]), np.array([[yes]]), 1))
    yield Case("one item, and wrong", (np.array([[0.5]]), np.array([[no]]), 1))
    tied = np.array([[1.0, 1.0, 0.0, 1.0]])
    yield Case("a tie, the right one first", (tied, np.array([[yes, no, no, no]]), 1))
    yield Case("a tie, the right one last", (tied, np.array([[no, no, no, yes]]), 3))
    yield Case("several right answers", (scores(3, 6), right(3, 6, 0.5), 3))
    yield Case("k larger than n", (scores(4, 5), right(4, 5), 9))
    lone = np.zeros((2, 6), bool)
    lone[0, 2] = True
    far = np.array([[1.0, 2.0, -1.0, 3.0, 0.0, 4.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    yield Case("a late answer, and a query without one", (far, lone, 2))
    steps = rng.integers(0, 4, (20, 15)) / 4.0
    yield Case("twenty queries with many ties", (steps, right(20, 15), 5))
