"""The report on a terminal: it fits, and every number stands beside what it rests on."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from histories import DAY, card, report_on
from report_values import full, rich
from rich.console import Console

from contrastive_drill.demo.result import Chart, Note, Series, Table
from contrastive_drill.reports.advice import Rule, Step
from contrastive_drill.reports.document import document
from contrastive_drill.reports.document.blocks import (
    Bars,
    Column,
    Columns,
    Detail,
    Document,
    ReportSection,
)
from contrastive_drill.reports.document.blocks import Block as Part
from contrastive_drill.reports.document.history import calendar_of
from contrastive_drill.reports.report import Report
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.report.terminal import section_rows


def sheet(width: int = 80, ascii_only: bool = False) -> Sheet:
    """Paper of a width."""
    return Sheet(Console(file=StringIO(), width=width), Look(width, ascii_only))


def text(rows: Any) -> list[str]:
    """Rows as plain text."""
    return [row.plain for row in rows]


def screens(report: Report, width: int = 80, ascii_only: bool = False) -> list[Rows]:
    """The rows of each section of a report."""
    return section_rows(sheet(width, ascii_only), document(report))


def drawn(*parts: Part, width: int = 80, ascii_only: bool = False) -> list[str]:
    """One section of these parts, without its heading."""
    whole = Document("title", "2026-11-21", (), (ReportSection("heading", "name", parts),))
    return text(section_rows(sheet(width, ascii_only), whole)[0])[1:]


FULL, EMPTY = full(), report_on([card(f"c{n}") for n in range(4)])
LONG = tuple(
    Step(Rule.POINT, f"{n} " + "a reason that takes room " * 2, "contrastive-drill " + "x" * 40)
    for n in range(3)
)


@pytest.mark.parametrize("report", [FULL, EMPTY])
@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_every_row_fits(report: Report, width: int, ascii_only: bool) -> None:
    for block in screens(report, width, ascii_only):
        for row in block:
            assert row.cell_len <= width, row.plain
            assert row.plain.isascii() or not ascii_only


def test_nothing_but_details_is_left_out_where_there_is_room() -> None:
    said = " ".join(row for block in screens(FULL, 132) for row in text(block))
    said = " ".join(said.split())
    for section in document(FULL).sections:
        for part in section.blocks:
            if isinstance(part, Note):
                assert part.text in said
            if isinstance(part, Bars | Table):
                table, extra = (part.table, part.extra) if isinstance(part, Bars) else (part, 0)
                for row in (table.columns, *table.rows):
                    assert " ".join(" ".join(row[: len(row) - extra]).split()) in said
                assert all(note in said for note in table.notes)
                assert table is section.lead or table.title in said
            if isinstance(part, Detail) and isinstance(part.block, Table):
                assert part.block.title not in said


@pytest.mark.parametrize("width", [60, 80])
def test_the_first_screen_has_the_advice_and_every_section(width: int) -> None:
    report = replace(FULL, advice=LONG)
    said = text(screens(report, width)[0])
    assert len(said) <= 23
    assert said[0].startswith("── What to do next (")
    assert all(any(row.strip() == step.command for row in said) for step in LONG)
    assert said[-1].startswith("All")
    assert sum(row.startswith("SECTION-") for row in said) == 14


def test_a_command_is_not_broken_where_it_fits_without_its_indent() -> None:
    command = "contrastive-drill review --section masked-modelling --new 5"
    report = replace(FULL, advice=(Step(Rule.WEAKEST, "a reason", command),))
    assert command in text(screens(report, 60)[0])
    assert f"  {command}" in text(screens(report, 61)[0])


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    rows = text(screens(FULL, 60)[0])
    table = rows[next(n for n, row in enumerate(rows) if row.startswith("section")) :]
    assert len(table) == 16
    assert len({len(row) for row in table}) == 1


def test_a_short_step_stands_on_one_row_with_its_command() -> None:
    report = replace(FULL, advice=(Step(Rule.DUE, "3 cards are due", "contrastive-drill review"),))
    assert text(screens(report)[0])[1] == ("1 3 cards are due: contrastive-drill review")


def test_what_rests_on_too_little_says_how_many_are_missing() -> None:
    said = "\n".join(row for block in screens(EMPTY) for row in text(block))
    assert "No answer is logged yet: contrastive-drill review begins." in said
    good = next(row for row in said.splitlines() if row.startswith("Good"))
    assert good.split() == ["Good", "-", "-", "0,", "20", "more", "needed"]
    assert "Log loss: too few answers: 0, 50 more needed." in said
    assert "No card was asked again on a later day yet." in said
    assert "None yet: contrastive-drill exam asks cold" in said
    assert "nan" not in said


def test_a_bar_is_as_long_as_its_share_and_stands_only_where_there_is_room() -> None:
    rows = text(screens(rich(), 80)[2])
    bars = {row.split()[0]: row.split()[-1] for row in rows[2:6]}
    assert [bars[name].count("█") for name in ("mid", "senior", "staff")] == [20, 13, 5]
    assert {len(bar) for bar in bars.values()} == {24}
    narrow = "".join(text(screens(rich(), 40)[2]))
    assert "82%" in narrow
    assert "█" in narrow
    assert "█" not in "".join(text(screens(rich(), 24)[2]))


def test_colour_is_asked_for_by_the_rows_but_no_number_needs_it() -> None:
    bars = [row for row in screens(FULL)[2] if "█" in row.plain]
    assert all(any(span.style == "share" for span in row.spans) for row in bars)


def test_a_chart_is_drawn_as_the_demos_are() -> None:
    chart = Chart("a curve", "days", "recalled", (Series("line", (1.0, 2.0), (0.0, 5.0)),))
    rows = drawn(chart, width=60, ascii_only=True)
    assert rows[0] == "a curve"
    assert any("line" in row for row in rows)
    assert all(len(row) <= 60 and row.isascii() for row in rows)


MONDAY = DAY - (DAY - 1) % 7  # an ordinal of 1 was a Monday


def test_the_calendar_shades_a_day_by_its_answers() -> None:
    counts = {MONDAY: 1, MONDAY + 1: 9, MONDAY + 2: 10, MONDAY + 3: 20, MONDAY + 4: 40}
    rows = drawn(calendar_of(counts, MONDAY + 6))[1:8]
    assert [row[38:40] for row in rows] == ["░░", "░░", "▒▒", "▓▓", "██", "·", "·"]
    assert all(set(row[4:38]) == {"·", " "} for row in rows)
    assert [row[:3] for row in rows[::2]] == ["Mon", "Wed", "Fri", "Sun"]


@pytest.mark.parametrize("width", [80, 40])
def test_the_calendar_ends_today_and_keeps_the_newest_weeks(width: int) -> None:
    counts = {MONDAY - 7 * week: 50 for week in range(40)}
    rows = drawn(calendar_of(counts, MONDAY), width=width)[1:8]
    assert rows[0] == "Mon " + "██" * min(26, (width - 4) // 2)
    assert all(len(row) < len(rows[0]) for row in rows[1:])
    assert "█" not in "".join(rows[1:])


@pytest.mark.parametrize("ascii_only", [False, True])
def test_numbers_stand_as_columns_with_their_names(ascii_only: bool) -> None:
    values = (200, 0, 1, 100, *[0] * 26)
    columns = tuple(Column(("Mo", f"{n}"), value, "words") for n, value in enumerate(values))
    rows = drawn(Columns("due", "cards", columns), ascii_only=ascii_only)
    assert rows[0].startswith("200 ")
    cells = [row.ljust(80)[4:64] for row in rows[:5]]
    drawn_columns = ["".join(row[2 * n] for row in cells) for n in range(30)]
    full_cell = "#" if ascii_only else "█"
    assert drawn_columns[0] == full_cell * 5
    assert drawn_columns[1] == " " * 5
    assert drawn_columns[2].strip(), "one card is seen beside two hundred"
    assert drawn_columns[3].count(full_cell) == 2
    assert not "".join(drawn_columns[4:]).strip()
    assert rows[5].split()[1::2] == ["0", "4", "8", "12", "16", "20", "24", "28"]
    assert rows[5].index("Mo 4") == 4 + 2 * 4, "a name stands under its column"
