"""The demo `temperature`, run for real at smoke size, and its parts at toy size."""

import math
from dataclasses import replace
from importlib import import_module
from math import isnan
from typing import Any

import pytest
from smoke import repeated, smoke, toy

from contrastive_drill.demo.result import DemoResult
from contrastive_drill.errors import UsageProblem
from contrastive_drill.formula.tex import parse

pytestmark = pytest.mark.demo
temperature: Any = import_module("contrastive_drill.demos.temperature")
TOY = replace(
    temperature.Config(),
    temperatures=(0.05, 0.2, 1.0),
    steps=3,
    batch=16,
    held=40,
    dimensions=16,
    features=256,
    looks=2,
)
LEARNED = ("learned", "clamped", "unclamped")


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("temperature").result


def rows(result: DemoResult, title: str) -> dict[str, tuple[str, ...]]:
    (table,) = [table for table in result.tables if title in table.title]
    return {row[0]: row[1:] for row in table.rows}


def test_no_claim_is_missing(quick: DemoResult) -> None:
    assert len(quick.claims) == 11


def test_every_temperature_has_its_rows_and_the_learned_ones_theirs(quick: DemoResult) -> None:
    fixed = [f"{one:g}" for one in temperature.SMOKE.temperatures]
    outcomes = list(rows(quick, "training comes to"))
    assert outcomes[: len(fixed)] == fixed
    assert [label.split()[0] for label in outcomes[len(fixed) :]] == list(LEARNED)
    for title in ("hardest negative", "untrained towers", "trained at τ = 0.07"):
        assert list(rows(quick, title)) == fixed
    assert len(quick.formulas) == 3
    assert all(parse(formula.latex) for formula in quick.formulas)


def test_claims_are_made_of_the_numbers_in_the_tables(quick: DemoResult) -> None:
    measured = {claim.text: claim.measured for claim in quick.claims}
    found = rows(quick, "training comes to")
    shares = rows(quick, "hardest negative")
    growth = float(shares["0.005"][3].strip("%")) / float(shares["1"][3].strip("%"))
    claim = "Share of the own subgroup, trained, τ = 0.005 over τ = 1"
    assert measured[claim] == pytest.approx(growth, rel=0.05)
    left = float(found["1"][4]) / math.log(128)
    assert measured["Part of chance loss left by training at τ = 1"] == pytest.approx(
        left, abs=2e-3
    )
    slopes = rows(quick, "untrained towers")
    gradient = float(slopes["0.005"][1]) / float(slopes["1"][1])
    beyond = "Gradient of untrained towers, τ = 0.005 over τ = 1, beyond 1/τ"
    assert measured[beyond] == pytest.approx(gradient / 200, rel=0.02)


def test_five_negatives_are_divided_as_the_card_says(quick: DemoResult) -> None:
    five = {at: row[0] for at, row in rows(quick, "hardest negative").items()}
    assert (five["1"], five["0.07"], five["0.005"]) == ("23.8%", "70.5%", "100.0%")


def test_no_training_goes_below_its_floor(quick: DemoResult) -> None:
    for *_, loss, least in rows(quick, "training comes to").values():
        assert float(loss) >= float(least) - 0.01


def test_all_temperatures_begin_at_the_same_weights(quick: DemoResult) -> None:
    (chart,) = [chart for chart in quick.charts if "Spread" in chart.title]
    starts = [series.ys[0] for series in chart.series]
    assert len(starts) == 3
    assert max(starts) - min(starts) < 1e-6


def test_the_learned_temperatures_are_drawn_with_the_clamp(quick: DemoResult) -> None:
    (chart,) = [chart for chart in quick.charts if "learned" in chart.title]
    assert tuple(series.label for series in chart.series) == LEARNED
    learned, clamped, unclamped = (series.ys for series in chart.series)
    assert learned[0] == pytest.approx(1 / 0.07, rel=0.05)
    assert max(clamped) <= 100.001
    assert max(clamped) < min(unclamped)
    assert chart.references == (("CLIP's clamp", 100.0),)


def test_three_texts_show_what_they_push_hardest(quick: DemoResult) -> None:
    assert len(quick.strips) == 3
    for strip in quick.strips:
        own = strip.title.split("”")[0].strip("“")
        assert len(strip.pictures) == 4
        assert not any(picture.caption.rsplit(" ", 2)[0] == own for picture in strip.pictures)


def test_a_toy_run_fails_what_is_learned_and_holds_what_is_arithmetic() -> None:
    result = toy("temperature", TOY)
    failed = {claim.text.split(",")[0] for claim in result.claims if not claim.held}
    learned = {"Share of the own subgroup", "Uniformity loss of the best τ"}
    arithmetic = {
        "Shares by autograd and by softmax differ at most by",
        "Least loss of 32",  # 32,768 pairs at τ = 1
    }
    assert failed >= learned
    assert not failed & arithmetic
    assert not result.held


def test_fewer_than_three_temperatures_are_refused() -> None:
    with pytest.raises(UsageProblem, match="three or more"):
        toy("temperature", replace(TOY, temperatures=(0.1, 0.1, 1.0)))


def test_the_smallest_run_still_ends_with_its_findings() -> None:
    """Two pairs: no subgroup has two pictures, so some claims have no number and fail."""
    result = toy("temperature", replace(TOY, held=2, batch=2))
    empty = [claim for claim in result.claims if isnan(claim.measured)]
    assert [claim.text.split(",")[0] for claim in empty] == [
        "Share of the own subgroup",
        "Correlation of the uniformity loss and tolerance over τ",
    ]
    assert not any(claim.held for claim in empty)
    assert len(result.claims) == 11
    assert len(result.strips) == 2


def test_a_toy_run_repeats_itself_and_counts_each_stage_to_its_end() -> None:
    recorder = repeated("temperature", TOY)
    assert recorder.names == {"loss", "1/τ"}
    stages = ("τ = 0.05", "τ = 0.2", "τ = 1", *LEARNED)
    assert recorder.steps == [(label, step, 3) for label in stages for step in (1, 2, 3)]
