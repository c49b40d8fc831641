"""Each measure at the values it is known to take, and against a plain loop."""

import math
import statistics

import pytest
import torch
from torch import Tensor

from contrastive_drill.lab import measures
from contrastive_drill.lab.losses import unit


def gaussian(n: int, d: int, seed: int = 0) -> Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def cross(d: int) -> Tensor:
    """The 2d points ±e_i: unit vectors that fill the sphere evenly."""
    return torch.cat([torch.eye(d), -torch.eye(d)]).double()


def different(vectors: Tensor) -> int:
    return len({tuple(row) for row in vectors.tolist()})


def test_spread_is_zero_when_collapsed_and_one_when_isotropic() -> None:
    assert measures.spread(torch.full((9, 4), 0.5)) == 0.0
    assert measures.spread(cross(8)) == pytest.approx(1.0)
    assert measures.spread(unit(gaussian(20_000, 32))) == pytest.approx(1.0, abs=0.01)


def test_spread_follows_the_angle_of_a_cone() -> None:
    """Vectors at angle a round an axis: sin a of them is spread, the rest shared."""
    rim = unit(gaussian(4000, 64))
    rim = rim - rim.mean(dim=0)
    axis = torch.zeros(1, 65, dtype=torch.float64)
    axis[0, 64] = 1.0
    for angle in (0.05, 0.5):
        flat = torch.cat([unit(rim) * math.sin(angle), torch.zeros(4000, 1).double()], dim=1)
        found = measures.spread(flat + axis * math.cos(angle))
        assert found == pytest.approx(math.sin(angle), rel=0.03)


def test_pair_cosines_are_those_of_the_loops() -> None:
    u, v = gaussian(7, 3), gaussian(7, 3, seed=1)
    true: list[float] = []
    wrong: list[float] = []
    for i in range(7):
        for j in range(7):
            cosine = float(torch.nn.functional.cosine_similarity(u[i], v[j], dim=0))
            (true if i == j else wrong).append(cosine)
    assert measures.pair_cosines(u, v) == pytest.approx((sum(true) / 7, sum(wrong) / 42))


def test_recall_is_one_for_itself_and_zero_for_the_opposite() -> None:
    z = unit(gaussian(20, 8))
    assert measures.recall(z, z, 1) == 1.0
    assert measures.recall(z, -z, 1) == 0.0


def test_recall_by_chance_is_k_over_n() -> None:
    found = [
        measures.recall(gaussian(100, 16, seed), gaussian(100, 16, seed + 1000), 5)
        for seed in range(60)
    ]
    assert sum(found) / len(found) == pytest.approx(5 / 100, abs=0.01)


def test_recall_counts_places_as_a_sort_does() -> None:
    queries, gallery = gaussian(30, 4), gaussian(30, 4, seed=1)
    for k in (1, 3, 10, 30):
        hits = 0
        for i in range(30):
            scores = [float(queries[i] @ row) for row in gallery]
            hits += i in sorted(range(30), key=lambda j: -scores[j])[:k]
        assert measures.recall(queries, gallery, k) == hits / 30


def test_equal_vectors_find_nothing() -> None:
    """A tie goes to the wrong one: a collapsed gallery earns no recall by luck of order."""
    same = torch.ones(10, 4)
    assert measures.recall(same, same, 9) == 0.0
    assert measures.recall(same, same, 10) == 1.0


def test_storage_in_bfloat16_keeps_eight_bits() -> None:
    z = gaussian(50, 16).float()
    kept = measures.stored(z, "bfloat16")
    assert float(((kept - z) / z).abs().max()) <= 2**-8
    assert not torch.equal(kept, z)
    assert float(measures.stored(torch.tensor([[1 + 2**-7]]), "bfloat16")) == 1 + 2**-7


def test_int8_rounds_to_steps_of_the_largest_value() -> None:
    z = torch.tensor([[1.27, -0.014], [0.006, 0.004]])
    torch.testing.assert_close(
        measures.stored(z, "int8"), torch.tensor([[1.27, -0.01], [0.01, 0.0]])
    )
    assert len(set(measures.stored(gaussian(500, 8), "int8").flatten().tolist())) <= 255


