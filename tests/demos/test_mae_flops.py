"""The demo `mae-flops`, run for real at smoke size, and its options with a counter that is told."""

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import count
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
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
from contrastive_drill.formula.tex import parse
from contrastive_drill.lab.mae_flops import tables
from contrastive_drill.lab.mae_flops.passes import MAE, TOKENS, TWO
from contrastive_drill.lab.mae_flops.verdict import counted as judged

pytestmark = pytest.mark.demo
mae_flops: Any = import_module("contrastive_drill.demos.mae_flops")
MEASURED = [
    "Measured: MAE's step over two views'",
    "Measured: MAE's step with mask tokens over MAE's",
]
COUNTED = "One picture three ways, GFLOPs"
COMPARED = "What MAE costs, in FLOPs"


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter says what the formula does for ViT-B."""
    forward = mae_flops.forward(mae_flops.BASE).values()
    told = [(2 * macs, 2 * (3 * macs - 196 * 768 * 768)) for macs in forward]
    monkeypatch.setattr(mae_flops.passes, "counted", lambda networks, seen: told)


def findings(settings: list[str], host: Host | None = None) -> Iterator[Finding]:
    """What the demo yields for ViT-B, with the shallowest model timed."""
    demo = registry.load("mae-flops")
    settings = ["model=B/16", "timed_depth=1", *settings]
    config = demo.config(quick=True, device="cpu", settings=settings)
    found: Iterator[Finding] = mae_flops.run(config, host or Host())
    return found


def shown(settings: list[str], host: Host | None = None) -> dict[str, Table]:
    return {one.title: one for one in findings(settings, host) if isinstance(one, Table)}


@pytest.fixture(scope="module")
def quick() -> DemoResult:
    """One run at smoke size."""
    return smoke("mae-flops").result


def test_the_verdicts_are_those_of_the_papers(quick: DemoResult) -> None:
    measured = {claim.text: claim.measured for claim in quick.claims}
    expected = {
        "Formula and torch's counter differ at most by": 0,
        "Each epoch, ViT-B and L, the larger: MAE over two views": 0.278,
        "Whole recipe, ViT-B: MAE 1600 epochs over MoCo v3 300": 1.114,
        "Whole recipe, ViT-L: MAE 1600 epochs over MoCo v3 300": 0.674,
        "Whole recipe, clips: VideoMAE 800 epochs over MoCo v3 300": 0.197,
        "ViT-B: the decoder's part of MAE's forward pass": 0.549,
        "ViT-L: MAE with mask tokens in the encoder over MAE": 3.228,
        "The n² part of a block at 224 px, the largest of three": 0.041,
        "The n² part of a block on a clip of 1568 tubes, ViT-B": 0.254,
        "Logits of a batch of 32,768 add to CLIP with ViT-B/16": 0.0817,
    }
    assert list(measured) == [*expected, *MEASURED]
    assert {text: measured[text] for text in expected} == pytest.approx(expected, abs=6e-4)


def test_measured_claims_are_made_of_the_numbers_in_the_table(quick: DemoResult) -> None:
    table = quick.tables[-1]
    assert [row[0] for row in table.rows] == [TWO, MAE, TOKENS]
    measured = {claim.text: claim.measured for claim in quick.claims}
    assert f"{measured[MEASURED[0]]:.2f}" == table.rows[1][-1]
    assert all(float(row[3]) > 0 for row in table.rows)  # memory


def test_there_are_a_formula_a_chart_and_words(quick: DemoResult) -> None:
    assert (len(quick.formulas), len(quick.charts), len(quick.notes)) == (1, 1, 2)
    assert [table.title for table in quick.tables[:2]] == [COUNTED, COMPARED]
    parse(quick.formulas[0].latex)


def test_the_mask_chart_goes_through_the_paper_and_meets_its_baseline(quick: DemoResult) -> None:
    """ViT-L: GFLOPs of training on a picture; all patches seen are as dear as mask tokens."""
    [chart] = quick.charts
    whole, encoder = (dict(zip(line.xs, line.ys, strict=True)) for line in chart.series)
    assert whole[75.0] == pytest.approx(6 * 20.76, rel=5e-4)
    assert dict(chart.references) == pytest.approx(
        {"two views": 12 * 61.55, "mask tokens in encoder": 6 * 67.01}, rel=5e-4
    )
    assert whole[0.0] == dict(chart.references)["mask tokens in encoder"]
    apart = [whole[x] - encoder[x] for x in whole]
    assert max(apart) - min(apart) < 0.02 * max(apart)  # the decoder costs nearly the same
    assert list(whole.values()) == sorted(whole.values(), reverse=True)
    assert (min(whole), max(whole)) == (0, 95)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_the_formula_is_what_the_counter_sees(data: st.DataObject) -> None:
    """Forward to the last FLOP; the backward pass spares the gradient of the pixels."""
    one, two, three = st.integers(1, 2), st.integers(1, 3), st.integers(1, 5)
    patches = data.draw(st.integers(2, 5)) ** 2
    cost = mae_flops.Cost(
        mae_flops.Stack(data.draw(two), 64 * data.draw(one)),
        mae_flops.Stack(data.draw(two), 32 * data.draw(two)),
        patches,
        data.draw(st.integers(1, patches)),
        3 * data.draw(three) ** 2,
    )
    with torch.device("meta"):
        found = mae_flops.passes.counted(mae_flops.networks(cost), cost.seen)
    embedded = patches * cost.pixels * cost.encoder.width
    for macs, (once, both) in zip(mae_flops.forward(cost).values(), found, strict=True):
        assert once == 2 * macs
        assert both == 2 * (3 * macs - embedded)


@pytest.mark.parametrize(
    ("name", "open_clip", "torchvision"),
    [("B/16", 35.13, 17.564), ("L/16", 123.11, 61.555), ("H/14", 334.59, 167.295)],
)
def test_one_view_costs_what_others_published(
    name: str, open_clip: float, torchvision: float
) -> None:
    """open_clip's docs/model_profile.csv; `_ops` of torchvision, which are multiply-adds."""
    view = mae_flops.MODELS[name].view() / 1e9
    assert 2 * view == pytest.approx(open_clip, rel=5e-4)
    assert view == pytest.approx(torchvision, rel=5e-4)


