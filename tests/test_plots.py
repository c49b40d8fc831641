"""Curves, pictures and tables in cells: what is drawn where, and that nothing is left out."""

import itertools
import math
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from contrastive_drill.results import Chart, Picture, Pixels, Series, Strip, Table
from contrastive_drill.screen import pictures, plots, tables

CONSOLE = Console(file=StringIO(), width=80)
numbers = st.floats(-1e6, 1e6, allow_nan=False)


def words(rows: list[Text]) -> list[str]:
    return [row.plain for row in rows]


def line(*ys: float, label: str = "one") -> Series:
    return Series(label, tuple(map(float, range(len(ys)))), ys)


def chart(*series: Series, references: tuple[tuple[str, float], ...] = ()) -> Chart:
    return Chart("A title", "step", "spread", series, references)


@given(numbers, numbers, st.integers(2, 12))
def test_ticks_are_round_and_cover_the_range(first: float, second: float, most: int) -> None:
    low, high = sorted((first, second))
    found = plots.ticks(low, high, most)
    assert 2 <= len(found) <= most
    slack = 1e-6 * max(abs(low), abs(high), high - low)
    assert found[0] <= low + slack
    assert found[-1] >= high - slack
    steps = [b - a for a, b in itertools.pairwise(found)]
    assert max(steps) - min(steps) <= 1e-6 * max(steps[0], abs(high), abs(low))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.0, 199.0, [0.0, 50.0, 100.0, 150.0, 200.0]),
        (-0.03, 0.05, [-0.04, -0.02, 0.0, 0.02, 0.04, 0.06]),
        (7.0, 7.0, [6.4, 6.6, 6.8, 7.0, 7.2, 7.4, 7.6]),
    ],
)
def test_ticks_of_common_ranges(low: float, high: float, expected: list[float]) -> None:
    if low == high:
        found = plots.ticks(low, high)
        assert found[0] < low < found[-1]
    else:
        assert plots.ticks(low, high) == pytest.approx(expected)


def test_a_scale_places_its_ends_at_the_ends_and_clips() -> None:
    scale = plots.Scale([0.0, 1.0], 11)
    assert [scale.place(value) for value in (-5, 0, 0.5, 1, 9)] == [0, 0, 5, 10, 10]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
def test_joined_points_leave_no_gap_and_pass_through_each(points: list[tuple[int, int]]) -> None:
    dots = list(plots.joined(points))
    assert dots[0] == points[0]
    assert set(points) <= set(dots)
    for (x, y), (u, v) in itertools.pairwise(dots):
        assert max(abs(u - x), abs(v - y)) <= 1


def test_a_rising_line_rises_in_markers() -> None:
    rows = words(plots.chart_rows(CONSOLE, chart(line(0, 1)), 24, height=5, color=False))
    assert rows[0] == "A title"
    assert rows[1].rstrip().endswith("●")
    columns = [row.find("●") for row in rows[1:6]]
    assert columns == sorted(columns, reverse=True)
    assert columns[-1] == rows[6].find("└") + 1


def test_colour_draws_braille_and_places_the_same_ends() -> None:
    rows = plots.chart_rows(CONSOLE, chart(line(0, 1)), 24, height=5)
    body = words(rows)[1:6]
    drawn = [
        (r, c) for r, row in enumerate(body) for c, x in enumerate(row) if "\u2800" < x < "\u2900"
    ]
    assert (0, len(body[0]) - 1) in drawn
    assert drawn[-1][0] == 4
    assert any(span.style == plots.COLOURS[0] for row in rows for span in row.spans)


def test_braille_dots_are_the_ones_unicode_numbers() -> None:
    """A flat line at the top of a row: the two upper dots of each cell, 1 and 4."""
    rows = words(plots.chart_rows(CONSOLE, chart(line(1, 1, 1), line(0, 0)), 24, height=3))
    assert rows[1].count("⠉") > 10
    assert rows[3].count("⣀") > 5


def test_curves_that_share_cells_take_turns() -> None:
    both = chart(line(1, 1, label="a"), line(1, 1, label="b"), references=(("floor", 0.0),))
    row = words(plots.chart_rows(CONSOLE, both, 40, color=False, ascii_only=True))[1]
    assert row.count("o") > 10
    assert abs(row.count("o") - row.count("x")) <= 1


def test_references_are_drawn_where_nothing_else_is_and_named() -> None:
    rows = words(
        plots.chart_rows(CONSOLE, chart(line(1, 1), references=(("chance", 0.0),)), 40, color=False)
    )
    assert rows[12].count("┈") > 30
    assert "┈┈ chance 0" in rows[-1]


def test_the_legend_names_every_curve_with_its_last_value() -> None:
    many = chart(*(line(0, number / 8, label=f"curve {number}") for number in range(8)))
    rows = words(plots.chart_rows(CONSOLE, many, 60, color=False))
    legend = " ".join(rows[-4:])
    for number in range(8):
        assert f"{plots.MARKERS[number]} curve {number} {number / 8:.2f}" in legend


def test_gaps_and_emptiness_do_not_break_a_chart() -> None:
    broken = chart(line(0.0, math.nan, 1.0, math.inf), Series("none", (), ()))
    assert len(plots.chart_rows(CONSOLE, broken, 40)) > 12
    assert len(plots.chart_rows(CONSOLE, chart(), 40)) > 12


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_row_of_a_chart_is_too_wide(width: int, color: bool, ascii_only: bool) -> None:
    six = chart(
        *(
            line(0.3, number / 6, 0.99, label=f"a loss of some length {number}")
            for number in range(6)
        ),
        references=(("isotropic", 1.0), ("collapsed", 0.0)),
    )
    rows = plots.chart_rows(CONSOLE, six, width, color=color, ascii_only=ascii_only)
    assert max(row.cell_len for row in rows) <= width
    if ascii_only:
        assert all(row.plain.isascii() for row in rows)


