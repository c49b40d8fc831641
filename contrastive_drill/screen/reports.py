"""The report as rows of text, and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.text import Text

from contrastive_drill.prose import Line, Span, plain
from contrastive_drill.reports import Report, SectionReport
from contrastive_drill.screen.card import Rows, Sheet
from contrastive_drill.screen.words import date_of, duration, percent


def report_rows(sheet: Sheet, report: Report, lines: Mapping[str, Line]) -> Rows:
    """The sections as a table that fits 60 columns, then the points most often missed."""
    title = min(max(len(row.title) for row in report.sections), sheet.look.width - 34)
    head = f"{'section':<{title}} {'seen':>7} {'recall':>6} {'answers':>7} {'again':>5} {'time':>5}"
    rows: Rows = [Text(head, "bold")]
    for section in (*report.sections, report.total):
        rows.extend(_section(sheet, section, title, "bold" if section is report.total else ""))
    rows.append(Text())
    if report.total.answers == 0:
        rows += sheet.wrapped(Text("No answer is logged yet: contrastive-drill review begins."))
        return rows
    if report.missed:
        rows.append(sheet.heading("Required points most often missed"))
        for missed in report.missed:
            said = lines.get(missed.key, (Span("(reworded since)"),))
            text = Text(f"{missed.missed} of {missed.asked}  ").append_text(sheet.line(said))
            text.append(f"  ({missed.card_id})", "dim")
            rows += sheet.wrapped(text, "  ", sheet.look.pick("• ", "- "))
    rows += sheet.wrapped(
        Text("recall: mean probability that a card already seen is recalled now (FSRS-6)", "dim")
    )
    return rows


def _section(sheet: Sheet, row: SectionReport, wide: int, style: str) -> Rows:
    name = sheet.look.text(row.title)
    cut = name if len(name) <= wide else name[: wide - 1] + sheet.look.pick("…", ".")
    return [
        Text(
            f"{cut:<{wide}} {f'{row.seen}/{row.cards}':>7} {percent(row.recall_now):>6} "
            f"{row.answers:>7} {row.again:>5} {duration(row.seconds):>5}",
            style,
        )
    ]


def report_record(report: Report, lines: Mapping[str, Line]) -> dict[str, Any]:
    """The report as JSON: times in seconds, recall as a probability or null."""
    record = asdict(report)
    record["day"] = date_of(report.day)
    for missed in record["missed"]:
        line = lines.get(missed["key"])
        missed["text"] = None if line is None else plain(line)
    del record["total"]["section"]
    return {"schema": 1, **record}
