"""The training loop, and the alignment and comparison built on it, at toy size."""

import math
from dataclasses import replace

import pytest
import torch
from tensors import seeded
from torch import Tensor, nn

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import alignment, encoders, losses, measures
from contrastive_drill.lab.collapse import tables
from contrastive_drill.lab.retrieval import Retrieval, exactly
from contrastive_drill.lab.training import Pairs, Schedule, train

SCHEDULE = Schedule(steps=12, batch=8, rate=1e-2, decay=0.0)


def toy(count: int, seed: int = 0) -> Pairs:
    return Pairs(
        torch.randn(count, 2, 3, 32, 32, generator=seeded(seed)),
        torch.randn(count, 20, generator=seeded(seed + 1)),
    )


def ignore(*_: object) -> None:
    """A watcher that looks at nothing."""


def test_a_batch_holds_different_concepts_with_their_own_texts_in_every_view() -> None:
    number = torch.arange(10.0)
    view = torch.arange(3.0)
    pictures = (number[:, None] * 10 + view[None, :])[:, :, None, None, None].expand(
        -1, -1, 3, 2, 2
    )
    pairs = Pairs(pictures, number[:, None])
    views = set()
    for seed in range(20):
        drawn, texts = pairs.batch(8, seeded(seed))
        rows = texts[:, 0].tolist()
        assert len(set(rows)) == 8
        assert (drawn[:, 0, 0, 0] // 10).tolist() == rows
        views |= {int(value) % 10 for value in drawn[:, 0, 0, 0].tolist()}
    assert views == {0, 1, 2}


def test_a_batch_larger_than_the_set_is_refused() -> None:
    with pytest.raises(UsageProblem, match="lower batch"):
        toy(4).batch(5, seeded(0))


def test_training_lowers_the_loss_and_reports_every_step() -> None:
    seen: list[tuple[int, float]] = []
    towers = encoders.towers(20, 8, seeded(0))
    schedule = replace(SCHEDULE, steps=40)
    train(
        towers, losses.InfoNCE(), toy(16), schedule, seeded(1),
        lambda step, value, u, v: seen.append((step, value)),
    )  # fmt: skip
    assert [step for step, _ in seen] == list(range(40))
    assert sum(value for _, value in seen[-5:]) < 0.5 * sum(value for _, value in seen[:5])


def test_training_is_a_function_of_its_generators() -> None:
    def weights(seed: int) -> list[Tensor]:
        towers = encoders.towers(20, 8, seeded(0))
        train(towers, losses.cosine_distance, toy(16), SCHEDULE, seeded(seed), ignore)
        return [p.detach() for tower in towers for p in tower.parameters()]

    first, again, other = weights(1), weights(1), weights(2)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_the_parameters_of_the_loss_are_trained_too() -> None:
    loss = losses.SigLIP()
    train(encoders.towers(20, 8, seeded(0)), loss, toy(16), SCHEDULE, seeded(1), ignore)
    assert float(loss.bias.detach()) != -10.0
    assert float(loss.log_scale.detach()) != pytest.approx(math.log(10.0), abs=1e-4)


def test_decay_shrinks_matrices_and_spares_gains_biases_and_temperatures() -> None:
    """With a loss that has no gradient, decay is all there is."""
    layer = nn.Linear(20, 8)
    temperature = nn.Linear(1, 1, bias=True)
    before = layer.weight.detach().clone(), layer.bias.detach().clone()

    def flat(u: Tensor, v: Tensor) -> Tensor:
        return 0 * (u.sum() + v.sum())

    pairs = Pairs(torch.ones(9, 1, 20), torch.ones(9, 1))
    schedule = Schedule(steps=1, batch=4, rate=0.1, decay=0.5)
    train((layer, temperature), flat, pairs, schedule, seeded(0), ignore)
    torch.testing.assert_close(layer.weight.detach(), before[0] * 0.95)
    assert torch.equal(layer.bias.detach(), before[1])


def test_what_a_loss_learns_may_have_a_rate_of_its_own() -> None:
    """AdamW's first step is as long as its rate, whatever the gradient."""
    towers, loss = encoders.towers(20, 8, seeded(0)), losses.InfoNCE()
    weight = next(towers[1].parameters())
    before = weight.detach().clone()
    schedule = Schedule(steps=1, batch=8, rate=1e-3, decay=0.0, own=0.2)
    train(towers, loss, toy(16), schedule, seeded(1), ignore)
    moved = weight.detach() - before
    assert float(moved.abs().median()) == pytest.approx(1e-3, rel=1e-2)
    assert abs(float(loss.log_scale.detach()) + math.log(0.07)) == pytest.approx(0.2, rel=1e-3)


def test_an_alignment_holds_unit_vectors_of_every_held_out_pair() -> None:
    towers, schedule = encoders.towers(20, 8, seeded(0)), replace(SCHEDULE, steps=100)
    found = alignment.align(
        towers, losses.InfoNCE(), toy(32), toy(10, 5), schedule, seeded(1), ignore
    )
    assert found.held.texts.shape == (10, 8)
    assert found.held.pictures.shape == (2, 10, 8)
    lengths = found.held.pictures.norm(dim=2)
    torch.testing.assert_close(lengths, torch.ones(2, 10))
    assert found.spread == pytest.approx(found.held.spread())
    assert [step for step, _ in found.curve] == [*map(float, range(0, 100, 2)), 99.0]


def test_held_out_rows_keep_their_places() -> None:
    """Row i of view v is picture (i, v), as embedded alone."""
    towers = encoders.towers(20, 8, seeded(0))
    held = toy(10, 5)
    found = alignment.align(
        towers, losses.cosine_distance, toy(32), held, SCHEDULE, seeded(1), ignore
    )
    alone = losses.unit(encoders.embed(towers[0], held.pictures[3, 1][None]))
    torch.testing.assert_close(found.held.pictures[1, 3][None], alone, rtol=1e-4, atol=1e-5)
    text = losses.unit(encoders.embed(towers[1], held.texts[7][None]))
    torch.testing.assert_close(found.held.texts[7][None], text, rtol=1e-4, atol=1e-5)


def test_squared_error_is_measured_against_the_length_it_began_with() -> None:
    towers, held = encoders.towers(20, 8, seeded(0)), toy(10, 5)
    with torch.no_grad():
        first = toy(32).batch(8, seeded(1))
        rows = torch.cat([tower(side) for tower, side in zip(towers, first, strict=True)])
    before = float(rows.square().sum(dim=1).mean().sqrt())

    towers = encoders.towers(20, 8, seeded(0))  # batch normalization has counted the look above
    schedule = replace(SCHEDULE, steps=100)
    found = alignment.align(
        towers, losses.squared_error, toy(32), held, schedule, seeded(1), ignore, sphere=False
    )
    texts = encoders.embed(towers[1], held.texts) / before
    views = held.pictures.unbind(dim=1)
    drawn = torch.stack([encoders.embed(towers[0], view) / before for view in views])
    both = torch.cat([texts, drawn.flatten(0, 1)])
    assert found.spread == pytest.approx(Retrieval(texts, drawn).spread(), rel=1e-4)
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
    assert found.effective_rank() == pytest.approx(3.0)
    assert found.spread() == pytest.approx(measures.spread(torch.eye(3)))
    assert found.uniformity() == pytest.approx(-4.0)
    assert found.tolerance(torch.tensor([0, 0, 1])) == (0.0, 0.0)


def test_the_order_of_pictures_is_by_score_and_stable() -> None:
    gallery = torch.tensor([[0.1, 0.0], [0.9, 0.0], [0.9, 0.0], [0.5, 0.0]])
    found = Retrieval(torch.tensor([[1.0, 0.0]]).expand(4, 2), gallery[None])
    assert found.order(0) == [1, 2, 3, 0]
    assert found.order(0, lambda z: -z.abs()) == [1, 2, 3, 0]
    assert torch.equal(exactly(gallery), gallery)


def test_the_tables_hold_the_measures_and_chance() -> None:
    one = alignment.Alignment(retrieval(), 0.5, 1.0, ((0.0, 0.25), (9.0, 0.5)))
    lie = tables.geometry({"some loss": one})
    assert lie.rows == (("some loss", "0.667", "0.167", "0.500", "0.500", "3"),)
    found = tables.recalls({"some loss": one}, noise=1e-6, seed=0)
    assert found.rows[0] == ("some loss", "0.667", "1.000", "0.667", "0.667", "0.667", "0.667")
    assert found.rows[1] == ("chance", "0.333", "1.000", "0.333", "0.333", "0.333", "0.333")
    chart = tables.spreads({"some loss": one})
    assert chart.series[0].xs == (0.0, 9.0)
    assert chart.series[0].ys == (0.25, 0.5)


def test_no_table_shows_a_negative_zero() -> None:
    nearly = Retrieval(torch.eye(2), torch.tensor([[[1.0, -1e-5], [-1e-5, 1.0]]]))
    table = tables.geometry({"x": alignment.Alignment(nearly, 1.0, 1.0, ())})
    assert table.rows[0][2] == "0.000"
