"""The parts of the temperature demo: shares of the push, slopes, trials, and their tables."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.lab import encoders, losses, measures
from contrastive_drill.lab.emoji import Concept, Emoji
from contrastive_drill.lab.encoders import Towers
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import Pairs
from contrastive_drill.lab.temperature import gradients, negatives, tables
from contrastive_drill.lab.temperature.analysis import analyze
from contrastive_drill.lab.temperature.trial import TemperatureTrial, nearest, run_trial

SCHEDULE = Schedule(steps=12, batch=8, rate=1e-2, decay=0.0)


def toy(count: int, seed: int = 0) -> Pairs:
    return Pairs(
        torch.randn(count, 2, 3, 32, 32, generator=seeded(seed)),
        torch.randn(count, 20, generator=seeded(seed + 1)),
    )


def cosines(n: int = 7, seed: int = 0) -> Tensor:
    return torch.rand(n, n, generator=seeded(seed), dtype=torch.float64) * 2 - 1


def linear() -> tuple[Towers, Pairs]:
    """Two matrices and some vectors: a problem whose derivatives can be had by hand."""
    towers = nn.Linear(5, 3, bias=False).double(), nn.Linear(4, 3, bias=False).double()
    for seed, tower in enumerate(towers):
        nn.init.normal_(tower.weight, generator=seeded(seed))
    pictures = torch.randn(20, 2, 5, generator=seeded(2), dtype=torch.float64)
    return towers, Pairs(pictures, torch.randn(20, 4, generator=seeded(3), dtype=torch.float64))


@pytest.mark.parametrize(("temperature", "share"), [(1, 0.24), (0.07, 0.71), (0.01, 1.0)])
def test_the_hardest_of_five_takes_what_the_card_says(temperature: float, share: float) -> None:
    found = negatives.shares(torch.tensor(negatives.FIVE), temperature)
    assert float(found[0]) == pytest.approx(share, abs=0.005)
    total = sum(math.exp(one / temperature) for one in negatives.FIVE)
    assert found.tolist() == pytest.approx(
        [math.exp(one / temperature) / total for one in negatives.FIVE], rel=1e-4
    )


@pytest.mark.parametrize("temperature", [0.005, 0.07, 2.0])
def test_the_gradient_divides_the_push_as_the_softmax_says(temperature: float) -> None:
    found = negatives.batch_shares(cosines(), temperature)
    felt = negatives.gradient_shares(cosines(), temperature)
    assert negatives.disagreement(found, felt) < 1e-12
    assert found.diagonal().tolist() == [0.0] * 7
    torch.testing.assert_close(found.sum(dim=1), torch.ones(7).double())
    row = [math.exp(float(one) / temperature) for one in cosines()[2]]
    assert float(found[2, 4]) == pytest.approx(row[4] / (sum(row) - row[2]))


def test_disagreement_is_the_largest_and_passes_over_rows_without_a_push() -> None:
    first = torch.tensor([[0.0, 0.5, 0.5], [torch.nan] * 3])
    second = torch.tensor([[0.0, 0.4, 0.6], [0.2, 0.3, 0.5]])
    assert negatives.disagreement(first, second) == pytest.approx(0.1)
    assert math.isnan(negatives.disagreement(first[1:], second[1:]))
    settled = torch.eye(3).double()  # at τ = 0.001 the true pair wins by 1000 in the exponent
    assert bool(negatives.gradient_shares(settled, 0.001).isnan().all())


def test_a_push_counts_the_hardest_the_alike_and_their_number() -> None:
    labels = torch.tensor([0, 1, 0, 2, 2, 2, 3])
    found = negatives.push_shares(cosines(), labels, 0.1)
    divided = negatives.batch_shares(cosines(), 0.1)
    hardest, alike, pairs = 0.0, 0.0, 0
    for i in range(7):
        hardest += max(float(divided[i, j]) for j in range(7) if j != i) / 7
        for j in range(7):
            if i != j and labels[i] == labels[j]:
                alike += float(divided[i, j]) / 7
                pairs += 1
    assert (found.hardest, found.alike) == pytest.approx((hardest, alike))
    assert found.number == pytest.approx(pairs / 42)
    assert found.apart < 1e-12


def test_among_equals_every_negative_takes_its_number() -> None:
    found = negatives.push_shares(torch.zeros(5, 5).double(), torch.tensor([0, 0, 0, 1, 1]), 0.01)
    assert found.hardest == pytest.approx(1 / 4)
    assert found.alike == pytest.approx(found.number) == pytest.approx(8 / 20)


def test_slopes_are_those_of_the_loops() -> None:
    towers, pairs = linear()
    found = gradients.loss_gradients(towers, pairs, (0.05, 1.0), 6, 4, seeded(9))
    draws = seeded(9)
    batches = [pairs.batch(6, draws) for _ in range(4)]
    assert list(found) == [0.05, 1.0]
    for temperature, slope in found.items():
        vectors, values = [], []
        for pictures, texts in batches:
            value = losses.info_nce(towers[0](pictures), towers[1](texts), 1 / temperature)
            weights = [*towers[0].parameters(), *towers[1].parameters()]
            parts = torch.autograd.grad(value, weights)
            vectors.append(torch.cat([part.flatten() for part in parts]))
            values.append(float(value.detach()))
        stacked = torch.stack(vectors)
        assert slope.loss == pytest.approx(sum(values) / 4)
        assert slope.norm == pytest.approx(float(stacked.square().sum(dim=1).mean().sqrt()))
        assert slope.deviation == pytest.approx(float(stacked.var(dim=0).sum().sqrt()), rel=1e-4)
        assert slope.noise == pytest.approx(slope.deviation**2 / slope.norm**2)


def test_curvature_is_what_a_small_step_along_the_gradient_changes() -> None:
    towers, pairs = linear()
    found = gradients.loss_gradients(towers, pairs, (0.2,), 6, 2, seeded(9))[0.2]
    draws = seeded(9)
    pictures, texts = [pairs.batch(6, draws) for _ in range(2)][-1]
    weights = [tower.weight for tower in towers if isinstance(tower, nn.Linear)]

    def gradient() -> list[Tensor]:
        value = losses.info_nce(towers[0](pictures), towers[1](texts), 5.0)
        return list(torch.autograd.grad(value, weights))

    before, step = gradient(), 1e-5
    length = math.sqrt(sum(float(part.square().sum()) for part in before))
    with torch.no_grad():
        for weight, part in zip(weights, before, strict=True):
            weight += part * (step / length)
    change = [after - part for after, part in zip(gradient(), before, strict=True)]
    bent = math.sqrt(sum(float(part.square().sum()) for part in change)) / step
    assert found.curvature == pytest.approx(bent, rel=1e-3)


def test_looking_leaves_the_towers_as_they_were() -> None:
    towers = encoders.towers(20, 8, seeded(0))
    towers[0].eval()
    before = [value.clone() for tower in towers for value in tower.state_dict().values()]
    seen = analyze(towers, toy(16), toy(10, 5), torch.arange(10) % 3, (0.1, 1.0), 8, 2, seeded(1))
    after = [value for tower in towers for value in tower.state_dict().values()]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert (towers[0].training, towers[1].training) == (False, True)
    assert set(seen.pushes) == set(seen.gradients) == {0.1, 1.0}
    assert seen.cosines.shape == (10, 10)
    pushes, slopes = seen.pushes, seen.gradients
    assert seen.growth("hardest", 0.1, 1.0) == pushes[0.1].hardest / pushes[1.0].hardest > 1
    assert seen.growth("norm", 0.1, 1.0) == slopes[0.1].norm / slopes[1.0].norm


def test_growth_over_nothing_is_not_a_number() -> None:
    towers, held = encoders.towers(20, 8, seeded(0)), toy(10, 5)
    seen = analyze(towers, toy(16), held, torch.arange(10), (0.1, 1.0), 8, 2, seeded(1))
    assert math.isnan(seen.growth("alike", 0.1, 1.0))  # no two have the same label


def test_a_batch_has_texts_for_rows_and_is_normalized_as_in_training() -> None:
    towers, held = encoders.towers(20, 8, seeded(0)), toy(10, 5)
    found = gradients.batch_cosines(towers, held, view=1)
    with torch.no_grad():
        drawn, written = towers[0](held.pictures[:, 1]), towers[1](held.texts)  # in training mode
    expected = losses.unit(written) @ losses.unit(drawn).T
    torch.testing.assert_close(found.float(), expected, rtol=1e-4, atol=1e-5)
    assert found.dtype == torch.float64


def trial(loss: losses.InfoNCE, **changes: Any) -> TemperatureTrial:
    return run_trial(
        encoders.towers(20, 8, seeded(0)),
        loss,
        toy(16),
        toy(10, 5),
        torch.arange(10) % 4,
        replace(SCHEDULE, **changes),
        seeded(1),
        lambda done, numbers: None,
        loss_rate=0.5,
    )


def test_a_trial_of_a_fixed_temperature_keeps_it() -> None:
    found = trial(losses.InfoNCE(0.2, limit=math.inf, learned=False))
    assert found.scales == pytest.approx((5.0,) * 12)
    assert found.temperature == pytest.approx(0.2)
    assert len(found.losses) == 12
    assert found.loss == pytest.approx(sum(found.losses[-10:]) / 10)
    assert found.least == pytest.approx(losses.least_info_nce(8, 5.0))
    assert found.kinship == pytest.approx(found.tolerance - found.others)
    assert [step for step, _ in found.spreads] == [float(step) for step in range(12)]


def test_a_trial_measures_what_held_out_pairs_show() -> None:
    found = trial(losses.InfoNCE())
    held = toy(10, 5)
    texts = losses.unit(encoders.embed(found.towers[1], held.texts))
    views = [losses.unit(encoders.embed(found.towers[0], v)) for v in held.pictures.unbind(dim=1)]
    assert found.recall == pytest.approx(sum(measures.recall(texts, v, 1) for v in views) / 2)
    assert found.uniformity == pytest.approx(
        sum(measures.uniformity(v) for v in views) / 2, rel=1e-4
    )
    labels = torch.arange(10) % 4
    alike = [measures.tolerance(v, labels)[0] for v in views]
    assert found.tolerance == pytest.approx(sum(alike) / 2, rel=1e-3)


def test_the_clamp_holds_what_is_learned_and_a_lifted_one_does_not() -> None:
    """At a rate of a half a step, past 100 is soon reached where pairs can be told apart."""
    held = trial(losses.InfoNCE(0.001))
    free = trial(losses.InfoNCE(0.001, limit=math.inf))
    assert max(held.scales) <= 100.0 + 1e-3
    assert free.scales[0] > 500
    assert len(set(held.scales)) > 1


def test_the_nearest_temperature_is_nearest_by_ratio() -> None:
    assert nearest((0.01, 0.5, 4.0), 1.0) == 0.5
    assert nearest((0.05, 0.9), 0.3) == 0.9
    assert nearest((0.05, 0.9), 0.15) == 0.05


def outcome(temperature: float, recall: float = 0.5) -> TemperatureTrial:
    return TemperatureTrial(
        towers=(nn.Identity(), nn.Identity()),
        pairs=8,
        losses=(3.0, 2.0),
        scales=(1 / temperature,) * 2,
        spreads=((0.0, 0.4), (1.0, 0.8)),
        recall=recall,
        uniformity=-2.0,
        tolerance=0.4,
        others=-0.0001,
    )


def test_the_tables_hold_the_numbers() -> None:
    table = tables.trial_table({0.2: outcome(0.2)}, {"learned": outcome(0.0276)}, 10)
    least = f"{losses.least_info_nce(8, 5):.2f}"
    assert table.rows[0] == ("0.2", "0.500", "-2.000", "0.400", "0.000", "2.50", least)
    assert table.rows[1][0] == "learned 0.028"
    assert "chance 0.100" in table.notes[0]
    floors = tables.floor_table((256, 32_768), (1.0,))
    assert floors.rows[0] == ("256", "1", "5.545", "4.552", "4.548")
    assert floors.rows[1] == ("32,768", "1", "10.397", "9.397", "9.397")


def test_the_charts_hold_the_curves_in_the_order_of_temperatures() -> None:
    fixed = {1.0: outcome(1.0, recall=0.1), 0.1: outcome(0.1, recall=0.3)}
    against, traded = tables.trial_charts(fixed, {"learned": outcome(0.03)})
    assert against.x_axis == "log"
    assert against.series[0].xs == (0.1, 1.0)
    assert against.series[0].ys == (0.3, 0.1)
    assert against.series[2].ys == (0.5, 0.5)  # uniformity −2 of −4
    assert [series.label for series in traded.series][1] == "learned τ"
    assert traded.series[1].xs == (-2.0,)
    assert len(tables.trial_charts(fixed, {})[1].series) == 1
    course = tables.scale_chart({"learned": outcome(0.1)})
    assert course.series[0].ys == pytest.approx((10.0, 10.0))
    assert course.references == (("CLIP's clamp", 100.0),)
    assert tables.spread_chart(fixed).series[0].label == "τ = 0.1"
    assert tables.spread_chart(fixed).series[0].ys == (0.4, 0.8)


def test_slopes_and_divisions_are_shown_as_measured() -> None:
    slope = gradients.LossGradient(2.0, 4.0, 2.0, 30.0)
    assert gradients.gradient_table("here", {0.1: slope}).rows == (
        ("0.1", "2.00", "4", "2", "25%", "30"),
    )  # fmt: skip
    push = negatives.PushShares(0.5, 0.2, 0.1, 0.0)
    table = negatives.share_table({0.07: push}, {0.07: replace(push, hardest=0.6)}, 10)
    assert table.rows == (("0.07", "70.5%", "50.0%", "60.0%", "20.0%"),)
    chart = negatives.share_chart({0.07: push}, {0.07: replace(push, hardest=0.6)})
    assert [series.ys[0] for series in chart.series] == pytest.approx(
        [0.705, 0.5, 0.6, 0.2], abs=1e-3
    )
    curves = gradients.gradient_chart({0.1: slope}, {0.1: replace(slope, norm=5.0)})
    assert [series.ys for series in curves.series] == [(4.0,), (5.0,), (30.0,)]


def test_the_hardest_pictures_leave_out_the_texts_own() -> None:
    concepts = tuple(Concept(str(n), f"name {n}", (), "g", "s") for n in range(6))
    emoji = Emoji(concepts, torch.zeros(6, 1, 32, 32, 3, dtype=torch.uint8))
    found = torch.tensor([[0.9, 0.1, 0.3, -0.2, 0.2, 0.0]] * 6).double()
    strip = negatives.hardest_strip(emoji, [5, 4, 3, 2, 1, 0], found, 0, (0.1, 1.0))
    shares = [math.exp(one / 0.1) for one in (0.1, 0.3, -0.2, 0.2, 0.0)]
    assert strip.title.startswith("“name 5” pushes hardest")
    names = [picture.caption.rsplit(" ", 2)[0] for picture in strip.pictures]
    assert names == ["name 3", "name 1", "name 4", "name 0"]
    assert strip.pictures[0].caption.startswith(f"name 3 {shares[1] / sum(shares):.0%} (")
