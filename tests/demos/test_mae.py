"""The demo `mae`, run for real at smoke size, and its parts at toy size."""

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from smoke import repeated, smoke, toy

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import Claim, DemoResult, Host, Strip, Table
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.mae.encoder_accuracy import EncoderAccuracy
from contrastive_drill.lab.mae.mask_ratio import RatioResult, extremes, ratio_chart, ratio_table
from contrastive_drill.lab.mae.reconstruction import ReconstructionScore

pytestmark = pytest.mark.demo
mae: Any = import_module("contrastive_drill.demos.mae")
TOY = replace(
    mae.Config(),
    steps=3,
    batch=2,
    twin_steps=2,
    pairs=4,
    held=10,
    labels=8,
    tune_steps=2,
    tune_batch=4,
    sweep_steps=2,
)
ENCODERS = ("no pretraining", "MAE", "contrastive twin")
FULL = 9  # claims of a run that is long enough


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("mae").result


def test_no_claim_is_missing(quick: DemoResult) -> None:
    assert len(quick.claims) == 4


def test_a_short_run_says_that_it_does_not_judge_fine_tuning(quick: DemoResult) -> None:
    assert sum("too short to judge" in note.text for note in quick.notes) == 1
    assert not any("uned" in claim.text for claim in quick.claims)


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


def test_claims_are_made_of_the_numbers_in_the_table(quick: DemoResult) -> None:
    frozen = {row[0]: float(row[1]) for row in quick.tables[0].rows}
    assert tuple(frozen) == ("most frequent group", "pixels, no encoder", *ENCODERS)
    measured = {claim.text: claim.measured for claim in quick.claims}
    found = measured["Frozen: accuracy of MAE, less that of raw pixels"]
    assert found == pytest.approx(frozen["MAE"] - frozen["pixels, no encoder"], abs=1.1e-3)
    for label in ENCODERS:
        cells = next(row for row in quick.tables[0].rows if row[0] == label)
        assert float(cells[3]) == pytest.approx(float(cells[2]) - float(cells[1]), abs=1.6e-3)


def test_the_tables_grow_as_encoders_are_tuned_and_ratios_tried(quick: DemoResult) -> None:
    tables = [finding for finding in smoke("mae").findings if isinstance(finding, Table)]
    worth = [table for table in tables if table.title == quick.tables[0].title]
    assert [sum(row[2] != "–" for row in table.rows) for table in worth] == [0, 1, 2, 3]
    tried = [table for table in tables if table.title == quick.tables[1].title]
    assert [len(table.rows) for table in tried] == [1, 2, 3]
    assert [row[0] for row in tried[-1].rows] == ["25%", "90%", "75%, raw pixels"]


def test_both_losses_fall_below_a_guess(quick: DemoResult) -> None:
    losses = {series.label: series for series in quick.charts[0].series}
    assert tuple(losses) == ("MAE", "contrastive twin")
    for series in losses.values():
        assert series.ys[-1] < min(0.95, 0.97 * series.ys[0])
        assert series.xs[-1] == 100


def test_a_long_run_claims_all_and_one_that_learns_nothing_does_not_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("contrastive_drill.lab.mae.verdict.ENOUGH", 3)
    result = toy("mae", TOY)
    assert len(result.claims) == FULL
    assert not result.held
    assert not any("too short" in note.text for note in result.notes)


def test_each_claim_turns_with_its_number() -> None:
    """The verdicts on made-up accuracies, where all hold and where each fails in turn."""
    swept = [RatioResult(0.5, True, 32, 0.30, 0.4), RatioResult(0.9, True, 6, 0.25, 0.4)]

    def judged(mae_tuned: float = 0.55, twin: float = 0.50, score: Any = None) -> list[Claim]:
        found = {
            "pixels, no encoder": EncoderAccuracy(0.45),
            "no pretraining": EncoderAccuracy(0.38, 0.50),
            "MAE": EncoderAccuracy(0.46, mae_tuned),
            "contrastive twin": EncoderAccuracy(twin, 0.55),
        }
        score = score or ReconstructionScore(hidden=0.4, seen=-0.3, leak=0.0, mirrored=0.2)
        return list(mae.claims(mae.Config().steps, found, swept, score))

    def failed(claims: list[Claim]) -> list[int]:
        return [index for index, claim in enumerate(claims) if not claim.held]

    assert len(judged()) == FULL
    assert failed(judged()) == []
    assert failed(
        judged(score=ReconstructionScore(hidden=0.1, seen=0.2, leak=0.1, mirrored=0.2))
    ) == [
        0,
        1,
        2,
        4,
    ]
    assert failed(judged(twin=0.44)) == [5, 7]
    assert failed(judged(mae_tuned=0.47)) == [6, 7]
    assert judged()[7].measured == pytest.approx(0.04)


def test_the_twin_costs_as_many_multiply_adds() -> None:
    config = mae.Config()
    core: Any = import_module("contrastive_drill.demos.mae_flops")
    shape, (depth, width, _) = mae.SHAPE, mae.DECODER
    encoder, decoder = core.Stack(shape.depth, shape.width), core.Stack(depth, width)
    seen = shape.visible(config.ratio)
    cost = core.Cost(encoder, decoder, shape.patches, seen, shape.pixels)
    rebuilding = config.steps * config.batch * cost.autoencoder()
    agreeing = config.twin_steps * 2 * config.pairs * cost.encode(seen)
    assert agreeing / rebuilding == pytest.approx(1, abs=0.05)


def test_a_toy_run_repeats_itself_and_counts_each_stage_to_its_end() -> None:
    recorder = repeated("mae", replace(TOY, ratios=(0.5, 0.9)))
    assert recorder.names == {"loss"}
    stages = {
        "MAE": 3,
        "contrastive twin": 2,
        **{f"tuning: {label}": 2 for label in ENCODERS},
        "50% masked": 2,
        "90% masked": 2,
        "75% masked, raw pixels": 2,
    }
    assert recorder.steps == [
        (stage, step, total) for stage, total in stages.items() for step in range(1, total + 1)
    ]


@pytest.mark.parametrize("setting", ["ratio=0.99", "ratios=0.5,0.99", "tune_ratio=0.985"])
def test_a_ratio_that_leaves_no_patch_is_refused(setting: str) -> None:
    demo = registry.load("mae")
    with pytest.raises(UsageProblem, match=r"0\.9\d+ leaves none of 64 patches"):
        demo.run(demo.config(quick=True, settings=[setting]), Host())


def test_the_ends_of_a_sweep_are_its_least_and_its_most() -> None:
    swept = [
        RatioResult(0.75, True, 16, 0.3, 0.42),
        RatioResult(0.25, True, 48, 0.35, 0.40),
        RatioResult(0.9, True, 6, 0.25, 0.41),
        RatioResult(0.95, False, 3, float("nan"), 0.39),
    ]
    assert [one.ratio for one in extremes(swept)] == [0.25, 0.9]
    chart = ratio_chart(swept, {"guess": 0.2})
    assert chart.series[0].xs == (0.25, 0.75, 0.9)
    assert chart.series[0].ys == (0.40, 0.42, 0.41)
    assert chart.references == (("guess", 0.2),)
    rows = ratio_table(swept, 64, 5).rows
    assert rows[0] == ("75%", "16 of 64", "0.300", "0.420")
    assert rows[3] == ("95%, raw pixels", "3 of 64", "–", "0.390")
