"""SmoothQuant: outliers move from the activations into the weights."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def smooth(x, weight, alpha):
    """Activations and weights of a layer after SmoothQuant, whose product is what it was.

    x: floats (n, channels), the inputs of all tokens; weight: floats (out, channels).
    The layer is x @ weight.T. alpha: from 0 to 1, the strength of the migration to the weights.
    There is one factor for each input channel, as the paper has it; a channel whose inputs or
    weights are all zero stays as it is.
    Returns (x, weight), both of the shapes given.
    """
'''
SOLUTION = """
import numpy as np


def smooth(x, weight, alpha):
    inputs = np.abs(x).max(axis=0)
    weights = np.abs(weight).max(axis=0)
    live = (inputs > 0) & (weights > 0)
    factor = np.ones(len(inputs))
    factor[live] = inputs[live] ** alpha / weights[live] ** (1 - alpha)
    return x / factor, weight * factor
"""
OTHER = """
import numpy as np


def smooth(x, weight, alpha):
    a, b = (np.abs(each).max(0) for each in (x, weight))
    dead = a * b == 0
    logs = alpha * np.log(np.where(dead, 1, a)) - (1 - alpha) * np.log(np.where(dead, 1, b))
    return x * np.exp(-logs), weight @ np.diag(np.exp(logs))
"""
# fmt: off
MUTANTS = (
    Mutant("your alpha does the opposite: it belongs to the activations, 1 - alpha to the weights",
           "inputs[live] ** alpha / weights[live] ** (1 - alpha)",
           "inputs[live] ** (1 - alpha) / weights[live] ** alpha"),
    Mutant("you multiply by the weights' maximum: it stands below the line",
           "alpha / weights", "alpha * weights"),
    Mutant("your factor goes the wrong way: the activations' outliers grow",
           "x / factor, weight * factor", "x * factor, weight / factor"),
    Mutant("the weights are as they were: your product changes",
           "x / factor, weight * factor", "x / factor, weight"),
    Mutant("you raise the whole ratio to alpha: the weights' exponent is 1 - alpha",
           "weights[live] ** (1 - alpha)", "weights[live] ** alpha"),
    Mutant("your maximum is not that of absolute values",
           "np.abs(x).max(axis=0)", "np.maximum(x.max(axis=0), 1e-5)"),
    Mutant("you average the absolute activations: the paper takes their maximum",
           "np.abs(x).max(axis=0)", "np.abs(x).mean(axis=0)"),
    Mutant("you take one maximum over all weights: each channel has its own",
           "np.abs(weight).max(axis=0)",
           "np.where(np.abs(weight).max(axis=0), np.abs(weight).max(), 0)"),
    Mutant("a channel of zeros gets a factor of 0 or infinity",
           "live = (inputs > 0) & (weights > 0)", "live = inputs > -1"),
    Mutant("you change the weights that were given to you",
           "return x / factor, weight * factor",
           "weight *= factor\n    return x / factor, weight"),
)
# fmt: on
HINTS = (
    "By what must weights be multiplied if activations are divided by s, channel by channel?",
    "Two maxima of absolute values for each input channel, over tokens and over outputs.",
    "s = max|X|^alpha / max|W|^(1 - alpha), and 1 where a maximum is 0; x / s and weight * s.",
)


def reference(x, weight, alpha):
    x, weight = x.copy(), weight.copy()
    for j in range(x.shape[1]):
        a = max(abs(each) for each in x[:, j])
        b = max(abs(each) for each in weight[:, j])
        if a > 0 and b > 0:
            s = a**alpha / b ** (1 - alpha)
            for row in x:
                row[j] /= s
            for row in weight:
                row[j] *= s
    return x, weight


def cases(rng):
    def layer(n, channels, out):
        x = rng.normal(size=(n, channels)) * rng.permutation(np.geomspace(0.5, 40, channels))
        return x, rng.normal(size=(out, channels)) * 0.3

    alpha = rng.uniform(0.6, 0.9)
    one = (rng.uniform(5, 9, (1, 1)), rng.uniform(0.1, 0.4, (1, 1)))
    yield Case("one token, one channel, one output", (*one, alpha))
    yield Case("alpha = 0.5: both maxima become equal", (*layer(3, 2, 4), 0.5))
    yield Case("alpha = 0: the weights are levelled", (*layer(2, 3, 2), 0.0))
    yield Case("alpha = 1: the activations are levelled", (*layer(2, 3, 2), 1.0))
    x, weight = layer(4, 3, 2)
    x[:, 1] = -np.abs(x[:, 1])
    yield Case("a channel of negative inputs", (x, weight, alpha))
    x, weight = layer(3, 4, 2)
    x[:, 0], weight[:, 2] = 0, 0
    yield Case("a channel without input, another without weights", (x, weight, alpha))
    yield Case("five tokens, six channels", (*layer(5, 6, 4), 1 - alpha))
