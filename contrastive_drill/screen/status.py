"""The status as lines of plain text, and as JSON; without rich, for it must be quick."""

from dataclasses import asdict
from typing import Any

from contrastive_drill.reports.status import Status, TodaysMinutes
from contrastive_drill.words import date_of, day_name, plural


def status_lines(status: Status, today: TodaysMinutes | None) -> list[str]:
    """Today in a few lines; a plan says for itself what it asks, whatever is due."""
    next_due = status.next_due_day
    work = [
        ("due", plural(status.due, "card")),
        ("new", f"{status.new} today, {status.unseen} not met yet"),
    ]
    facts = [
        *(work if today is None else [("plan", today.words), ("new", f"{status.unseen} left")]),
        ("learned", f"{status.learned} of {status.cards}"),
        ("suspended", f"{status.suspended}"),
        ("flagged", f"{status.flagged}"),
        ("streak", plural(status.streak, "day")),
        ("today", plural(status.answered_today, "answer")),
        ("next due", day_name(next_due, status.day) if next_due else "nothing is scheduled"),
    ]
    return [f"{name:<10}{value}" for name, value in facts]


def status_record(status: Status, today: TodaysMinutes | None) -> dict[str, Any]:
    """The status as JSON: days are dates, counts are numbers."""
    return {
        **asdict(status),
        "day": date_of(status.day),
        "next_due_day": date_of(status.next_due_day),
        "plan": today and today._asdict(),
    }
