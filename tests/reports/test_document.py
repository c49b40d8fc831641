"""The report as a document: its tables against histories counted by hand, and what it says."""

from dataclasses import replace
from datetime import date

import pytest
import report_values
from histories import DAY, answer, attempt, card, learned, report_on
from report_values import TODAY, full, rich, score

from contrastive_drill.demo.result import Chart, Note, Table
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.reports.document import document
from contrastive_drill.reports.document.blocks import (
    Bars,
    Calendar,
    Columns,
    Detail,
    Document,
    Points,
)
from contrastive_drill.reports.evidence import Estimate
from contrastive_drill.reports.history import Days, DayTotal, DueForecast
from contrastive_drill.reports.report import Report
from contrastive_drill.reports.scores import Tally
from contrastive_drill.reports.standings import Standing


def bare(block: object) -> object:
    """A block without what stands around it."""
    inner = block.block if isinstance(block, Detail) else block
    return inner.table if isinstance(inner, Bars) else inner


def table(drawn: Document, title: str) -> Table:
    """The table of this title."""
    blocks = (bare(block) for section in drawn.sections for block in section.blocks)
    (only,) = (block for block in blocks if isinstance(block, Table) and block.title == title)
    return only


def words(report: Report, name: str = "") -> str:
    """Every sentence of a report, or of a section."""
    return "\n".join(
        said
        for section in document(report).sections
        if name in ("", section.name)
        for block in map(bare, section.blocks)
        for said in (
            [block.text]
            if isinstance(block, Note)
            else block.notes
            if isinstance(block, Table)
            else []
        )
    )


def exam_of(row: Standing) -> Tally:
    """The exam of a row that has one."""
    assert row.exam is not None
    return row.exam


def test_a_history_counted_by_hand() -> None:
    """One card recalled with 0.9 now, one failed, one unseen; one met today."""
    cards = [card("a1"), card("a2"), card("a3"), card("b1", "b")]
    memories = {
        "a1": learned(DAY - 5, DAY, 5.0),
        "a2": learned(DAY - 1, DAY - 1),
        "b1": learned(DAY, DAY + 10),
    }
    reviews = [
        answer("a1", Rating.AGAIN, DAY - 9, seconds=30.0),
        answer("a1", Rating.GOOD, DAY - 8, seconds=20.0, mode=Mode.EXAM, sitting="e"),
        answer("b1", Rating.GOOD, DAY, seconds=8.0, mode=Mode.EXAM, sitting="f"),
    ]
    attempts = [attempt("e", SittingKind.EXAM, DAY - 8), attempt("f", SittingKind.EXAM)]
    drawn = document(report_on(cards, reviews, memories, {}, attempts))
    every = table(drawn, "Every section")
    assert every.columns == (
        "section", "seen", "now", "exam", "interv.", "time", "known", "again",
    )  # fmt: skip
    assert every.rows == (
        ("A", "2/3", "45%", "1/1*", "-", "0:25", "30%", "1/2"),
        ("B", "1/1", "100%", "1/1 ", "-", "0:08", "100%", "0/1"),
        ("All", "3/4", "63%", "1/1 ", "-", "0:20", "48%", "1/3"),
    )
    assert table(drawn, "Sections by level").rows[0][:3] == ("A, mid", "2/3", "45%")
    assert table(drawn, "Known by section and level").rows == (
        ("A", "30% of 3"),
        ("B", "100% of 1"),
    )


def test_every_drawing_has_its_numbers_in_a_table_of_its_section() -> None:
    drawings = (Columns, Calendar, Chart, Bars)
    for section in document(rich()).sections:
        if any(isinstance(block, drawings) for block in map(bare, section.blocks)):
            assert any(isinstance(bare(block), Table) for block in section.blocks), section.title
    names = [section.name for section in document(rich()).sections]
    assert len(set(names)) == len(names), "a page links to them"


def test_bars_are_as_many_as_rows_and_their_number_is_in_the_row() -> None:
    for section in document(full()).sections:
        for block in section.blocks:
            if isinstance(block, Bars):
                for row, share in zip(block.table.rows, block.shares, strict=True):
                    percent = "" if share.value is None else f"{share.value:.0%}"
                    said, _, wanted = row[2].partition("/")
                    points = wanted and f"{int(said) / int(wanted):.0%}"
                    assert percent in (*row, points), row


def test_numbers_of_an_earlier_exam_are_marked_and_the_mark_explained() -> None:
    report = full()
    first, second, *rest = report.sections
    last = replace(exam_of(first), sitting="e")
    report = replace(
        report,
        sections=(
            replace(first, exam=last, levels=()),
            replace(second, exam=replace(last, sitting="before"), levels=()),
            *(replace(each, exam=None, levels=()) for each in rest),
        ),
        total=replace(report.total, exam=last),
    )
    of = f"{last.full}/{last.asked}"
    rows = table(document(report), "Every section").rows
    assert [row[4] for row in (*rows[:3], rows[-1])] == [f"{of} ", f"{of}*", "- ", f"{of} "]
    assert "* of an earlier exam" in words(report, "sections by level")
    alike = replace(report, sections=(report.sections[0], *report.sections[2:]))
    assert "earlier" not in words(alike, "sections by level")
    assert not any("*" in row[4] for row in table(document(alike), "Every section").rows)


def test_what_it_is_about() -> None:
    about = document(rich()).about
    assert about[0] == "Saturday 2026-11-21"
    assert about[1].endswith("answers on 99 days")
    assert about[2:] == ("4 days in a row", "interview on 2026-12-05, in 14 days")
    assert document(replace(rich(), interview_day=TODAY)).about[-1] == (
        "interview on 2026-11-21, today"
    )
    assert document(replace(rich(), interview_day=TODAY - 1)).about[-1].endswith("20, past")
    assert len(document(report_values.empty()).about) == 2


