"""Sine and cosine positions of a grid in two dimensions."""

import math

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def sine_positions(height, width, dim):
    """The fixed positions of a grid of patches, by sines and cosines.

    height, width: ints, of the grid. dim: an int, a multiple of 4.
    Without a loop over the places.
    Returns floats (height * width, dim), the places of the grid in the order of reading: along
    the top row from left to right, then the next row. Rows and columns are counted from 0.
    The first half of a vector is for the row, the second for the column, both built alike:
    first the sines of all angles, then the cosines of the same angles. An angle is the row's or
    column's number times a frequency. There are dim / 4 frequencies: the first is 1, each
    is the one before times the same factor, and the one after the last would be 1/10000.
    """
'''
SOLUTION = """
import numpy as np


def sine_positions(height, width, dim):
    count = dim // 4
    frequencies = 10000.0 ** -(np.arange(count) / count)
    row = np.repeat(np.arange(height), width)
    column = np.tile(np.arange(width), height)
    angles = [np.outer(each, frequencies) for each in (row, column)]
    parts = [wave(angle) for angle in angles for wave in (np.sin, np.cos)]
    return np.concatenate(parts, axis=1)
"""
OTHER = """
import numpy as np


def line(size, half):
    angles = np.arange(size)[:, None] * np.exp(-np.log(1e4) * np.arange(0, half, 2) / half)
    return np.hstack([np.sin(angles), np.cos(angles)])


def sine_positions(height, width, dim):
    half = dim // 2
    grid = np.empty((height, width, dim))
    grid[..., :half] = line(height, half)[:, None]
    grid[..., half:] = line(width, half)[None]
    return grid.reshape(-1, dim)
"""
# fmt: off
MUTANTS = (
    Mutant("your first half is for the column: MAE's own code has this, but it is not asked here",
           "(row, column)]", "(column, row)]"),
    Mutant("your places run down the columns, not along the rows",
           "np.repeat(np.arange(height), width)", "np.tile(np.arange(height), width)",
           (("np.tile(np.arange(width), height)", "np.repeat(np.arange(width), height)"),)),
    Mutant("your sines and cosines alternate",
           "return np.concatenate(parts, axis=1)",
           "halves = [np.stack(parts[at : at + 2], axis=2) for at in (0, 2)]\n"
           "    return np.concatenate([half.reshape(len(half), -1) for half in halves], axis=1)"),
    Mutant("your frequencies rise: the minus in the exponent is missing",
           "10000.0 ** -(np", "10000.0 ** (np"),
    Mutant("your frequencies reach 1/10000 with the last one, not after it",
           "(np.arange(count) / count)", "(np.arange(count) / max(count - 1, 1))"),
    Mutant("your exponent is taken over the whole width: the frequencies fall too slowly",
           "np.arange(count) / count", "np.arange(count) / dim"),
    Mutant("you count rows and columns from 1",
           "np.repeat(np.arange(height), width)", "np.repeat(np.arange(height) + 1, width)",
           (("np.tile(np.arange(width), height)", "np.tile(np.arange(width) + 1, height)"),)),
    Mutant("your positions are those of a sequence: neighbours above and below are far apart",
           "row = np.repeat(np.arange(height), width)", "row = np.arange(height * width)",
           (("np.tile(np.arange(width), height)", "row"),)),
)
# fmt: on
HINTS = (
    "How would you encode one number? Do that for the row and for the column, and join them.",
    "The frequencies: 10000 to minus k / (dim / 4). A number's angles: their outer product.",
    "Concatenate sin(row), cos(row), sin(column), cos(column); repeat the rows, tile the columns.",
)


def reference(height, width, dim):
    count = dim // 4
    out = []
    for row in range(height):
        for column in range(width):
            vector = []
            for number in (row, column):
                angles = [number / 10000 ** (k / count) for k in range(count)]
                vector += [math.sin(angle) for angle in angles]
                vector += [math.cos(angle) for angle in angles]
            out.append(vector)
    return np.array(out)


def cases(rng):
    small, large = int(rng.integers(2, 4)), int(rng.integers(4, 7))
    yield Case("one place: sines 0, cosines 1", (1, 1, 8))
    yield Case("dim = 4: one frequency", (2, 3, 4))
    yield Case("one row", (1, large, 8))
    yield Case("one column", (large, 1, 12))
    yield Case("wider than high", (small, large, 12))
    yield Case("higher than wide", (large, small, 16))
    yield Case("many places, without a loop over them", (12, 10, 4 * small), lines=100)
