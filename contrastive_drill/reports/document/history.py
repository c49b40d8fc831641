"""The days studied, and the cards due on the days to come."""

from collections.abc import Iterator
from datetime import date

from contrastive_drill.demo.result import Note, Table
from contrastive_drill.reports.document.blocks import (
    Block,
    Calendar,
    Column,
    Columns,
    Detail,
    ReportSection,
)
from contrastive_drill.reports.history import Days, DueForecast
from contrastive_drill.reports.report import Report
from contrastive_drill.words import duration, plural

FEWEST, MOST = 18, 26  # weeks of the calendar


def history_sections(report: Report) -> tuple[ReportSection, ...]:
    """The days to come and the days that were."""
    ahead = f"Cards due in the next {len(report.forecast.due)} days"
    return (
        ReportSection(ahead, "forecast", tuple(_forecast(report.forecast, report.day))),
        ReportSection("Days: answers on each", "days", tuple(_days(report.days, report.day))),
    )


def _forecast(forecast: DueForecast, today: int) -> Iterator[Block]:
    due = [(date.fromordinal(today + ahead), cards) for ahead, cards in enumerate(forecast.due)]
    if any(forecast.due):
        columns = tuple(
            Column((f"{day:%a}"[:2], f"{day.day}"), cards, f"{day}: {plural(cards, 'card')}")
            for day, cards in due
        )
        yield Columns("Cards due by day", "cards due", columns)
        rows = tuple((f"{day:%a %Y-%m-%d}", f"{cards}") for day, cards in due)
        yield Detail(Table("Cards due by day", ("day", "cards"), rows))
    words = (
        f"Today {forecast.due[0]}, tomorrow {forecast.due[1]}, in all {sum(forecast.due)}; later "
        f"{forecast.later}. If each is passed on its day and no new card is met."
    )
    if forecast.suspended:
        words += f" Without {plural(forecast.suspended, 'suspended card')}."
    yield Note(words)


def _days(days: Days, today: int) -> Iterator[Block]:
    past = [each for each in days.days if each.day <= today]
    calendar = calendar_of({each.day: each.answers for each in past}, today)
    yield calendar
    yield Note(calendar.words)
    rows = tuple(
        (f"{date.fromordinal(each.day):%a %Y-%m-%d}", f"{each.answers}", duration(each.seconds))
        for each in reversed(past)
        if each.day >= calendar.first
    )
    if rows:
        yield Detail(Table("Answers by day", ("day", "answers", "time"), rows))
    yield Note(
        f"{plural(days.answers, 'answer')} on {plural(len(days.days), 'day')}, "
        f"{duration(days.seconds)} in all; streak {plural(days.streak, 'day')}."
    )


def calendar_of(counts: dict[int, int], today: int) -> Calendar:
    """The weeks up to today, as many as have answers, half a year at most."""
    this = _monday(today)
    weeks = (this - _monday(min(counts, default=today))) // 7 + 1
    first = this - 7 * (min(max(weeks, FEWEST), MOST) - 1)
    shown = {day: count for day, count in counts.items() if first <= day}
    words = (
        f"{date.fromordinal(first)} to {date.fromordinal(today)}: "
        f"{plural(sum(shown.values()), 'answer')} on {len(shown)} of "
        f"{plural(today - first + 1, 'day')}"
    )
    if shown:
        most = max(shown, key=lambda day: (shown[day], day))
        words += f"; most on {date.fromordinal(most)}: {shown[most]}"
    return Calendar("Answers a day", shown, first, today, f"{words}.")


def _monday(day: int) -> int:
    return day - date.fromordinal(day).weekday()
