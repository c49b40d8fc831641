"""The demo `temperature`, run for real at smoke size, and its parts at toy size."""

import math
from collections import defaultdict
from dataclasses import replace
from importlib import import_module
from math import isnan
from typing import Any

import pytest
from smoke import repeated, smoke, toy

from contrastive_drill.demo.result import DemoResult, Host
from contrastive_drill.formula.tex import parse
from contrastive_drill.lab import losses

pytestmark = pytest.mark.demo
temperature: Any = import_module("contrastive_drill.demos.temperature")
TOY = replace(
    temperature.Config(),
    temperatures=(0.05, 0.2),
    steps=3,
    batch=16,
    held=40,
    dimensions=16,
    looks=2,
)


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("temperature").result


def rows(result: DemoResult, title: str) -> dict[str, tuple[str, ...]]:
    (table,) = [table for table in result.tables if title in table.title]
    return {row[0]: row[1:] for row in table.rows}


def test_no_claim_is_missing(quick: DemoResult) -> None:
    assert len(quick.claims) == 9


def test_every_temperature_has_its_rows_and_the_learned_one_its_own(quick: DemoResult) -> None:
    fixed = [f"{one:g}" for one in temperature.SMOKE.temperatures]
    *rest, learned = rows(quick, "training comes to")
    assert rest == fixed
    assert learned.startswith("learned 0.0")
    for title in ("hardest negative", "untrained towers"):
        assert list(rows(quick, title)) == fixed
    assert all(parse(formula.latex) for formula in quick.formulas)


def test_measures_stand_in_their_columns(quick: DemoResult) -> None:
    for recall, uniformity, tolerance, others, loss in rows(quick, "training comes to").values():
        assert 0 < float(recall) < 1
        assert -4 < float(uniformity) < 0
        assert float(others) < float(tolerance) < 1
        assert 0 < float(loss) < math.log(128)


def test_claims_are_made_of_the_numbers_in_the_tables(quick: DemoResult) -> None:
    measured = {claim.text: claim.measured for claim in quick.claims}
    found = rows(quick, "training comes to")
    shares = rows(quick, "hardest negative")
    growth = float(shares["0.005"][2].strip("%")) / float(shares["1"][2].strip("%"))
    claim = "Share of the own subgroup, trained, τ = 0.005 over τ = 1"
    assert measured[claim] == pytest.approx(growth, rel=0.05)
    left = float(found["1"][4]) / math.log(128)
    assert measured["Part of chance loss left by training at τ = 1"] == pytest.approx(
        left, abs=2e-3
    )
    slopes = rows(quick, "untrained towers")
    gradient = float(slopes["0.005"][0]) / float(slopes["1"][0])
    beyond = "Gradient of untrained towers, τ = 0.005 over τ = 1, beyond 1/τ"
    assert measured[beyond] == pytest.approx(gradient / 200, rel=0.02)


def test_no_training_goes_below_its_floor(quick: DemoResult) -> None:
    for label, (*_, loss) in rows(quick, "training comes to").items():
        least = losses.least_info_nce(128, 1 / float(label.split()[-1]))
        assert float(loss) >= least - 0.01


def test_the_learned_temperature_is_drawn_with_the_clamp(quick: DemoResult) -> None:
    (chart,) = [chart for chart in quick.charts if "learned" in chart.title]
    (learned,) = chart.series
    assert learned.ys[0] == pytest.approx(1 / 0.07, rel=0.05)
    assert learned.ys[0] < learned.ys[-1] < 100
    assert chart.references == (("CLIP's clamp", 100.0),)


def test_a_toy_run_fails_what_is_learned_and_holds_what_is_arithmetic() -> None:
    result = toy("temperature", TOY)
    failed = {claim.text.split(",")[0] for claim in result.claims if not claim.held}
    learned = {"Share of the own subgroup", "Uniformity loss of the best τ"}
    arithmetic = {
        "Least loss of 32",  # 32,768 pairs at τ = 1
    }
    assert failed >= learned
    assert not failed & arithmetic
    assert not result.held


def test_the_smallest_run_still_ends_with_its_findings() -> None:
    """Two pairs: no subgroup has two pictures, so some claims have no number and fail."""
    result = toy("temperature", replace(TOY, held=2, batch=2))
    empty = [claim for claim in result.claims if isnan(claim.measured)]
    assert [claim.text.split(",")[0] for claim in empty] == [
        "Share of the own subgroup",
        "Correlation of the uniformity loss and tolerance over τ",
    ]
    assert not any(claim.held for claim in empty)
    assert len(result.claims) == 9


def test_a_toy_run_repeats_itself_and_counts_each_stage_to_its_end() -> None:
    recorder = repeated("temperature", TOY)
    assert recorder.names == {"loss", "1/τ"}
    stages = ("τ = 0.05", "τ = 0.07", "τ = 0.2", "τ = 1", "learned")
    assert recorder.steps == [(label, step, 3) for label in stages for step in (1, 2, 3)]


def test_all_begin_at_the_same_weights_and_a_fixed_temperature_stays() -> None:
    seen = defaultdict[str, list[dict[str, float]]](list)
    toy("temperature", TOY, Host(lambda stage, done, total, numbers: seen[stage].append(numbers)))
    assert seen["learned"][0]["loss"] == seen["τ = 0.07"][0]["loss"]
    for tau in (0.05, 0.07, 0.2, 1.0):
        assert [one["1/τ"] for one in seen[f"τ = {tau:g}"]] == pytest.approx([1 / tau] * 3)
    assert seen["learned"][0]["1/τ"] != seen["learned"][-1]["1/τ"]
