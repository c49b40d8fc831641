"""MoCo's two ingredients: the momentum encoder and the queue."""

import numpy as np

from contrastive_drill.code.task import Case, Mutant

LIBRARY = "numpy"
STUB = '''
def momentum_update(key_weights, query_weights, momentum):
    """The key encoder's weights after one step, as they follow the query encoder's.

    key_weights, query_weights: lists of float arrays, of the same shapes, place by place.
    momentum: a float from 0 to 1, near 1 in practice.
    Returns a new list of arrays; what was given stays as it is.
    """


def enqueue(queue, pointer, keys):
    """The queue after the newest keys have replaced the oldest.

    queue: a float array (size, d). pointer: an int, the row of the oldest key, written next.
    keys: a float array (n, d) with n <= size; they are written in their order, and go on at row 0
    behind the last row.
    Returns a new array, the queue, and the new pointer, an int below size; what was given stays
    as it is.
    """
'''
SOLUTION = """
import numpy as np


def momentum_update(key_weights, query_weights, momentum):
    pairs = zip(key_weights, query_weights)
    return [momentum * old + (1 - momentum) * new for old, new in pairs]


def enqueue(queue, pointer, keys):
    size, n = len(queue), len(keys)
    queue = queue.copy()
    rows = pointer + np.arange(n)
    queue[rows % size] = keys
    return queue, (pointer + n) % size
"""
OTHER = """
import numpy as np


def momentum_update(key_weights, query_weights, momentum):
    updated = []
    for index in range(len(key_weights)):
        step = query_weights[index] - key_weights[index]
        updated.append(query_weights[index] - momentum * step)
    return updated


def enqueue(queue, pointer, keys):
    rows = list(np.roll(queue, -pointer, axis=0))
    rows = rows[len(keys):] + list(keys)
    end = (pointer + len(keys)) % len(rows)
    return np.roll(np.array(rows), end, axis=0), end
"""
# fmt: off
MUTANTS = (
    Mutant("your momentum is on the wrong weights: the key encoder jumps to the query's",
           "momentum * old + (1 - momentum) * new", "(1 - momentum) * old + momentum * new"),
    Mutant("your two factors do not add up to 1: the weights grow",
           "(1 - momentum) * new", "new"),
    Mutant("you write into the weights that were given",
           "return [momentum * old + (1 - momentum) * new for old, new in pairs]",
           "for old, new in pairs:\n"
           "        old *= momentum\n"
           "        old += (1 - momentum) * new\n"
           "    return key_weights"),
    Mutant("you write into the queue that was given", "queue = queue.copy()", "queue = queue"),
    Mutant("your pointer does not come round to 0", "return queue, (pointer + n) % size",
           "return queue, pointer + n"),
    Mutant("keys beyond the last row are lost: they go on at row 0",
           "queue[rows % size] = keys", "queue[pointer : pointer + n] = keys[: size - pointer]"),
    Mutant("your pointer moves before the keys are written: the oldest rows stay",
           "rows = pointer + np.arange(n)", "rows = pointer + n + np.arange(n)"),
    Mutant("you shift the whole queue: with a pointer the rows stay where they are",
           "queue[rows % size] = keys", "queue = np.concatenate([queue[n:], keys])"),
    Mutant("your pointer moves by one, not by the number of keys",
           "return queue, (pointer + n) % size", "return queue, (pointer + 1) % size"),
)
# fmt: on
HINTS = (
    "Which of the two weights should hardly change, if the momentum is 0.999? And where is row "
    "size of a queue of that size?",
    "An average of old and new whose factors are momentum and 1 - momentum. Rows modulo size.",
    "momentum * old + (1 - momentum) * new; queue[(pointer + arange(n)) % size] = keys in a copy, "
    "and the pointer (pointer + n) % size.",
)


def reference(key_weights, query_weights, momentum):
    updated = []
    for old, new in zip(key_weights, query_weights, strict=True):
        array = np.zeros_like(old)
        for place in np.ndindex(old.shape):
            array[place] = momentum * old[place] + (1 - momentum) * new[place]
        updated.append(array)
    return updated


def reference_enqueue(queue, pointer, keys):
    for key in keys:
        queue[pointer] = key
        pointer += 1
        if pointer == len(queue):
            pointer = 0
    return queue, pointer


def cases(rng):
    def weights():
        return [rng.normal(size=shape) for shape in ((3,), (2, 3), (1,))]

    def state(size, pointer, n):
        return rng.normal(size=(size, 2)), pointer, rng.normal(size=(n, 2))

    yield Case("one weight", ([rng.normal(size=1)], [rng.normal(size=1)], 0.75))
    yield Case("three arrays, a momentum of 0.99", (weights(), weights(), 0.99))
    yield Case("a momentum of 0: a copy of the query encoder", (weights(), weights(), 0.0))
    yield Case("a queue of one row", state(1, 0, 1), function="enqueue")
    yield Case("two keys in the middle", state(6, 1, 2), function="enqueue")
    yield Case("the last row is written", state(6, 4, 2), function="enqueue")
    yield Case("keys go on at row 0", state(5, 3, 4), function="enqueue")
    yield Case("as many keys as rows", state(4, 3, 4), function="enqueue")
