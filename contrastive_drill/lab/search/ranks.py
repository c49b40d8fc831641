"""Ranks of the glosses that were to be found: their measures, a blend of scores, the tables."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from contrastive_drill.demo.result import Cell, Chart, Series, Table
from contrastive_drill.lab.search.queries import SHARED

Array = np.ndarray[Any, np.dtype[Any]]
Ranks = dict[str, Array]  # by search; inf where it did not find the gloss
SHOWN = ("TF-IDF", "BM25", "dense", "RRF 60")
WEIGHTS = (0.1, 0.3, 0.5)  # of dense, in a blend of scores
KS = (1.0, 10.0, 60.0)  # of reciprocal rank fusion


def rank(scores: Array, target: int, depth: int) -> float:
    """The place of a document among those that score above zero; of equals the first comes first.

    inf where the place is beyond `depth`.
    """
    own = scores[target]
    place = 1 + int((scores > own).sum()) + int((scores[:target] == own).sum())
    return place if own > 0 and place <= depth else math.inf


def scaled(scores: Array, ranked: Array) -> Array:
    """The scores of a list from 0 to 1, and 0 for what is not in it."""
    result = np.zeros(len(scores))
    if len(ranked):
        low = scores[ranked[-1]] if len(ranked) > 1 else 0.0
        result[ranked] = (scores[ranked] - low) / max(scores[ranked[0]] - low, 1e-9)
    return result


def mrr(ranks: Array) -> float:
    """The mean reciprocal rank; a query that found nothing counts as 0."""
    return float((1 / ranks).mean())


def within(ranks: Array, most: int) -> float:
    """The part of queries whose gloss is among so many."""
    return float((ranks <= most).mean())


def tuned(found: dict[str, Ranks]) -> tuple[str, float]:
    """The blend best on every other query, and what it gains over RRF on the rest, in MRR."""

    def mean(search: str, start: int) -> float:
        return float(np.mean([mrr(ranks[search][start::2]) for ranks in found.values()]))

    weight = max((f"blend {weight}" for weight in WEIGHTS), key=lambda search: mean(search, 0))
    return weight, mean(weight, 1) - mean("RRF 60", 1)


def tables(found: dict[str, Ranks], blend: str) -> Iterator[Table]:
    """What each search finds of each kind of query, and what k does."""

    def rows(measure: Any, searches: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        return tuple(
            (kind, *(Cell(measure(ranks[search]), ".3f") for search in searches))
            for kind, ranks in found.items()
        )

    shown = (*SHOWN, blend)
    yield Table("Mean reciprocal rank", ("query", *shown), rows(mrr, shown))
    yield Table("Recall@10", ("query", *shown), rows(lambda ranks: within(ranks, 10), shown))
    fused = tuple(f"RRF {k:g}" for k in KS)
    yield Table("MRR of RRF by its k", ("query", *fused), rows(mrr, fused))


def chart(found: dict[str, Ranks]) -> Chart:
    """Recall by the number of results, where the two searches are equals."""
    depths, ranks = (1, 2, 3, 5, 10, 20, 50, 100), found[SHARED]
    series = [
        Series(search, depths, tuple(within(ranks[search], depth) for depth in depths))
        for search in ("BM25", "dense", "RRF 60")
    ]
    return Chart(
        "Synonyms, one of them in the definition",
        "results looked at",
        "recall",
        tuple(series),
        x_axis="log",
        sentence="Fused they gain around ten results, and little at the very top.",
    )