@pytest.mark.parametrize(
    ("name", "encoder", "decoder", "share", "one"),
    [("B/16", 4.41, 5.37, 0.55, 4.44), ("L/16", 15.38, 5.38, 0.26, 4.15)],
)
def test_the_published_models_cost_what_was_worked_out_by_hand(
    name: str, encoder: float, decoder: float, share: float, one: float
) -> None:
    """In GMAC; the last is the paper's speed-up with a decoder of one block, against eight."""
    cost = mae_flops.MODELS[name]
    assert cost.encode(49) / 1e9 == pytest.approx(encoder, abs=0.005)
    assert cost.decode() / 1e9 == pytest.approx(decoder, abs=0.0051)
    assert mae_flops.ratios(cost).decoder == pytest.approx(share, abs=0.005)
    short = replace(cost, decoder=mae_flops.Stack(1, 512)).autoencoder()
    assert mae_flops.forward(cost)[TOKENS] / short == pytest.approx(one, rel=0.004)


def test_a_clip_costs_what_was_worked_out_by_hand() -> None:
    """16 frames in 1568 tubes, 160 of them seen; decoder 4 blocks, 384 wide."""
    view = 12 * (12 * 1568 * 768**2 + 2 * 1568**2 * 768) + 1568 * 1536 * 768
    seen = 12 * (12 * 160 * 768**2 + 2 * 160**2 * 768) + 1568 * 1536 * 768
    decoder = 160 * 768 * 384 + 4 * (12 * 1568 * 384**2 + 2 * 1568**2 * 384)
    rebuilt = 384 * 1536
    cost = mae_flops.CLIPS
    assert (cost.view(), cost.autoencoder()) == (view, seen + decoder + 1568 * rebuilt)
    ratio = mae_flops.ratios(cost, 800).recipe
    assert ratio == pytest.approx(3 * cost.autoencoder() * 800 / (8 * view * 300))
    exact = 3 * (seen + decoder + 1408 * rebuilt) * 800 / (8 * view * 300)  # masked tubes alone
    assert 0.002 < ratio / exact - 1 < 0.003


def test_a_picture_and_a_view_are_compared_for_every_model(quick: DemoResult) -> None:
    rows = {row[0]: row[1:4] for row in quick.tables[1].rows}
    assert rows == {
        "B/16": ("0.278", "0.557", "1.114"),
        "L/16": ("0.169", "0.337", "0.674"),
        "H/14": ("0.145", "0.290", "0.581"),
        "clips": ("0.099", "0.197", "0.197"),
    }


def test_each_claim_turns_with_its_number() -> None:
    """All hold on what the demo counts; each fails where its own number is another."""
    found = {name: mae_flops.ratios(cost) for name, cost in mae_flops.MODELS.items()}
    found["clips"] = mae_flops.ratios(mae_flops.CLIPS, 800)
    exact = {("B/16", MAE): (10, 10, 30, 30)}

    def failed(
        changed: dict[str, tables.Ratios] | None = None, counts: Any = exact, logits: float = 1e-3
    ) -> list[int]:
        claims = [
            one for one in judged(counts, found | (changed or {}), logits) if isinstance(one, Claim)
        ]
        return [i for i, claim in enumerate(claims) if not claim.held]

    assert failed() == []
    for off in ((10, 12, 30, 30), (10, 8, 30, 30), (10, 10, 30, 31), (10, 10, 30, 29)):
        assert failed(counts=exact | {("L/16", MAE): off}) == [0]
    assert failed(logits=0.02) == [9]
    for place, name, number in (
        (1, "L/16", {"two_views": 0.4}),
        (2, "B/16", {"recipe": 0.9}),
        (3, "L/16", {"recipe": 1.2}),
        (4, "clips", {"recipe": 0.3}),
        (5, "B/16", {"decoder": 0.4}),
        (6, "L/16", {"mask_tokens": 2.0}),
        (7, "H/14", {"square": 0.06}),
        (8, "clips", {"square": 0.1}),
    ):
        assert failed({name: found[name]._replace(**number)}) == [place]


