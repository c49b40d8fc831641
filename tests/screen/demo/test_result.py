"""A demo's result on every surface: terminal, JSON, PNG, and the progress before it."""

import base64
import json
import math
from dataclasses import replace
from io import StringIO

from cases import every
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from contrastive_drill.demo.result import (
    Cell,
    Chart,
    Claim,
    DemoResult,
    LabelledFormula,
    Note,
    Picture,
    Pixels,
    Series,
    Strip,
    Table,
)
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.claims import number
from contrastive_drill.screen.console import Look, print_rows
from contrastive_drill.screen.demo.result import formula_rows, result_rows, to_json, verdict

PIXELS: Pixels = tuple(tuple((8 * x, 8 * y, 100) for x in range(32)) for y in range(32))
NUMBER = Cell(0.0441, ".3f", "share")
RESULT = DemoResult(
    name="example",
    claim="A claim with [brackets] and $dollars$ in it.",
    seed=7,
    device="cpu",
    seconds=1.25,
    claims=(
        Claim.below("Pairs alone: spread", 0.083, 0.1),
        Claim.above("Negatives: spread [i=j] of a name too long for a narrow terminal", 0.2, 0.5),
    ),
    tables=(
        Table("T", ("loss", "R@1"), (("cosine τ", Cell(0.0441, ".3f", "share")),), ("a note: √d",)),
    ),
    charts=(
        Chart(
            "C", "step", "spread", (Series("cosine", (0.0, 9.0), (1.0, 0.0)),), (("chance", 0.5),)
        ),
    ),
    strips=(Strip("“query” [x]", (Picture("piñata", PIXELS), Picture("[/b]", PIXELS))),),
    formulas=(LabelledFormula("The loss of one pair.", r"-\log p_i"),),
    notes=(Note("One note."), Note("E[x] is another.")),
    settings={"steps": 9},
)


def console(width: int = 80, **options: object) -> Console:
    return Console(file=StringIO(), width=width, **options)  # type: ignore[arg-type]


def printed(screen: Console) -> str:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


@every(("measured", "held"), [(0.09, True), (0.1, False), (math.nan, False)])
def test_a_claim_from_above_holds_only_under_its_bound(measured: float, held: bool) -> None:
    claim = Claim.below("x", measured, 0.1)
    assert (claim.held, claim.expected) == (held, "< 0.1")


@every(("measured", "held"), [(11, True), (10, False), (math.nan, False)])
def test_a_claim_from_below_holds_only_over_its_bound(measured: float, held: bool) -> None:
    claim = Claim.above("x", measured, 10)
    assert (claim.held, claim.expected) == (held, "> 10")


def test_one_failed_claim_fails_the_result() -> None:
    assert not RESULT.held


def test_the_terminal_shows_every_part() -> None:
    screen = console()
    print_rows(screen, result_rows(RESULT, screen))
    text = printed(screen)
    for part in (
        "A claim with [brackets] and $dollars$ in it.",
        "seed 7 · cpu · 1.2 s",
        "cosine τ  0.044",
        "a note: √d",
        "● cosine → 0   ┈┈ chance 0.5",
        "“query” [x]",
        "piñata",
        "[/b]",
        "E[x] is another.",
        "✓ 0.0830 < 0.1  Pairs alone: spread",
        "✗  0.200 > 0.5  Negatives: spread [i=j]",
        "(does not hold)",
        "1 of 2 claims held",
    ):
        assert part in text
    assert "\x1b" not in text


def test_an_ascii_terminal_gets_ascii() -> None:
    screen = console(60)
    print_rows(screen, result_rows(RESULT, screen, ascii_only=True))
    text = printed(screen)
    assert text.isascii()
    assert "ok 0.0830 < 0.1  Pairs alone" in text
    assert "NO  0.200 > 0.5  Negatives" in text
    assert '"query"' in text
    assert "pinata" in text


@every("system", [None, "standard", "256", "truecolor"])
@every("width", [24, 60, 80, 200])
def test_no_row_is_wider_than_the_terminal(width: int, system: str | None) -> None:
    screen = console(width, force_terminal=system is not None, color_system=system)
    rows = result_rows(RESULT, screen)
    assert max(row.cell_len for row in rows) <= width
    text = " ".join(" ".join(row.plain for row in rows).split())
    assert "(does not hold)" in text


STOPPED = replace(RESULT, interrupted=True, quick=True, claims=RESULT.claims[:1])


def test_an_interrupted_result_says_how_far_it_came_and_is_not_judged() -> None:
    rows = [row.plain for row in result_rows(STOPPED, console(100))]
    assert rows[1] == "seed 7 · cpu · quick · 1.2 s · interrupted"
    assert rows[-1] == (
        "Interrupted after 1.2 s (1 table, 1 chart, 1 strip): 1 of 1 claim held so far"
    )
    assert not STOPPED.held
    assert to_json(STOPPED)["interrupted"] is True
    assert to_json(STOPPED)["held"] is False


