"""The report as blocks of rows: what to do next and the sections fill the first screen."""

from rich.text import Text

from contrastive_drill.reports.values import ENOUGH, ENOUGH_FOR_LOSS, ENOUGH_IN_PART, Report
from contrastive_drill.screen.blocks import Block
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.report_calibration import rating_rows, retention_rows
from contrastive_drill.screen.report_days import calendar_rows, forecast_rows
from contrastive_drill.screen.report_tables import (
    advice_rows,
    earlier_words,
    level_rows,
    missed_rows,
    score_rows,
    standing_rows,
)
from contrastive_drill.screen.words import date_of


def report_blocks(sheet: Sheet, report: Report) -> list[Block]:
    """The report in the order in which to read it."""
    return [
        Block("next steps", _first(sheet, report)),
        Block("levels", [*level_rows(sheet, report), *_dim(sheet, how_to_read(report))]),
        Block("exams", score_rows(sheet, report.sittings)),
        Block("missed points", missed_rows(sheet, report.total.missed)),
        Block("calibration", rating_rows(sheet, report.calibration)),
        Block("retention", [*retention_rows(sheet, report.retention), *_dim(sheet, thresholds())]),
        Block("forecast", forecast_rows(sheet, report.forecast)),
        Block("days", calendar_rows(sheet, report.days, report.day)),
    ]


def _first(sheet: Sheet, report: Report) -> Rows:
    rows = [sheet.heading(f"What to do next ({date_of(report.day)})")]
    rows += advice_rows(sheet, report.advice)
    rows += standing_rows(sheet, report)
    if not report.total.answers:
        rows += sheet.wrapped(Text("No answer is logged yet: contrastive-drill review begins."))
    return rows


def how_to_read(report: Report) -> str:
    """What the columns of the tables are."""
    words = (
        "now: mean probability that a seen card is recalled (FSRS-6; failed cards count 0). known: "
        "the same over all cards, unseen ones 0. exam: in full of asked. interv.: required points "
        "said of wanted; each the last one. time: median of an answer."
    )
    words += f" {earlier}" if (earlier := earlier_words(report)) else ""
    if report.total.recall_then is not None:
        return words + f" then: on {date_of(report.interview_day)}, if nothing is studied until it."
    if report.interview_day is None:
        return words + " To look ahead: contrastive-drill config interview_on 2026-12-05."
    return words + (
        f" The interview of {date_of(report.interview_day)} is past: contrastive-drill config "
        "interview_on --unset."
    )


def thresholds() -> str:
    """From how many answers on a number is given."""
    return (
        f"A share is given from {ENOUGH} answers on, in a part of several from {ENOUGH_IN_PART}, "
        f"a log loss from {ENOUGH_FOR_LOSS}."
    )


def _dim(sheet: Sheet, words: str) -> Rows:
    return sheet.wrapped(Text(words, "dim"))
