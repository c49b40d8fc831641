"""The demo `mae-flops`, run for real at smoke size, and its options at toy size."""

from collections.abc import Iterator
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from smoke import smoke

from contrastive_drill.demo import registry
from contrastive_drill.demo.result import (
    Chart,
    Claim,
    DemoResult,
    Finding,
    Host,
    LabelledFormula,
    Note,
    Outcome,
    Table,
)
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.mae_flops import cost_tables
from contrastive_drill.lab.mae_flops.recipes import MAE, TOKENS, TWO

pytestmark = pytest.mark.demo
mae_flops: Any = import_module("contrastive_drill.demos.mae_flops")
STEP = "Measured: MAE's step over two views'"
OWN = ["image=32", "depth=2", "width=16", "heads=2", "decoder_width=8", "decoder_heads=2"]


def findings(settings: list[str], host: Host | None = None) -> Iterator[Finding]:
    """What the demo yields for a model too small to time anything with."""
    demo = registry.load("mae-flops")
    config = demo.config(quick=True, device="cpu", settings=[*OWN, "timed=one", *settings])
    found: Iterator[Finding] = mae_flops.run(config, host or Host())
    return found


def tables(settings: list[str], host: Host | None = None) -> dict[str, Table]:
    return {one.title: one for one in findings(settings, host) if isinstance(one, Table)}


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("mae-flops").result


def test_no_claim_is_missing(quick: DemoResult) -> None:
    assert len(quick.claims) == 14


def test_the_verdicts_are_those_of_the_papers(quick: DemoResult) -> None:
    measured = {claim.text: claim.measured for claim in quick.claims}
    expected = {
        "Each epoch, ViT-B and L, the larger: MAE over two views": 0.278,
        "Whole recipe, ViT-B: MAE 1600 epochs over MoCo v3 300": 1.114,
        "Whole recipe, ViT-L: MAE 1600 epochs over MoCo v3 300": 0.674,
        "ViT-B: the decoder's part of MAE's forward pass": 0.549,
        "ViT-L: MAE with mask tokens in the encoder over MAE": 3.228,
        "The n² part of a block at 224 px, the largest of three": 0.041,
    }
    assert {text: measured[text] for text in expected} == pytest.approx(expected, abs=6e-4)


def test_measured_claims_are_made_of_the_numbers_in_the_table(quick: DemoResult) -> None:
    table = quick.tables[-1]
    assert [row[0] for row in table.rows] == [TWO, MAE, TOKENS]
    measured = {claim.text: claim.measured for claim in quick.claims}
    assert f"{measured[STEP]:.2f}" == table.rows[1][-1]
    assert all(float(row[5]) > 0 for row in table.rows)  # memory


def test_there_are_formulas_charts_and_words(quick: DemoResult) -> None:
    assert (len(quick.formulas), len(quick.charts), len(quick.notes)) == (3, 2, 4)
    assert [table.title for table in quick.tables[:2]] == [
        "Forward pass of ViT-L/16 at 224 px, GMAC",
        "One picture three ways, GFLOPs",
    ]


def test_a_size_of_your_own_stands_beside_the_published_ones() -> None:
    found = tables(["mask=0.5"])
    assert "Forward pass of your ViT at 32 px, GMAC" in found
    compared = found["Training on one picture in one epoch, GFLOPs (÷ two views)"]
    assert compared.columns[2:] == ("B/16", "L/16", "H/14", "yours")
    counted = found["One picture three ways, GFLOPs"]
    assert counted.rows[0][0] == "yours: one view"
    assert all(row[1] == row[2] for row in counted.rows)


def test_the_claims_are_about_the_published_models_whatever_is_shown() -> None:
    own, other = (
        {one.text: one.measured for one in findings(sizes) if isinstance(one, Claim)}
        for sizes in (["mask=0.5"], ["mask=0.25", "depth=1"])
    )
    exact = [text for text in own if not text.startswith(("Measured", "Formula"))]
    assert len(exact) == 10
    assert all(own[text] == other[text] for text in exact)


def test_all_models_are_counted_unless_one_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three published and one of your own, three ways each, and here by the formula."""
    monkeypatch.setattr(
        mae_flops.flop_counter, "count_all", lambda model: cost_tables.formula_flops([model])
    )
    found = tables(["counted=all"])["One picture three ways, GFLOPs"]
    assert [row[0].split(":")[0] for row in found.rows[::3]] == ["B/16", "L/16", "H/14", "yours"]
    assert len(found.rows) == 12


def test_what_was_counted_is_there_before_anything_is_timed() -> None:
    """Ctrl-C during the steps loses the steps alone."""
    kinds: dict[type, int] = {}
    for finding in findings([]):
        if isinstance(finding, Table) and finding.title.startswith("A training step"):
            break
        kinds[type(finding)] = kinds.get(type(finding), 0) + 1
    assert kinds == {LabelledFormula: 3, Table: 5, Chart: 2, Claim: 12, Note: 3, Outcome: 1}


def test_the_steps_are_timed_by_the_hosts_clock() -> None:
    ticks = count()
    found = tables(["rounds=3"], Host(clock=lambda: float(next(ticks))))
    [timed] = [table for title, table in found.items() if title.startswith("A training step")]
    assert {row[2] for row in timed.rows} == {"1.000"}
    assert {row[-1] for row in timed.rows} == {"1.00"}
    assert "median of 3" in timed.notes[1]


def test_a_clock_that_sees_no_difference_breaks_the_measured_claims_alone() -> None:
    ticks = count()
    claims = [
        one
        for one in findings([], Host(clock=lambda: float(next(ticks))))
        if isinstance(one, Claim)
    ]
    assert [claim.text for claim in claims if not claim.held] == [
        STEP,
        "Measured: MAE's step with mask tokens over MAE's",
    ]


def test_progress_counts_each_stage_to_its_end() -> None:
    heard: dict[str, list[tuple[int, int]]] = {}

    def listen(stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
        heard.setdefault(stage, []).append((done, total))

    list(findings(["rounds=2"], Host(listen)))
    assert heard == {
        "counting on the meta device": [(1, 1)],
        "steps of ViT yours": [(done, 5) for done in (1, 2, 3, 4, 5)],
    }


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("image=33", "no multiple of patch"),
        ("model=S/16", "model must be B/16, L/16 or H/14"),
        ("timed=never", "timed must be auto, tiny, small or one"),
        ("decoder_heads=3", "decoder_heads 3"),
    ],
)
def test_sizes_that_cannot_be_are_one_line(setting: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        list(findings([setting]))


def test_the_default_is_small_on_a_processor_and_vit_l_on_cuda() -> None:
    assert mae_flops.Config().timed == "auto"
    one = mae_flops.MODELS["H/14"]
    assert mae_flops.chosen("auto", one, False) is mae_flops.SMALL
    assert mae_flops.chosen("auto", one, True) is mae_flops.MODELS["L/16"]
    assert mae_flops.chosen("one", one, True) is one
    assert mae_flops.chosen("tiny", one, True) is mae_flops.TINY
