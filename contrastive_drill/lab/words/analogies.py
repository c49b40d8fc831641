"""Analogies a : b :: c : ?, answered by the word nearest to b - a + c."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.demo.result import Cell, Table
from contrastive_drill.lab.glosses import WordVectors, unit

Array = np.ndarray[Any, np.dtype[Any]]


class Score(NamedTuple):
    """The part of some analogies that is answered rightly, by the rule of the search."""

    barred: float  # the three words of the question cannot be the answer
    free: float  # any word can
    repeated: float  # of the free answers, those that are a word of the question
    nearest: float  # barred, and without the offset: the nearest word to c

    @property
    def left(self) -> float:
        """What is left of the right answers when any word can be one."""
        return self.free / max(self.barred, 1e-9)


def questions(pairs: Array, count: int, generator: np.random.Generator) -> Array:
    """Two different pairs of one relation as a, b, c and the answer: [count or less, 4]."""
    both = np.argwhere(~np.eye(len(pairs), dtype=bool))
    chosen = both[generator.permutation(len(both))[:count]]
    return pairs[chosen].reshape(-1, 4)


def score(asked: Array, vectors: Array) -> Score:
    """How words with unit vectors [n, d] answer."""
    a, b, c, answer = asked.T
    free = (vectors[b] - vectors[a] + vectors[c]) @ vectors.T
    near = vectors[c] @ vectors.T
    said = free.argmax(1)
    for similarities in (free, near):
        np.put_along_axis(similarities, asked[:, :3], -np.inf, 1)
    return Score(
        barred=float((free.argmax(1) == answer).mean()),
        free=float((said == answer).mean()),
        repeated=float((asked[:, :3] == said[:, None]).any(1).mean()),
        nearest=float((near.argmax(1) == answer).mean()),
    )


def scores(
    kinds: Mapping[str, Sequence[tuple[str, str]]], known: WordVectors, each: int,
    generator: np.random.Generator,
) -> dict[str, Score]:  # fmt: skip
    """The score of every relation, by `each` questions."""
    places, vectors = known.places(), unit(known.vectors).astype(np.float32)
    found = {}
    for kind, pairs in kinds.items():
        rows = np.array([[places[word] for word in pair] for pair in pairs])
        found[kind] = score(questions(rows, each, generator), vectors)
    return found


def table(found: Mapping[str, Score]) -> Table:
    """Every relation, with and without barring the question's own words."""
    rows = [(kind, *(Cell(part, ".3f") for part in one)) for kind, one in found.items()]
    return Table(
        "GloVe's analogies answered rightly",
        ("relation", "words barred", "any word", "says one of them", "nearest to c"),
        tuple(rows),
        ("The last column has no offset: the nearest word to c, words barred.",),
    )