@pytest.mark.usefixtures("toy")
def test_a_model_of_your_own_stands_beside_the_published_ones() -> None:
    found = shown(["mask=0.5", "decoder_depth=1"])
    assert [row[0] for row in found[COMPARED].rows] == ["B/16", "L/16", "H/14", "yours", "clips"]
    assert found[COUNTED].rows[0][0] == "yours: one view"
    own = mae_flops.ratios(replace(mae_flops.BASE, seen=98, decoder=mae_flops.Stack(1, 512)))
    assert found[COMPARED].rows[3][1] == f"{own.two_views:.3f}"


@pytest.mark.usefixtures("toy")
def test_the_claims_are_about_the_published_models_whatever_is_shown() -> None:
    own, other = (
        {one.text: one.measured for one in findings(sizes) if isinstance(one, Claim)}
        for sizes in (["model=L/16"], ["mask=0.25", "decoder_depth=1"])
    )
    exact = [text for text in own if not text.startswith(("Measured", "Formula"))]
    assert len(exact) == 9
    assert all(own[text] == other[text] for text in exact)


@pytest.mark.usefixtures("toy")
def test_all_models_are_counted_if_asked_for() -> None:
    found = shown(["counted=all", "mask=0.5"])[COUNTED]
    assert [row[0].split(":")[0] for row in found.rows[::3]] == ["B/16", "L/16", "H/14", "yours"]
    assert len(found.rows) == 12


@pytest.mark.usefixtures("toy")
def test_what_was_counted_is_there_before_anything_is_timed() -> None:
    """Ctrl-C during the steps loses the steps alone."""
    kinds: dict[type, int] = {}
    for finding in findings([]):
        if isinstance(finding, Table) and finding.title.startswith("A training step"):
            break
        kinds[type(finding)] = kinds.get(type(finding), 0) + 1
    assert kinds == {LabelledFormula: 1, Table: 2, Chart: 1, Claim: 10, Note: 1, Outcome: 1}


@pytest.mark.usefixtures("toy")
def test_a_clock_that_sees_no_difference_breaks_the_measured_claims_alone() -> None:
    ticks = count()
    found = list(findings([], Host(clock=lambda: float(next(ticks)))))
    assert [one.text for one in found if isinstance(one, Claim) and not one.held] == MEASURED
    table = [one for one in found if isinstance(one, Table)][-1]
    assert {(row[2], row[-1]) for row in table.rows} == {("1.000", "1.00")}


@pytest.mark.usefixtures("toy")
def test_progress_counts_each_stage_to_its_end() -> None:
    heard: dict[str, list[tuple[int, int]]] = {}

    def listen(stage: str, done: int, total: int, numbers: dict[str, float]) -> None:
        heard.setdefault(stage, []).append((done, total))

    list(findings(["rounds=2"], Host(listen)))
    assert heard == {
        "counting on the meta device": [(1, 1)],
        "a step of each": [(done, 5) for done in (1, 2, 3, 4, 5)],
    }


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("model=S/16", "model must be B/16, L/16 or H/14"),
        ("decoder_depth=0", "decoder_depth must be a whole number, 1 to 100"),
        ("mask=1", "mask must be"),
    ],
)
def test_what_cannot_be_is_one_line(setting: str, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        list(findings([setting]))


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(("kind", "model", "batch"), [("cuda", "LARGE", 12), ("cpu", None, 3)])
def test_on_cuda_vit_l_is_timed_on_four_times_the_batch(
    monkeypatch: pytest.MonkeyPatch, kind: str, model: str | None, batch: int
) -> None:
    monkeypatch.setattr(mae_flops, "choose", lambda device: torch.device(kind))
    monkeypatch.setattr(mae_flops, "networks", lambda cost: cost)
    timed: list[Any] = []

    def steps(cost: Any, seen: int, batch: int, *rest: object) -> None:
        timed.append((cost, seen, batch))
        raise InterruptedError

    monkeypatch.setattr(mae_flops.passes, "steps", steps)
    with pytest.raises(InterruptedError):
        list(findings(["batch=3"]))
    small = mae_flops.Cost(mae_flops.Stack(1, 384), mae_flops.Stack(1, 192))
    assert timed == [(getattr(mae_flops, model) if model else small, 49, batch)]


@pytest.mark.parametrize("depth", [3, 6])
def test_the_model_for_a_processor_keeps_the_proportions_of_vit_l(depth: int) -> None:
    small = mae_flops.Cost(mae_flops.Stack(depth, 384), mae_flops.Stack(depth // 3, 192))
    large, here = (mae_flops.ratios(cost) for cost in (mae_flops.LARGE, small))
    assert here.two_views == pytest.approx(large.two_views, abs=0.03)
    assert here.mask_tokens == pytest.approx(large.mask_tokens, rel=0.15)
