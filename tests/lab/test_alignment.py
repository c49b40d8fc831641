"""Two towers trained to agree, retrieval, and the tables made of both, at toy size."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from tensors import seeded
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import alignment, encoders, losses, measures
from contrastive_drill.lab.alignment import PairLoss
from contrastive_drill.lab.collapse import tables
from contrastive_drill.lab.encoders import Towers
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import Pairs, two_views
from contrastive_drill.lab.retrieval import Retrieval, rank_chart

SCHEDULE = Schedule(steps=12, batch=8, rate=1e-2, decay=0.0)


def toy(count: int, seed: int = 0) -> Pairs:
    return Pairs(
        torch.randn(count, 2, 3, 32, 32, generator=seeded(seed)),
        torch.randn(count, 20, generator=seeded(seed + 1)),
    )


def align(
    loss: PairLoss,
    schedule: Schedule = SCHEDULE,
    *,
    seed: int = 1,
    towers: Towers | None = None,
    held_out: Pairs | None = None,
    report: Callable[[int, dict[str, float]], None] = lambda done, numbers: None,
    **options: Any,
) -> alignment.Alignment:
    """Small towers on toy pairs."""
    towers, held_out = towers or encoders.towers(20, 8, seeded(0)), held_out or toy(10, 5)
    pairs, generator = toy(32), seeded(seed)
    return alignment.align(towers, loss, pairs, held_out, schedule, generator, report, **options)


def spelt() -> Tensor:
    """Ten concepts in three views, filled with 10 times the concept, plus the view."""
    numbers = torch.arange(10.0)[:, None] * 10 + torch.arange(3.0)
    return numbers[:, :, None, None, None].expand(-1, -1, 3, 2, 2)


def test_a_batch_holds_different_concepts_with_their_own_texts_in_every_view() -> None:
    pairs = Pairs(spelt(), torch.arange(10.0)[:, None])
    views = set()
    for seed in range(20):
        drawn, texts = pairs.batch(8, seeded(seed))
        rows = texts[:, 0].tolist()
        assert len(set(rows)) == 8
        assert (drawn[:, 0, 0, 0] // 10).tolist() == rows
        views |= {int(value) % 10 for value in drawn[:, 0, 0, 0].tolist()}
    assert views == {0, 1, 2}


def test_two_views_are_different_ones_of_the_same_concepts() -> None:
    seen: set[int] = set()
    for seed in range(20):
        both = two_views(spelt(), 8, seeded(seed))[:, 0, 0, 0].long()
        one, other = both.chunk(2)
        assert torch.equal(one // 10, other // 10)
        assert len({*(one // 10).tolist()}) == 8
        assert bool((one != other).all())
        seen |= {*both.tolist()}
    assert len(seen) == 30
    assert len(two_views(spelt(), 99, seeded(0))) == 20


def test_a_batch_larger_than_the_set_is_refused() -> None:
    with pytest.raises(UsageProblem, match="lower batch"):
        toy(4).batch(5, seeded(0))


def test_training_lowers_the_loss_and_reports_every_step() -> None:
    seen: list[tuple[int, float]] = []

    def report(done: int, numbers: dict[str, float]) -> None:
        seen.append((done, numbers["loss"]))

    align(losses.InfoNCE(), replace(SCHEDULE, steps=40), report=report)
    assert [step for step, _ in seen] == list(range(1, 41))
    assert sum(value for _, value in seen[-5:]) < 0.5 * sum(value for _, value in seen[:5])


def test_training_is_a_function_of_its_generators() -> None:
    first, again, other = (align(losses.cosine_distance, seed=seed).held_out for seed in (1, 1, 2))
    assert torch.equal(first.texts, again.texts)
    assert not torch.equal(first.texts, other.texts)


def test_the_parameters_of_the_loss_are_trained_too() -> None:
    loss = losses.SigLIP()
    align(loss)
    assert float(loss.bias.detach()) != -10.0
    assert float(loss.log_scale.detach()) != pytest.approx(math.log(10.0), abs=1e-4)


def test_what_a_loss_learns_may_have_a_rate_of_its_own() -> None:
    """AdamW's first step is as long as its rate, whatever the gradient."""
    towers, loss = encoders.towers(20, 8, seeded(0)), losses.InfoNCE()
    weight = next(towers[1].parameters())
    before = weight.detach().clone()
    schedule = Schedule(steps=1, batch=8, rate=1e-3, decay=0.0)
    align(loss, schedule, towers=towers, loss_rate=0.2)
    moved = weight.detach() - before
    assert float(moved.abs().median()) == pytest.approx(1e-3, rel=1e-2)
    assert abs(float(loss.log_scale.detach()) + math.log(0.07)) == pytest.approx(0.2, rel=1e-3)


def test_an_alignment_holds_unit_vectors_of_every_held_out_pair() -> None:
    found = align(losses.InfoNCE(), replace(SCHEDULE, steps=100))
    assert found.held_out.texts.shape == (10, 8)
    assert found.held_out.pictures.shape == (2, 10, 8)
    lengths = found.held_out.pictures.norm(dim=2)
    torch.testing.assert_close(lengths, torch.ones(2, 10))
    assert found.spread == pytest.approx(found.held_out.spread())
    assert [step for step, _ in found.curve] == [*map(float, range(0, 100, 2)), 99.0]


