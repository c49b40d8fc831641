"""Curves, pictures and tables in cells: what is drawn where, and that nothing is left out."""

import itertools
import math
from io import StringIO

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from contrastive_drill.demo.result import Axis, Chart, Picture, Pixels, Series, Strip, Table
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.chart import pictures, plots, tables
from contrastive_drill.screen.console import Look

CONSOLE = Console(file=StringIO(), width=80)


def sheet(width: int, ascii_only: bool = False) -> Sheet:
    return Sheet(CONSOLE, Look(width, ascii_only))


def words(rows: list[Text]) -> list[str]:
    return [row.plain for row in rows]


def line(*ys: float, label: str = "one") -> Series:
    return Series(label, tuple(map(float, range(len(ys)))), ys)


def chart(*series: Series, references: tuple[tuple[str, float], ...] = ()) -> Chart:
    return Chart("A title", "step", "spread", series, references)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
def test_joined_points_leave_no_gap_and_pass_through_each(points: list[tuple[int, int]]) -> None:
    dots = list(plots.joined(points))
    assert dots[0] == points[0]
    assert set(points) <= set(dots)
    for (x, y), (u, v) in itertools.pairwise(dots):
        assert max(abs(u - x), abs(v - y)) <= 1


def test_a_chart_in_markers() -> None:
    both = chart(line(0, 1), line(1, 1, label="level"), references=(("chance", 0.5),))
    assert words(plots.chart_rows(sheet(24), both, height=5, color=False)) == [
        "A title",
        "spread",
        "1.0 ┤○○○○○○○○○○○○○○○○●○●",
        "    │            ●●●●",
        "0.5 ┤┈┈┈┈┈┈┈●●●●●┈┈┈┈┈┈┈",
        "    │   ●●●●",
        "  0 ┤●●●",
        "    └┴────────┴────────┴",
        "     0       0.5     1.0",
        "            step",
        "● one → 1   ○ level → 1",
        "┈┈ chance 0.5",
    ]


def test_the_same_chart_in_ascii() -> None:
    both = chart(line(0, 1), line(1, 1, label="level"), references=(("chance", 0.5),))
    rows = words(plots.chart_rows(sheet(24, True), both, height=5, color=True))
    assert rows[2] == "1.0 +xxxxxxxxxxxxxxxxoxo"


def test_colour_draws_braille_and_places_the_same_ends() -> None:
    rows = plots.chart_rows(sheet(24), chart(line(*range(30))), height=5)
    body = words(rows)[2:6]
    drawn = [(r, c) for r, row in enumerate(body) for c, x in enumerate(row) if braille(x)]
    assert (0, len(body[0]) - 1) in drawn
    assert drawn[-1] == (3, 5)
    assert any(span.style == "series.0" for row in rows for span in row.spans)


def braille(character: str) -> bool:
    return "\u2800" < character < "\u2900"


def test_braille_dots_are_the_ones_unicode_numbers() -> None:
    """A level line at the end of an axis: the dots 2 and 5, in the middle of a cell."""
    level = Series("level", tuple(map(float, range(100))), (1.0,) * 100)
    rows = words(plots.chart_rows(sheet(24), chart(level, line(0, 0)), height=3))
    assert rows[2].count("⠒") > 10


def test_every_measured_point_of_a_few_is_marked_and_some_of_many() -> None:
    few = "".join(words(plots.chart_rows(sheet(60), chart(line(0, 3, 1, 2)))[:-1]))
    assert few.count(plots.MARKERS[0]) == 4
    many = chart(line(*([0.0] * 200)), line(*([1.0] * 200)))
    rows = words(plots.chart_rows(sheet(60), many))
    top = next(row for row in rows if plots.MARKERS[1] in row)
    low = next(row for row in rows if plots.MARKERS[0] in row)
    assert top.count(plots.MARKERS[1]) == low.count(plots.MARKERS[0]) == 4
    places = {row.index(mark) for row, mark in ((top, plots.MARKERS[1]), (low, plots.MARKERS[0]))}
    assert len(places) == 2, "markers of two curves keep apart"


def test_curves_that_share_cells_take_turns() -> None:
    both = chart(line(1, 1, label="a"), line(1, 1, label="b"), references=(("floor", 0.0),))
    rows = words(plots.chart_rows(sheet(40, True), both, color=False))
    row = next(row for row in rows if "ox" in row)
    assert row.count("o") > 10
    assert abs(row.count("o") - row.count("x")) <= 1