def test_int8_by_dimension_keeps_what_one_scale_loses() -> None:
    """A cone narrower than a step: one scale merges it into a point, a range follows it."""
    cone = 1.0 + 0.002 * unit(gaussian(60, 16)).float()
    assert different(measures.stored(cone, "int8")) == 1
    assert different(measures.stored(cone, "int8 per dimension")) == 60
    steps = (cone.max(dim=0).values - cone.min(dim=0).values) / 255
    off = (measures.stored(cone, "int8 per dimension") - cone).abs()
    assert bool((off <= steps * 0.51).all())


def test_int8_by_dimension_leaves_a_constant_column_alone() -> None:
    z = torch.tensor([[0.3, 1.0], [0.3, 2.0]])
    torch.testing.assert_close(measures.stored(z, "int8 per dimension"), z)


def test_noise_has_the_length_asked_for_and_comes_from_the_generator() -> None:
    z = torch.zeros(4000, 32)
    first = measures.jittered(z, 0.05, torch.Generator().manual_seed(1))
    assert float(first.square().sum(dim=1).mean().sqrt()) == pytest.approx(0.05, rel=0.01)
    again = measures.jittered(z, 0.05, torch.Generator().manual_seed(1))
    assert torch.equal(first, again)


def test_uniformity_is_that_of_the_loops() -> None:
    points = unit(gaussian(9, 4))
    found = [
        math.exp(-2 * sum((a - b) ** 2 for a, b in zip(x, y, strict=True)))
        for i, x in enumerate(points.tolist())
        for j, y in enumerate(points.tolist())
        if i != j
    ]
    assert measures.uniformity(3 * points) == pytest.approx(math.log(sum(found) / len(found)))


def test_uniformity_is_zero_when_collapsed_and_near_minus_four_when_even() -> None:
    assert measures.uniformity(torch.ones(5, 3)) == pytest.approx(0.0, abs=1e-6)
    # The axes: all cosines are 0, all squared distances 2. Opposite points: 4.
    assert measures.uniformity(torch.eye(8)) == pytest.approx(-4.0)
    assert measures.uniformity(torch.tensor([[1.0, 0.0], [-1.0, 0.0]])) == pytest.approx(-8.0)
    assert measures.uniformity(gaussian(1500, 128)) == pytest.approx(-4 + 8 / 128, abs=0.01)


def test_tolerance_is_that_of_the_loops() -> None:
    vectors, labels = gaussian(9, 4), torch.tensor([0, 1, 2, 0, 1, 0, 2, 2, 3])
    alike: list[float] = []
    different: list[float] = []
    for i in range(9):
        for j in range(9):
            if i != j:
                cosine = float(torch.nn.functional.cosine_similarity(vectors[i], vectors[j], dim=0))
                (alike if labels[i] == labels[j] else different).append(cosine)
    expected = sum(alike) / len(alike), sum(different) / len(different)
    assert measures.tolerance(5 * vectors, labels) == pytest.approx(expected)


def test_tolerance_of_clusters_is_one_and_without_such_pairs_it_is_not_a_number() -> None:
    clusters = torch.eye(2)[[0, 0, 1, 1]]
    assert measures.tolerance(clusters, torch.tensor([0, 0, 1, 1])) == (1.0, 0.0)
    alike, different = measures.tolerance(clusters, torch.tensor([0, 1, 2, 3]))
    assert math.isnan(alike)
    assert different == pytest.approx(1 / 3)


def test_likeness_correlates_the_cosines_of_pairs() -> None:
    sides = gaussian(20, 6), gaussian(20, 9, seed=1)
    cosines: list[list[float]] = [[], []]
    for side, found in zip(sides, cosines, strict=True):
        centred = side - side.mean(dim=0)
        for i in range(20):
            for j in range(i):
                one, other = centred[i], centred[j]
                found.append(float(one @ other / one.norm() / other.norm()))
    assert measures.likeness(*sides) == pytest.approx(statistics.correlation(*cosines))
    assert measures.likeness(sides[0], 3 * sides[0] + 1) == pytest.approx(1)
