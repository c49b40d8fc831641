"""The TF-IDF matrix of a collection, smoothed and of unit rows."""

import math

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def tf_idf(documents):
    """The TF-IDF matrix of a collection, weighted as by the defaults of scikit-learn.

    documents: lists of words, one at least; some may be empty, not all of them.
    Row i belongs to document i; the columns are the different words, in alphabetical order.
    Term frequency is the plain count. The document frequencies are smoothed as if one further
    document had every word once; 1 is added to the natural logarithm of the inverse.
    Every row has Euclidean length 1, save that of an empty document, which is all zeros.
    Returns a numpy array (documents, words) of floats.
    """
'''
SOLUTION = """
import numpy as np


def tf_idf(documents):
    words = sorted({word for document in documents for word in document})
    column = {word: place for place, word in enumerate(words)}
    counts = np.zeros((len(documents), len(words)))
    for row, document in enumerate(documents):
        for word in document:
            counts[row, column[word]] += 1
    df = (counts > 0).sum(axis=0)
    idf = np.log((1 + len(documents)) / (1 + df)) + 1
    weights = counts * idf
    norms = np.linalg.norm(weights, axis=1, keepdims=True)
    return weights / np.where(norms > 0, norms, 1)
"""
OTHER = """
import math
from collections import Counter

import numpy as np


def tf_idf(documents):
    df = Counter(word for document in documents for word in set(document))
    rows = []
    for document in documents:
        tf = Counter(document)
        row = [tf[w] * (1 + math.log1p(len(documents)) - math.log1p(df[w])) for w in sorted(df)]
        length = math.hypot(*row)
        rows.append([weight / (length or 1) for weight in row])
    return np.array(rows)
"""
# fmt: off
MUTANTS = (
    Mutant("your document frequency adds up a word's counts, where documents are counted",
           "(counts > 0).sum(axis=0)", "counts.sum(axis=0)"),
    Mutant("you do not smooth: the further document that has every word is missing",
           "(1 + len(documents)) / (1 + df)", "len(documents) / df"),
    Mutant("your 1 outside the logarithm is missing: a word of every document counts nothing",
           "(1 + df)) + 1", "(1 + df))"),
    Mutant("you smooth only below the line: the further document is one more of n as well",
           "(1 + len(documents))", "len(documents)"),
    Mutant("an empty document is missing in your number of documents",
           "(1 + len(documents))", "(1 + sum(map(bool, documents)))"),
    Mutant("a word counts once for a document, however often it stands there",
           "column[word]] += 1", "column[word]] = 1"),
    Mutant("you normalise each word's column, not each document's row",
           "weights, axis=1", "weights, axis=0"),
    Mutant("your rows add up to 1: that is the sum of the weights, not the Euclidean length",
           "np.linalg.norm(weights, axis=1, keepdims=True)",
           "np.abs(weights).sum(axis=1, keepdims=True)"),
    Mutant("an empty document divides by zero",
           "np.where(norms > 0, norms, 1)", "norms"),
)
# fmt: on
HINTS = (
    "Three steps: counts, a weight for each column, a length for each row. What may be zero?",
    "df counts documents, not occurrences. Smoothing adds 1 to df and to the number of documents.",
    "idf = ln((1 + n) / (1 + df)) + 1; multiply, then divide each row by its norm unless it is 0.",
)


def reference(documents):
    words = sorted(set().union(*documents))
    out = np.zeros((len(documents), len(words)))
    for row, document in enumerate(documents):
        for column, word in enumerate(words):
            df = sum(word in other for other in documents)
            idf = math.log((1 + len(documents)) / (1 + df)) + 1
            out[row, column] = document.count(word) * idf
        length = math.sqrt(sum(weight**2 for weight in out[row]))
        if length > 0:
            out[row] /= length
    return out


def cases(rng):
    def words(size, kinds):
        return [f"w{n:02}" for n in rng.integers(0, kinds, size)]

    yield Case("one document of one word", ([["a"]],))
    yield Case("a word that every document has", ([["b", "a"], ["c", "b"]],))
    yield Case("words that do not come in alphabetical order", ([["z", "c", "z"], ["a", "c"]],))
    rare, common, third = (str(word) for word in rng.permutation(["a", "b", "c"]))
    yield Case("an empty document", ([[common, rare, common], [], [third, common]],))
    yield Case("a word three times in one document", ([["a", "b", "a", "a"], ["b", "c"], ["c"]],))
    documents = [words(int(size), 12) for size in rng.integers(2, 15, 8)]
    yield Case("eight documents", (documents,))
