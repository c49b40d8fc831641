"""The demo `temperature`, run for real at smoke size, and its parts at toy size."""

import math
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import pytest

from contrastive_drill import registry
from contrastive_drill.errors import UsageProblem
from contrastive_drill.results import DemoResult, Host
from contrastive_drill.tex import parse

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


def toy(host: Host, **changes: Any) -> DemoResult:
    """A run too small to learn anything."""
    return registry.load("temperature").run(replace(TOY, **changes), host)


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
        assert set(numbers) == {"loss", "1/τ"}
        heard.append((stage, done, total))

    return Toy(toy(Host(listen, clock=lambda: 0.0), seed=1), heard)


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size, on a seed that nothing was tuned on."""
    demo = registry.load("temperature")
    return demo.run(demo.config(quick=True, seed=20, device="cpu"), Host(), quick=True)


def rows(result: DemoResult, title: str) -> dict[str, tuple[str, ...]]:
    (table,) = [table for table in result.tables if title in table.title]
    return {row[0]: row[1:] for row in table.rows}


def test_every_claim_holds_at_smoke_size(quick: DemoResult) -> None:
    assert [claim.text for claim in quick.claims if not claim.held] == []
    assert len(quick.claims) == 12
    assert quick.held


def test_every_temperature_has_its_rows_and_the_learned_ones_theirs(quick: DemoResult) -> None:
    fixed = [f"{one:g}" for one in temperature.SMOKE.temperatures]
    outcomes = list(rows(quick, "training comes to"))
    assert outcomes[:5] == fixed
    assert [label.split()[0] for label in outcomes[5:]] == list(LEARNED)
    for title in ("hardest negative", "untrained towers", "trained at τ = 0.07"):
        assert list(rows(quick, title)) == fixed
    assert len(quick.formulas) == 3
    assert all(parse(formula.latex) for formula in quick.formulas)


def test_claims_are_made_of_the_numbers_in_the_tables(quick: DemoResult) -> None:
    measured = {claim.text: claim.measured for claim in quick.claims}
    found = rows(quick, "training comes to")
    recalls = {
        label: float(row[0]) for label, row in found.items() if label[0] == "0" or label == "1"
    }
    best = max(recalls.values()) - max(recalls["0.005"], recalls["1"])
    assert measured["Recall@1 of the best τ, above the better end by"] == pytest.approx(
        best, abs=2e-3
    )
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
    assert measured["Gradient of untrained towers, τ = 0.005 over τ = 1"] == pytest.approx(
        gradient, rel=0.02
    )


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


def test_the_run_is_named_and_timed(quick: DemoResult) -> None:
    assert (quick.name, quick.seed, quick.device) == ("temperature", 20, "cpu (1 thread)")
    assert quick.claim == registry.describe("temperature").claim == temperature.CLAIM
    assert quick.settings["temperatures"] == temperature.SMOKE.temperatures


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others(small: Toy) -> None:
    still = Host(clock=lambda: 0.0)
    assert small.result == toy(still, seed=1)
    assert small.result.tables != toy(still, seed=2).tables


def test_a_demo_that_learns_nothing_does_not_hold(small: Toy) -> None:
    """Three steps are not enough: the verdict is measured, not written down."""
    assert not small.result.held


def test_fewer_than_three_temperatures_are_refused() -> None:
    with pytest.raises(UsageProblem, match="three or more"):
        toy(Host(), temperatures=(0.1, 0.1, 1.0))


def test_the_smallest_run_still_ends_with_its_findings() -> None:
    """Two pairs: no subgroup has two pictures, so some claims have no number and fail."""
    result = toy(Host(), held=2, batch=2)
    assert not result.held
    assert len(result.claims) == 12
    assert len(result.strips) == 2


def test_progress_counts_each_stage_to_its_end(small: Toy) -> None:
    stages = ("τ = 0.05", "τ = 0.2", "τ = 1", *LEARNED)
    assert small.heard == [(label, step, 3) for label in stages for step in (1, 2, 3)]
