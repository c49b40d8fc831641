"""Images cut into patches, and patches put back into images."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def patchify(images, p):
    """Cut images into square patches of p by p pixels, each one flat.

    images: floats (n, c, h, w); h and w are multiples of p, and may differ.
    Returns an array (n, l, p * p * c). Patches follow one another as text does: along the top row
    from left to right, then the next row. So do the pixels of a patch; the c channels of one pixel
    stand next to each other.
    """


def unpatchify(patches, p, h, w):
    """Put patches back into images: what undoes patchify.

    patches: floats (n, l, p * p * c), in the order of patchify; l is the number of patches.
    Returns an array (n, c, h, w).
    """
'''
SOLUTION = """
import numpy as np


def patchify(images, p):
    n, c, h, w = images.shape
    grid = images.reshape(n, c, h // p, p, w // p, p)
    grid = grid.transpose(0, 2, 4, 3, 5, 1)
    return grid.reshape(n, -1, p * p * c)


def unpatchify(patches, p, h, w):
    n = len(patches)
    cells = patches.reshape(n, h // p, w // p, p, p, -1)
    cells = cells.transpose(0, 5, 1, 3, 2, 4)
    return cells.reshape(n, -1, h, w)
"""
OTHER = """
import numpy as np


def patchify(images, p):
    last = np.moveaxis(images, 1, -1)
    n, h, w, _ = last.shape
    corners = [(i, j) for i in range(0, h, p) for j in range(0, w, p)]
    return np.stack([last[:, i : i + p, j : j + p].reshape(n, -1) for i, j in corners], axis=1)


def unpatchify(patches, p, h, w):
    n, l, size = patches.shape
    c = size // p**2
    out = np.empty((n, c, h, w), patches.dtype)
    for k in range(l):
        i, j = divmod(k, w // p)
        cell = patches[:, k].reshape(n, p, p, c)
        out[:, :, i * p : i * p + p, j * p : j * p + p] = np.einsum("nijc->ncij", cell)
    return out
"""
# fmt: off
MUTANTS = (
    Mutant("you reshape without moving axes: a patch is then a stretch of memory, not a square",
           "grid = grid.transpose(0, 2, 4, 3, 5, 1)", "grid = grid"),
    Mutant("in your patches a whole channel follows another: the channels of a pixel are apart",
           "transpose(0, 2, 4, 3, 5, 1)", "transpose(0, 2, 4, 1, 3, 5)"),
    Mutant("your patches run down the columns, not along the rows",
           "transpose(0, 2, 4, 3, 5, 1)", "transpose(0, 4, 2, 3, 5, 1)"),
    Mutant("the pixels in your patches are transposed",
           "transpose(0, 2, 4, 3, 5, 1)", "transpose(0, 2, 4, 5, 3, 1)"),
    Mutant("your split puts p first: a patch takes pixels that lie h / p or w / p apart",
           "reshape(n, c, h // p, p, w // p, p)", "reshape(n, c, p, h // p, p, w // p)",
           (("transpose(0, 2, 4, 3, 5, 1)", "transpose(0, 3, 5, 2, 4, 1)"),)),
    Mutant("going back, you leave the axes where they are: the image is shuffled",
           "cells = cells.transpose(0, 5, 1, 3, 2, 4)", "cells = cells"),
    Mutant("going back, you mistake the grid's height for its width",
           "reshape(n, h // p, w // p, p, p, -1)", "reshape(n, w // p, h // p, p, p, -1)",
           (("transpose(0, 5, 1, 3, 2, 4)", "transpose(0, 5, 2, 3, 1, 4)"),)),
    Mutant("going back, you read the channels of a patch one after the other",
           "patches.reshape(n, h // p, w // p, p, p, -1)",
           "patches.reshape(n, h // p, w // p, -1, p, p)",
           (("transpose(0, 5, 1, 3, 2, 4)", "transpose(0, 3, 1, 4, 2, 5)"),)),
)
# fmt: on
HINTS = (
    "Split h and w into two axes each: which patch, and which pixel within it.",
    "With six axes (n, c, rows, p, columns, p), which order makes a plain reshape right?",
    "Transpose to (n, rows, columns, p, p, c), reshape to (n, -1, p * p * c). Back: in reverse.",
)


def reference(images, p):
    n, c, h, w = images.shape
    across = w // p
    out = np.zeros((n, h // p * across, p * p * c))
    for image, channel, y, x in np.ndindex(n, c, h, w):
        patch = y // p * across + x // p
        place = ((y % p) * p + x % p) * c + channel
        out[image, patch, place] = images[image, channel, y, x]
    return out


def reference_unpatchify(patches, p, h, w):
    n, c, across = len(patches), patches.shape[2] // p**2, w // p
    out = np.zeros((n, c, h, w))
    for image, channel, y, x in np.ndindex(n, c, h, w):
        patch = y // p * across + x // p
        place = ((y % p) * p + x % p) * c + channel
        out[image, channel, y, x] = patches[image, patch, place]
    return out


def cases(rng):
    p, rows, c = int(rng.integers(2, 4)), int(rng.integers(2, 4)), int(rng.integers(2, 4))
    h, w = p * rows, p * (rows + 1)
    back = "unpatchify"
    yield Case("one patch of one channel", (rng.normal(size=(1, 1, 2, 2)), 2))
    yield Case("p = 1: a patch is a pixel", (rng.normal(size=(1, 3, 2, 3)), 1))
    yield Case("wider than high", (rng.normal(size=(2, c, h, w)), p))
    yield Case("higher than wide", (rng.normal(size=(2, c, w, h)), p))
    yield Case("back: one patch", (rng.normal(size=(1, 1, 12)), 2, 2, 2), function=back)
    patches = rng.normal(size=(2, rows * (rows + 1), p * p * c))
    yield Case("back: wider than high", (patches, p, h, w), function=back)
    patches = rng.normal(size=(2, rows * (rows + 1), p * p * (c + 1)))
    yield Case("back: higher than wide", (patches, p, w, h), function=back)
