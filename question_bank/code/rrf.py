"""Reciprocal rank fusion of several rankings."""

from fractions import Fraction
from itertools import pairwise

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def rrf(rankings, k):
    """Reciprocal rank fusion: one ranking out of several.

    rankings: lists of document ids (strings), the best first, none twice in a list. The lists
    may have different lengths and different documents; some may be empty.
    k: the constant of the fusion, a positive number. Ranks start at 1.
    A document gets nothing from a list that does not have it.
    Returns a list of pairs (id, score) of all documents, the highest score first; ids of equal
    score come in alphabetical order.
    """
'''
SOLUTION = """
from collections import defaultdict


def rrf(rankings, k):
    scores = defaultdict(float)
    for ranking in rankings:
        for rank, document in enumerate(ranking, start=1):
            scores[document] += 1 / (k + rank)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))
"""
OTHER = """
def rrf(rankings, k):
    documents = sorted(set().union(*rankings))
    places = [{document: i for i, document in enumerate(ranking)} for ranking in rankings]
    score = {d: sum(1 / (k + 1 + at[d]) for at in places if d in at) for d in documents}
    return [(d, score[d]) for d in sorted(documents, key=score.get, reverse=True)]
"""
# fmt: off
MUTANTS = (
    Mutant("your ranks start at 0", "enumerate(ranking, start=1)", "enumerate(ranking)"),
    Mutant("you add 1 / k and 1 / rank: k and the rank share a denominator, 1 / (k + rank)",
           "1 / (k + rank)", "1 / k + 1 / rank"),
    Mutant("the worst comes first", "-item[1], item[0]", "item[1], item[0]"),
    Mutant("equal scores come in the order in which you met them, not by id",
           "(-item[1], item[0])", "-item[1]"),
    Mutant("equal scores come in reverse alphabetical order",
           "key=lambda item: (-item[1], item[0])",
           "key=lambda item: (item[1], item[0]), reverse=True"),
    Mutant("the last list decides: you overwrite a score instead of adding to it",
           "scores[document] += 1", "scores[document] = 1"),
    Mutant("only a document's best rank counts: you take the largest share instead of the sum",
           "scores[document] += 1 / (k + rank)",
           "scores[document] = max(scores[document], 1 / (k + rank))"),
    Mutant("you average over the lists that have a document: agreement earns it nothing",
           "    return sorted(",
           "    for document in scores:\n"
           "        scores[document] /= sum(document in ranking for ranking in rankings)\n"
           "    return sorted("),
    Mutant("you keep only documents that every list has",
           "    return sorted(",
           "    for document in list(scores):\n"
           "        if not all(document in ranking for ranking in rankings):\n"
           "            del scores[document]\n"
           "    return sorted("),
    Mutant("a list without a document gives it a share: that of the rank after its last",
           "    return sorted(",
           "    for document in scores:\n"
           "        for ranking in rankings:\n"
           "            if document not in ranking:\n"
           "                scores[document] += 1 / (k + len(ranking) + 1)\n"
           "    return sorted("),
)
# fmt: on
HINTS = (
    "What does one list give to the document at its rank r? And to a document it lacks?",
    "Go through every list with its ranks from 1 and add 1 / (k + rank) to the document's score.",
    "A dictionary of scores, then sort its items by (-score, id).",
)


def reference(rankings, k):
    exact = {}
    for document in set().union(*rankings):
        exact[document] = Fraction(0)
        for ranking in rankings:
            if document in ranking:
                exact[document] += 1 / (Fraction(k) + ranking.index(document) + 1)
    best = sorted(exact, key=lambda document: (-exact[document], document))
    return [(document, float(exact[document])) for document in best]


def cases(rng):
    def drawn(letters, size):
        return [str(letter) for letter in rng.permutation(list(letters))[:size]]

    def fresh(sizes, k):
        """Lists whose scores are all different: sums of three parts tie only up to rounding."""
        while True:
            rankings = [drawn("abcdefghij", size) for size in sizes]
            scores = [score for _, score in reference(rankings, k)]
            if all(above - below > 1e-9 for above, below in pairwise(scores)):
                return rankings

    yield Case("one list of one document", ([["a"]], 60))
    yield Case("one list: its order stays", ([drawn("abcde", 4)], 60))
    a, b, c, d = sorted(drawn("abcdefghij", 4))
    opposite = [[b, d, a, c], [c, a, d, b]]
    yield Case("two lists in opposite order: all ties", (opposite, 60))
    yield Case("two lists without a common document", ([["d", "b"], ["c", "a"]], 60))
    yield Case("an empty list", ([drawn("abc", 3), []], 60))
    yield Case("three lists of different lengths", (fresh((6, 4, 8), 60), 60))
    yield Case("k = 1: the first place counts much", (fresh((7, 7, 5, 2), 1), 1))