def test_held_out_rows_keep_their_places() -> None:
    """Row i of view v is picture (i, v), as embedded alone."""
    towers, held = encoders.towers(20, 8, seeded(0)), toy(10, 5)
    found = align(losses.cosine_distance, towers=towers, held_out=held)
    alone = losses.unit(encoders.embed(towers[0], held.pictures[3, 1][None]))
    torch.testing.assert_close(found.held_out.pictures[1, 3][None], alone, rtol=1e-4, atol=1e-5)
    text = losses.unit(encoders.embed(towers[1], held.texts[7][None]))
    torch.testing.assert_close(found.held_out.texts[7][None], text, rtol=1e-4, atol=1e-5)


def test_length_is_measured_against_that_before_training() -> None:
    towers, held = encoders.towers(20, 8, seeded(0)), toy(10, 5)
    with torch.no_grad():
        first = toy(32).batch(8, seeded(1))
        rows = torch.cat([tower(side) for tower, side in zip(towers, first, strict=True)])
    before = float(rows.square().sum(dim=1).mean().sqrt())

    towers = encoders.towers(20, 8, seeded(0))  # batch normalization has counted the look above
    schedule = replace(SCHEDULE, steps=100)
    found = align(losses.squared_error, schedule, towers=towers, held_out=held)
    texts = encoders.embed(towers[1], held.texts) / before
    views = held.pictures.unbind(dim=1)
    drawn = torch.stack([encoders.embed(towers[0], view) / before for view in views])
    both = torch.cat([texts, drawn.flatten(0, 1)])
    assert found.spread == pytest.approx(Retrieval(texts, drawn).unit().spread(), rel=1e-4)
    assert found.length == pytest.approx(float(both.square().sum(dim=1).mean().sqrt()), rel=1e-4)
    assert found.length < 0.5


def retrieval() -> Retrieval:
    """Three texts on the axes; in the second view the first two pictures are exchanged."""
    axes = torch.eye(3)
    return Retrieval(axes, torch.stack([axes, axes[[1, 0, 2]]]))


def test_retrieval_is_the_mean_over_the_views() -> None:
    found = retrieval()
    assert found.recall(1) == pytest.approx((1 + 1 / 3) / 2)
    assert found.recall(3) == 1.0
    true, wrong = found.cosines()
    assert (true, wrong) == pytest.approx(((1 + 1 / 3) / 2, (0 + 2 / 6) / 2))
    assert found.margin() == pytest.approx(true - wrong)
    assert found.spread() == pytest.approx(measures.spread(torch.eye(3)))
    assert found.uniformity() == pytest.approx(-4.0)
    assert found.tolerance(torch.tensor([0, 0, 1])) == (0.0, 0.0)


def test_centred_vectors_leave_a_cone_and_ranks_are_told_for_each_text() -> None:
    """A constant added to every vector of a tower is gone; what it found comes back."""
    found = retrieval()
    assert found.found(1).tolist() == [0.5, 0.5, 1.0]
    turned = Retrieval(found.texts + 5, found.pictures - 7).unit()
    assert turned.spread() < 0.3
    for one in (found, turned):
        middle = one.centred()
        torch.testing.assert_close(middle.texts.norm(dim=1), torch.ones(3))
        assert middle.spread() > 0.9
        assert middle.recall(1) == pytest.approx(found.recall(1))
    chart = rank_chart({"it": found}, "Look.")
    assert [series.label for series in chart.series] == ["it", "chance"]
    assert chart.series[0].xs == (1.0, 2.0, 3.0)
    assert chart.series[0].ys == pytest.approx((2 / 3, 2 / 3, 1))
    assert chart.series[1].ys == pytest.approx((1 / 3, 2 / 3, 1))


def test_the_tables_hold_the_measures_and_chance() -> None:
    one = alignment.Alignment(retrieval(), 1.0, ((0.0, 0.25), (9.0, 0.5)))
    lie = tables.geometry_table({"some loss": one})
    assert lie.rows == (("some loss", "0.667", "0.167", "0.500", "0.816", "1.000", "1.00"),)
    found = tables.recall_table({"some loss": one}, noise=1e-6, seed=0)
    assert found.rows[0] == ("some loss", "0.667", "1.000", *["0.667"] * 5)
    assert found.rows[1] == ("chance", "0.333", "1.000", *["0.333"] * 5)
    chart = tables.spread_chart({"some loss": one})
    assert chart.series[0].xs == (0.0, 9.0)
    assert chart.series[0].ys == (0.25, 0.5)


def test_no_table_shows_a_negative_zero() -> None:
    nearly = Retrieval(torch.eye(2), torch.tensor([[[1.0, -1e-5], [-1e-5, 1.0]]]))
    table = tables.geometry_table({"x": alignment.Alignment(nearly, 1.0, ())})
    assert table.rows[0][2] == "0.000"
