"""ZCA whitening, fitted on one set and applied to another."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def whiten(train, test, epsilon):
    """ZCA whitening, fitted on one set of vectors and applied to another.

    train: a float array (n, d); test: a float array (m, d).
    epsilon: a float, added to every eigenvalue of the covariance; 0 only where none of them is.
    The covariance divides by n. Of all matrices that whiten, take the one that is symmetric and
    positive definite.
    Returns test whitened, an array (m, d); train and test stay as they are.
    """
'''
SOLUTION = """
import numpy as np


def whiten(train, test, epsilon):
    mean = train.mean(0)
    centred = train - mean
    covariance = centred.T @ centred / len(train)
    values, vectors = np.linalg.eigh(covariance)
    scales = 1 / np.sqrt(values + epsilon)
    matrix = (vectors * scales) @ vectors.T
    return (test - mean) @ matrix
"""
OTHER = """
import numpy as np


def whiten(train, test, epsilon):
    mean = np.mean(train, axis=0, keepdims=True)
    cov = np.atleast_2d(np.cov(train, rowvar=False, bias=True)) + epsilon * np.eye(train.shape[1])
    u, s, vt = np.linalg.svd(cov)
    return np.einsum("md,dk,k,kj->mj", test - mean, u, s**-0.5, vt)
"""
# fmt: off
MUTANTS = (
    Mutant("your test set is not centred", "(test - mean)", "test"),
    Mutant("you centre the test set on its own mean: fit once, then apply the same to all",
           "(test - mean)", "(test - test.mean(0))"),
    Mutant("you fit on the test set", "train.mean(0)", "test.mean(0)",
           (("train - mean", "test - mean"), ("len(train)", "len(test)"))),
    Mutant("your matrix is the inverse covariance: the root is missing",
           "1 / np.sqrt(values + epsilon)", "1 / (values + epsilon)"),
    Mutant("you multiply by the root where you should divide",
           "1 / np.sqrt(values + epsilon)", "np.sqrt(values + epsilon)"),
    Mutant("your epsilon is outside the root",
           "1 / np.sqrt(values + epsilon)", "1 / (np.sqrt(np.maximum(values, 0)) + epsilon)"),
    Mutant("you stay in the eigenvectors' axes: that is PCA whitening, and its signs are chance",
           "(vectors * scales) @ vectors.T", "vectors * scales"),
    Mutant("you scale the rows of the eigenvectors: each eigenvector is a column",
           "(vectors * scales) @", "(vectors * scales[:, None]) @"),
    Mutant("you scale each dimension by itself: correlations stay",
           "values, vectors = np.linalg.eigh(covariance)",
           "values, vectors = covariance.diagonal(), np.eye(len(covariance))"),
    Mutant("your covariance divides by n - 1", "/ len(train)", "/ max(len(train) - 1, 1)"),
    Mutant("you centre in place: the caller's training set changes",
           "centred = train - mean", "train -= mean\n    centred = train"),
)
# fmt: on
HINTS = (
    "Which matrix W makes W C W the identity, and is symmetric and positive definite?",
    "The inverse square root of the covariance: turn into its eigenvectors, scale, turn back.",
    "(test - mean) @ V diag(1 / sqrt(values + epsilon)) V^T, with values, V from eigh of C.",
)


def reference(train, test, epsilon):
    n, d = train.shape
    mean = sum(train) / n
    covariance = sum(np.outer(row - mean, row - mean) for row in train) / n
    matrix = np.zeros((d, d))
    values, vectors = np.linalg.eigh(covariance)
    for k in range(d):
        matrix += np.outer(vectors[:, k], vectors[:, k]) / np.sqrt(values[k] + epsilon)
    return np.array([matrix @ (row - mean) for row in test])


def cases(rng):
    def sets(n, m, d):
        mixing = np.eye(d) + rng.normal(size=(d, d)) * 0.4
        offset = rng.normal(size=d) * 2
        return rng.normal(size=(n, d)) @ mixing + offset, rng.normal(size=(m, d)) @ mixing + offset

    yield Case("one training row: only epsilon is left", (*sets(1, 2, 2), 0.25))
    yield Case("one dimension", (*sets(5, 3, 1), 0.01))
    yield Case("one test row", (*sets(8, 1, 3), 0.1))
    train, _ = sets(30, 1, 3)
    yield Case("the training set itself", (train, train, 0.0))
    yield Case("fewer rows than dimensions", (*sets(3, 4, 5), 0.1))
    yield Case("a constant dimension", (*(x * [1.0, 0.0, 1.0] for x in sets(9, 4, 3)), 0.05))
    yield Case("float32", (*sets(40, 5, 4), 0.1), dtype="float32")
    yield Case("64 rows of eight", (*sets(64, 20, 8), 0.001))
