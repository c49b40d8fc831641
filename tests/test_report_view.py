"""The report as it is drawn: it fits, says what numbers rest on, and survives Markdown and JSON."""

import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from histories import DAY, answer, card, held, learned, report_on
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from contrastive_drill.cards.card import Level
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.reports.values import (
    Days,
    DayTotal,
    Forecast,
    Report,
    Rule,
    Standing,
    Step,
    Tally,
)
from contrastive_drill.screen.blocks import Block
from contrastive_drill.screen.card.sheet import Sheet
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.pager import packed
from contrastive_drill.screen.report_days import calendar_rows, forecast_rows
from contrastive_drill.screen.report_markdown import code, escaped, report_markdown
from contrastive_drill.screen.report_record import report_record
from contrastive_drill.screen.reports import how_to_read, report_blocks

MARKDOWN = MarkdownIt("commonmark").enable("table")


def sheet(width: int = 80, ascii_only: bool = False) -> Sheet:
    """Paper of a width."""
    return Sheet(Console(file=StringIO(), width=width), Look(width, ascii_only))


def text(rows: Any) -> list[str]:
    """Rows as plain text."""
    return [row.plain for row in rows]


def exam_of(row: Standing) -> Tally:
    """The exam of a row that has one."""
    assert row.exam is not None
    return row.exam


def full() -> Report:
    """Fourteen sections with long names, and enough answers for every number."""
    chance = Random(5)
    cards = [
        card(f"card-{n}", f"section-{n % 14:02} | of *many* words here", list(Level)[n % 3])
        for n in range(140)
    ]
    reviews, memories = [], {}
    for n, each in enumerate(cards):
        for days in (1, 3, 6, 12):
            reviews.append(
                answer(
                    each.id,
                    chance.choice(list(Rating)),
                    DAY - 12 + days,
                    learned(DAY - 12 - n % 3, DAY - 12, 5.0),
                    mode=(Mode.REVIEW, Mode.EXAM, Mode.INTERVIEW)[days % 3],
                    covered=("one",),
                    missed=("two",) * (n % 2),
                    sitting=(None, "e", "i")[days % 3],
                )
            )
        memories[each.id] = learned(DAY - n % 40, DAY + n % 40)
    sittings = [held("e", SittingKind.EXAM, DAY - 9, ended=False), held("i", SittingKind.INTERVIEW)]
    return report_on(cards, reviews, memories, {}, sittings, interview_day=DAY + 9)


FULL, EMPTY = full(), report_on([card(f"c{n}") for n in range(4)])
LONG = tuple(
    Step(Rule.POINT, f"{n} " + "a reason that takes room " * 2, "contrastive-drill " + "x" * 40)
    for n in range(3)
)


@pytest.mark.parametrize("report", [FULL, EMPTY])
@pytest.mark.parametrize("width", [60, 80, 132])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_every_row_fits(report: Report, width: int, ascii_only: bool) -> None:
    for block in report_blocks(sheet(width, ascii_only), report):
        for row in block.rows:
            assert row.cell_len <= width, row.plain
            assert row.plain.isascii() or not ascii_only


@pytest.mark.parametrize("width", [60, 80])
def test_the_first_screen_has_the_advice_and_every_section(width: int) -> None:
    report = replace(FULL, advice=LONG)
    first = packed(report_blocks(sheet(width), report), 23)[0]
    said = text(first.rows)
    assert len(said) <= 23
    assert said[0].startswith("── What to do next (")
    assert all(any(row.strip() == step.command for row in said) for step in LONG)
    assert said[-1].startswith("All")
    assert sum(row.startswith("SECTION-") for row in said) == 14


def test_numbers_of_an_earlier_exam_are_marked_and_the_mark_explained() -> None:
    first, second, *rest = FULL.sections
    last = replace(exam_of(first), sitting="e")
    report = replace(
        FULL,
        sections=(
            replace(first, exam=last, levels=()),
            replace(second, exam=replace(last, sitting="before"), levels=()),
            *(replace(each, exam=None, levels=()) for each in rest),
        ),
        total=replace(FULL.total, exam=last),
    )
    of = f"{last.full}/{last.asked}"
    table = {row.split()[0]: row for row in text(report_blocks(sheet(), report)[0].rows)}
    assert f" {of}  " in table[first.title.split()[0]]
    assert f" {of}* " in table[second.title.split()[0]]
    assert "* of an earlier exam" in how_to_read(report)
    assert "* of an earlier exam" in " ".join(report_markdown(report).split()).replace("\\", "")
    alike = replace(report, sections=(report.sections[0], *report.sections[2:]))
    assert "earlier" not in how_to_read(alike)
    assert f"{of}*" not in "".join(text(report_blocks(sheet(), alike)[0].rows))


