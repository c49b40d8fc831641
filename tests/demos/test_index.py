"""The demo `index`: its codes, its walk and its graph against exact search; each claim broken."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from smoke import smoke

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Host
from contrastive_drill.lab import glosses
from contrastive_drill.lab.index import curves, graph

pytestmark = pytest.mark.demo
index: Any = import_module("contrastive_drill.demos.index")
TINY = replace(index.SMOKE, points=500, queries=40)


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def unit_points(count: int = 400, dims: int = 12) -> Any:
    points = seeded(5).normal(size=(count, dims))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def test_lloyd_s_rounds_lower_the_error_and_end_at_means() -> None:
    points = unit_points()
    found = index.k_means(points, 8, seeded())
    apart = ((points[:, None] - found[None]) ** 2).sum(2)
    assert (index.nearest(points, found) == apart.argmin(1)).all()
    first = points[seeded().permutation(len(points))[:8]]
    assert apart.min(1).sum() < ((points[:, None] - first[None]) ** 2).sum(2).min(1).sum()


def test_a_scan_ranks_by_the_product_with_the_decoded_points() -> None:
    points, query = unit_points(), unit_points()[17]
    made = index.ivf_pq(points, 6, 4, seeded())
    assert made.codes.dtype == np.uint8
    decoded = np.zeros_like(points)
    for cell, members in enumerate(made.members):
        for point in members:
            residual = [made.books[piece, code] for piece, code in enumerate(made.codes[point])]
            decoded[point] = made.cells[cell] + np.concatenate(residual)
    assert sorted(np.concatenate(made.members)) == list(range(400))
    scores = decoded @ query
    found = index.scan(query, made, 6)
    assert sorted(found) == list(range(400))
    assert (np.diff(scores[found]) <= 1e-12).all()
    nearest = np.argsort(-(made.cells @ query))[:2]
    opened = np.concatenate([made.members[cell] for cell in nearest])
    assert sorted(index.scan(query, made, 2)) == sorted(opened)


def test_a_walk_as_wide_as_the_graph_is_exact_and_counts_what_it_saw() -> None:
    points, query = unit_points(60), unit_points(60)[3] * -1
    ring = {at: [(at - 1) % 60, (at + 1) % 60] for at in range(60)}
    exact = np.argsort(-(points @ query)).tolist()
    assert index.walk(query, points, ring, 30, 60) == (exact, 60)
    every = {at: list(range(60)) for at in range(60)}
    assert index.walk(query, points, every, 30, 5) == (exact[:5], 60)
    (end,), seen = index.walk(query, points, ring, 30, 1)  # greedy: up to a peak of the ring
    assert points[end] @ query > max(points[near] @ query for near in ring[end])
    assert seen < 60


def test_a_graph_keeps_to_its_degrees_and_finds_its_points() -> None:
    points = unit_points()
    built = graph.build(points, index.walk, 4, 20, seeded())
    sizes = [len(layer) for layer in built.layers]
    assert sizes[0] == 400
    assert sizes == sorted(sizes, reverse=True)
    assert 400 / 4 / 1.5 < sizes[1] < 400 / 4 * 1.5
    for height, layer in enumerate(built.layers):
        for point, links in layer.items():
            assert point not in links
            assert set(links) <= layer.keys()
            assert len(links) <= (8 if height == 0 else 4)
    own = [built.search(point, 10)[0][0] for point in points]
    assert np.mean(np.array(own) == np.arange(400)) > 0.98
    exact = np.argsort(-(points @ points.T), axis=1)[:, :10]
    wide = curves.by_graph(built, points, exact, 200, flat=False)
    assert wide.recall > 0.99
    assert wide.cost > 200


def test_recall_is_the_shared_part_of_two_top_tens() -> None:
    exact = np.arange(20).reshape(2, 10)
    found = [[*range(5, 15), 0, 1], np.arange(19, 9, -1)]
    assert curves.recall(found, exact) == 0.75


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing() -> set[int]:
        run = registry.load("index").run(TINY, Host())
        return {place for place, claim in enumerate(run.claims) if not claim.held}

    def by_width(width: Any) -> Any:
        return lambda made, queries, exact, ef, flat: by_graph(
            made, queries, exact, width(ef, flat), flat=flat
        )

    scan, by_graph, few = index.scan, curves.by_graph, glosses.load()[::8]
    assert smoke("index").result.outcome == 2
    monkeypatch.setattr(glosses, "load", lambda: few)
    build, once = index.build, dict[str, Any]()  # of the same points, the same graph will do

    def built(*of: Any) -> Any:
        return once.get("graph") or once.setdefault("graph", build(*of))

    monkeypatch.setattr(index, "build", built)
    with monkeypatch.context() as broken:  # every cell opened, whatever was asked for
        broken.setattr(index, "scan", lambda query, made, probes: scan(query, made, 22))
        broken.setattr(curves, "by_graph", by_width(lambda ef, flat: 160))  # and a wide beam
        assert {3, 4, 5, 7} <= failing()
    with monkeypatch.context() as broken:  # codes that lose nothing, and layers that are needed
        broken.setattr(index, "ivf_pq", lambda points, *rest: points)
        broken.setattr(index, "scan", exact_within)
        broken.setattr(curves, "by_graph", by_width(lambda ef, flat: 10 if flat else ef))
        assert {0, 1, 8} <= failing()
    with monkeypatch.context() as broken:  # codes and links that know nothing
        broken.setattr(index, "scan", lambda *given: np.sort(scan(*given)))
        broken.setattr(index, "build", build)
        broken.setattr(graph.Graph, "_spread", lambda self, point, near, most: near[-1:])
        assert {2, 6} <= failing()


def exact_within(query: Any, points: Any, probes: int) -> Any:
    """The best of a growing part of the points, in their true order."""
    part = len(points) * probes // 22
    return np.argsort(-(points[:part] @ query))
