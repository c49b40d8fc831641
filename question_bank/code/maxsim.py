"""ColBERT's late interaction of padded queries with padded passages."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def maxsim(queries, passages, query_mask, passage_mask):
    """The late-interaction score of every query with every passage.

    queries: a float array (a, s, d), s token vectors for each query, some of them padding.
    passages: a float array (b, t, d), likewise. Padding may hold any numbers.
    query_mask (a, s), passage_mask (b, t): bool arrays, True where a token is real; every query
    and every passage has one real token at least.
    Similarity is the inner product of the vectors as given, of any length.
    Without a loop over the pairs of a query and a passage.
    Returns a float array (a, b).
    """
'''
SOLUTION = """
import numpy as np


def maxsim(queries, passages, query_mask, passage_mask):
    products = np.einsum("asd,btd->abst", queries, passages)
    real = passage_mask[None, :, None, :]
    products = np.where(real, products, -np.inf)
    best = products.max(3)
    kept = query_mask[:, None, :]
    return np.where(kept, best, 0).sum(2)
"""
OTHER = """
import numpy as np


def maxsim(queries, passages, query_mask, passage_mask):
    scores = np.zeros((len(queries), len(passages)))
    for j, (passage, real) in enumerate(zip(passages, passage_mask)):
        best = (queries @ passage[real].T).max(axis=-1)
        scores[:, j] = (best * query_mask).sum(axis=1)
    return scores
"""
# fmt: off
MUTANTS = (
    Mutant("the passage's padding is among the partners",
           "products = np.where(real, products, -np.inf)", "products = products"),
    Mutant("your padding scores 0, which beats any negative product",
           "np.where(real, products, -np.inf)", "np.where(real, products, 0)"),
    Mutant("your padding scores -1, which is a floor for unit vectors only",
           "np.where(real, products, -np.inf)", "np.where(real, products, -1)"),
    Mutant("the query's padding is in your sum",
           "np.where(kept, best, 0).sum(2)", "best.sum(2)"),
    Mutant("the query's padding scores minus infinity, and so does the sum",
           "np.where(kept, best, 0)", "np.where(kept, best, -np.inf)"),
    Mutant("you average over the query's tokens",
           "np.where(kept, best, 0).sum(2)", "np.where(kept, best, 0).sum(2) / kept.sum(2)"),
    Mutant("your passage tokens choose partners among the query: the maximum is on the wrong side",
           "products = np.where(real, products, -np.inf)\n    best = products.max(3)\n"
           "    kept = query_mask[:, None, :]",
           "kept = real[:, :, 0]\n"
           "    best = np.where(query_mask[:, None, :, None], products, -np.inf).max(2)"),
    Mutant("you sum over all pairs of tokens: without a maximum one mean vector would do",
           "products.max(3)", "np.where(real, products, 0).sum(3)"),
    Mutant("you take the one best pair of tokens",
           "np.where(kept, best, 0).sum(2)", "np.where(kept, best, -np.inf).max(2)"),
    Mutant("you compare each query with the passage of its own number only",
           "np.where(kept, best, 0).sum(2)", "np.where(kept, best, 0).sum(2).diagonal()"),
    Mutant("you loop over the pairs: one product of all tokens does it",
           'products = np.einsum("asd,btd->abst", queries, passages)',
           "products = np.array([\n        [query @ passage.T for passage in passages]\n"
           "        for query in queries\n    ])"),
)
# fmt: on
HINTS = (
    "Each token of which side looks for a partner, and on which side?",
    "The maximum must not see the passage's padding, the sum must not see the query's.",
    "Products (a, b, s, t); -inf at passage padding; max over t; 0 at query padding; sum over s.",
)


def reference(queries, passages, query_mask, passage_mask):
    scores = np.zeros((len(queries), len(passages)))
    for i, query in enumerate(queries):
        for j, passage in enumerate(passages):
            for token in query[query_mask[i]]:
                scores[i, j] += max(token @ other for other in passage[passage_mask[j]])
    return scores


def cases(rng):
    def real(rows, most):
        lengths = rng.integers(1, most + 1, rows)
        lengths[rng.integers(rows)] = 1
        return np.arange(most) < lengths[:, None]

    def sets(a, s, b, t, d):
        vectors = rng.normal(size=(a, s, d)), rng.normal(size=(b, t, d))
        return *vectors, real(a, s), real(b, t)

    def filled(padding, queries, passages, query_mask, passage_mask):
        queries = np.where(query_mask[..., None], queries, padding)
        passages = np.where(passage_mask[..., None], passages, padding)
        return queries, passages, query_mask, passage_mask

    yield Case("one token on each side", sets(1, 1, 1, 1, 3))
    queries, passages, *_ = sets(1, 3, 2, 4, 2)
    whole = np.ones((1, 3), bool), np.ones((2, 4), bool)
    yield Case("no padding", (queries, passages, *whole))
    queries, passages, *masks = sets(2, 3, 3, 4, 2)
    yield Case("all products negative", filled(0.0, -np.abs(queries), np.abs(passages), *masks))
    queries, passages, *masks = sets(2, 3, 3, 4, 2)
    far = -1000 * (0.5 + np.abs(queries)), 1000 * (0.5 + np.abs(passages))
    yield Case("products of minus a million", filled(0.0, *far, *masks))
    yield Case("padding of zeros", filled(0.0, *sets(2, 4, 3, 5, 3)))
    yield Case("padding of large numbers", filled(50.0, *sets(3, 4, 2, 6, 3)))
    yield Case("short vectors", (0.05 * queries, passages, *masks))
    masks = real(3, 5)[:, ::-1].copy(), real(2, 4)[:, ::-1].copy()
    vectors = rng.normal(size=(3, 5, 4)) * 2, rng.normal(size=(2, 4, 4)) * 2
    yield Case("padding on the left", filled(7.0, *vectors, *masks))
    many = filled(3.0, *sets(20, 3, 20, 4, 8))
    yield Case("400 pairs, without a loop over them", many, lines=200)
