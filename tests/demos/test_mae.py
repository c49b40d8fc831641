"""The demo `mae`, run for real at smoke size, and its parts at toy size."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from smoke import repeated, smoke, toy

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Cell, Chart, Claim, DemoResult, Note, Strip, Table
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.mae import objectives, verdict

pytestmark = pytest.mark.demo
mae: Any = import_module("contrastive_drill.demos.mae")
TOY = mae.Config(steps=5, held=10, labels=8, tune_steps=2, ratios=(0.5, 0.9), sweep_steps=2)
ENCODERS = ("no pretraining", "MAE", "contrastive twin")
QUICK, FULL = 2, 6  # claims of a run that is too short, and of one that is long enough


def value(result: DemoResult, row: int, column: int) -> float:
    """A number of the table."""
    cell = result.tables[0].rows[row][column]
    assert isinstance(cell, Cell)
    return cell.value


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("mae").result


def test_a_short_run_says_that_it_does_not_judge_encoders(quick: DemoResult) -> None:
    assert len(quick.claims) == QUICK
    assert sum("too short to judge" in note.text for note in quick.notes) == 1
    assert not any("uned" in claim.text or "Frozen" in claim.text for claim in quick.claims)


def test_the_pictures_are_redrawn_while_it_learns(quick: DemoResult) -> None:
    strips = [finding for finding in smoke("mae").findings if isinstance(finding, Strip)]
    titles = list(dict.fromkeys(strip.title for strip in strips))
    assert len(titles) == len(quick.strips) == 3
    for title in titles:
        shown = [strip for strip in strips if strip.title == title]
        captions = [strip.pictures[2].caption for strip in shown]
        assert captions[0] == "untrained"
        assert captions[-1] == f"step {mae.SMOKE.steps}"
        assert len(shown) > 20
        assert len({strip.pictures[:2] for strip in shown}) == 1  # the same picture and mask
        assert len({strip.pictures[2].pixels for strip in shown}) == len(shown)
        assert shown[-1] in quick.strips


def test_pictures_come_closer_to_what_was_drawn(quick: DemoResult) -> None:
    def distance(strip: Strip) -> int:
        drawn, _, rebuilt = (picture.pixels for picture in strip.pictures)
        return sum(
            (ours - theirs) ** 2
            for row, other in zip(drawn, rebuilt, strict=True)
            for pixel, said in zip(row, other, strict=True)
            for ours, theirs in zip(pixel, said, strict=True)
        )

    first = {
        strip.title: strip for strip in reversed(smoke("mae").findings) if isinstance(strip, Strip)
    }
    assert sum(map(distance, quick.strips)) < 0.8 * sum(map(distance, first.values()))


def test_table_and_chart_grow_as_encoders_are_tuned_and_ratios_tried(quick: DemoResult) -> None:
    findings = smoke("mae").findings
    tables = [finding for finding in findings if isinstance(finding, Table)]
    assert [sum(row[2] != "–" for row in table.rows) for table in tables] == [0, 1, 2, 3]
    assert [row[0] for row in quick.tables[0].rows] == ["pixels, no encoder", *ENCODERS]
    charts = [finding for finding in findings if isinstance(finding, Chart)]
    assert [chart.series[1].xs for chart in charts] == [(0.25,), (0.25, 0.9)]
    for series in charts[-1].series:
        assert len(set(series.ys)) == 2
    assert charts[-1].references == (("raw pixels, k-NN", value(quick, 0, 1)),)


def test_a_long_run_claims_all_and_one_that_learns_nothing_does_not_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verdict, "ENOUGH", 3)
    result = toy("mae", TOY)
    assert len(result.claims) == FULL
    assert not result.held
    assert not any("too short" in note.text for note in result.notes)
    pixels, _, (frozen, tuned), (twin, twin_tuned) = (
        (value(result, row, 1), value(result, row, 2)) for row in range(4)
    )
    measured = {claim.text: claim.measured for claim in result.claims}
    assert measured["Frozen: accuracy of MAE, less that of raw pixels"] == frozen - pixels[0]
    assert measured["Frozen: accuracy of the twin, less MAE's"] == twin - frozen
    closed = twin - frozen - (twin_tuned - tuned)
    assert measured["What fine-tuning takes off the twin's lead over MAE"] == closed


def judged(
    mae_frozen: float = 0.46,
    mae_tuned: float = 0.55,
    twin: float = 0.50,
    hidden: float = 0.4,
    seen: float = -0.3,
    most: float = 0.25,
    steps: int = 1500,
) -> list[Any]:
    """The verdict on made-up numbers, of which all claims hold as they are."""
    frozen = dict(
        zip(("pixels, no encoder", *ENCODERS), (0.45, 0.38, mae_frozen, twin), strict=True)
    )
    tuned = dict(zip(ENCODERS, (0.50, mae_tuned, 0.55), strict=True))
    swept = {0.9: (most, 0.4), 0.75: (0.5, 0.5), 0.5: (0.30, 0.4)}
    return list(verdict.judged(steps, frozen, tuned, swept, hidden, seen))


@pytest.mark.parametrize(
    ("changed", "failed"),
    [
        ({}, []),
        ({"hidden": 0.29}, [0]),
        ({"seen": 0.1}, [1]),
        ({"mae_frozen": 0.51, "twin": 0.6}, [2]),
        ({"twin": 0.45, "mae_tuned": 0.57}, [3]),
        ({"mae_tuned": 0.50}, [4]),
        ({"most": 0.31}, [5]),
        ({"hidden": 0.2, "steps": 250}, []),
        ({"hidden": 0.09, "steps": 250}, [0]),
    ],
)
def test_each_claim_turns_with_its_number(changed: dict[str, Any], failed: list[int]) -> None:
    claims = [finding for finding in judged(**changed) if isinstance(finding, Claim)]
    assert len(claims) == (QUICK if "steps" in changed else FULL)
    assert [place for place, claim in enumerate(claims) if not claim.held] == failed


def test_the_note_tells_what_was_explained() -> None:
    text = next(finding.text for finding in judged() if isinstance(finding, Note))
    assert "40% of the variance" in text
    assert "-30%" in text


def test_the_twin_costs_as_many_multiply_adds() -> None:
    core: Any = import_module("contrastive_drill.demos.mae_flops")
    shape, (depth, width, _) = mae.SHAPE, mae.DECODER
    encoder, decoder = core.Stack(shape.depth, shape.width), core.Stack(depth, width)
    seen = shape.visible(mae.RATIO)
    cost = core.Cost(encoder, decoder, shape.patches, seen, shape.pixels)
    rebuilding = objectives.REBUILDING[0] * cost.autoencoder()
    matching = 2 * objectives.MATCHING[0] * cost.encode(seen)
    assert mae.TWIN_STEPS * matching / rebuilding == pytest.approx(1, abs=0.05)


def test_a_toy_run_repeats_itself_and_counts_each_stage_to_its_end() -> None:
    recorder = repeated("mae", replace(TOY, steps=10))
    assert recorder.names == {"loss"}
    stages = {
        "MAE": 10,
        "contrastive twin": 2,
        **{f"tuning: {label}": 2 for label in ENCODERS},
        "50% masked": 2,
        "90% masked": 2,
    }
    assert recorder.steps == [
        (stage, step, total) for stage, total in stages.items() for step in range(1, total + 1)
    ]


@pytest.mark.parametrize("ratios", ["0.99", "0.5,0.99", "0.01"])
def test_a_ratio_that_leaves_no_patch_or_all_is_refused(ratios: str) -> None:
    with pytest.raises(UsageProblem, match=r"ratios must be .* 0\.02 to 0\.98"):
        registry.load("mae").config(quick=True, settings=[f"ratios={ratios}"])
    for ratio in (0.02, 0.98):
        assert 0 < mae.SHAPE.visible(ratio) < mae.SHAPE.patches
