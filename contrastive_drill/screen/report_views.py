"""The values of a report as the tables, charts and columns of its page."""

from collections.abc import Iterable
from datetime import date, timedelta

from contrastive_drill.demo.result import Chart, Series, Table
from contrastive_drill.reports.values import (
    Bin,
    Calibration,
    Days,
    Forecast,
    Measured,
    Report,
    Score,
    Standing,
)
from contrastive_drill.screen.bars_svg import Column
from contrastive_drill.screen.report_calibration import span
from contrastive_drill.screen.report_tables import full_of, more, percent_of, points_of
from contrastive_drill.screen.words import duration, percent, plural

NEWEST = 12  # exams and interviews in the picture; the table has them all
CLOSE = 10  # mean days from which on the retention curve needs an axis of powers


def heads(report: Report) -> tuple[str, ...]:
    """The columns of what `cells` gives."""
    then = ("Interview day",) if report.total.known_then is not None else ()
    return (
        "Seen", "Recalled now", *then, "Known of all", "Exam in full", "Interview points",
        "Again", "Median time",
    )  # fmt: skip


def cells(row: Standing, report: Report) -> tuple[str, ...]:
    """A section or a level in numbers."""
    then = (percent_of(row.recall_then),) if report.total.known_then is not None else ()
    each = row.seconds_each.value
    return (
        f"{row.seen}/{row.cards}",
        percent_of(row.recall_now),
        *then,
        percent(row.known_now),
        full_of(row.exam, report.total.exam),
        points_of(row.interview, report.total.interview),
        f"{row.again}/{row.answers}" if row.answers else "-",
        "-" if each is None else duration(each),
    )


def weeks(days: Days, first: date, today: int) -> Table | None:
    """The calendar in numbers: a row for each of its weeks with an answer, the newest first."""
    rows = []
    monday = date.fromordinal(today) - timedelta(days=date.fromordinal(today).weekday())
    while monday >= first:
        start = monday.toordinal()
        week = [day for day in days.days if start <= day.day <= min(start + 6, today)]
        if week:
            answers = sum(day.answers for day in week)
            seconds = sum(day.seconds for day in week)
            rows.append((f"{monday}", str(len(week)), str(answers), duration(seconds)))
        monday -= timedelta(weeks=1)
    columns = ("Week from Monday", "Days", "Answers", "Time")
    return Table("Answers by week", columns, tuple(rows)) if rows else None


def due_columns(forecast: Forecast, today: int) -> list[Column]:
    """Cards due on each of the next days."""
    found = []
    for ahead, cards in enumerate(forecast.due):
        day = date.fromordinal(today + ahead)
        found.append(
            Column((f"{day:%a}"[:2], f"{day.day}"), cards, f"{day}: {plural(cards, 'card')}")
        )
    return found


def due_table(forecast: Forecast, today: int) -> Table:
    """The same in numbers."""
    rows = tuple(
        (f"{date.fromordinal(today + ahead):%a %Y-%m-%d}", str(cards))
        for ahead, cards in enumerate(forecast.due)
    )
    return Table("Cards due by day", ("Day", "Cards"), rows)


def retention_chart(bins: Iterable[Bin]) -> Chart | None:
    """Recall as it was beside what FSRS had predicted, where a bin has answers enough."""
    known = [
        (one.days, one.recalled.value * 100, one.predicted.value * 100)
        for one in bins
        if one.recalled.value is not None and one.predicted.value is not None and one.days > 0
    ]
    if len(known) < 2:
        return None
    xs, observed, predicted = (tuple(column) for column in zip(*known, strict=True))
    return Chart(
        "Retention: recalled and predicted",
        "days since the last answer",
        "recalled, %",
        (Series("recalled", xs, observed), Series("predicted by FSRS-6", xs, predicted)),
        x_axis="log" if xs[-1] >= CLOSE else "linear",
    )


def retention_table(bins: Iterable[Bin]) -> Table:
    """The same in numbers, with the bins that have too few."""
    rows = tuple((span(one), *_beside(one.recalled, one.predicted)) for one in bins)
    columns = ("Days", "Recalled", "FSRS expected", "Answers")
    return Table("Recall by days since the last answer", columns, rows)


def ratings_table(calibration: Calibration) -> Table:
    """What became of each rating the next time."""
    rows = tuple(
        (row.rating.label, *_beside(row.recalled, row.predicted)) for row in calibration.ratings
    )
    columns = ("Rated", "Recalled the next time", "FSRS expected", "Answers")
    return Table("Your ratings, and the next time", columns, rows)


def _beside(recalled: Measured, predicted: Measured) -> tuple[str, str, str]:
    return percent_of(recalled), percent_of(predicted), more(recalled)


def recall_words(calibration: Calibration) -> str:
    """What was recalled beside what had been predicted."""
    loss = calibration.loss
    if loss.recall.value is None or loss.predicted.value is None:
        return f"Too few answers on a later day: {more(loss.recall)}."
    return (
        f"Recalled {loss.recall.value:.0%}, FSRS had expected {loss.predicted.value:.0%}, of "
        f"{plural(loss.recall.count, 'answer')} on a later day."
    )


def checks_table(calibration: Calibration) -> Table | None:
    """What the program found of answers it can check, beside how they were rated."""
    given = calibration.checks.given
    if not any(right + wrong for _, right, wrong in given):
        return None
    rows = tuple((rating.label, str(right), str(wrong)) for rating, right, wrong in given)
    return Table("Checked answers, and your rating", ("Rated", "Right", "Wrong"), rows)


def sitting_columns(scores: Iterable[Score]) -> list[Column]:
    """The newest exams and interviews by the share of required points covered."""
    shown = [(score, score.points) for score in scores]
    return [
        Column(
            (f"{date.fromordinal(score.day):%b}", f"{date.fromordinal(score.day).day}"),
            round(points * 100),
            f"{score.sort.value} on {date.fromordinal(score.day)}: {score.said} of "
            f"{plural(score.wanted, 'required point')}",
            hollow=score.sort.value == "interview",
        )
        for score, points in shown
        if points is not None
    ][-NEWEST:]


def sittings_table(scores: Iterable[Score]) -> Table:
    """Every exam and interview, the newest first."""
    rows = tuple(
        (
            f"{date.fromordinal(score.day)} {score.sort.value}{'' if score.ended else ', paused'}",
            f"{score.asked}/{score.planned}" if score.planned is not None else f"{score.asked}",
            str(score.full),
            str(score.gap),
            str(score.failed),
            f"{score.said}/{score.wanted}",
            duration(score.seconds),
            *_beside(score.recalled, score.predicted),
        )
        for score in sorted(scores, key=lambda score: score.at, reverse=True)
    )
    columns = (
        "Sitting", "Asked", "In full", "With a gap", "Failed", "Points", "Time", "Recalled",
        "FSRS expected", "Of",
    )  # fmt: skip
    return Table("Every exam and interview", columns, rows)
