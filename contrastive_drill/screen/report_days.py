"""The report's calendar and forecast, drawn in characters."""

from datetime import date
from itertools import pairwise

from rich.text import Text

from contrastive_drill.reports.values import Days, Forecast
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.report_tables import BLUE
from contrastive_drill.screen.words import duration, plural

WEEKS = 26  # at most; fewer where the terminal is narrow
STEPS = (1, 10, 20, 40)  # answers a day, from which on each shade is
SHADES, ASCII_SHADES = "·░▒▓█", ".-+*#"
EIGHTHS = " ▁▂▃▄▅▆▇█"
HEIGHT = 5  # rows of the forecast
NAMES = ("Mon", "", "Wed", "", "Fri", "", "Sun")


def calendar_rows(sheet: Sheet, days: Days, day: int) -> Rows:
    """A heat map: a column for each week, a row for each day of it, today in the last column."""
    rows: Rows = [sheet.heading("Days: answers on each")]
    weeks = min(WEEKS, (sheet.look.width - 4) // 2)
    answers = {each.day: each.answers for each in days.days}
    monday = day - date.fromordinal(day).weekday() - 7 * (weeks - 1)
    shades = sheet.look.pick(SHADES, ASCII_SHADES)
    rows.append(Text(_months(monday, weeks)))
    for weekday, name in enumerate(NAMES):
        text = Text(f"{name:<4}")
        for week in range(weeks):
            at = monday + 7 * week + weekday
            if at > day:
                break
            shade = sum(answers.get(at, 0) >= step for step in STEPS)
            text.append(shades[shade] * (2 if shade else 1), BLUE if shade else "dim")
            text.append("" if shade else " ")
        text.rstrip()
        rows.append(text)
    bounds = [f"{low} to {high - 1}" for low, high in pairwise(STEPS)]
    legend = ["none", *bounds, f"{STEPS[-1]} or more"]
    keys = "  ".join(f"{shade} {words}" for shade, words in zip(shades, legend, strict=True))
    rows += sheet.wrapped(Text(keys, "dim"))
    rows += sheet.wrapped(Text(total_words(days)))
    return rows


def total_words(days: Days) -> str:
    """What the days add up to."""
    return (
        f"{plural(days.answers, 'answer')} on {plural(len(days.days), 'day')}, "
        f"{duration(days.seconds)} in all; streak {plural(days.streak, 'day')}."
    )


def _months(monday: int, weeks: int) -> str:
    """The months above the weeks in which they begin; the first where there is room for it."""
    ends = [date.fromordinal(monday + 7 * week + 6) for week in range(weeks)]
    begins = [
        week for week, end in enumerate(ends) if week == 0 or end.month != ends[week - 1].month
    ]
    if len(begins) > 1 and begins[1] < 2:
        del begins[0]
    line = [" "] * (4 + 2 * weeks + 1)
    for week in begins:
        line[4 + 2 * week : 7 + 2 * week] = f"{ends[week]:%b}"
    return "".join(line).rstrip()


def forecast_rows(sheet: Sheet, forecast: Forecast) -> Rows:
    """Cards due on each of the days to come, as columns."""
    due = forecast.due
    rows: Rows = [sheet.heading(f"Cards due in the next {len(due)} days")]
    top = max(due)
    if not top:
        later = f": {plural(forecast.later, 'card')} later" if forecast.later else ""
        return [*rows, *sheet.wrapped(Text(f"None{later}."))]
    margin = max(len(str(top)), 2) + 1
    wide = 2 if sheet.look.width >= margin + 2 * len(due) else 1
    for row in range(HEIGHT, 0, -1):
        label = f"{top}" if row == HEIGHT else "0" if row == 1 else ""
        text = Text(f"{label:>{margin - 1}} ")
        for cards in due:
            eighths = max(round(cards / top * HEIGHT * 8), bool(cards)) - 8 * (row - 1)
            text.append(_cell(sheet, min(max(eighths, 0), 8)) * wide, BLUE)
        text.rstrip()
        rows.append(text)
    line = [" "] * (margin + wide * len(due) + 4)
    for ahead in range(0, len(due), 5):
        at, name = margin + wide * ahead, f"+{ahead}" if ahead else "today"
        if ahead != 5 or wide == 2:
            line[at : at + len(name)] = name
    rows.append(Text("".join(line).rstrip(), "dim"))
    return [*rows, *sheet.wrapped(Text(forecast_words(forecast)))]


def forecast_words(forecast: Forecast) -> str:
    """The forecast in numbers, and what it supposes."""
    due = forecast.due
    words = (
        f"Today {due[0]}, tomorrow {due[1]}, in all {sum(due)}; later {forecast.later}. If each is "
        "passed on its day and no new card is met."
    )
    if forecast.suspended:
        words += f" Without {plural(forecast.suspended, 'suspended card')}."
    return words


def _cell(sheet: Sheet, eighths: int) -> str:
    """One cell of a column that fills so many eighths of it."""
    return sheet.look.pick(EIGHTHS[eighths], " ..::::##"[eighths])
