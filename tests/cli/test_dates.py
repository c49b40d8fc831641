"""Dates as people write them, for the plan and the day of the interview."""

import json
from contextlib import suppress
from datetime import date, timedelta

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from contrastive_drill.cli import app
from contrastive_drill.errors import UsageProblem
from contrastive_drill.words import date_from, day_name

SATURDAY = date(2026, 11, 21)
days = st.dates(date(1970, 1, 1), date(2900, 1, 1))


@every(
    ("words", "expected"),
    [
        ("2026-12-20", date(2026, 12, 20)),
        ("2026-11-21", SATURDAY),
        ("today", SATURDAY),
        ("tomorrow", date(2026, 11, 22)),
        (" Friday ", date(2026, 11, 27)),
        ("fri", date(2026, 11, 27)),
        ("saturday", date(2026, 11, 28)),  # the next one
        ("SUN", date(2026, 11, 22)),
        ("+10d", date(2026, 12, 1)),
        ("+3w", date(2026, 12, 12)),
        ("+0d", SATURDAY),
    ],
)
def test_a_date_may_be_written_as_one_says_it(words: str, expected: date) -> None:
    assert date_from(words, SATURDAY.toordinal()) == expected


@every("words", ["", "soon", "f", "+3", "+3m", "3w", "-3d", "+99999d", "2026-13-01", "5.12.2026"])
def test_what_is_no_date_is_answered_with_the_forms(words: str) -> None:
    with pytest.raises(UsageProblem, match=r"is not a date: write it as .*friday.*\+3w"):
        date_from(words, SATURDAY.toordinal())


@given(days, st.integers(1, 9999), st.sampled_from("dw"))
def test_counted_days_are_ahead_by_so_many(today: date, count: int, unit: str) -> None:
    ahead = count * {"d": 1, "w": 7}[unit]
    assert date_from(f"+{count}{unit}", today.toordinal()) == today + timedelta(ahead)


@given(days, st.integers(1, 6))
def test_what_the_program_calls_a_day_is_read_back(today: date, ahead: int) -> None:
    day = today.toordinal() + ahead
    said = day_name(day, today.toordinal()).removeprefix("on ")
    assert date_from(said, today.toordinal()).toordinal() == day


@given(days, days)
def test_a_written_date_is_itself_unless_it_is_past(today: date, named: date) -> None:
    if named >= today:
        assert date_from(named.isoformat(), today.toordinal()) == named
    else:
        with pytest.raises(UsageProblem, match=f"{named} is in the past"):
            date_from(named.isoformat(), today.toordinal())


@given(days, st.text() | st.from_regex(r"[+-]?[0-9a-z²٣-]{0,9}", fullmatch=True))
def test_any_words_are_a_coming_date_or_one_line(today: date, words: str) -> None:
    with suppress(UsageProblem):
        assert date_from(words, today.toordinal()) >= today


@pytest.mark.usefixtures("warm")
def test_a_plan_and_the_settings_take_them() -> None:
    def said(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments))
        return done.stdout + done.stderr

    assert said("config", "interview_on", "+3w").startswith("interview_on = 2026-12-12")
    plan = ("plan", "--on", "friday", "--minutes", "5", "--only", "quantization")
    assert said(*plan, "--off", "wed").startswith("27 November, in 6 days: ")
    assert [work["planned"] for work in json.loads(said("plan", "--json"))["work"]][4] == 0
    assert "2026-11-20 is in the past" in said("plan", "--off", "2026-11-20")
    assert "your plan is for 2026-11-27" in said("config", "interview_on")
