"""MAE's random masking by a shuffle, and the mask tokens put back."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def random_masking(tokens, noise, ratio):
    """Remove a share of the tokens of each image: those with the most noise.

    tokens: floats (n, l, d). noise: floats (n, l), no two of an image alike.
    ratio: the share that is removed; int(l * (1 - ratio)) tokens of each image are kept.
    Without a loop over the images.
    Returns (kept, mask, restore):
    kept: (n, k, d), the tokens with the least noise, the least first.
    mask: (n, l), in the original order: 0 where a token is kept, 1 where it is removed.
    restore: ints (n, l), the place of each original token in the order of rising noise.
    """


def unmask(kept, token, restore):
    """All l tokens of each image in their original order, with the mask token in the gaps.

    kept: floats (n, k, d), and restore: ints (n, l), as random_masking returns them.
    token: floats (d,), the mask token. Returns (n, l, d).
    """
'''
SOLUTION = """
import numpy as np


def random_masking(tokens, noise, ratio):
    n, l, _ = tokens.shape
    k = int(l * (1 - ratio))
    shuffle = np.argsort(noise, axis=1)
    restore = np.argsort(shuffle, axis=1)
    kept = np.take_along_axis(tokens, shuffle[:, :k, None], axis=1)
    mask = np.ones((n, l))
    mask[:, :k] = 0
    mask = np.take_along_axis(mask, restore, axis=1)
    return kept, mask, restore


def unmask(kept, token, restore):
    gaps = restore.shape[1] - kept.shape[1]
    fill = np.broadcast_to(token, (len(kept), gaps, len(token)))
    shuffled = np.concatenate([kept, fill], axis=1)
    return np.take_along_axis(shuffled, restore[:, :, None], axis=1)
"""
OTHER = """
import numpy as np


def random_masking(tokens, noise, ratio):
    k = int(noise.shape[1] * (1 - ratio))
    rows = np.arange(len(tokens))[:, None]
    order = noise.argsort(1)
    restore = np.empty_like(order)
    restore[rows, order] = np.arange(noise.shape[1])
    return tokens[rows, order[:, :k]], (restore >= k).astype(float), restore


def unmask(kept, token, restore):
    out = np.tile(token, (*restore.shape, 1))
    image, place = np.nonzero(restore < kept.shape[1])
    out[image, place] = kept[image, restore[image, place]]
    return out
"""
# fmt: off
MUTANTS = (
    Mutant("you keep the tokens with the most noise",
           "shuffle = np.argsort(noise, axis=1)", "shuffle = np.argsort(-noise, axis=1)"),
    Mutant("your restore is the shuffle itself, not its inverse: one argsort is missing",
           "restore = np.argsort(shuffle, axis=1)", "restore = shuffle"),
    Mutant("your mask stays in the shuffled order: its zeros are all in front",
           "mask = np.take_along_axis(mask, restore, axis=1)", "mask = mask + 0"),
    Mutant("your mask is 1 where a token is kept",
           "mask = np.ones((n, l))\n    mask[:, :k] = 0",
           "mask = np.zeros((n, l))\n    mask[:, :k] = 1"),
    Mutant("you round the number of kept tokens to the nearest, not down",
           "int(l * (1 - ratio))", "round(l * (1 - ratio))"),
    Mutant("your ratio is the share that is kept", "int(l * (1 - ratio))", "int(l * ratio)"),
    Mutant("you keep the tokens in their original order: restore expects the order of the noise",
           "shuffle[:, :k, None]", "np.sort(shuffle[:, :k], axis=1)[:, :, None]"),
    Mutant("every image gets the mask of the first one",
           "np.argsort(noise, axis=1)", "np.argsort(noise[:1].repeat(n, axis=0), axis=1)"),
    Mutant("your mask tokens follow the kept ones and are never moved into the gaps",
           "return np.take_along_axis(shuffled, restore[:, :, None], axis=1)", "return shuffled"),
    Mutant("you shuffle a second time instead of undoing the shuffle",
           "shuffled, restore[:, :, None]", "shuffled, np.argsort(restore, axis=1)[:, :, None]"),
)
# fmt: on
HINTS = (
    "A shuffle is an argsort of noise. What undoes a permutation?",
    "Keep the first k of the shuffle; the argsort of the shuffle is its inverse.",
    "Make a mask of k zeros, then ones, and gather it by the inverse; so do kept + mask tokens.",
)


def reference(tokens, noise, ratio):
    n, count, _ = tokens.shape
    k = int(count * (1 - ratio))
    kept, mask, restore = [], np.ones((n, count)), np.zeros((n, count), int)
    for row in range(n):
        order = sorted(range(count), key=lambda place: noise[row, place])
        kept.append([tokens[row, place] for place in order[:k]])
        for rank, place in enumerate(order):
            restore[row, place] = rank
            mask[row, place] = float(rank >= k)
    return np.array(kept), mask, restore


def reference_unmask(kept, token, restore):
    out = np.zeros((*restore.shape, len(token)))
    for row, place in np.ndindex(*restore.shape):
        rank = restore[row, place]
        out[row, place] = kept[row, rank] if rank < kept.shape[1] else token
    return out


def cases(rng):
    def shuffled(n, count):
        """Ranks of which no row is its own inverse, nor like the row before it."""
        rows = []
        while len(rows) < n:
            row = rng.permutation(count)
            if (
                (row[row] != np.arange(count)).any()
                and row[0]
                and (not rows or row[0] != rows[-1][0])
            ):
                rows.append(row)
        return np.array(rows)

    def draw(n, count, d, ratio):
        return rng.normal(size=(n, count, d)), (shuffled(n, count) + 0.5) / count, ratio

    yield Case("one image of four tokens, half of them kept", draw(1, 4, 2, 0.5))
    yield Case("eight tokens, a quarter of them kept", draw(2, 8, 3, 0.75))
    yield Case("five tokens: their number is rounded down", draw(3, 5, 2, 0.25))
    yield Case("ratio 0: all are kept, shuffled", draw(2, 6, 1, 0.0))
    yield Case("twelve images, without a loop", draw(12, 16, 4, 0.625), lines=40)
    token = rng.normal(size=2)
    args = (rng.normal(size=(1, 2, 2)), token, shuffled(1, 4))
    yield Case("back: one image", args, function="unmask")
    args = (rng.normal(size=(3, 2, 2)), token, shuffled(3, 8))
    yield Case("back: three images", args, function="unmask")
    args = (rng.normal(size=(2, 6, 2)), token, shuffled(2, 6))
    yield Case("back: nothing was removed", args, function="unmask")
