"""Product quantisation: codes of vectors, and distances from a query to them by look-up."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def encode(vectors, codebooks):
    """For each piece of each vector the number of its nearest centroid.

    vectors: floats (n, m w), each cut into m consecutive pieces of w numbers.
    codebooks: floats (m, k, w); codebooks[j] holds the k centroids of piece j.
    Distance is Euclidean; no two centroids are equally near. Without a loop over the vectors.
    Returns integers (n, m) from 0 to k - 1.
    """


def distances(query, codes, codebooks):
    """The squared Euclidean distance from a query to each vector as its codes stand for it.

    query: floats (m w,), taken as it is; codes: integers (n, m); codebooks: as above.
    With look-up tables: no vector is decoded, and there is no loop over the vectors.
    Returns floats (n,).
    """
'''
SOLUTION = """
import numpy as np


def encode(vectors, codebooks):
    m, k, w = codebooks.shape
    pieces = vectors.reshape(-1, m, 1, w)
    return ((pieces - codebooks) ** 2).sum(-1).argmin(-1)


def distances(query, codes, codebooks):
    m, k, w = codebooks.shape
    tables = ((query.reshape(m, 1, w) - codebooks) ** 2).sum(-1)
    return tables[np.arange(m), codes].sum(1)
"""
OTHER = """
import numpy as np


def encode(x, books):
    codes = []
    for piece, book in zip(np.split(x, len(books), axis=1), books):
        codes.append((np.sum(book * book, 1) - 2 * piece @ book.T).argmin(1))
    return np.stack(codes, 1)


def distances(query, codes, books):
    total = np.zeros(len(codes))
    for j, piece in enumerate(np.split(query, len(books))):
        table = np.sum(books[j] ** 2, 1) - 2 * books[j] @ piece + piece @ piece
        total += table[codes[:, j]]
    return total
"""
# fmt: off
MUTANTS = (
    Mutant("your piece j takes every m-th number: pieces are consecutive",
           "vectors.reshape(-1, m, 1, w)", "vectors.reshape(-1, w, m, 1).swapaxes(1, 2)[..., 0]",
           (("((pieces - codebooks)", "((pieces[:, :, None] - codebooks)"),)),
    Mutant("you choose the centroid with the largest inner product, not the nearest",
           "((pieces - codebooks) ** 2).sum(-1).argmin(-1)",
           "(pieces * codebooks).sum(-1).argmax(-1)"),
    Mutant("you encode the vectors one by one",
           "return ((pieces - codebooks) ** 2).sum(-1).argmin(-1)",
           "return np.array([\n        ((piece - codebooks) ** 2).sum(-1).argmin(-1)\n"
           "        for piece in pieces\n    ])"),
    Mutant("you quantise the query as well: here only the vectors have codes",
           "    tables =",
           "    query = codebooks[np.arange(m), encode(query[None], codebooks)[0]]\n    tables ="),
    Mutant("every piece looks into the first piece's table",
           "tables[np.arange(m), codes]", "tables[0, codes]"),
    Mutant("you add the pieces' distances: it is their squares that add up",
           "codebooks) ** 2).sum(-1)\n    return tables",
           "codebooks) ** 2).sum(-1) ** 0.5\n    return tables"),
    Mutant("you take the root: what is asked for is the squared distance",
           "tables[np.arange(m), codes].sum(1)", "tables[np.arange(m), codes].sum(1) ** 0.5"),
    Mutant("you decode the vectors: tables keep all work and memory free of their width",
           "return tables[np.arange(m), codes].sum(1)",
           "decoded = codebooks[np.arange(m), codes].reshape(len(codes), -1)\n"
           "    return ((decoded - query) ** 2).sum(1)"),
    Mutant("you average over the pieces instead of adding them up",
           "codes].sum(1)", "codes].mean(1)"),
    Mutant("you go through the codes vector by vector",
           "return tables[np.arange(m), codes].sum(1)",
           "return np.array([\n        tables[np.arange(m), row].sum()\n"
           "        for row in codes\n    ])"),
)
# fmt: on
HINTS = (
    "What part of the squared distance to a decoded vector depends on code j alone?",
    "For each piece, k squared distances to its centroids: when encoding, take the smallest one.",
    "tables (m, k): from piece j of the query to centroid c; sum tables[j, codes[:, j]] over j.",
)


def reference(vectors, codebooks):
    m, k, w = codebooks.shape
    codes = np.zeros((len(vectors), m), int)
    for i, vector in enumerate(vectors):
        for j in range(m):
            piece = vector[j * w : (j + 1) * w]
            codes[i, j] = min(range(k), key=lambda c: sum((piece - codebooks[j, c]) ** 2))
    return codes


def reference_distances(query, codes, codebooks):
    known = {}  # of equal codes
    for row in set(map(tuple, codes.tolist())):
        decoded = np.concatenate([codebooks[j, code] for j, code in enumerate(row)])
        known[row] = ((query - decoded) ** 2).sum()
    return np.array([known[tuple(row)] for row in codes.tolist()])


def cases(rng):
    def books(m, k, w):
        return rng.normal(size=(m, k, w))

    yield Case("one piece: plain vector quantisation", (rng.normal(size=(4, 3)), books(1, 5, 3)))
    yield Case("three pieces of two numbers", (rng.normal(size=(9, 6)), books(3, 4, 2)))
    spread = books(2, 6, 3) * rng.permutation([0.1, 0.5, 1, 2, 4, 8])[:, None]
    yield Case("centroids of very different lengths", (rng.normal(size=(8, 6)), spread))
    call = "distances"
    yield Case("one vector, one piece", (rng.normal(size=2), np.array([[1]]), books(1, 3, 2)), call)
    codes = rng.integers(0, 5, (6, 3))
    yield Case("six vectors of three codes", (rng.normal(size=12), codes, books(3, 5, 4)), call)
    codes = rng.integers(0, 256, (5, 2)).astype(np.uint8)
    yield Case("codes of one byte, 0 to 255", (rng.normal(size=4), codes, books(2, 256, 2)), call)
    yield Case("64 vectors", (rng.normal(size=(64, 8)), books(4, 4, 2)), lines=45)
    codes = rng.integers(0, 4, (300, 4))
    yield Case("300 vectors", (rng.normal(size=8), codes, books(4, 4, 2)), call, lines=60)
    codes = rng.integers(0, 2, (3 * 2**12, 1)).astype(np.uint8)
    yield Case(
        "3 GiB, were they decoded", (rng.normal(size=2**15), codes, books(1, 2, 2**15)), call
    )
