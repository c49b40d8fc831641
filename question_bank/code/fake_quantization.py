"""Fake quantisation, with straight-through gradients."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "torch"
STUB = '''
def fake_quantize(x, scale, low, high):
    """x rounded to the grid of its codes, and back: training with quantisation calls it.

    x: floats of any shape; scale: a scalar tensor, positive: the step; the zero point is 0.
    low, high: ints, the smallest and the largest code; what lies beyond gets the nearest code.
    No number is half-way between codes, at an end of the range, or within a step beyond it.
    Returns floats of the shape of x, differentiable in x and in scale. Backwards, rounding counts
    as the identity; all else has its own derivative, as clipping has, and the two uses of scale.
    """
'''
SOLUTION = """
import torch


def fake_quantize(x, scale, low, high):
    codes = (x / scale).clamp(low, high)
    rounded = codes + (codes.round() - codes).detach()
    return rounded * scale
"""
OTHER = """
import torch


class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale, low, high):
        ratio = x / scale
        codes = ratio.round().clamp(low, high)
        ctx.save_for_backward(ratio, codes)
        return codes * scale

    @staticmethod
    def backward(ctx, grad):
        ratio, codes = ctx.saved_tensors
        inside = (codes - ratio).abs() <= 0.5
        on_scale = torch.where(inside, codes - ratio, codes)
        return grad * inside, (grad * on_scale).sum(), None, None


def fake_quantize(x, scale, low, high):
    return Quantize.apply(x, scale, low, high)
"""
# fmt: off
MUTANTS = (
    Mutant("your rounding has its true derivative, 0: x learns nothing",
           "codes + (codes.round() - codes).detach()", "codes.round()"),
    Mutant("your gradient passes where the value was clipped, and none reaches the scale",
           "return rounded * scale", "return x + (rounded * scale - x).detach()"),
    Mutant("your gradient passes where the value was clipped",
           "(x / scale).clamp(low, high)",
           "x / scale", (("codes.round() - codes", "codes.round().clamp(low, high) - codes"),)),
    Mutant("you detach the whole code: the gradient on x is cut off",
           "codes + (codes.round() - codes).detach()", "codes.round().detach()",
           (("(x / scale)", "(x.detach() / scale.detach())"),)),
    Mutant("the scale is a constant to you: it is learned too",
           "(x / scale)", "(x / scale.detach())", (("* scale", "* scale.detach()"),)),
    Mutant("your scale learns from the way back alone, not from the division",
           "(x / scale)", "(x / scale.detach())"),
    Mutant("you return codes: on the way back they are multiplied by the scale",
           "return rounded * scale", "return rounded"),
    Mutant("you clip x to the codes' range before it is divided by the scale",
           "(x / scale).clamp(low, high)", "x.clamp(low, high) / scale"),
    Mutant("you round down instead of to the nearest code", "codes.round()", "codes.floor()"),
)
# fmt: on
HINTS = (
    "What can you add to a tensor that changes its value and not its gradient?",
    "codes + (round(codes) - codes).detach(), with codes already divided and clipped.",
    "x / scale, clamp to low and high, round straight through, times scale: the rest is autograd.",
)


def reference(x, scale, low, high):
    out = [min(high, max(low, round(each / float(scale)))) * float(scale) for each in x.ravel()]
    return np.array(out).reshape(x.shape)


def gradients(x, scale, low, high):
    on_x, on_scale = [], 0.0
    for place, each in enumerate(x.ravel() / scale):
        weight = np.cos(place)
        inside = low <= each <= high
        on_x.append(weight if inside else 0.0)
        if inside:
            on_scale += weight * (round(each) - each)
        else:
            on_scale += weight * (low if each < low else high)
    return np.array(on_x).reshape(x.shape), np.array(on_scale)


def cases(rng):
    def inside(low, high, shape):  # codes within the range, and up to 0.4 of a step
        return rng.integers(low + 1, high, shape) + rng.uniform(0.1, 0.4, shape) * rng.choice(
            [-1, 1], shape
        )

    def case(label, codes, scale, low, high):
        return Case(
            label, (codes * scale, np.array(scale), low, high), grads=(0, 1), tolerance=1e-3
        )

    scale = rng.uniform(0.1, 0.5)
    yield case("one number in the range", inside(-8, 7, (1,)), scale, -8, 7)
    yield case("one number above the range", 9 + rng.uniform(0.1, 0.4, 1), scale, -8, 7)
    yield case("one number below the range", -10 + rng.uniform(0.1, 0.4, 1), scale, -8, 7)
    codes = inside(-8, 7, (3, 4))
    codes[0, 1], codes[2, 3] = 11.2, -12.7
    yield case("a matrix, two numbers of it clipped", codes, scale, -8, 7)
    codes = np.append(inside(0, 15, (5,)), [-3.3, 22.8])
    yield case("codes from 0 to 15", codes, rng.uniform(2, 5), 0, 15)
    codes = np.append(inside(-2, 1, (4,)), [3.3, -5.1])
    yield case("two bits, a step of 1/16", codes, 0.0625, -2, 1)
    codes = np.append(inside(-127, 127, (9,)), [-170.3, 150.2])
    yield Case("eight bits, values only", (codes * 0.02, np.array(0.02), -127, 127))
