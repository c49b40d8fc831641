"""The demo `collapse`, run for real at smoke size, and its parts at toy size."""

from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import pytest
import torch

from contrastive_drill import registry
from contrastive_drill.lab import emoji
from contrastive_drill.results import DemoResult, Host

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


def toy(host: Host, **changes: Any) -> DemoResult:
    """A run too small to learn anything."""
    return registry.load("collapse").run(replace(TOY, **changes), host)


@dataclass
class Toy:
    """A run too small to learn anything, and the progress that it reported."""

    result: DemoResult
    heard: list[tuple[str, int, int]]


@pytest.fixture(scope="module")
def small() -> Toy:
    """One run at toy size, whose clock stands still."""
    heard: list[tuple[str, int, int]] = []

    def listen(stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
        assert set(numbers) == {"loss", "spread"}
        heard.append((stage, done, total))

    return Toy(toy(Host(listen, clock=lambda: 0.0), seed=1), heard)


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size, on a seed that nothing was tuned on."""
    demo = registry.load("collapse")
    return demo.run(demo.config(quick=True, seed=20, device="cpu"), Host(), quick=True)


def test_every_claim_holds_at_smoke_size(quick: DemoResult) -> None:
    assert [claim.text for claim in quick.claims if not claim.held] == []
    assert len(quick.claims) == 9
    assert quick.held


@pytest.mark.parametrize("seed", [52, 57])
def test_the_slowest_cure_stays_far_from_its_bound(seed: int) -> None:
    """On the two of 100 seeds that found least; 10 times chance is claimed, 22 was found."""
    config = replace(collapse.SMOKE, seed=seed)
    generator = torch.Generator().manual_seed(seed)
    learnt, held, _ = emoji.pairs(
        emoji.load(), config.held, config.features, generator, torch.device("cpu")
    )
    (slowest,) = (one for one in collapse.FAMILIES["Other cures"] if not one.frozen)
    found = collapse.learn(slowest, config, learnt, held, Host())
    assert found.held.recall(1, collapse.INT8) * config.held > 15
    assert found.held.margin() > 0.2
    assert found.spread > 0.7


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


def test_the_run_is_named_and_timed(quick: DemoResult) -> None:
    assert (quick.name, quick.seed, quick.device) == ("collapse", 20, "cpu (1 thread)")
    assert quick.claim == registry.describe("collapse").claim
    assert quick.seconds > 0
    assert quick.settings["steps"] == collapse.SMOKE.steps


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others(small: Toy) -> None:
    still = Host(clock=lambda: 0.0)
    assert small.result == toy(still, seed=1)
    assert small.result.tables != toy(still, seed=2).tables


def test_a_demo_that_learns_nothing_does_not_hold(small: Toy) -> None:
    """Three steps are not enough: the verdict is measured, not written down."""
    assert not small.result.held


def test_progress_counts_each_stage_to_its_end(small: Toy) -> None:
    assert small.heard == [(label, step, 3) for label in LABELS for step in (1, 2, 3)]
