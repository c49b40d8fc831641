"""Recall against cost: its points, tables and chart."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from contrastive_drill.demo.result import Cell, Chart, Series, Table
from contrastive_drill.lab.index.graph import Graph

Array = np.ndarray[Any, np.dtype[Any]]


class Point(NamedTuple):
    """One setting of an index."""

    knob: int  # cells opened, or ef
    cost: float  # of a query, in distances between whole vectors
    recall: float  # the part of the exact top ten that it finds
    scanned: float = 0.0  # points whose codes it looks at


Curve = Sequence[Point]


def recall(found: Sequence[Any], exact: Array) -> float:
    """The mean part of each query's exact top ten among its first ten found."""
    pairs = zip(found, exact.tolist(), strict=True)
    return float(
        np.mean([len({int(each) for each in row[:10]} & set(own)) / 10 for row, own in pairs])
    )


def by_codes(
    lists: list[Array], points: Array, queries: Array, exact: Array, probes: int,
    fixed: float, look_up: float, top: int,
) -> tuple[Point, Point]:  # fmt: skip
    """Lists in the order of their codes, and with their first `top` in the order of the vectors."""
    scanned = sum(map(len, lists)) / len(lists)
    tops = zip(queries, (found[:top] for found in lists), strict=True)
    best = [found[np.argsort(-(points[found] @ query))] for query, found in tops]
    cost = fixed + scanned * look_up
    return (
        Point(probes, cost, recall(lists, exact), scanned),
        Point(probes, cost + top, recall(best, exact), scanned),
    )


def by_graph(graph: Graph, queries: Array, exact: Array, ef: int, *, flat: bool) -> Point:
    """A beam of `ef` in a graph, from the top of its layers or, flat, from its first point."""
    rows, taken = zip(*(graph.search(query, ef, flat=flat) for query in queries), strict=True)
    return Point(ef, float(np.mean(taken)), recall(rows, exact))


def _row(forms: str, *values: float) -> tuple[Cell, ...]:
    return tuple(Cell(value, form) for value, form in zip(values, forms.split(), strict=True))


def cells_table(codes: Curve, ranked: Curve, cells: int, points: int, top: int) -> Table:
    """IVF-PQ by the number of cells opened."""
    rows = [
        _row("d .0f .0f .0f .3f .3f", code.knob, code.scanned, code.knob * points / cells,
             code.cost, code.recall, full.recall)
        for code, full in zip(codes, ranked, strict=True)
    ]  # fmt: skip
    return Table(
        f"IVF-PQ: {cells} cells, {points} points",
        ("cells opened", "scanned", "if even", "cost", "recall@10", "re-ranked"),
        tuple(rows),
        (f"Cost in distances; re-ranking the top {top} adds {top}.",),
    )


def graph_table(layered: Curve, flat: Curve, sizes: list[int]) -> Table:
    """HNSW by the width of its beam."""
    rows = [
        _row("d .0f .3f .0f .3f", whole.knob, whole.cost, whole.recall, alone.cost, alone.recall)
        for whole, alone in zip(layered, flat, strict=True)
    ]
    return Table(
        "HNSW",
        ("ef", "distances", "recall@10", "bottom alone", "recall@10"),
        tuple(rows),
        (f"Points on the layers: {', '.join(map(str, sizes))}.",),
    )


def bytes_table(
    dims: int, links: float, graph: Point, codes: dict[int, tuple[Point, Point]]
) -> Table:
    """What a vector takes in memory, and the recall for it."""
    rows = [
        ("exact", *_row(".0f .3f", 4 * dims, 1), ""),
        (f"HNSW, ef {graph.knob}", *_row(".0f .3f", 4 * (dims + links), graph.recall), ""),
    ]
    rows += [
        (f"{pieces} codes", *_row(".0f .3f .3f", pieces + 4, coded.recall, full.recall))
        for pieces, (coded, full) in codes.items()
    ]
    return Table(
        "Memory of a vector",
        ("index", "bytes", "recall@10", "re-ranked"),
        tuple(rows),
        (f"4 bytes a link and an id; re-ranking takes {4 * dims} more, which may lie on a disk.",),
    )


def chart(curves: dict[str, Curve], points: int) -> Chart:
    """Recall against cost."""
    series = [
        Series(label, tuple(p.cost for p in some), tuple(p.recall for p in some))
        for label, some in curves.items()
    ]
    return Chart(
        f"Recall@10 by cost; exact search takes {points}",
        "distances a query",
        "recall@10",
        tuple(series),
        x_axis="log",
        sentence="Codes alone level off; re-ranked, and by a graph, cost buys recall.",
    )
