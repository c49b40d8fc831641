"""Runs of demos as rows: whatever was measured, they fit, and say what failed."""

from datetime import UTC, datetime
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from contrastive_drill.demo.options import Option
from contrastive_drill.demo.result import Claim, Picture, Run, Strip
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.claims import mark, measured_rows
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.demo.gallery import found_rows
from contrastive_drill.screen.demo.options import setting_rows
from contrastive_drill.screen.demo.runs import DemoListing, history_rows, list_rows

NAN = float("nan")


def sheet(width: int = 80, ascii_only: bool = False) -> Sheet:
    return Sheet(Console(file=StringIO(), width=width), Look(width, ascii_only))


def run(*claims: Claim, name: str = "collapse", device: str = "cpu (1 thread)") -> Run:
    at = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
    return Run("id", at, name, 0, device, False, 36.4, claims, {}, (), "0.1.0")


def text(rows: Rows) -> str:
    return "\n".join(row.plain for row in rows)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), max_size=18)
claims = st.builds(Claim, texts, st.floats(), texts, st.booleans(), texts)
runs = st.lists(claims, max_size=12).flatmap(
    lambda found: st.builds(run, *map(st.just, found), name=st.just("mae-flops"), device=texts)
)
widths = st.integers(40, 120)


@given(runs, widths, st.booleans())
def test_numbers_under_a_card_fit_and_are_few(one: Run, width: int, ascii_only: bool) -> None:
    page = sheet(width, ascii_only)
    rows = measured_rows(page, one.name, one)
    assert all(row.cell_len <= width for row in rows)
    words = text(rows)
    assert words.isascii() or not ascii_only
    failed = sum(not claim.held for claim in one.claims)
    shown = min(failed, len(one.claims) if len(one.claims) <= 5 else 4)
    assert sum(row.plain.startswith(("✗ ", "NO ")) for row in rows) >= shown
    heading = len(rows) - min(len(one.claims), 5)
    assert heading <= 1 + cell_len(one.device) // 20 + 3


@given(st.lists(runs, max_size=4), widths, st.booleans())
def test_the_history_fits(some: list[Run], width: int, ascii_only: bool) -> None:
    for name in (None, "mae-flops"):
        rows = history_rows(sheet(width, ascii_only), some, name)
        assert all(row.cell_len <= width for row in rows)
        assert text(rows).isascii() or not ascii_only


def test_the_history_of_a_demo_lines_its_claims_up_though_they_changed() -> None:
    old = run(Claim.below("one", 0.5, 1), Claim.below("gone", 3, 1))
    new = run(Claim.below("one", NAN, 1), Claim.above("come", 2, 1))
    assert text(history_rows(sheet(), [new, old], "collapse")) == (
        "2026-11-21 18:30  ✗ 1/2  seed 0  36.4 s  cpu (1 thread)  full\n"
        "2026-11-21 18:30  ✗ 1/2  seed 0  36.4 s  cpu (1 thread)  full\n"
        "\n"
        "── Numbers, newest first\n"
        "one  < 1\n"
        "  nan ✗  0.500\n"
        "come  > 1\n"
        "  2  -\n"
        "gone  < 1\n"
        "  -  3 ✗"
    )


def test_a_list_at_sixty_columns_in_ascii() -> None:
    offers = [
        DemoListing("collapse", "Losses on pairs alone collapse, τ or not.", 40, 9, run()),
        DemoListing("mae-flops", "An epoch costs less.", 45, 8, None),
    ]
    assert text(list_rows(sheet(60, ascii_only=True), offers)) == (
        "collapse   Losses on pairs alone collapse, tau or not.\n"
        "           40 s, --quick 9 s\n"
        "           ok 0 of 0 held - 2026-11-21 - seed 0 - cpu (1\n"
        "           thread) - full\n"
        "\n"
        "mae-flops  An epoch costs less.\n"
        "           45 s, --quick 8 s\n"
        "           not run yet"
    )


def test_a_mark_is_seen_with_and_without_colour() -> None:
    drawn = [
        mark(Look(80, ascii_only), held) for ascii_only in (False, True) for held in (True, False)
    ]
    assert [(one.plain, one.style) for one in drawn] == [
        ("✓", "good"),
        ("✗", "bad"),
        ("ok", "good"),
        ("NO", "bad"),
    ]


def test_settings_keep_their_words_where_there_are_any() -> None:
    options = [
        Option("ratios", (0.5, 0.75), tuple, None, "of patches masked, τ"),
        Option("deep", True, bool, None, ""),
    ]
    assert text(setting_rows(sheet(60, ascii_only=True), options)) == (
        "ratios = 0.5,0.75  (numbers with commas between)\n"
        "  of patches masked, tau\n"
        "deep = true  (true or false)"
    )


def test_a_picture_that_was_found_has_its_similarity_under_it() -> None:
    pixels = (((0, 0, 0), (255, 255, 255)),) * 2
    strip = Strip("“cat”", (Picture("pouting cat", pixels, 0.8125), Picture("rain", pixels)))
    said = text(found_rows(sheet(), strip))
    assert "0.812 pouting" in said
    assert "rain" in said