def test_a_command_is_not_broken_where_it_fits_without_its_indent() -> None:
    command = "contrastive-drill review --section masked-modelling --new 5"
    report = replace(FULL, advice=(Step(Rule.WEAKEST, "a reason", command),))
    assert command in text(report_blocks(sheet(60), report)[0].rows)
    assert f"  {command}" in text(report_blocks(sheet(61), report)[0].rows)


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    rows = text(report_blocks(sheet(60), FULL)[0].rows)
    table = rows[next(n for n, row in enumerate(rows) if row.startswith("section")) :]
    assert len(table) == 16
    assert len({len(row) for row in table}) == 1


def test_a_short_step_stands_on_one_row_with_its_command() -> None:
    report = replace(FULL, advice=(Step(Rule.DUE, "3 cards are due", "contrastive-drill review"),))
    assert text(report_blocks(sheet(), report)[0].rows)[1] == (
        "1 3 cards are due: contrastive-drill review"
    )


def test_what_rests_on_too_little_says_how_many_are_missing() -> None:
    said = "\n".join(row for block in report_blocks(sheet(), EMPTY) for row in text(block.rows))
    assert "No answer is logged yet: contrastive-drill review begins." in said
    assert "Good  too few answers: 0, 20 more needed" in said
    assert "Log loss: too few answers: 0, 50 more needed." in said
    assert "No card was asked again on a later day yet." in said
    assert "None yet: contrastive-drill exam begins one." in said
    assert "nan" not in said


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=12),
    st.integers(3, 40),
)
def test_screens_hold_every_row_in_order(sizes: list[int], height: int) -> None:
    paper = sheet()
    blocks = [
        Block(f"{n}", [paper.heading(f"{n} {row}") for row in range(size)])
        for n, size in enumerate(sizes)
    ]
    screens = packed(blocks, height)
    assert all(0 < len(screen.rows) <= height for screen in screens)
    shown = [row.plain for screen in screens for row in screen.rows if row.plain]
    assert shown == [row.plain for block in blocks for row in block.rows]
    if max(sizes) <= height:
        assert len(screens) <= max(sum(size > 0 for size in sizes), 0)


def days(counts: dict[int, int]) -> Days:
    """A calendar of so many answers on these days."""
    held = tuple(DayTotal(day, count, 60.0) for day, count in sorted(counts.items()))
    return Days(held, 1, sum(counts.values()), 60.0 * len(counts))


def test_the_calendar_shades_a_day_by_its_answers() -> None:
    monday = DAY - (DAY - 1) % 7  # an ordinal of 1 was a Monday
    today = monday + 6
    counts = {monday: 1, monday + 1: 9, monday + 2: 10, monday + 3: 20, monday + 4: 40}
    rows = text(calendar_rows(sheet(), days(counts), today))[2:9]
    assert [row[-2:] for row in rows] == ["░░", "░░", "▒▒", "▓▓", "██", " ·", " ·"]
    assert all(set(row[4:-2]) <= {"·", " "} for row in rows[:5])
    assert [row[:3] for row in rows[::2]] == ["Mon", "Wed", "Fri", "Sun"]
    assert len({len(row) for row in rows[:5]}) == 1


def test_the_calendar_ends_today_and_leaves_out_days_to_come() -> None:
    monday = DAY - (DAY - 1) % 7
    rows = text(calendar_rows(sheet(60), days({monday: 50, monday + 3: 50}), monday))[2:9]
    assert rows[0].endswith("██")
    assert len(rows[1].rstrip()) < len(rows[0])
    assert not any("█" in row for row in rows[1:]), "a day after today is not drawn"


