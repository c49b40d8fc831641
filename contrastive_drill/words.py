"""Days, durations and dates in a few characters."""

import re
from datetime import date

from contrastive_drill.errors import UsageProblem


def interval(days: int) -> str:
    """How long until a card returns."""
    if days <= 0:
        return "this session"
    if days < 60:
        return f"{days} d"
    return f"{days / 30.44:.1f} mo" if days < 365 else f"{days / 365.25:.1f} y"


def duration(seconds: float) -> str:
    """A time on a stopwatch."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def day_name(day: int, today: int) -> str:
    """A study day as a person says it."""
    if day - today in (0, 1):
        return ("today", "tomorrow")[day - today]
    return f"on {date.fromordinal(day):{'%A' if 1 < day - today < 7 else '%Y-%m-%d'}}"


def long_date(day: int) -> str:
    """A study day in a sentence: 5 December."""
    named = date.fromordinal(day)
    return f"{named.day} {named:%B}"


def short_date(day: int) -> str:
    """A study day where there is little room: 5 Dec."""
    named = date.fromordinal(day)
    return f"{named.day} {named:%b}"


def date_from(words: str, today: int) -> date:
    """The date, today or later, that a person names: 2026-12-05, friday, +3w.

    Raises:
        UsageProblem: for what is no date, or one in the past.
    """
    word = words.strip().lower()
    ahead = {"today": 0, "tomorrow": 1}
    for days in range(1, 8):
        weekday = f"{date.fromordinal(today + days):%A}".lower()
        ahead |= {weekday: days, weekday[:3]: days}
    if counted := re.fullmatch(r"\+([0-9]{1,4})([dw])", word):
        ahead[word] = int(counted[1]) * (7 if counted[2] == "w" else 1)
    try:
        named = date.fromordinal(today + ahead[word]) if word in ahead else date.fromisoformat(word)
    except ValueError:
        forms = "2026-12-05, tomorrow, friday, +10d or +3w"
        raise UsageProblem(f"'{words}' is not a date: write it as {forms}") from None
    if named.toordinal() < today:
        raise UsageProblem(f"{named} is in the past: give a future date")
    return named


def date_of(day: int | None) -> str | None:
    """A study day as JSON has it."""
    return None if day is None else date.fromordinal(day).isoformat()


def plural(count: float, noun: str) -> str:
    """A count and its noun."""
    number = f"{count}" if isinstance(count, int) else f"{count:g}"
    return f"{number} {noun}" if count == 1 else f"{number} {noun}s"


def percent(share: float | None) -> str:
    """A share, or a dash where there is nothing to take a share of."""
    return "-" if share is None else f"{share:.0%}"
