"""Symmetric int8 weights, a scale for each output channel."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def quantize_channels(weight):
    """Symmetric int8 codes of a layer's weight, with a scale for each output channel.

    weight: floats (out, in). The largest absolute value of a channel gets the code 127 or -127.
    Rounded to the nearest code; nothing is half-way between two. A channel of zeros has scale 1.
    Returns (codes, scales): int8 (out, in), and floats (out,) by which codes are multiplied.
    """


def linear(x, codes, scales):
    """What the layer with these weights makes of its inputs.

    x: floats (n, in); codes, scales: as returned above. The layer has no bias.
    Returns floats (n, out).
    """
'''
SOLUTION = """
import numpy as np


def quantize_channels(weight):
    scales = np.abs(weight).max(axis=1) / 127
    scales[scales == 0] = 1
    codes = np.round(weight / scales[:, None])
    return codes.astype(np.int8), scales


def linear(x, codes, scales):
    return x @ codes.T.astype(x.dtype) * scales
"""
OTHER = """
import numpy as np


def quantize_channels(weight):
    top = np.maximum(weight.max(1, keepdims=True), -weight.min(1, keepdims=True))
    steps = np.where(top > 0, top / 127, 1.0)
    return np.clip(np.rint(weight / steps), -127, 127).astype(int), steps.squeeze(1)


def linear(x, codes, scales):
    weight = np.einsum("oi,o->oi", codes, scales)
    return np.einsum("ni,oi->no", x, weight)
"""
# fmt: off
MUTANTS = (
    Mutant("your scales belong to the input channels",
           "np.abs(weight).max(axis=1)", "np.abs(weight).max(axis=0)",
           (("scales[:, None]", "scales"),)),
    Mutant("you have one scale for the whole tensor",
           "np.abs(weight).max(axis=1)", "np.full(len(weight), np.abs(weight).max())"),
    Mutant("you forget that the largest absolute value may be that of a negative weight",
           "np.abs(weight).max(axis=1)", "weight.max(axis=1)"),
    Mutant("you divide by 128: the largest code on the positive side is 127", "/ 127", "/ 128"),
    Mutant("the scale of a channel of zeros is not 1: you divide by 0, or nearly so",
           "    scales[scales == 0] = 1\n", ""),
    Mutant("you cut off the fraction instead of rounding",
           "np.round(weight / scales[:, None])", "weight / scales[:, None]"),
    Mutant("you return the factor that turns weights into codes, not codes into weights",
           "codes.astype(np.int8), scales", "codes.astype(np.int8), 1 / scales"),
    Mutant("you give each row's scale a second axis: scales are (out,)",
           "codes.astype(np.int8), scales", "codes.astype(np.int8), scales[:, None]"),
    Mutant("you compute in int8: inputs lose their fractions, and products overflow",
           "x @ codes.T.astype(x.dtype)", "x.astype(np.int8) @ codes.T"),
    Mutant("the scales are missing in your product", " * scales\n", "\n"),
)
# fmt: on
HINTS = (
    "Which axis of the weight do you reduce, if every output channel has a scale of its own?",
    "scale = the row's largest absolute value / 127, and 1 where that is 0; round, cast to int8.",
    "An output channel's scale is common to its whole sum: multiply column o of the product.",
)


def reference(weight):
    codes, scales = np.zeros(weight.shape, np.int8), np.ones(len(weight))
    for o, row in enumerate(weight):
        top = max(abs(each) for each in row)
        if top > 0:
            scales[o] = top / 127
            codes[o] = [round(each / scales[o]) for each in row]
    return codes, scales


def reference_linear(x, codes, scales):
    out = np.zeros((len(x), len(codes)))
    for n, row in enumerate(x):
        for o, channel in enumerate(codes):
            out[n, o] = sum(a * (float(b) * scales[o]) for a, b in zip(row, channel, strict=True))
    return out


def cases(rng):
    # A row's codes are drawn first, and its numbers keep within 0.4 of a step of them.
    def weight(rows, columns, sizes):
        codes = rng.integers(-120, 120, (rows, columns)) + rng.uniform(-0.4, 0.4, (rows, columns))
        for row in codes:
            row[rng.integers(columns)] = rng.choice([-127, 127])
        return codes * np.array(sizes)[:, None]

    yield Case("one weight, negative", (-rng.uniform(0.5, 2, (1, 1)),))
    yield Case("a channel of zeros", (weight(3, 4, [0.5, 0, 0.01]),))
    down = -np.abs(weight(2, 4, rng.uniform(0.1, 1, 2)))
    yield Case("negative weights only", (down,))
    yield Case("channels of very different sizes", (weight(4, 3, [100, 1, 0.01, 0.0001]),))
    yield Case("five channels of seven inputs", (weight(5, 7, rng.uniform(0.01, 0.1, 5)),))
    codes, scales = np.array([[127, -3]], np.int8), rng.uniform(0.01, 0.1, 1)
    yield Case(
        "one input to one channel", (rng.normal(size=(1, 2)), codes, scales), function="linear"
    )
    codes = rng.integers(-127, 128, (4, 6)).astype(np.int8)
    args = (rng.normal(size=(3, 6)) * 9, codes, np.array([1, 0.1, 0.01, 0.003]))
    yield Case("three inputs to four channels", args, function="linear")
