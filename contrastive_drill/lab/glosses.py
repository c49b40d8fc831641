"""The text set: WordNet's glosses, GloVe's word vectors, and pairs of words for analogies."""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from contrastive_drill.lab.emoji import words

DATA = files("contrastive_drill.demos") / "data"
Floats = np.ndarray[Any, np.dtype[np.floating[Any]]]


@dataclass(frozen=True, slots=True)
class Gloss:
    """One meaning: its name in WordNet, the words for it, its definition, and examples."""

    name: str  # such as n02084071
    lemmas: tuple[str, ...]
    definition: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WordVectors:
    """Words, the most frequent in the news first, and a vector of each: [n, 50]."""

    words: tuple[str, ...]
    vectors: Floats

    def places(self) -> dict[str, int]:
        """The row of each word."""
        return {word: place for place, word in enumerate(self.words)}


@cache
def load() -> tuple[Gloss, ...]:
    """The 12,000 glosses that are shipped with the demos, read once."""
    lines = gzip.decompress((DATA / "glosses.tsv.gz").read_bytes()).decode().splitlines()
    rows = (line.split("\t") for line in lines)
    return tuple(
        Gloss(name, tuple(lemmas.split("|")), definition, tuple(filter(None, examples.split("|"))))
        for name, lemmas, definition, examples in rows
    )


@cache
def glove() -> WordVectors:
    """GloVe 6B in 50 dimensions, its frequent words, from one byte a number."""
    with (DATA / "glove.npz").open("rb") as file, np.load(file) as arrays:
        listed = tuple(bytes(arrays["words"]).decode().split("\n"))
        scales = arrays["scales"].astype(np.float32)
        return WordVectors(listed, arrays["vectors"] * scales[:, None])


@cache
def analogies() -> dict[str, tuple[tuple[str, str], ...]]:
    """Pairs of words by their relation, such as capital: (france, paris)."""
    kinds = json.loads((DATA / "analogies.json").read_text(encoding="utf-8"))
    return {kind: tuple((first, second) for first, second in kinds[kind]) for kind in kinds}


def shares(texts: Sequence[str]) -> dict[str, float]:
    """The part of all words of some texts that each word makes up."""
    counts = Counter(word for text in texts for word in words(text))
    total = counts.total()
    return {word: count / total for word, count in counts.items()}


def averaged(
    texts: Sequence[str], known: WordVectors, often: Mapping[str, float], smooth: float = 1e-3
) -> Floats:
    """Each text as the weighted mean of its words' vectors, of whatever length: [n, 50].

    A word that makes up the part p of all words weighs smooth / (smooth + p) (SIF, Arora and others
    2017, https://openreview.net/forum?id=SyK00v5xx); where `often` is empty all weigh alike. A text
    without any known word is zero.
    """
    places = known.places()
    means = np.zeros((len(texts), known.vectors.shape[1]))
    for row, text in enumerate(texts):
        kept = [word for word in words(text) if word in places]
        if kept:
            weights = np.array([smooth / (smooth + often.get(word, 0)) for word in kept])
            means[row] = weights @ known.vectors[[places[word] for word in kept]] / len(kept)
    return means


def unit(vectors: Floats) -> Floats:
    """Vectors of length one; a zero stays."""
    lengths: Floats = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = vectors / lengths.clip(1e-9)
    return scaled


def encoder(texts: Sequence[str]) -> Callable[[Sequence[str]], Floats]:
    """A function from texts to unit vectors [n, 50], that knows the word counts of `texts`.

    Their weighted means less the one direction that `texts` have in common (SIF).
    """
    known, often = glove(), shares(texts)
    means = averaged(texts, known, often)
    common = np.linalg.eigh(means.T @ means)[1][:, -1:].T  # of the largest eigenvalue

    def encode(some: Sequence[str]) -> Floats:
        means = averaged(some, known, often)
        return unit(means - means @ common.T @ common)

    return encode
