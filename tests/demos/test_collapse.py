"""The demo `collapse`, run for real at smoke size, and its parts at toy size."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from smoke import repeated, smoke

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import DemoResult, Host

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
    "Barlow Twins",
)


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("collapse").result


def test_no_claim_is_missing_but_on_recall_which_takes_more_steps(quick: DemoResult) -> None:
    assert len(quick.claims) == 5
    assert not any("recall" in claim.text for claim in quick.claims)
    assert collapse.SMOKE.steps < collapse.verdict.ENOUGH <= collapse.Config().steps


def test_the_tables_compare_the_losses_by_one_ruler(quick: DemoResult) -> None:
    lie, found = quick.tables
    assert tuple(row[0] for row in lie.rows) == LABELS
    assert tuple(row[0] for row in found.rows) == (*LABELS, "chance")
    assert lie.columns == ("loss", "cos true", "cos wrong", "margin", "spread", "centred", "length")
    assert found.columns[1:4] == ("R@1", "R@5", "centred")


def test_claims_are_made_of_the_numbers_in_the_tables(quick: DemoResult) -> None:
    lie = {row[0]: row for row in quick.tables[0].rows}
    measured = {claim.text: claim.measured for claim in quick.claims}
    margins = {label: float(lie[label][3]) for label in LABELS}
    assert measured["Pairs alone: margin of true over wrong pairs, at most"] == pytest.approx(
        max(margins[label] for label in LABELS[:2]), abs=6e-4
    )
    assert measured["Other cures: margin of true over wrong pairs, at least"] == pytest.approx(
        min(margins[label] for label in LABELS[4:]), abs=6e-4
    )
    assert measured["Cosine: spread once centred"] == pytest.approx(
        float(lie["cosine"][5]), abs=6e-4
    )


def test_its_claims_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the models exchanged, and once enough steps were taken to judge recall."""
    trained = smoke("collapse").trained
    places = {"cosine": "InfoNCE", "InfoNCE": "cosine", "b": "cosine"}
    families = (("Pairs alone", "cosine"), ("Negatives", "InfoNCE"), ("Other", "b"))
    exchanged = {name: (collapse.Objective(label, object),) for name, label in families}
    monkeypatch.setattr(collapse, "FAMILIES", exchanged)
    monkeypatch.setattr(collapse, "learn", lambda one, *of: trained[places[one.label]])
    monkeypatch.setattr(collapse.verdict, "ENOUGH", 1)
    monkeypatch.setattr(collapse.verdict, "notes", lambda *of: ())
    run = registry.load("collapse").run(collapse.SMOKE, Host())
    assert len(run.claims) == 8
    assert {place for place, claim in enumerate(run.claims) if claim.held} == {7}


def test_the_chart_begins_alike_and_ends_apart(quick: DemoResult) -> None:
    chart = quick.charts[0]
    assert tuple(series.label for series in chart.series) == LABELS
    trained = {series.label: series.ys for series in chart.series}
    starts = [trained[label][0] for label in LABELS if label != "frozen target"]
    assert max(starts) - min(starts) < 0.05  # the same weights and the same first batch
    assert trained["cosine"][-1] < 0.1 < 0.5 < trained["InfoNCE"][-1]


def test_a_toy_run_repeats_itself_and_counts_each_stage_to_its_end() -> None:
    recorder = repeated("collapse", TOY)
    assert recorder.names == {"loss", "spread"}
    assert recorder.steps == [(label, step, 3) for label in LABELS for step in (1, 2, 3)]
