"""LoRA: a frozen weight with a low-rank update, beside it and merged."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def lora(x, weight, a, b, alpha):
    """A linear layer with a LoRA update, for a batch.

    x: floats (n, inputs): one input in each row. weight: floats (outputs, inputs), frozen.
    a: floats (r, inputs). b: floats (outputs, r). r is the rank of the update.
    alpha: a float, LoRA's constant; the scale is the paper's.
    Returns an array (n, outputs).
    """


def merge(weight, a, b, alpha):
    """The one weight (outputs, inputs) that does the same as lora, as a new array.

    The arguments are those of lora, and are left as they are.
    """
'''
SOLUTION = """
import numpy as np


def lora(x, weight, a, b, alpha):
    scale = alpha / len(a)
    hidden = x @ a.T
    return x @ weight.T + scale * hidden @ b.T


def merge(weight, a, b, alpha):
    return weight + alpha / len(a) * b @ a
"""
OTHER = """
import numpy as np


def lora(x, weight, a, b, alpha):
    return np.einsum("oi,ni->no", merge(weight, a, b, alpha), x)


def merge(weight, a, b, alpha):
    out = weight.copy()
    for column, row in zip(b.T, a):
        out += np.outer(column, row) * (alpha / b.shape[1])
    return out
"""
# fmt: off
MUTANTS = (
    Mutant("your update is not divided by the rank", "scale = alpha / len(a)", "scale = alpha"),
    Mutant("you divide by the root of the rank: that is rank-stabilised LoRA",
           "scale = alpha / len(a)", "scale = alpha / np.sqrt(len(a))"),
    Mutant("you divide by the number of inputs, not by the rank",
           "scale = alpha / len(a)", "scale = alpha / a.shape[1]"),
    Mutant("your scale is upside down: the rank over alpha",
           "scale = alpha / len(a)", "scale = len(a) / alpha"),
    Mutant("your frozen weight is scaled as well",
           "x @ weight.T + scale * hidden @ b.T", "scale * (x @ weight.T + hidden @ b.T)"),
    Mutant("your output is the update alone: the frozen weight is missing",
           "x @ weight.T + scale * hidden @ b.T", "scale * hidden @ b.T"),
    Mutant("you merge into the array that you were given",
           "return weight + alpha / len(a) * b @ a",
           "weight += alpha / len(a) * b @ a\n    return weight"),
    Mutant("you merge the update without its scale", "weight + alpha / len(a) * b @ a",
           "weight + b @ a"),
    Mutant("you merge by subtracting: that is how an update is taken out again",
           "weight + alpha / len(a) * b @ a", "weight - alpha / len(a) * b @ a"),
)
# fmt: on
HINTS = (
    "Which way does x go through the two thin factors, and how big is what lies between?",
    "x a^T is (n, r), times b^T it is (n, outputs). The scale is alpha / r.",
    "x W^T + alpha / r * (x a^T) b^T; merged: W + alpha / r * b a.",
)


def reference(x, weight, a, b, alpha):
    n, (outputs, inputs), r = len(x), weight.shape, len(a)
    y = np.zeros((n, outputs))
    for row, out in np.ndindex(n, outputs):
        frozen = sum(weight[out, i] * x[row, i] for i in range(inputs))
        update = sum(b[out, k] * a[k, i] * x[row, i] for k in range(r) for i in range(inputs))
        y[row, out] = frozen + alpha / r * update
    return y


def reference_merge(weight, a, b, alpha):
    (outputs, inputs), r = weight.shape, len(a)
    merged = np.zeros(weight.shape)
    for out, i in np.ndindex(outputs, inputs):
        update = sum(b[out, k] * a[k, i] for k in range(r))
        merged[out, i] = weight[out, i] + alpha / r * update
    return merged


def cases(rng):
    def draw(outputs, inputs, r, alpha):
        shapes = ((outputs, inputs), (r, inputs), (outputs, r))
        return *(rng.normal(size=shape) for shape in shapes), alpha

    def batch(n, inputs):
        return rng.normal(size=(n, inputs))

    weight, a, b, _ = draw(3, 4, 2, 0.0)
    yield Case("one input, rank 1", (batch(1, 2), *draw(2, 2, 1, 2.0)))
    yield Case("b = 0, as at the start: the frozen layer", (batch(2, 4), weight, a, 0 * b, 16.0))
    yield Case("rank 3, alpha 8", (batch(3, 5), *draw(4, 5, 3, 8.0)))
    yield Case("twenty inputs, more outputs than inputs", (batch(20, 3), *draw(7, 3, 2, 5.0)))
    yield Case("merged: rank 1", draw(2, 3, 1, 2.0), function="merge")
    yield Case("merged: rank 3", draw(5, 4, 3, 8.0), function="merge")
    yield Case("merged: b = 0, as at the start", (weight, a, 0 * b, 16.0), function="merge")
