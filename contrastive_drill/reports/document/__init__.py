"""The report as a document: the order of its sections, and what it is about."""

from collections.abc import Iterator
from datetime import date

from contrastive_drill.reports.document.blocks import Document
from contrastive_drill.reports.document.calibration import calibration_sections
from contrastive_drill.reports.document.history import history_sections
from contrastive_drill.reports.document.sittings import sittings_section
from contrastive_drill.reports.document.standings import missed_section, standing_sections
from contrastive_drill.reports.report import Report
from contrastive_drill.words import plural


def document(report: Report) -> Document:
    """The report in the order in which to read it: what to do next comes first."""
    return Document(
        title="Where you stand",
        day=f"{date.fromordinal(report.day)}",
        about=tuple(_about(report)),
        sections=(
            *standing_sections(report),
            sittings_section(report.sittings),
            missed_section(report),
            *calibration_sections(report),
            *history_sections(report),
        ),
    )


def _about(report: Report) -> Iterator[str]:
    """The day, and how much there is to judge by."""
    yield f"{date.fromordinal(report.day):%A %Y-%m-%d}"
    yield f"{plural(report.days.answers, 'answer')} on {plural(len(report.days.days), 'day')}"
    if report.days.streak:
        yield f"{plural(report.days.streak, 'day')} in a row"
    if report.interview_day is not None:
        ahead = report.interview_day - report.day
        left = "today" if not ahead else f"in {plural(ahead, 'day')}" if ahead > 0 else "past"
        yield f"interview on {date.fromordinal(report.interview_day)}, {left}"