def test_references_are_drawn_where_nothing_else_is_and_named() -> None:
    rows = words(
        plots.chart_rows(sheet(40), chart(line(1, 1), references=(("chance", 0.0),)), color=False)
    )
    assert max(row.count("┈") for row in rows) > 30
    assert "┈┈ chance 0" in rows[-1]


def test_the_legend_names_every_curve_with_where_it_ends() -> None:
    many = chart(*(line(0, number / 8, label=f"curve {number}") for number in range(8)))
    rows = words(plots.chart_rows(sheet(60), many, color=False))
    legend = " ".join(rows[-4:])
    for number in range(8):
        last = f"{number / 8:.3f}" if number else "0"
        assert f"{plots.MARKERS[number]} curve {number} → {last}" in legend


def test_only_a_curve_over_time_has_a_last_value() -> None:
    sweep = Chart("t", "temperature", "y", (line(0, 1),))
    assert words(plots.chart_rows(sheet(60), sweep))[-1] == "● one"


def cloud(label: str, *points: tuple[float, float]) -> Series:
    xs, ys = zip(*points, strict=True)
    return Series(label, xs, ys, points=True)


@every("color", [False, True])
def test_the_points_of_a_cloud_are_not_joined_and_have_no_last(color: bool) -> None:
    two = chart(cloud("here", (0, 0), (1, 1)), cloud("there", (0, 1), (1, 0)))
    rows = words(plots.chart_rows(sheet(40), two, color=color))
    drawn = [x for row in rows[:-1] for x in row if braille(x) or x in plots.MARKERS]
    assert len(drawn) == 4
    assert rows[-1] == "● here   ○ there"


def test_a_cell_of_two_clouds_shows_the_one_with_more_points_in_it() -> None:
    crowd = chart(cloud("few", (0, 0), (1, 1)), cloud("many", *[(0, 0)] * 3, (1, 0)))
    rows = words(plots.chart_rows(sheet(40), crowd, color=False))
    assert sum(row.count("○") for row in rows[:-1]) == 2
    assert sum(row.count("●") for row in rows[:-1]) == 1


def test_on_log_axes_a_power_is_a_straight_line() -> None:
    places = tuple(10.0**power for power in range(-2, 3))
    power = Series("power", places, tuple(place**3 for place in places))
    straight = Chart("t", "x", "", (power,), (), "log", "log")
    rows = words(plots.chart_rows(sheet(49), straight, height=13, color=False))
    found = {row.split()[0]: row.rindex("●") for row in rows[1:14] if "┤" in row and "●" in row}
    assert list(found) == ["1M", "1k", "1", "0.001", "1e-6"]
    steps = [a - b for a, b in itertools.pairwise(found.values())]
    assert max(steps) - min(steps) <= 3, "every thousand as far as the one before"
    assert rows[-3].split() == ["0.01", "0.1", "1", "10", "100"]


def test_what_a_log_axis_has_no_place_for_is_left_out() -> None:
    odd = Series("odd", (0.0, 1.0, 10.0, 100.0), (1.0, -1.0, math.inf, 5.0), points=True)
    rows = words(
        plots.chart_rows(sheet(40), Chart("t", "x", "y", (odd,), (("none", 0.0),), "log", "log"))
    )
    drawn = [x for row in rows for x in row if braille(x)]
    assert len(drawn) == 1
    assert not any(row.count("┈") > 2 for row in rows)


finite = st.floats(allow_nan=True, allow_infinity=True)


@given(
    st.lists(st.tuples(finite, finite), max_size=8),
    st.integers(20, 100),
    st.sampled_from(["linear", "log"]),
    st.sampled_from(["linear", "log"]),
    st.booleans(),
    st.booleans(),
)
def test_any_numbers_make_a_chart_that_fits(
    points: list[tuple[float, float]],
    width: int,
    x_axis: Axis,
    y_axis: Axis,
    cloudy: bool,
    color: bool,
) -> None:
    series = Series("s", tuple(x for x, _ in points), tuple(y for _, y in points), cloudy)
    any_chart = Chart("t", "an x", "a y", (series,), (("level", 1.0),), x_axis, y_axis)
    rows = plots.chart_rows(sheet(width), any_chart, color=color)
    assert max(row.cell_len for row in rows) <= width


def test_gaps_and_emptiness_do_not_break_a_chart() -> None:
    broken = chart(line(0.0, math.nan, 1.0, math.inf), Series("none", (), ()))
    assert len(plots.chart_rows(sheet(40), broken)) > 12
    assert len(plots.chart_rows(sheet(40), chart())) > 12


