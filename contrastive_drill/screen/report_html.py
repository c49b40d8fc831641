"""The report as one page that needs nothing else: no network, no script, no font."""

from datetime import date, datetime
from pathlib import Path

from contrastive_drill import __version__
from contrastive_drill.reports.values import Report
from contrastive_drill.screen import files
from contrastive_drill.screen import report_views as views
from contrastive_drill.screen.bars_svg import WIDTH, columns_svg, share_svg
from contrastive_drill.screen.calendar_svg import calendar_svg, described, weeks
from contrastive_drill.screen.html import OPTION, SUFFIXES, pages
from contrastive_drill.screen.prose_html import line_html
from contrastive_drill.screen.report_calibration import kindness, loss_words
from contrastive_drill.screen.report_days import forecast_words
from contrastive_drill.screen.report_tables import earlier_words
from contrastive_drill.screen.reports import thresholds
from contrastive_drill.screen.svg import chart_svg
from contrastive_drill.screen.words import duration, percent, plural


def write(report: Report, path: Path, when: datetime) -> None:
    """Write the page into `path`, replaced only by a finished file.

    Raises:
        UsageProblem: where its name is not that of a page.
        DataProblem: where the file cannot be written.
    """
    files.ready(path, OPTION, SUFFIXES)
    with files.replacing(path, OPTION) as partial:
        partial.write_text(page(report, when), "utf-8")
        partial.replace(path)


def page(report: Report, when: datetime) -> str:
    """The whole page: what to do next first, then what it rests on; `when` it was made."""
    from markupsafe import Markup

    counts = {day.day: day.answers for day in report.days.days}
    first, _ = weeks(counts, report.day)
    due = forecast_words(report.forecast)
    columns = views.sitting_columns(report.sittings)
    curve = views.retention_chart(report.retention)
    sorts = {column.hollow for column in columns}
    trend = "Required points covered in exams and interviews"
    return (
        pages()
        .get_template("report.html.jinja")
        .render(
            report=report,
            when=when,
            version=__version__,
            views=views,
            told=[views.recall_words(report.calibration), loss_words(report.calibration)],
            kindness=kindness(report.calibration),
            thresholds=thresholds(),
            earlier=earlier_words(report),
            about=_about(report),
            today=date.fromordinal(report.day),
            described=described(counts, report.day),
            weeks=views.weeks(report.days, first, report.day),
            due_words=due,
            pictures={
                "days": Markup(calendar_svg(counts, report.day, "days")),
                "due": Markup(
                    columns_svg(
                        views.due_columns(report.forecast, report.day),
                        "due", "Cards due by day", due, "cards due",
                    )
                ),
                "curve": curve and Markup(chart_svg(curve, "curve", WIDTH)),
                "trend": columns and Markup(
                    columns_svg(
                        columns, "trend", trend,
                        "; ".join(column.words for column in columns),
                        "required points covered, %",
                        ("exam", "interview") if len(sorts) > 1 else None,
                    )
                ),
            },
            bar=lambda *shares: Markup(share_svg(*shares)),
            line=lambda words: Markup(line_html(words)),
            percent=percent,
            duration=duration,
        )
    )  # fmt: skip


def _about(report: Report) -> list[str]:
    """The day, and how much there is to judge by."""
    parts = [
        f"{date.fromordinal(report.day):%A %Y-%m-%d}",
        f"{plural(report.days.answers, 'answer')} on {plural(len(report.days.days), 'day')}",
    ]
    if report.days.streak:
        parts.append(f"{plural(report.days.streak, 'day')} in a row")
    if report.interview_day is not None:
        ahead = report.interview_day - report.day
        when = f"interview on {date.fromordinal(report.interview_day)}"
        left = "today" if not ahead else f"in {plural(ahead, 'day')}" if ahead > 0 else "past"
        parts.append(f"{when}, {left}")
    return parts
