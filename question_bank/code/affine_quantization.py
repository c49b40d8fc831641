"""Affine quantisation to uint8 and back."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def affine_parameters(x):
    """Scale and zero point that map the range of a tensor onto the codes 0 to 255.

    x: floats of any shape, one at least. The range is that of x, widened where needed: the real
    number 0 has to be a code. The zero point is rounded to the nearest integer.
    Returns (scale, zero_point), a float and an int; of zeros only, they are 1 and 0.
    """


def quantize(x, scale, zero_point):
    """The codes of x, each from 0 to 255; what lies beyond gets the nearest code.

    x: floats of any shape; scale: a float; zero_point: an int from 0 to 255. Rounding comes before
    the zero point, and a half goes to the even number.
    Returns uint8 of the shape of x.
    """


def dequantize(codes, scale, zero_point):
    """The numbers that codes stand for.

    codes: uint8 of any shape; scale, zero_point: as above.
    Returns floats of the shape of codes.
    """
'''
SOLUTION = """
import numpy as np


def affine_parameters(x):
    low, high = min(x.min(), 0.0), max(x.max(), 0.0)
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(np.round(-low / scale))


def quantize(x, scale, zero_point):
    codes = np.round(x / scale) + zero_point
    return codes.clip(0, 255).astype(np.uint8)


def dequantize(codes, scale, zero_point):
    return scale * (codes.astype(float) - zero_point)
"""
OTHER = """
import numpy as np


def affine_parameters(x):
    low, high = float(np.minimum(x, 0).min()), float(np.maximum(x, 0).max())
    scale = (high - low) / 255.0 or 1.0
    return scale, 255 - round(high / scale) if high > 0 else round(-low / scale)


def quantize(x, scale, zero_point):
    return np.clip(np.rint(x / scale), -zero_point, 255 - zero_point).astype(int) + zero_point


def dequantize(codes, scale, zero_point):
    return (np.arange(256) * scale - zero_point * scale)[codes]
"""
# fmt: off
MUTANTS = (
    Mutant("your range need not include 0, so your zero point may lie outside the codes",
           "min(x.min(), 0.0), max(x.max(), 0.0)", "x.min(), x.max()"),
    Mutant("you divide the range by the number of codes: there is one step fewer",
           "(high - low) / 255", "(high - low) / 256"),
    Mutant("your zero point has the wrong sign", "np.round(-low", "np.round(low"),
    Mutant("you cut off the fraction of the zero point",
           "int(np.round(-low / scale))", "int(-low / scale)"),
    Mutant("you add the zero point before rounding: an odd one turns the halves round",
           "np.round(x / scale) + zero_point", "np.round(x / scale + zero_point)"),
    Mutant("of zeros only, you divide by a scale of 0", "if low == high:", "if False:"),
    Mutant("you round down instead of to the nearest code",
           "np.round(x / scale)", "np.floor(x / scale)"),
    Mutant("you round a half up, not to the even number",
           "np.round(x / scale)", "np.floor(x / scale + 0.5)"),
    Mutant("you do not clip, so that codes beyond 255 begin again at 0",
           "codes.clip(0, 255)", "codes.astype(np.int64)"),
    Mutant("you clip before the zero point is added",
           "np.round(x / scale) + zero_point\n    return codes.clip(0, 255)",
           "np.round(x / scale).clip(0, 255) + zero_point\n    return codes.astype(np.int64)"),
    Mutant("you subtract in uint8, where what is below 0 comes out near 255",
           "codes.astype(float) - zero_point", "codes - zero_point"),
    Mutant("you add the zero point on the way back, too",
           "codes.astype(float) - zero_point", "codes.astype(float) + zero_point"),
)
# fmt: on
HINTS = (
    "Two ends of the range go to 0 and 255: how many steps lie between, and where does 0 fall?",
    "scale = range / 255 with 0 in the range; the zero point is the code of 0.",
    "round(x / scale) + zero point, clipped; back: scale (code - zero point), not in uint8.",
)


def reference(x):
    low, high = min([0.0, *x.ravel()]), max([0.0, *x.ravel()])
    if low == 0 and high == 0:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, round((0 - low) / scale)


def reference_quantize(x, scale, zero_point):
    codes = [min(255, max(0, round(each / scale) + zero_point)) for each in x.ravel()]
    return np.array(codes, np.uint8).reshape(x.shape)


def reference_dequantize(codes, scale, zero_point):
    numbers = [scale * (int(code) - zero_point) for code in codes.ravel()]
    return np.array(numbers).reshape(codes.shape)


def cases(rng):
    yield Case("zeros only", (np.zeros((2, 3)),))
    for label, sign in (("positive numbers only", 1), ("negative numbers only", -1)):
        yield Case(label, (sign * rng.uniform(2, 10, (2, 3)),))
    yield Case("numbers of both signs", (np.append(rng.uniform(-3, 3, 5), [-6, 7]),))
    zero, step = int(rng.integers(60, 200)), rng.uniform(0.01, 0.2)
    inside = rng.integers(1, 255, (3, 4)) - zero + rng.uniform(-0.4, 0.4, (3, 4))
    yield Case("numbers in the range", (inside * step, step, zero), function="quantize")
    beyond = np.array([-zero - 40.2, -zero - 300, 255.3 - zero + 40, 700.0]) * step
    yield Case("numbers beyond the range", (beyond, step, zero), function="quantize")
    halves = (rng.permutation(np.arange(-9, 10) / 4), 0.5, 2 * (zero // 2) + 1)
    yield Case("halves of a step of 1/2, an odd zero point", halves, function="quantize")
    codes = rng.permutation(256)[:8].astype(np.uint8)
    codes[:2] = 0, 255
    yield Case("codes on both sides of the zero point", (codes, step, zero), function="dequantize")