def flat(colour: tuple[int, int, int], size: int = 32) -> Pixels:
    return tuple(tuple(colour for _ in range(size)) for _ in range(size))


def halves(size: int = 32) -> Pixels:
    """Black on the left, white on the right."""
    row = tuple((0, 0, 0) if x < size // 2 else (255, 255, 255) for x in range(size))
    return tuple(row for _ in range(size))


def test_a_picture_has_two_pixels_a_cell() -> None:
    rows = pictures.picture_rows(flat((200, 30, 60)), 16)
    assert [row.plain for row in rows] == ["▀" * 16] * 8
    style = rows[0].spans[0].style
    assert not isinstance(style, str)
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.triplet == style.bgcolor.triplet == (200, 30, 60)


def test_the_upper_pixel_is_the_character_and_the_lower_its_ground() -> None:
    top = tuple(tuple((255, 0, 0) for _ in range(4)) for _ in range(2))
    bottom = tuple(tuple((0, 0, 255) for _ in range(4)) for _ in range(2))
    style = pictures.picture_rows(top + bottom, 2)[0].spans[0].style
    assert not isinstance(style, str)
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.triplet == (255, 0, 0)
    assert style.bgcolor.triplet == (0, 0, 255)


@pytest.mark.parametrize(("ascii_only", "dark"), [(False, "█"), (True, "@")])
def test_without_colour_dark_is_ink(ascii_only: bool, dark: str) -> None:
    rows = words(pictures.picture_rows(halves(), 16, ascii_only=ascii_only, color=False))
    assert rows == [dark * 8 + " " * 8] * 8


def test_resizing_is_the_mean_of_what_is_covered() -> None:
    means = pictures.resized(halves(4), 2, 1)
    assert means[0][0] == pytest.approx((0, 0, 0))
    assert means[0][1] == pytest.approx((255, 255, 255))
    assert pictures.resized(halves(4), 1, 1)[0][0] == pytest.approx((127.5,) * 3)


@given(st.integers(1, 40), st.integers(1, 40))
def test_resizing_keeps_the_mean_of_a_picture(columns: int, rows: int) -> None:
    means = pictures.resized(halves(8), columns, rows)
    values = [colour[0] for row in means for colour in row]
    assert sum(values) / len(values) == pytest.approx(127.5)


def strip(count: int) -> Strip:
    caption = "person with an unreasonably long caption"
    return Strip("“query” by a loss", tuple(Picture(caption, halves()) for _ in range(count)))


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize(("width", "across"), [(80, 4), (60, 4), (40, 3), (12, 1)])
def test_a_strip_fits_the_width_and_shows_every_picture(
    width: int, across: int, color: bool
) -> None:
    rows = pictures.strip_rows(CONSOLE, strip(4), width, color=color)
    assert max(row.cell_len for row in rows) <= width
    text = " ".join(" ".join(words(rows)).split())
    assert text.count("caption") == 4
    assert text.count("unreasonably"[:4]) == 4
    captions = [row for row in words(rows) if row.count("person")]
    assert next(row.count("person") for row in captions) == across


def test_captions_stand_under_their_pictures() -> None:
    shown = Strip("q", (Picture("first", halves()), Picture("second", halves())))
    rows = words(pictures.strip_rows(CONSOLE, shown, 80, color=False))
    assert rows[-1].index("second") == rows[1].rindex("█" * 8) == 18


TABLE = Table(
    "Where vectors lie",
    ("loss", "cos true", "cos wrong", "margin"),
    (("variance+covariance", "0.600", "0.275", "0.325"), ("cosine", "0.999", "0.998", "0.001")),
    ("margin: one less the other",),
)


def test_a_wide_table_has_its_header_over_its_numbers() -> None:
    assert words(tables.table_rows(CONSOLE, TABLE, 80)) == [
        "Where vectors lie",
        "                       cos    cos",
        "loss                  true  wrong  margin",
        "variance+covariance  0.600  0.275   0.325",
        "cosine               0.999  0.998   0.001",
        "  margin: one less the other",
    ]


def test_a_table_too_wide_becomes_blocks() -> None:
    rows = words(tables.table_rows(CONSOLE, TABLE, 24))
    assert rows[1:6] == [
        "variance+covariance",
        "  cos true: 0.600",
        "  cos wrong: 0.275",
        "  margin: 0.325",
        "cosine",
    ]


@given(st.integers(8, 100), st.integers(1, 9))
def test_a_table_of_any_width_shows_every_cell(width: int, count: int) -> None:
    table = Table(
        "T",
        ("name", *(f"col {number}" for number in range(count))),
        (("a row", *(f"{number}.125" for number in range(count))),),
    )
    rows = words(tables.table_rows(CONSOLE, table, width))
    assert max(map(cell_len, rows)) <= max(width, 12)
    for number in range(count):
        assert sum(f"{number}.125" in row for row in rows) == 1


def test_square_brackets_and_emoji_codes_are_shown_as_they_are() -> None:
    table = Table("[bold]x[/bold]", (":fire:", "1[i=j]"), (("E[x]", "[/b]"),))
    rows = words(tables.table_rows(CONSOLE, table, 60))
    assert rows[0] == "[bold]x[/bold]"
    assert ":fire:" in rows[1]
    assert "E[x]" in rows[2]
    assert "[/b]" in rows[2]