@every("ascii_only", [False, True])
@every("color", [False, True])
@every("width", [40, 60, 80])
def test_no_row_of_a_chart_is_too_wide(width: int, color: bool, ascii_only: bool) -> None:
    six = chart(
        *(
            line(0.3, number / 6, 0.99, label=f"a loss of some length {number}")
            for number in range(6)
        ),
        references=(("isotropic", 1.0), ("collapsed", 0.0)),
    )
    rows = plots.chart_rows(sheet(width, ascii_only), six, color=color)
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


@every(("ascii_only", "dark"), [(False, "█"), (True, "@")])
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


@every("color", [False, True])
@every(("width", "across"), [(80, 4), (60, 4), (40, 3), (12, 1)])
def test_a_strip_fits_the_width_and_shows_every_picture(
    width: int, across: int, color: bool
) -> None:
    rows = pictures.strip_rows(sheet(width), strip(4), color=color)
    assert max(row.cell_len for row in rows) <= width
    text = " ".join(" ".join(words(rows)).split())
    assert text.count("caption") == 4
    assert text.count("unreasonably"[:4]) == 4
    captions = [row for row in words(rows) if row.count("person")]
    assert next(row.count("person") for row in captions) == across


@every(("width", "beside"), [(80, False), (116, True), (200, True)])
def test_two_strips_stand_beside_each_other_where_there_is_room(width: int, beside: bool) -> None:
    long = Strip("a title of many words " * 4, strip(4).pictures)
    blocks = pictures.strips_rows(sheet(width), [long, long, strip(4)])
    assert len(blocks) == (2 if beside else 3)
    assert max(row.cell_len for rows in blocks for row in rows) <= width
    text = " ".join(" ".join(words(rows)) for rows in blocks)
    assert text.count("unreasonably"[:4]) == 12
    if beside:
        first = next(row for row in words(blocks[0]) if "▀" in row)
        assert first.count("▀" * 12) >= 8, "the pictures begin on the same row"


def test_captions_stand_under_their_pictures() -> None:
    shown = Strip("q", (Picture("first", halves()), Picture("second", halves())))
    rows = words(pictures.strip_rows(sheet(80), shown, color=False))
    assert rows[-1].index("second") == rows[1].rindex("█" * 8) == 18


TABLE = Table(
    "Where vectors lie",
    ("loss", "cos true", "cos wrong", "margin"),
    (("variance+covariance", "0.600", "0.275", "0.325"), ("cosine", "0.999", "0.998", "0.001")),
    ("margin: one less the other",),
)


def test_a_wide_table_has_its_header_over_its_numbers() -> None:
    assert words(tables.table_rows(sheet(80), TABLE)) == [
        "Where vectors lie",
        "                       cos    cos",
        "loss                  true  wrong  margin",
        "variance+covariance  0.600  0.275   0.325",
        "cosine               0.999  0.998   0.001",
        "  margin: one less the other",
    ]


def test_columns_of_words_stand_on_the_left_and_numbers_on_the_right() -> None:
    table = Table(
        "T",
        ("", "passes", "share", "source"),
        (("MAE", "3 F", "−0.5 %", "table 1c"), ("CLIP", "12 F", "–", "§ 4")),
    )
    assert tables.words_in(table) == (True, False, False, True)
    assert tables.words_in(Table("T", ("τ", "R@1"), (("0.07", "0.5"), ("1", "nan")))) == (
        True,
        False,
    )
    assert words(tables.table_rows(sheet(80), table))[1:] == [
        "      passes   share  source",
        "MAE      3 F  −0.5 %  table 1c",
        "CLIP    12 F       –  § 4",
    ]


def test_a_table_too_wide_becomes_blocks() -> None:
    rows = words(tables.table_rows(sheet(24), TABLE))
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
    rows = words(tables.table_rows(sheet(width), table))
    assert max(map(cell_len, rows)) <= max(width, 12)
    for number in range(count):
        assert sum(f"{number}.125" in row for row in rows) == 1


def test_square_brackets_and_emoji_codes_are_shown_as_they_are() -> None:
    table = Table("[bold]x[/bold]", (":fire:", "1[i=j]"), (("E[x]", "[/b]"),))
    rows = words(tables.table_rows(sheet(60), table))
    assert rows[0] == "[bold]x[/bold]"
    assert ":fire:" in rows[1]
    assert "E[x]" in rows[2]
    assert "[/b]" in rows[2]
