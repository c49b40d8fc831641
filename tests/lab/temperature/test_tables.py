"""The tables, charts and notes of the temperature demo, of trials that are made up."""

from typing import Any

import pytest
import torch

from contrastive_drill.demo.result import Chart, Table
from contrastive_drill.lab.temperature import tables
from contrastive_drill.lab.temperature.tables import Trial


def trial(tau: float, recall: float = 0.5, uniformity: float = -2.0) -> Trial:
    return Trial((1 / tau,) * 2, 2.5, recall, uniformity, 0.4, -0.0001, torch.zeros(2, 2))


FIXED = {0.1: trial(0.1, recall=0.3), 1.0: trial(1.0, recall=0.1, uniformity=-1.0)}


def test_training_is_shown_in_rows_and_curves_with_the_learned_one_beside() -> None:
    found: list[Any] = [*tables.training(FIXED, 8, 10, trial(0.0276))]
    course, table, curves = found
    assert table.rows[0] == ("0.1", "0.300", "-2.000", "0.400", "0.000", "2.50")
    assert [row[0] for row in table.rows] == ["0.1", "1", "learned 0.028"]
    assert "chance 0.100" in table.notes[0]
    assert "log 8 = 2.08" in table.notes[3]
    recall, tolerance, even = curves.series
    assert (recall.xs, recall.ys) == ((0.1, 1.0), (1.0, pytest.approx(1 / 3)))
    assert (tolerance.ys, even.ys) == ((0.4, 0.4), (0.5, 0.25))
    assert curves.x_axis == "log"
    assert course.series[0].ys == pytest.approx((36.23, 36.23), abs=0.01)
    assert course.references == (("CLIP's clamp", 100.0),)
    assert [type(one) for one in tables.training(FIXED, 8, 10)] == [Table, Chart]


def test_gradients_and_pushes_are_shown_as_measured() -> None:
    slopes = {"gradient": {0.1: 4.0}, "curvature": {0.1: 30.0}}
    table, chart = tables.gradients(slopes)
    assert isinstance(table, Table)
    assert isinstance(chart, Chart)
    assert (table.columns, table.rows) == (("τ", *slopes), (("0.1", "4", "30"),))
    assert [series.ys for series in chart.series] == [(4.0,), (30.0,)]
    assert (chart.x_axis, chart.y_axis) == ("log", "log")
    table, chart = tables.pushes({"untrained": {0.07: 0.5}, "subgroup": {0.07: 0.2}}, 10)
    assert isinstance(table, Table)
    assert isinstance(chart, Chart)
    assert table.rows == (("0.07", "50.0%", "20.0%"),)
    assert "of 9 negatives" in table.notes[0]
    assert [(one.label, one.ys) for one in chart.series] == [
        ("untrained", (0.5,)),
        ("subgroup", (0.2,)),
    ]


def test_a_note_says_that_uniformity_turns_only_where_it_does() -> None:
    shares = {"subgroup": {0.02: 0.3, 0.1: 0.25, 1.0: 0.03}}
    alike, floor, plain, learned = tables.notes(shares, FIXED, trial(0.03))
    assert "25.0% at 0.1" in alike.text
    assert "still cost 9.40 nats, where chance is 10.40" in floor.text
    assert "from τ = 1 to 0.1. Tolerance" in plain.text
    assert "0.300 at the best fixed τ, 0.1" in learned.text
    turned = {0.02: trial(0.02, uniformity=-0.5), **FIXED}
    *_, bent, _ = tables.notes(shares, turned, trial(0.03))
    assert "from τ = 1 to 0.1; smaller still, it turns" in bent.text
