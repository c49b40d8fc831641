"""The demo `collapse`, run for real at smoke size, and its parts at toy size."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from smoke import repeated, smoke

from contrastive_drill.demo.result import DemoResult

pytestmark = pytest.mark.demo
collapse: Any = import_module("contrastive_drill.demos.collapse")
TOY = replace(collapse.Config(), steps=3, batch=16, held=40, dimensions=16, features=256)
LABELS = (
    "squared error",
    "cosine",
    "InfoNCE",
    "SigLIP",
    "frozen target",
    "variance+covariance",
)


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("collapse").result


def test_no_claim_is_missing(quick: DemoResult) -> None:
    assert len(quick.claims) == 9


def test_the_tables_compare_the_six_losses(quick: DemoResult) -> None:
    lie, found = quick.tables
    assert tuple(row[0] for row in lie.rows) == LABELS
    assert tuple(row[0] for row in found.rows) == (*LABELS, "chance")
    assert lie.columns == ("loss", "cos true", "cos wrong", "margin", "spread", "rank")
    assert found.columns[1:5] == ("R@1", "R@5", "bf16", "int8")


def test_claims_are_made_of_the_numbers_in_the_tables(quick: DemoResult) -> None:
    spread = {row[0]: float(row[4]) for row in quick.tables[0].rows}
    int8 = {row[0]: float(row[4]) for row in quick.tables[1].rows}
    measured = {claim.text: claim.measured for claim in quick.claims}
    assert measured["Pairs alone: spread, the larger of two"] == pytest.approx(
        max(spread["squared error"], spread["cosine"]), abs=6e-4
    )
    assert measured["Other cures: spread, the smaller of two"] == pytest.approx(
        min(spread["frozen target"], spread["variance+covariance"]), abs=6e-4
    )
    assert measured["Negatives: recall@1 stored as int8, in units of chance"] == pytest.approx(
        300 * min(int8["InfoNCE"], int8["SigLIP"]), abs=0.2
    )


def test_the_chart_begins_alike_and_ends_apart(quick: DemoResult) -> None:
    chart = quick.charts[0]
    assert tuple(series.label for series in chart.series) == LABELS
    trained = {series.label: series.ys for series in chart.series}
    starts = [trained[label][0] for label in LABELS if label != "frozen target"]
    assert max(starts) - min(starts) < 0.05  # the same weights and the same first batch
    assert trained["cosine"][-1] < 0.1 < 0.5 < trained["InfoNCE"][-1]


def test_each_query_is_answered_by_a_collapsed_and_by_a_sound_tower(quick: DemoResult) -> None:
    titles = [strip.title for strip in quick.strips]
    assert len(titles) == 6
    assert sum("cosine" in title for title in titles) == 3
    for strip in quick.strips:
        assert len(strip.pictures) == 4
        assert len(strip.pictures[0].pixels) == len(strip.pictures[0].pixels[0]) == 32


def test_a_toy_run_repeats_itself_and_counts_each_stage_to_its_end() -> None:
    recorder = repeated("collapse", TOY)
    assert recorder.names == {"loss", "spread"}
    assert recorder.steps == [(label, step, 3) for label in LABELS for step in (1, 2, 3)]
