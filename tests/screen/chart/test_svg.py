"""Charts as SVG: well-formed, readable without colours, and in words for those who cannot see."""

import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.demo.result import Axis, Chart, Series
from contrastive_drill.screen.chart.markup import text as in_xml
from contrastive_drill.screen.chart.svg import COLOURS, DASHES, HEIGHT, WIDTH, chart_svg

SVG = "{http://www.w3.org/2000/svg}"
AXES: tuple[Axis, ...] = ("linear", "log")


def line(*ys: float, label: str = "one", points: bool = False) -> Series:
    return Series(label, tuple(map(float, range(1, len(ys) + 1))), ys, points)


def drawn(*series: Series, **options: object) -> ET.Element:
    chart = Chart("A title", "step", "spread", series, **options)  # type: ignore[arg-type]
    return ET.fromstring(chart_svg(chart, "c1"))


def words(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_it_has_a_title_and_a_description_that_label_it() -> None:
    root = drawn(line(0.5, 0.25), references=(("chance", 0.3),))
    assert root.get("role") == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert title.text == "A title"
    assert desc.text == (
        "Horizontal axis: step, 1 to 2. Vertical axis: spread, 0.25 to 0.5. "
        "one: 0.500 at 1, 0.250 at 2, lowest 0.250, highest 0.500. Level chance: 0.3."
    )


def test_axes_ticks_and_legend_are_in_words() -> None:
    shown = words(drawn(line(0, 1), line(1, 0.5, label="two"), references=(("chance", 0.5),)))
    for word in ("0", "0.2", "1.0", "step", "spread", "one → 1", "two → 0.500", "chance 0.5"):
        assert word in shown


def test_curves_differ_in_colour_dash_and_marker() -> None:
    root = drawn(*(line(0, n, label=f"curve {n}") for n in range(6)))
    groups = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}path") is not None]
    inks = {group.get("color") for group in groups}
    assert inks == set(COLOURS)
    assert {group.get("class") for group in groups} == {f"c{n}" for n in range(6)}
    dashes = {path.get("stroke-dasharray") for group in groups[:6] for path in group[:1]}
    assert dashes == {dash or None for dash in DASHES}
    shapes = {ET.tostring(group[-1]).split(b" ", 2)[0:2][0] for group in groups[:6]}
    assert len(shapes) == 2, "circles and paths"


def test_twice_as_many_curves_as_colours_still_differ() -> None:
    root = drawn(*(line(0, n, label=f"curve {n}") for n in range(12)))
    groups = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}path") is not None]
    looks = {(group.get("color"), group[0].get("stroke-dasharray")) for group in groups}
    assert len(looks) == 12


def test_the_ink_of_the_axes_is_the_page_s_own() -> None:
    text = chart_svg(Chart("t", "x", "y", (line(0, 1),)), "c")
    colours = set(re.findall(r"#[0-9a-f]{6}", text))
    assert colours == {COLOURS[0]}
    assert 'fill="currentColor"' in text


def test_a_cloud_is_points_without_a_line_and_without_a_last() -> None:
    root = drawn(line(0, 1, 0.5, points=True, label="cloud"))
    group = next(root.iter(f"{SVG}g"))
    assert [element.tag for element in group] == [f"{SVG}circle"] * 3
    assert "cloud" in words(root)


def test_a_missing_number_cuts_the_curve() -> None:
    group = next(drawn(line(0, 1, math.nan, 1, 0)).iter(f"{SVG}g"))
    path = group[0].get("d") or ""
    assert path.count("M") == 2
    assert len(list(group.iter(f"{SVG}circle"))) == 4


def test_on_a_log_axis_decades_are_equally_far() -> None:
    power = Series("p", (1.0, 10.0, 100.0), (1.0, 10.0, 100.0))
    group = next(drawn(power, x_axis="log", y_axis="log").iter(f"{SVG}g"))
    places = [(float(c.get("cx", "")), float(c.get("cy", ""))) for c in group.iter(f"{SVG}circle")]
    (a, b), (c, d), (e, f) = places
    assert c - a == pytest.approx(e - c, abs=0.2)
    assert b - d == pytest.approx(d - f, abs=0.2)


def test_markup_and_control_characters_stay_words() -> None:
    hostile = Chart(
        "</title><script>", "<x>", 'y"&', (line(0, 1, label="<b>\x1b[31m\x00"),), (("<i>", 0.5),)
    )
    text = chart_svg(hostile, "c")
    root = ET.fromstring(text)
    assert not list(root.iter(f"{SVG}script"))
    assert "<b>[31m" in words(root)
    assert "\x1b" not in text


def test_every_character_xml_cannot_have_is_left_out() -> None:
    everything = "".join(map(chr, [*range(0x250), *range(0xD7F0, 0xE010), *range(0xFFF0, 0x10010)]))
    ET.fromstring(f"<a>{in_xml(everything)}</a>")
    assert in_xml("a\ud800b\x00c") == r"a\ud800bc"


numbers = st.floats(allow_nan=True, allow_infinity=True)


@given(
    st.lists(st.tuples(numbers, numbers), max_size=40),
    st.text(max_size=60),
    st.sampled_from(AXES),
    st.sampled_from(AXES),
    st.booleans(),
)
def test_any_numbers_and_words_make_a_chart_within_its_frame(
    points: list[tuple[float, float]], label: str, x_axis: Axis, y_axis: Axis, cloud: bool
) -> None:
    series = Series(label, tuple(x for x, _ in points), tuple(y for _, y in points), cloud)
    chart = Chart(label, label, label, (series, series), ((label, 0.5),), x_axis, y_axis)
    root = ET.fromstring(chart_svg(chart, "c"))
    for circle in root.iter(f"{SVG}circle"):
        assert 0 <= float(circle.get("cx", "-1")) <= WIDTH
        assert 0 <= float(circle.get("cy", "-1")) <= HEIGHT + 200
