"""What one cell of a row may hold: each check gives the value it stands for, or refuses it."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from math import isfinite
from types import UnionType
from typing import Any

# Of study days, with room for every interval after an answer and every period before it.
FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(9500, 1, 1).toordinal()
LONG = 1e9  # seconds
Shape = Mapping[str, type | UnionType]  # the type of the value of each name
NO_SHAPE: Shape = {}
_INSTANT = len("2026-11-21T17:30:00.000+00:00")


def utc_text(instant: datetime) -> str:
    """An instant as text of one length that sorts by time."""
    if instant.tzinfo is None:
        raise ValueError(f"a time without an offset from UTC: {instant}")
    return instant.astimezone(UTC).isoformat(timespec="milliseconds")


def text(value: str) -> str:
    """Text."""
    if type(value) is not str:
        raise ValueError(f"{value!r} is no text")
    return value


def instant(text: str) -> datetime:
    """The instant that `utc_text` wrote."""
    if len(text) == _INSTANT and text.endswith("+00:00"):
        at = datetime.fromisoformat(text)
        if FIRST_DAY <= at.toordinal() < LAST_DAY:
            return at
    raise ValueError(f"{text[:40]!r} is no time of this calendar in UTC")


def day(number: int) -> int:
    """A study day."""
    if type(number) is not int or not FIRST_DAY <= number < LAST_DAY:
        raise ValueError(f"{number!r} is no day of this calendar")
    return number


def number(value: float, low: float, high: float) -> float:
    """A number within bounds; NaN is within none."""
    if type(value) is not float or not low <= value <= high:
        raise ValueError(f"{value!r} is no number from {low:g} to {high:g}")
    return value


def parsed(text: str) -> Any:
    """The value of JSON."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("JSON is nested too deep") from None


@lru_cache(4096)  # the points of a card come back with each of its answers
def words(text: str) -> tuple[str, ...]:
    """The texts in a JSON list."""
    listed = parsed(text)
    if type(listed) is not list or not all(type(each) is str for each in listed):
        raise ValueError(f"{text[:40]!r} is no list of texts")
    return tuple(listed)


def facts(text: str, shape: Shape = NO_SHAPE) -> dict[str, Any]:
    """A JSON object of texts, numbers, yes and no, and of tuples of them for lists."""
    named: dict[str, Any] = shaped(parsed(text), shape)
    for name, value in named.items():
        if type(value) is list:
            value = named[name] = tuple(value)
        for each in value if type(value) is tuple else (value,):
            flat = each is None or isinstance(each, str | int | float)
            if not flat or (isinstance(each, float) and not isfinite(each)):
                raise ValueError(f"{name[:40]!r} is {str(each)[:40]}")
    return named


def shaped(named: Any, shape: Shape) -> Any:
    """A JSON object that has these names with values of these types."""
    if type(named) is not dict:
        raise ValueError(f"{str(named)[:40]!r} is no JSON object")
    for name, kind in shape.items():
        if not isinstance(named.get(name), kind):
            raise ValueError(f"{name!r} is {str(named.get(name))[:40]!r}")
    return named
