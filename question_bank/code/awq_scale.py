"""AWQ's search for the exponent of the channel scales."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def awq_search(x, weight, bits, alphas):
    """The exponent of AWQ's channel scales with which a quantised layer errs least.

    x: floats (n, channels), calibration inputs, no channel of which is all zero.
    weight: floats (out, channels), no row all zero; the layer is x @ weight.T. alphas: a list of
    floats, in any order. AWQ's scales come from each channel's mean absolute input. Weights are
    rounded to nearest, symmetrically, with codes up to 2^(bits - 1) - 1 on both sides and one step
    for each row, which its largest absolute value sets; inputs are not quantised.
    The error is the mean squared one of the layer's output. Of equals the smallest alpha wins.
    Returns (alpha, error), two floats.
    """
'''
SOLUTION = """
import numpy as np


def awq_search(x, weight, bits, alphas):
    mean = np.abs(x).mean(axis=0)
    top = 2 ** (bits - 1) - 1
    best, least = None, np.inf
    for alpha in sorted(alphas):
        scales = mean**alpha
        scaled = weight * scales
        step = np.abs(scaled).max(axis=1, keepdims=True) / top
        rounded = np.round(scaled / step) * step / scales
        error = ((x @ weight.T - x @ rounded.T) ** 2).mean()
        if error < least:
            best, least = alpha, error
    return best, least
"""
OTHER = """
import numpy as np


def awq_search(x, weight, bits, alphas):
    logs = np.log(np.sum(np.abs(x), 0) / len(x))

    def error(alpha):
        s = np.exp(alpha * logs)
        s = s / np.sqrt(s.max() * s.min())
        w = weight @ np.diag(s)
        step = np.maximum(w.max(1), -w.min(1)) / (2 ** (bits - 1) - 1)
        codes = np.rint(w / step[:, None])
        return np.mean(np.square((x / s) @ codes.T * step - x @ weight.T))

    least, alpha = min((error(alpha), alpha) for alpha in alphas)
    return alpha, least
"""
# fmt: off
MUTANTS = (
    Mutant("your scales come from the weights: activations tell which channels matter",
           "np.abs(x).mean(axis=0)", "np.abs(weight).mean(axis=0)"),
    Mutant("you take the largest activation of a channel: AWQ takes the mean",
           "np.abs(x).mean(axis=0)", "np.abs(x).max(axis=0)"),
    Mutant("your scales go the wrong way: you shrink the channels that matter",
           "scaled = weight * scales", "scaled = weight / scales",
           (("* step / scales", "* step * scales"),)),
    Mutant("you do not undo the scales after rounding", "* step / scales", "* step"),
    Mutant("your error is that of the weights: the layer's output counts",
           "x @ weight.T - x @ rounded.T", "weight - rounded"),
    Mutant("your step comes from the unscaled weights", "np.abs(scaled).max", "np.abs(weight).max"),
    Mutant("you have one step for the whole weight",
           "np.abs(scaled).max(axis=1, keepdims=True)", "np.abs(scaled).max()"),
    Mutant("your largest code is 2^(bits - 1): it is one less", "(bits - 1) - 1", "(bits - 1)"),
    Mutant("of equals you keep the first of the list, not the smallest alpha",
           "in sorted(alphas)", "in alphas"),
    Mutant("of equals you keep the last one", "error < least", "error <= least"),
    Mutant("you sum the squared errors instead of averaging", "** 2).mean()", "** 2).sum()"),
)
# fmt: on
HINTS = (
    "A scale s multiplies a channel's weights before rounding. What must be divided by it?",
    "For each alpha: scales = mean|x|^alpha; quantise weight * scales by rows, divide by scales.",
    "error = mean((x @ weight.T - x @ rounded.T)^2); go through sorted alphas, keep if smaller.",
)


def reference(x, weight, bits, alphas):
    n, channels = x.shape
    errors = {}
    for alpha in alphas:
        scales = [(sum(abs(x[:, j])) / n) ** alpha for j in range(channels)]
        errors[alpha] = 0.0
        for row in weight:
            scaled = [w * s for w, s in zip(row, scales, strict=True)]
            step = max(abs(w) for w in scaled) / (2 ** (bits - 1) - 1)
            rounded = [round(w / step) * step / s for w, s in zip(scaled, scales, strict=True)]
            errors[alpha] += sum((x @ row - x @ rounded) ** 2) / (n * len(weight))
    least = min(errors.values())
    return min(alpha for alpha in alphas if errors[alpha] == least), least


def cases(rng):
    def layer(n, channels, out, spread=4):
        sizes = rng.permutation(np.geomspace(1 / spread, spread, channels))
        x = rng.normal(size=(n, channels)) * sizes + 0.5 * sizes
        return x, rng.normal(size=(out, channels))

    twenty = [step / 20 for step in range(20)]
    yield Case("one alpha, one token, one output", (*layer(1, 3, 1), 3, [0.5]))
    yield Case("alpha = 0: rounding to nearest", (*layer(3, 4, 2), 3, [0.0]))
    flat, tied = rng.choice([-1.0, 1], (3, 5)), [0.5, 0.25, 1.0, 0.75]
    exact = rng.integers(-2, 3, (2, 5)) + rng.integers(1, 4, (2, 5)) / 8  # sums without rounding
    exact[:, 0] = 3
    yield Case("inputs of size 1: every alpha is equal", (flat, exact, 3, tied))
    yield Case("3 bits, four alphas in disorder", (*layer(6, 5, 5), 3, [0.75, 0.0, 0.5, 0.25]))
    yield Case("2 bits: codes -1, 0 and 1", (*layer(5, 5, 6, 1.6), 2, [0.0, 0.5, 1.0]))
    yield Case("4 bits, the grid of twenty", (*layer(5, 5, 3), 4, twenty))