def test_without_an_interview_day_nothing_looks_ahead() -> None:
    assert "then: on 2026-12-05, if" in words(rich(), "sections by level")
    report = report_values.empty()
    assert "To look ahead: contrastive-drill config interview_on" in words(
        report, "sections by level"
    )
    assert "then" not in table(document(report), "Every section").columns
    assert "then" not in table(document(report), "Known of all cards").columns
    past = replace(report, interview_day=TODAY - 1)
    assert "2026-11-20 is past: contrastive-drill plan --on DATE plans for the next." in words(past)


def test_a_bank_without_cards_has_a_document() -> None:
    report = replace(report_values.empty(), advice=(), sections=(), levels=())
    first, sections, by_level, levels, *_ = document(report).sections
    assert first.blocks == (Note("The bank has no cards: there is nothing to do."),)
    assert [type(block) for block in sections.blocks] == [Note]
    assert by_level.blocks == levels.blocks == ()


def test_a_number_that_rests_on_too_little_is_not_given() -> None:
    drawn = document(rich())
    assert table(drawn, "Your ratings, and the next time").rows[1] == (
        "Hard", "-", "-", "6, 4 more needed",
    )  # fmt: skip
    assert table(drawn, "Recall by days since the last answer").rows[1::4] == (
        ("2-3", "91%", "94%", "66"),
        ("31+", "-", "-", "4, 6 more needed"),
    )
    said = words(report_values.empty())
    assert "%" not in said
    assert "Log loss: too few answers: 0, 20 more needed." in said
    assert "No card was asked again on a later day yet." in said


@pytest.mark.parametrize(
    ("margin", "constant", "verdict"),
    [
        (0.01, 0.347, "FSRS is better (+0.035 ± 0.010, of 304)"),
        (0.02, 0.347, "a difference that may be chance"),
        (0.01, 0.277, "FSRS is worse"),
    ],
)
def test_whether_fsrs_is_ahead_is_said_only_where_it_is_no_chance(
    margin: float, constant: float, verdict: str
) -> None:
    calibration = rich().calibration
    loss = replace(calibration.loss, margin=Estimate(margin, 304), constant=Estimate(constant, 304))
    report = replace(rich(), calibration=replace(calibration, loss=loss))
    assert verdict in words(report, "calibration")


def test_kindness_is_counted_from_the_checks() -> None:
    said = words(rich(), "kindness")
    assert "can check: 127, right 92 (72%)." in said
    assert "Wrong, yet rated Good or Easy: 9 of 35 (26%). Right, yet rated Again: 1 of 92" in said
    assert table(document(rich()), "Checked answers, and your rating").rows[1] == ("Hard", "8", "6")


def test_sittings_stand_newest_first_with_what_they_covered() -> None:
    scores = [score(SittingKind.EXAM, back, 90 - back) for back in range(15, 0, -1)]
    paused = replace(scores[-1], said=0, wanted=0, ended=False, asked=30)
    drawn = document(replace(rich(), sittings=(*scores[:-1], paused)))
    rows = table(drawn, "By points covered").rows
    assert [row[0] for row in rows[:2]] == ["2026-11-20 exam", "2026-11-19 exam"]
    assert rows[1][1:7] == ("31/55", "88/100", "78%", "84%", "40", "")
    assert (rows[0][6], rows[0][-1]) == ("open", "30/55")
    assert len(rows) == 15


def test_days_to_come_are_not_in_the_calendar_but_in_the_sum() -> None:
    days = Days((DayTotal(TODAY, 3, 60.0), DayTotal(TODAY + 1, 5, 60.0)), 1, 8, 120.0)
    drawn = document(replace(rich(), days=days))
    assert table(drawn, "Answers by day").rows == (("Sat 2026-11-21", "3", "1:00"),)
    (calendar,) = (
        block
        for section in drawn.sections
        for block in section.blocks
        if isinstance(block, Calendar)
    )
    assert calendar.counts == {TODAY: 3}
    assert date.fromordinal(calendar.first).weekday() == 0
    assert "8 answers on 2 days, 2:00 in all; streak 1 day." in words(replace(rich(), days=days))


def test_the_forecast_in_words_and_days() -> None:
    drawn = document(rich())
    assert table(drawn, "Cards due by day").rows[:2] == (
        ("Sat 2026-11-21", "31"),
        ("Sun 2026-11-22", "14"),
    )
    said = words(rich(), "forecast")
    assert said.startswith("Today 31, tomorrow 14, in all ")
    assert said.endswith("Without 2 suspended cards.")
    nothing = replace(rich(), forecast=DueForecast((0,) * 30, 3, 0))
    (forecast,) = (each for each in document(nothing).sections if each.name == "forecast")
    assert [type(block) for block in forecast.blocks] == [Note], "there is nothing to draw"


def test_missed_points_in_all_and_by_section() -> None:
    (missed,) = (each for each in document(rich()).sections if each.name == "missed points")
    points = [block for block in map(bare, missed.blocks) if isinstance(block, Points)]
    assert [(each.title, len(each.points)) for each in points] == [
        ("In all sections", 2), ("Contrastive learning", 1), ("Contrastive learning II", 1),
    ]  # fmt: skip
    answered = replace(rich(), total=replace(rich().total, missed=()))
    assert words(answered, "missed points") == "None so far."
