"""One step of decoding with a cache of keys and values, and grouped-query heads."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def decode_step(query, key, value, keys, values, length):
    """Attention of one new token for each sequence, with a cache that was made in advance.

    query: floats (b, heads, d), of the new token. key, value: floats (b, groups, d), of the same
    token; groups divides heads. The first heads / groups query heads share key head 0, the next
    ones key head 1, and so on.
    keys, values: the cache, floats (b, groups, capacity, d). Its first `length` places hold the
    earlier tokens, oldest first; what lies beyond them is left over and means nothing.
    length: an int below capacity.
    The new token reads all earlier ones and itself; scores are scaled as usual and may be in the
    thousands.
    Without a loop over the sequences.
    Returns (output, keys, values, length): output (b, heads, d), the cache in which the new token
    has the next place, all else as it was, and the new length. Writing into it is right.
    """
'''
SOLUTION = """
import numpy as np


def decode_step(query, key, value, keys, values, length):
    b, heads, d = query.shape
    groups = key.shape[1]
    keys[:, :, length] = key
    values[:, :, length] = value
    length += 1
    grouped = query.reshape(b, groups, heads // groups, d)
    seen = keys[:, :, :length]
    scores = grouped @ seen.swapaxes(-1, -2) / np.sqrt(d)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    output = weights @ values[:, :, :length]
    return output.reshape(b, heads, d), keys, values, length
"""
OTHER = """
import numpy as np


def decode_step(query, key, value, keys, values, length):
    now = np.arange(keys.shape[2]) == length
    keys = np.where(now[:, None], key[:, :, None], keys)
    values = np.where(now[:, None], value[:, :, None], values)
    share = query.shape[1] // key.shape[1]
    wide_keys, wide_values = (np.repeat(each, share, axis=1) for each in (keys, values))
    scores = np.einsum("bhd,bhtd->bht", query, wide_keys) * query.shape[2] ** -0.5
    scores[..., length + 1 :] = -np.inf
    weights = np.exp(scores - np.logaddexp.reduce(scores, axis=-1)[..., None])
    return np.einsum("bht,bhtd->bhd", weights, wide_values), keys, values, length + 1
"""
# fmt: off
MUTANTS = (
    Mutant("you read the whole cache: what is left over beyond the length counts as well",
           "seen = keys[:, :, :length]", "seen = keys",
           (("weights @ values[:, :, :length]", "weights @ values"),)),
    Mutant("your new token does not read itself",
           "seen = keys[:, :, :length]", "seen = keys[:, :, : max(length - 1, 1)]",
           (("values[:, :, :length]", "values[:, :, : max(length - 1, 1)]"),)),
    Mutant("your key heads take turns: query head h reads key head h mod groups",
           "query.reshape(b, groups, heads // groups, d)",
           "query.reshape(b, heads // groups, groups, d).swapaxes(1, 2)",
           (("output.reshape(b, heads, d)", "output.swapaxes(1, 2).reshape(b, heads, d)"),)),
    Mutant("you write one place too far: a stale entry counts as a token, the new one does not",
           "keys[:, :, length] = key", "keys[:, :, (length + 1) % keys.shape[2]] = key",
           (("values[:, :, length] = value",
             "values[:, :, (length + 1) % values.shape[2]] = value"),)),
    Mutant("your new token takes the place of the last one",
           "keys[:, :, length] = key", "keys[:, :, length - 1] = key",
           (("values[:, :, length] = value", "values[:, :, length - 1] = value"),)),
    Mutant("the length that you return has not grown",
           "keys, values, length\n", "keys, values, length - 1\n"),
    Mutant("you append to the cache: it grows, and is copied at every step",
           "return output.reshape(b, heads, d), keys, values, length",
           "keys = np.concatenate([keys[:, :, : length - 1], key[:, :, None]], axis=2)\n"
           "    values = np.concatenate([values[:, :, : length - 1], value[:, :, None]], axis=2)\n"
           "    return output.reshape(b, heads, d), keys, values, length"),
    Mutant("your scores are not scaled", " / np.sqrt(d)", ""),
    Mutant("you take exponentials without their maximum: they overflow",
           "np.exp(scores - scores.max(axis=-1, keepdims=True))", "np.exp(scores)"),
    Mutant("your scores are scaled by the number of tokens, not by the width",
           "np.sqrt(d)", "np.sqrt(length)"),
)
# fmt: on
HINTS = (
    "What is written, and where, before anything is read? Which part of the cache is in use?",
    "Write at length, raise it, read [:length]. Give the query an axis for the groups.",
    "query (b, groups, heads / groups, d) @ keys[:, :, :length] transposed, softmax, @ values.",
)


def reference(query, key, value, keys, values, length):
    b, heads, d = query.shape
    share = heads // key.shape[1]
    keys[:, :, length], values[:, :, length] = key, value
    output = np.zeros(query.shape)
    for row, head in np.ndindex(b, heads):
        group = head // share
        scores = [query[row, head] @ keys[row, group, t] / np.sqrt(d) for t in range(length + 1)]
        weights = np.exp(np.array(scores) - max(scores))
        for t in range(length + 1):
            output[row, head] += weights[t] / weights.sum() * values[row, group, t]
    return output, keys, values, length + 1


def cases(rng):
    def draw(b, heads, groups, d, length, capacity, scale=1.0):
        new = [rng.normal(size=(b, size, d)) for size in (heads, groups, groups)]
        cache = [rng.normal(size=(b, groups, capacity, d)) for _ in range(2)]
        for each in cache:
            each[:, :, length:] = rng.uniform(3, 6, each[:, :, length:].shape)  # left over
        return scale * new[0], *new[1:], *cache, length

    def case(label, *sizes, **more):
        return Case(label, draw(*sizes), writes=True, **more)

    length = int(rng.integers(3, 6))
    yield case("an empty cache: the new token's value", 1, 1, 1, 2, 0, 2)
    yield case("one token before", 1, 1, 1, 3, 1, 4)
    yield case("the last free place", 1, 2, 2, 3, length, length + 1)
    yield case("four query heads share one key head", 2, 4, 1, 2, length, 9)
    yield case("six query heads on two key heads", 2, 6, 2, 4, length, 8)
    yield case("scores in the thousands", 1, 4, 2, 4, length, 8, 2000.0)
    yield case("sixteen sequences, without a loop", 16, 4, 2, 3, length, 7, lines=45)
