"""BM25 of one query over a collection."""

import math

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def bm25(query, documents, k1, b):
    """The BM25 score of every document for a query.

    query: a list of words; documents: lists of words, one at least, none of them empty.
    k1, b: floats. A word that is twice in the query counts twice.
    The weight of a word in df of n documents: ln(1 + (n - df + 1/2) / (df + 1/2)).
    With its count in a document, what it adds grows from 0 towards k1 + 1 times its weight.
    A document is as long as it has words; the mean length is that of these documents.
    Returns a numpy array (n,) of floats.
    """
'''
SOLUTION = """
from collections import Counter

import numpy as np


def bm25(query, documents, k1, b):
    n = len(documents)
    lengths = [len(document) for document in documents]
    mean = sum(lengths) / n
    seen = Counter(word for document in documents for word in set(document))
    scores = np.zeros(n)
    for row, document in enumerate(documents):
        counts = Counter(document)
        norm = k1 * (1 - b + b * lengths[row] / mean)
        for word in query:
            idf = np.log(1 + (n - seen[word] + 0.5) / (seen[word] + 0.5))
            scores[row] += idf * counts[word] * (k1 + 1) / (counts[word] + norm)
    return scores
"""
OTHER = """
import numpy as np


def bm25(query, documents, k1, b):
    words = sorted(set(query))
    tf = np.array([[document.count(word) for word in words] for document in documents], float)
    df = (tf > 0).sum(0)
    size = np.array([len(document) for document in documents], float)
    idf = np.log1p((len(tf) - df + 0.5) / (df + 0.5)) * [query.count(word) for word in words]
    share = tf * (k1 + 1) / (tf + k1 * (1 - b + b * size / size.mean())[:, None])
    return share @ idf
"""
# fmt: off
MUTANTS = (
    Mutant("you take a word's count in the collection for the number of documents that have it",
           "for word in set(document))", "for word in document)"),
    Mutant("your 1 inside the logarithm is missing: frequent words get negative weights",
           "np.log(1 + (n", "np.log((n"),
    Mutant("your b does the opposite: long documents gain",
           "1 - b + b * lengths[row] / mean", "1 - b + b * mean / lengths[row]"),
    Mutant("a word of the query counts once, however often it stands there",
           "for word in query:", "for word in set(query):"),
    Mutant("your document's length counts different words: repeated ones count, too",
           "len(document) for document", "len(set(document)) for document"),
    Mutant("your term frequency does not saturate", " / (counts[word] + norm)", " / (1 + norm)"),
    Mutant("your k1 + 1 above the line is missing", " * (k1 + 1) /", " /"),
)
# fmt: on
HINTS = (
    "Three things: how rare a word is, how often it is here, and how long this document is.",
    "tf saturates: tf (k1 + 1) / (tf + norm), where norm grows with the document's length.",
    "norm = k1 (1 - b + b length / mean length); sum idf times that over the query's words.",
)


def reference(query, documents, k1, b):
    n, scores = len(documents), []
    mean = sum(map(len, documents)) / n
    for document in documents:
        score = 0.0
        for word in query:
            df = sum(word in other for other in documents)
            idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
            tf = document.count(word)
            score += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len(document) / mean))
        scores.append(score)
    return np.array(scores)


def cases(rng):
    def words(size, kinds=6):
        return [f"w{n}" for n in rng.integers(0, kinds, size)]

    yield Case("one document of one word", (["a"], [["a"]], 1.2, 0.75))
    yield Case("a word that every document has", (["a"], [["a"], ["a", "b"]], 1.2, 0.75))
    yield Case("a word that no document has", (["z", "a"], [["a", "b"], ["b"]], 1.2, 0.75))
    yield Case("a word twice in the query", (["a", "a", "b"], [["a", "b"], ["b", "c"]], 1.2, 0.75))
    yield Case("b = 0: lengths do not count", (words(2), [words(5), words(9), words(2)], 1.2, 0.0))
    yield Case("b = 1", (words(3), [words(5), words(9), words(2)], 0.9, 1.0))
    documents = [words(int(size), 30) for size in rng.integers(1, 20, 12)]
    yield Case("twelve documents", (words(6, 30), documents, 1.5, 0.6))