def test_a_run_ended_before_anything_was_measured_says_that() -> None:
    nothing = DemoResult("n", "c", 0, "cpu", 0.5, (), interrupted=True)
    assert verdict(nothing) == ("Interrupted after 0.5 s (nothing measured): no claim was reached")


@every(
    ("value", "bound", "shown"),
    [(9.3972, 9.4, "9.397"), (9.4, 9.4, "9.40"), (0.9997, 0.99, "1.00"), (4.0, 10, "4")],
)
def test_a_number_is_set_apart_from_its_bound(value: float, bound: float, shown: str) -> None:
    assert number(Claim.below("x", value, bound)) == shown


def test_a_unit_follows_its_number() -> None:
    claim = Claim("x", 1234567.0, "> 1", True, unit="pairs/s")
    assert number(claim) == "1.23M pairs/s"


def test_a_formula_is_drawn_in_two_dimensions_with_its_words() -> None:
    half = LabelledFormula("One half, √x of it:", r"\frac{1}{2}")
    rows = [row.plain for row in formula_rows(Sheet(console(), Look(80, False)), half)]
    assert rows == ["One half, √x of it:", "    1", "    ─", "    2"]
    rows = [row.plain for row in formula_rows(Sheet(console(), Look(80, True)), half)]
    assert rows == ["One half, sqrtx of it:", "     1", "    ---", "     2"]


def test_a_formula_that_cannot_be_read_is_shown_as_its_source() -> None:
    rows = formula_rows(Sheet(console(), Look(80, False)), LabelledFormula("Odd:", r"\frac{1"))
    assert [row.plain for row in rows] == ["Odd:", r"\frac{1"]


def test_claims_stand_last_with_the_count() -> None:
    rows = [row.plain for row in result_rows(RESULT, console())]
    start = rows.index("── Claims")
    assert all(row[0] in "✓✗ " for row in rows[start + 1 : -1])
    assert rows[-1] == "1 of 2 claims held"


def test_colours_only_where_there_are_some() -> None:
    full = console(force_terminal=True, color_system="truecolor")
    print_rows(full, result_rows(RESULT, full))
    assert "▀" in printed(full)
    assert "\x1b[48;2;" in printed(full) or ";48;2;" in printed(full)
    sixteen = console(force_terminal=True, color_system="standard")
    print_rows(sixteen, result_rows(RESULT, sixteen))
    assert "▀" not in printed(sixteen)
    bare = console(force_terminal=True, color_system="truecolor", no_color=True)
    print_rows(bare, result_rows(RESULT, bare))
    assert "▀" not in printed(bare)
    assert "38;" not in printed(bare)


def test_legend_words_keep_the_colour_of_the_terminal() -> None:
    """Only the mark is coloured: text in a middle tone is hard to read somewhere."""
    screen = console(force_terminal=True, color_system="256")
    legend = next(row for row in result_rows(RESULT, screen) if row.plain.startswith("●"))
    assert legend.style == ""
    assert [(span.start, span.end) for span in legend.spans if span.style == "series.0"] == [(0, 1)]


def test_json_keeps_every_number_and_picture() -> None:
    record = to_json(RESULT)
    assert json.loads(json.dumps(record)) == json.loads(json.dumps(record, sort_keys=True))
    assert list(record) == [
        "name", "claim", "seed", "device", "seconds", "quick", "interrupted", "held",
        "claims", "formulas", "tables", "charts", "strips", "notes", "prediction", "outcome",
        "settings",
    ]  # fmt: skip
    assert record["held"] is False
    assert record["claims"][0] == {
        "text": "Pairs alone: spread",
        "measured": 0.083,
        "expected": "< 0.1",
        "held": True,
        "unit": "",
        "computed": False,
    }
    number = {"value": 0.0441, "unit": "share", "text": "0.044"}
    assert record["tables"][0]["rows"] == [{"loss": "cosine τ", "R@1": number}]
    assert record["charts"][0]["series"][0]["ys"] == (1.0, 0.0)
    assert record["charts"][0]["references"] == [{"label": "chance", "value": 0.5}]
    assert record["charts"][0]["y_axis"] == "linear"
    assert record["charts"][0]["series"][0]["points"] is False
    assert record["formulas"] == [{"text": "The loss of one pair.", "latex": r"-\log p_i"}]
    assert record["settings"] == {"steps": 9}


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 255))
def test_json_pictures_come_back_from_their_bytes(width: int, height: int, first: int) -> None:
    pixels = tuple(tuple((first, x, y) for x in range(width)) for y in range(height))
    result = DemoResult("n", "c", 0, "cpu", 0.0, (), strips=(Strip("s", (Picture("p", pixels),)),))
    picture = to_json(result)["strips"][0]["pictures"][0]
    flat = base64.b64decode(picture["rgb"])
    assert (picture["width"], picture["height"]) == (width, height)
    restored = tuple(
        tuple(tuple(flat[3 * (y * width + x) :][:3]) for x in range(width)) for y in range(height)
    )
    assert restored == pixels