@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_forecast_draws_a_column_for_each_day(ascii_only: bool) -> None:
    due = (200, 0, 1, 100, *[0] * 26)
    rows = text(forecast_rows(sheet(80, ascii_only), Forecast(due, 7, 2)))
    drawn = [row.ljust(80)[4 : 4 + 60] for row in rows[1:6]]
    assert rows[1].startswith("200 ")
    columns = ["".join(row[2 * n] for row in drawn) for n in range(30)]
    full = "#" if ascii_only else "█"
    assert columns[0] == full * 5
    assert columns[1] == " " * 5
    assert columns[2].strip(), "one card is seen beside two hundred"
    assert columns[3].count(full) == 2
    assert not "".join(columns[4:]).strip()
    assert "later 7" in rows[7]
    assert "Without 2 suspended cards." in " ".join(rows[7:])


def test_nothing_due_is_said_in_words() -> None:
    rows = text(forecast_rows(sheet(), Forecast((0,) * 30, 3, 0)))
    assert rows[1:] == ["None: 3 cards later."]


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")))


def inner(source: str) -> list[tuple[str, str]]:
    """The inline parts that Markdown reads in a paragraph: their kinds and words."""
    tokens = MARKDOWN.parse(source)
    assert [token.type for token in tokens] in (
        ["paragraph_open", "inline", "paragraph_close"], [],
    )  # fmt: skip
    return [(child.type, child.content) for token in tokens for child in token.children or ()]


@given(words | st.text("\\`*_[]<>|~$&#+-=.)1! a", max_size=12))
def test_any_words_stand_in_markdown_as_they_are(said: str) -> None:
    parts = inner(escaped(said))
    assert {kind for kind, _ in parts} <= {"text", "text_special"}
    assert "".join(content for _, content in parts) == " ".join(said.split())


@example(" a ")
@example("`")
@given(st.text("`ab \\*$<", min_size=1, max_size=12).filter(lambda said: said.strip()))
def test_code_stands_in_markdown_as_it_is(said: str) -> None:
    assert inner(f"x{code(said)}x")[1] == ("code_inline", said)


def cells(source: str) -> Iterator[list[str]]:
    """The rows of every table that Markdown reads."""
    row: list[str] = []
    for before, token in pairwise(MARKDOWN.parse(source)):
        if before.type in ("td_open", "th_open"):
            row.append("".join(child.content for child in token.children or ()))
        if token.type == "tr_close":
            yield row
            row = []


def test_the_markdown_has_every_section_as_a_row() -> None:
    rows = list(cells(report_markdown(FULL)))
    for standing in (*FULL.sections, FULL.total):
        (row,) = [row for row in rows if row[0] == standing.title and len(row) == 10]
        assert row[1:3] == [f"{standing.cards}", f"{standing.seen}"]
        assert row[-1] == f"{standing.answers}"


def test_the_record_is_the_report() -> None:
    record = json.loads(json.dumps(report_record(FULL), allow_nan=False))
    assert record["schema"] == 2
    assert set(record) == {
        "schema", "day", "interview_day", "advice", "total", "sections", "levels", "calibration",
        "days", "forecast", "retention", "sittings",
    }  # fmt: skip
    section = record["sections"][3]
    standing = FULL.sections[3]
    assert standing.recall_now.value is not None
    assert section["recall_now"] == {
        "value": pytest.approx(standing.recall_now.value), "count": 10, "needed": 1,
    }  # fmt: skip
    assert [level["id"] for level in section["levels"]] == ["mid", "senior", "staff"]
    assert record["total"]["missed"][0]["text"].endswith("two")
    assert record["calibration"]["ratings"][2]["rating"] == "good"
    assert record["sittings"][0]["points"] == pytest.approx(FULL.sittings[0].points)
    assert record["forecast"]["due"] == list(FULL.forecast.due)


def test_days_are_dates_in_the_record() -> None:
    record = report_record(FULL)
    dates = [record["day"], record["interview_day"], record["sittings"][0]["day"]]
    dates += [each["day"] for each in record["days"]["days"]]
    assert all(len(each) == 10 and each[4] == each[7] == "-" for each in dates)
    assert report_record(EMPTY)["interview_day"] is None
    assert record["retention"][1]["days"] >= 0, "days between are a number"
