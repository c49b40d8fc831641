"""Search in an inverted file: only the nearest cells are looked into."""

from itertools import permutations, product

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def ivf_search(query, vectors, centroids, assignments, nprobe, k):
    """The k vectors nearest to a query, among those in the nprobe cells of nearest centroids.

    query: floats (d,); vectors: floats (n, d); centroids: floats (c, d).
    assignments: integers (n,), the cell that each vector is in; a cell may be empty.
    nprobe: 1 to c; k: 1 or more. The id of a vector is its row in `vectors`.
    Distance is Euclidean. Centroids are never equally near; of equally near vectors the
    one with the smaller id comes first. Without a loop over the vectors.
    Returns integers (k,): ids, the nearest first; -1 in the last places if there are fewer than k.
    """
'''
SOLUTION = """
import numpy as np


def ivf_search(query, vectors, centroids, assignments, nprobe, k):
    cells = np.argsort(((centroids - query) ** 2).sum(1))[:nprobe]
    ids = np.flatnonzero(np.isin(assignments, cells))
    far = ((vectors[ids] - query) ** 2).sum(1)
    best = ids[np.argsort(far, kind="stable")][:k]
    return np.pad(best, (0, k - len(best)), constant_values=-1)
"""
OTHER = """
import numpy as np


def ivf_search(q, x, centroids, cell_of, nprobe, k):
    order = np.linalg.norm(centroids - q, axis=1).argsort()
    ids = np.concatenate([np.nonzero(cell_of == cell)[0] for cell in order[:nprobe]])
    order = np.lexsort((ids, np.linalg.norm(x[ids] - q, axis=1)))
    found = np.full(k, -1)
    found[: len(order)] = ids[order[:k]]
    return found
"""
# fmt: off
MUTANTS = (
    Mutant("you look into the farthest cells", "[:nprobe]", "[::-1][:nprobe]"),
    Mutant("you take the first nprobe cells without sorting them by distance",
           "np.argsort(((centroids - query) ** 2).sum(1))[:nprobe]", "np.arange(nprobe)"),
    Mutant("you look into a single cell, whatever nprobe is", "[:nprobe]", "[:1]"),
    Mutant("you choose the cells by inner product, not by distance",
           "np.argsort(((centroids - query) ** 2).sum(1))", "np.argsort(-(centroids @ query))"),
    Mutant("you search every vector: that is exact search, the cells save nothing",
           "np.flatnonzero(np.isin(assignments, cells))", "np.arange(len(vectors))"),
    Mutant("you return places among the candidates, not ids",
           "ids[np.argsort(far, kind=\"stable\")][:k]", "np.argsort(far, kind=\"stable\")[:k]"),
    Mutant("your ties go to the nearer cell, not to the smaller id",
           "np.flatnonzero(np.isin(assignments, cells))",
           "np.concatenate([np.flatnonzero(assignments == cell) for cell in cells])"),
    Mutant("your sort is not stable: equally near vectors come in any order",
           ', kind="stable"', ""),
    Mutant("with fewer than k found, your answer is shorter than k",
           "return np.pad(best, (0, k - len(best)), constant_values=-1)", "return best"),
    Mutant("you pad with 0, which is the id of a vector",
           "constant_values=-1", "constant_values=0"),
    Mutant("you go through the vectors one by one",
           "far = ((vectors[ids] - query) ** 2).sum(1)",
           "far = np.array([\n        ((vectors[i] - query) ** 2).sum()\n"
           "        for i in ids\n    ])"),
)
# fmt: on
HINTS = (
    "Two searches: the first among the centroids. What does it leave for the second?",
    "np.isin(assignments, cells) marks the candidates; keep their ids beside their distances.",
    "ids[stable argsort of the candidates' distances][:k], filled up to k with -1.",
)


def reference(query, vectors, centroids, assignments, nprobe, k):
    order = sorted(range(len(centroids)), key=lambda c: sum((centroids[c] - query) ** 2))
    probed = set(order[:nprobe])
    found = []
    for i, vector in enumerate(vectors):
        if assignments[i] in probed:
            found.append((((vector - query) ** 2).sum(), i))
    ids = [i for _, i in sorted(found)][:k]
    return np.array(ids + [-1] * (k - len(ids)))


def cases(rng):
    def index(n, c, d=2):
        vectors, centroids = rng.normal(size=(n, d)) * 2, rng.normal(size=(c, d)) * 2
        cells = ((vectors[:, None] - centroids) ** 2).sum(-1).argmin(1)
        return rng.normal(size=d), vectors, centroids, cells

    query = rng.normal(size=2)
    one = (query, query[None] + 1, query[None] + 0.5, np.array([0]))
    yield Case("one vector in one cell", (*one, 1, 1))
    yield Case("one vector, two asked for: the second is -1", (*one, 1, 2))
    # The query in the origin; cells 2 and 0 are the nearest, the nearest vector is in cell 1.
    centroids = np.array([[2.0, 1], [3, 3], [1, 0]])
    vectors = rng.permutation([[1.0, 2], [-1, 2], [2, 1], [-2, -1], [2, -1]])
    vectors = np.concatenate([vectors, [[1.0, 0]]])
    cells = np.array([0, 2, 0, 2, 0, 1])
    yield Case("equally near vectors in two cells", (np.zeros(2), vectors, centroids, cells, 2, 4))
    signs = np.array(list(product([-1.0, 1.0], repeat=3)))
    around = np.concatenate([signs * each for each in permutations([1, 2, 3])])
    around = rng.permutation(np.concatenate([around, 2 * around]))
    cells = rng.integers(0, 3, 96)
    three = np.array([[1.0, 0, 0], [3, 3, 0], [0, 2, 0]])
    yield Case("96 vectors, and two distances", (np.zeros(3), around, three, cells, 2, 12))
    cells = np.array([0, 2, 0, 2, 0, 1])
    empty = (np.array([0.5, 0]), vectors, centroids, np.where(cells == 2, 1, cells))
    yield Case("the nearest cell is empty: all are -1", (*empty, 1, 3))
    turn = rng.normal(size=2)
    turn /= np.linalg.norm(turn)
    line = np.outer(np.array([9, 5, 1, 1.5, 2.5]), turn)
    cells = np.array([0, 0, 1, 1, 2])
    yield Case(
        "a far centroid, whose inner product is large",
        (line[2], line, line[[0, 2, 4]], cells, 2, 3),
    )
    yield Case("every cell: exact search", (*index(12, 4), 4, 5))
    yield Case("one of five cells", (*index(20, 5, 3), 1, 4))
    yield Case("three of six cells, 300 vectors", (*index(300, 6), 3, 10), lines=60)
