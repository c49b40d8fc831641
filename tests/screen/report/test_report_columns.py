"""Columns and the calendar as SVG: heights, sizes and places are what the numbers say."""

import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.reports.document.blocks import Column, Columns, Share
from contrastive_drill.reports.document.history import MOST, calendar_of
from contrastive_drill.screen.report.calendar import LEFT, PITCH, SIDES, STEPS, calendar_svg
from contrastive_drill.screen.report.columns import BOTTOM, TOP, WIDTH, columns_svg, share_svg

SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 11, 21)  # a Saturday


def columns(*values: int) -> ET.Element:
    given = tuple(Column((f"n{value}",), value, f"{value} cards") for value in values)
    return ET.fromstring(columns_svg(Columns("title", "axis", given), "x", "words"))


def bars(root: ET.Element) -> list[ET.Element]:
    return [bar for bar in root.iter(f"{SVG}rect") if bar.findtext(f"{SVG}title")]


def words(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def calendar(counts: dict[date, int], today: date = TODAY) -> ET.Element:
    return ET.fromstring(calendar_svg(calendar_of(ordinals(counts), today.toordinal()), "x"))


def ordinals(counts: dict[date, int]) -> dict[int, int]:
    return {day.toordinal(): count for day, count in counts.items()}


def squares(root: ET.Element) -> dict[str, ET.Element]:
    """The days of a calendar by the words over them."""
    return {
        title: element
        for element in root.iter()
        if (title := element.findtext(f"{SVG}title")) and element is not root
    }


def test_a_column_is_as_high_as_its_number_and_stands_on_the_axis() -> None:
    found = bars(columns(10, 20, 0, 40))
    assert [float(bar.get("height", "")) for bar in found] == pytest.approx(
        [(BOTTOM - TOP) * share for share in (0.25, 0.5, 1.0)], abs=0.1
    )
    for bar in found:
        assert float(bar.get("y", "")) + float(bar.get("height", "")) == pytest.approx(
            BOTTOM, abs=0.1
        )


def test_numbers_and_names_are_written_where_there_is_room() -> None:
    few, many = words(columns(3, 5)), words(columns(*range(30)))
    assert {"3", "n3", "5", "n5"} <= set(few)
    assert "17" not in many, "thirty numbers would run into each other"
    assert {"n0", "n3", "n6"} <= set(many)
    assert "n1" not in many


@given(st.lists(st.integers(0, 10**6), max_size=40))
def test_nothing_leaves_the_picture(values: list[int]) -> None:
    root = columns(*values)
    for bar in bars(root):
        x, wide = float(bar.get("x", "")), float(bar.get("width", ""))
        assert x >= 0
        assert x + wide <= WIDTH
        assert float(bar.get("y", "")) >= TOP - 0.1


def test_a_count_has_no_halves_on_its_axis() -> None:
    assert not [word for word in words(columns(1, 1)) if "." in word]


def test_a_share_fills_its_frame_and_its_mark_stands_at_the_other() -> None:
    root = ET.fromstring(share_svg(Share(0.25, 0.5)))
    fill, frame = root.iter(f"{SVG}rect")
    assert float(fill.get("width", "")) * 4 == float(frame.get("width", ""))
    mark = root.find(f"{SVG}path")
    assert mark is not None
    assert mark.get("d", "").startswith(f"M{float(frame.get('width', '')) / 2:.1f} ")
    assert ET.fromstring(share_svg(Share(0.25))).find(f"{SVG}path") is None
    assert root.get("aria-hidden") == "true", "the number stands beside it"
    assert share_svg(Share(None, 0.5)) == ""


def test_a_day_is_a_square_the_larger_the_more_was_answered() -> None:
    counts = {TODAY - timedelta(days=back): count for back, count in enumerate((0, *STEPS))}
    found = squares(calendar(counts))
    assert found["Sat 2026-11-21: 0 answers"].tag == f"{SVG}circle"
    sides = [
        float(found[f"{day:%a} {day}: {count} answer{'s' * (count > 1)}"].get("width", ""))
        for day, count in counts.items()
        if count
    ]
    assert sides == list(SIDES)


def test_weeks_run_across_and_days_down_from_monday_to_today() -> None:
    counts = {date(2026, 11, 9): 50, date(2026, 11, 15): 50, date(2026, 11, 16): 50}
    found = squares(calendar(counts))
    corners = [found[f"{day:%a} {day}: 50 answers"] for day in counts]
    (x1, y1), (x2, y2), (x3, y3) = (
        (float(corner.get("x", "")), float(corner.get("y", ""))) for corner in corners
    )
    assert x1 == x2 == x3 - PITCH, "Monday to Sunday, then the next Monday"
    assert y1 == y3 == y2 - 6 * PITCH
    assert not [title for title in found if "2026-11-22" in title], "no day that is still to come"


def test_at_most_half_a_year_is_shown_and_what_is_shown_is_counted() -> None:
    counts = {TODAY - timedelta(days=back): 2 for back in range(400)}
    shown = calendar_of(ordinals(counts), TODAY.toordinal())
    assert date.fromordinal(shown.first) == date(2026, 5, 25)
    assert shown.last - shown.first == 7 * MOST - 2, "a Saturday"
    assert shown.words == (
        "2026-05-25 to 2026-11-21: 362 answers on 181 of 181 days; most on 2026-11-21: 2."
    )
    assert len(squares(calendar(counts))) == 181


def test_a_day_before_the_calendar_does_not_count() -> None:
    shown = calendar_of(ordinals({date(2020, 1, 1): 7, TODAY: 1}), TODAY.toordinal())
    assert ": 1 answer on 1 of 181 days" in shown.words


def test_no_day_at_all() -> None:
    assert calendar_of({}, TODAY.toordinal()).words.endswith("0 answers on 0 of 125 days.")
    assert not [square for square in squares(calendar({})).values() if square.tag.endswith("rect")]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_months_stand_apart_over_any_half_year(today: date) -> None:
    root = calendar({today - timedelta(days=200): 1}, today)
    months = [
        element
        for element in root.iter(f"{SVG}text")
        if float(element.get("y", "")) < 20 and element.text
    ]
    places = [float(month.get("x", "")) for month in months]
    assert 4 <= len(places) <= 7
    assert all(b - a >= 2 * PITCH for a, b in pairwise(places))
    assert places[-1] + 26 <= LEFT + (MOST + 1) * PITCH
