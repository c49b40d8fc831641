"""How near the products of skip-gram come to pointwise mutual information."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.demo.result import Cell, Chart, Series, Table

Array = np.ndarray[Any, np.dtype[Any]]
LEAST = 5  # times that a pair was met, for its PMI to be an estimate of something


class Fit(NamedTuple):
    """The products of one training against the PMI of pairs met often enough."""

    dims: int
    k: int
    power: float  # of the counts that noise follows
    correlation: float  # of what the two words' counts do not explain
    score: float  # the mean product
    less: float  # the mean of product less PMI; in the limit -log k
    unseen: float  # the mean product of pairs that never met
    tilt: float  # the mean product with the rarer half of contexts less that with the other


def information(counts: Array) -> Array:
    """PMI of each pair [V, V] in nats; minus infinity where it was never met."""
    expected = np.outer(counts.sum(1), counts.sum(0)) / counts.sum()
    with np.errstate(divide="ignore"):
        found: Array = np.log(counts / np.maximum(expected, 1e-12))
    return found


def often(counts: Array) -> Array:
    """Which pairs were met often enough: [V, V]."""
    return counts >= LEAST


def fit(products: Array, counts: Array, dims: int, k: int, power: float) -> Fit:
    """Set the products of words and contexts [V, V] against the counts of their pairs."""
    seen = often(counts)
    true, said = information(counts)[seen], products[seen]
    met = np.broadcast_to(counts.sum(0), counts.shape)[seen]
    rare = met < np.median(met)
    return Fit(
        dims, k, power, beyond_rarity(products, counts), float(said.mean()),
        float((said - true).mean()), float(products[counts == 0].mean()),
        float(said[rare].mean() - said[~rare].mean()),
    )  # fmt: skip


def beyond_rarity(products: Array, counts: Array) -> float:
    """The correlation with PMI once both are free of what log counts of the words explain.

    Among pairs met often rare words have the higher PMI, so that rarity alone correlates with it
    by about 0.9: a product that knows nothing of the pair would look good.
    """
    seen = often(counts)
    log_counts = [
        np.log(np.broadcast_to(counts.sum(axis, keepdims=True), counts.shape)[seen])
        for axis in (0, 1)
    ]
    both = np.stack([products[seen], information(counts)[seen]], 1)
    known = np.stack([np.ones(len(both)), *log_counts], 1)
    left = both - known @ np.linalg.lstsq(known, both)[0]
    return float(np.corrcoef(left.T)[0, 1])


def rarity(counts: Array) -> float:
    """The correlation of PMI with -log of both words' counts, which know nothing of the pair."""
    seen = often(counts)
    alone = -np.log(np.outer(counts.sum(1), counts.sum(0)).clip(1))
    return float(np.corrcoef(alone[seen], information(counts)[seen])[0, 1])


def table(fits: Sequence[Fit], counts: Array) -> Table:
    """Every training."""
    rows = [
        (
            f"{one.dims}, k = {one.k}" + (", noise to 3/4" if one.power < 1 else ""),
            Cell(one.correlation, ".3f"),
            Cell(one.less, ".2f"),
            Cell(-np.log(one.k), ".2f"),
            Cell(one.unseen, ".2f"),
        )
        for one in fits
    ]
    return Table(
        "Products against PMI",
        ("dimensions", "correlation", "less PMI", "-log k", "never met"),
        tuple(rows),
        (
            f"Over {often(counts).sum()} pairs met {LEAST} times or more; rarity alone "
            f"correlates with PMI by {rarity(counts):.2f}, so this is of what it leaves.",
        ),
    )


def chart(fits: Sequence[Fit]) -> Chart:
    """The correlation by dimensions."""
    dims = tuple(one.dims for one in fits)
    return Chart(
        "Skip-gram's products and PMI",
        "dimensions",
        "correlation",
        (Series("k = 5", dims, tuple(one.correlation for one in fits)),),
        x_axis="log",
        sentence="With few dimensions products are far from PMI; more of them help, up to a point.",
    )
