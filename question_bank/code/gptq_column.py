"""GPTQ without blocks: column after column, each error spread over those to come."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def gptq(weight, hessian, scales, bits):
    """A layer's weight quantised by GPTQ: column after column, in the order given.

    weight: floats (rows, columns), one row for each output; rows are independent of each other.
    hessian: floats (columns, columns), of the layer's output error in one row; it is positive
    definite, damping has been added. scales: floats (rows,), the step of each row.
    Codes are signed integers of so many bits, from -2^(bits - 1) to 2^(bits - 1) - 1, rounded to
    nearest and clipped; the zero point is 0. Without a loop over the rows.
    Returns floats (rows, columns): codes times scales.
    """
'''
SOLUTION = """
import numpy as np


def gptq(weight, hessian, scales, bits):
    weight = weight.copy()
    result = np.zeros_like(weight)
    upper = np.linalg.cholesky(np.linalg.inv(hessian)).T
    top = 2 ** (bits - 1)
    for i in range(weight.shape[1]):
        codes = np.round(weight[:, i] / scales).clip(-top, top - 1)
        result[:, i] = codes * scales
        error = (weight[:, i] - result[:, i]) / upper[i, i]
        weight[:, i + 1 :] -= np.outer(error, upper[i, i + 1 :])
    return result
"""
OTHER = """
import numpy as np


def gptq(weight, hessian, scales, bits):
    rest, inverse, done = weight.T / scales, np.linalg.inv(hessian), []
    while len(rest):
        done.append(np.clip(np.rint(rest[0]), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1))
        share = inverse[1:, 0] / inverse[0, 0]
        rest = rest[1:] - share[:, None] * (rest[0] - done[-1])
        inverse = inverse[1:, 1:] - np.outer(share, inverse[0, 1:])
    return np.array(done).T * scales[:, None]
"""
# fmt: off
MUTANTS = (
    Mutant("you factorise the Hessian itself: the errors spread by its inverse",
           "np.linalg.cholesky(np.linalg.inv(hessian)).T", "np.linalg.cholesky(hessian).T"),
    Mutant("no error reaches the columns to come: it spreads by a row of the upper Cholesky factor",
           "np.linalg.inv(hessian)).T", "np.linalg.inv(hessian))"),
    Mutant("you use the inverse Hessian as it is: it must forget the columns already rounded",
           "np.linalg.cholesky(np.linalg.inv(hessian)).T", "np.linalg.inv(hessian)"),
    Mutant("your error is not divided by the factor's diagonal",
           "(weight[:, i] - result[:, i]) / upper[i, i]", "weight[:, i] - result[:, i]"),
    Mutant("your correction has the wrong sign: it adds to the error",
           "weight[:, i + 1 :] -=", "weight[:, i + 1 :] +="),
    Mutant("you do not clip: large weights get codes that so few bits cannot hold",
           ".clip(-top, top - 1)", ""),
    Mutant("your lowest code is -2^(bits - 1) + 1: there is one more",
           ".clip(-top, top - 1)", ".clip(1 - top, top - 1)"),
    Mutant("you write the corrections into the weight that was given to you",
           "    weight = weight.copy()\n", ""),
    Mutant("only the next column gets the error",
           "weight[:, i + 1 :] -= np.outer(error, upper[i, i + 1 :])",
           "weight[:, i + 1 : i + 2] -= np.outer(error, upper[i, i + 1 : i + 2])"),
    Mutant("you go through the rows one by one: they share the factor",
           "codes = np.round(weight[:, i] / scales).clip(-top, top - 1)",
           "codes = np.array([\n            np.round(w / s).clip(-top, top - 1)\n"
           "            for w, s in zip(weight[:, i], scales)\n        ])"),
)
# fmt: on
HINTS = (
    "With one weight fixed to its code, which values of the others make the output error least?",
    "U upper triangular with inverse Hessian = U^T U; after column i correct all columns j > i.",
    "error = (w_i - q_i) / U_ii in every row; then w_j -= error U_ij for j > i.",
)


def reference(weight, hessian, scales, bits):
    result = np.zeros(weight.shape)
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    columns = weight.shape[1]
    inverses = [np.linalg.inv(hessian[i:, i:]) for i in range(columns)]  # of those not yet rounded
    for row in range(len(weight)):
        w = weight[row].copy()
        for i, inverse in enumerate(inverses):
            code = min(high, max(low, round(w[i] / scales[row])))
            result[row, i] = code * scales[row]
            error = (w[i] - result[row, i]) / inverse[0, 0]
            for j in range(i + 1, columns):
                w[j] -= error * inverse[0, j - i]
    return result


def cases(rng):
    def hessian(columns):  # of inputs that have much in common
        x = rng.normal(size=(3 * columns, columns)) + 1.5 * rng.normal(size=(3 * columns, 1))
        return 2 * x.T @ x / len(x) + 0.05 * np.eye(columns)

    def layer(rows, columns, bits, fill=0.6):
        scales = np.exp(rng.uniform(-3, 0, rows))
        codes = rng.uniform(-1, 1, (rows, columns)) * fill * 2 ** (bits - 1)
        return codes * scales[:, None], hessian(columns), scales, bits

    yield Case("one column: rounding to nearest", layer(2, 1, 3))
    weight, _, scales, bits = layer(2, 4, 3)
    diagonal = np.diag(rng.uniform(1, 3, 4))
    yield Case("a diagonal Hessian: rounding to nearest", (weight, diagonal, scales, bits))
    yield Case("one row, two columns", layer(1, 2, 4))
    yield Case("three rows, five columns, 4 bits", layer(3, 5, 4))
    yield Case("2 bits, and weights beyond the codes", layer(4, 6, 2, 2.5))
    yield Case("64 rows, six columns", layer(64, 6, 3), lines=110)
