"""The report as JSON: the same values under the same names."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from contrastive_drill.cards.prose import plain
from contrastive_drill.memory.log import Rating
from contrastive_drill.reports.calibration import Checks
from contrastive_drill.reports.report import Report
from contrastive_drill.reports.scores import SittingScore
from contrastive_drill.reports.standings import MissedPoint
from contrastive_drill.words import date_of

DAYS = ("day", "interview_day")  # study days; written as dates


def report_record(report: Report) -> dict[str, Any]:
    """Every value of the report: days as dates, times in seconds, log loss in nats.

    A number that rests on something is an object of `value` (null on too little), `count` and
    `needed`. `forecast.due` and `days.days` begin today and with the first day of the log.
    """
    return _record(report)


def _record(value: Any) -> dict[str, Any]:
    record = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    record |= {name: date_of(record[name]) for name in DAYS if name in record}
    match value:
        case MissedPoint():
            record["text"] = plain(value.line)
            del record["line"]
        case SittingScore():
            record["points"] = value.points
        case Checks():
            record["given"] = [
                {"rating": _plain(rating), "right": right, "wrong": wrong}
                for rating, right, wrong in value.given
            ]
    return record


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return _record(value)
    match value:
        case Rating():
            return value.label.lower()
        case datetime():
            return value.isoformat()
        case tuple():
            return [_plain(each) for each in value]
        case _:
            return value
