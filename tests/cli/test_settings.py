"""Paths and preferences: one variable moves them all, and bad values are refused in one line."""

from datetime import date
from pathlib import Path

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill import settings
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.settings import Preferences, changed


def test_one_variable_moves_every_path(tmp_path: Path) -> None:
    paths = settings.paths({settings.HOME_VARIABLE: str(tmp_path)})
    for name in settings.Paths._fields:
        assert getattr(paths, name).is_relative_to(tmp_path)


def test_without_it_the_system_decides() -> None:
    paths = settings.paths({})
    assert paths.database.name == "drill.sqlite"
    assert "contrastive-drill" in str(paths.database)


@given(
    st.floats(0.70, 0.97).map(lambda value: round(value, 4)),
    st.integers(0, 1000),
    st.integers(0, 23),
    st.none() | st.dates(date(2000, 1, 1), date(2999, 12, 31)),
)
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory,
    retention: float,
    new: int,
    hour: int,
    interview: date | None,
) -> None:
    path = tmp_path_factory.mktemp("settings") / "deep" / "settings.json"
    preferences = Preferences(retention, new, hour, interview)
    settings.save(path, preferences)
    assert settings.load(path) == preferences
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@every("value", ["0.69", "0.98", "1", "0", "nan", "inf", "-1", "ninety", ""])
def test_a_desired_retention_outside_its_bounds_is_refused(value: str) -> None:
    with pytest.raises(UsageProblem, match=r"from 0\.7 to 0\.97"):
        changed(Preferences(), "desired_retention", value)


@every(
    "value",
    ["1999-12-31", "3000-01-01", "2026-02-30", "tomorrow", "5.12.2026", " ", 20261205, True],
)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(UsageProblem, match="such as 2026-12-05, or empty") as caught:
        changed(Preferences(), "interview_on", value)
    assert "\n" not in str(caught.value)


@every("value", ["", None])
def test_an_empty_date_is_not_set(value: object) -> None:
    assert changed(Preferences(interview_on=date(2026, 12, 5)), "interview_on", value) == (
        Preferences()
    )


@every("value", ["0.70", "0.9", "0.97"])
def test_the_bounds_themselves_are_allowed(value: str) -> None:
    assert changed(Preferences(), "desired_retention", value).desired_retention == float(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"new_per_dai": 3}', "no setting 'new_per_dai'"),
        ('{"new_per_day": 3.5}', "a whole number"),
        ('{"new_per_day": true}', "a whole number"),
        ('{"new_per_day": null}', "a whole number"),
        ('{"rollover_hour": 24}', "from 0 to 23"),
        ('{"interview_on": 5}', "a date from 2000-01-01 to 2999-12-31"),
    ],
)
def test_a_broken_file_is_named_and_left_as_it_is(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text)
    with pytest.raises(DataProblem, match=said) as caught:
        settings.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_text() == text


def test_an_unknown_setting_names_those_there_are() -> None:
    with pytest.raises(UsageProblem, match="desired_retention"):
        changed(Preferences(), "retention", 0.9)


def test_a_date_may_be_the_first_or_the_last_and_none_beyond() -> None:
    for day in ("2000-01-01", "2999-12-31"):
        assert str(changed(Preferences(), "interview_on", day).interview_on) == day
    for day in ("1999-12-31", "3000-01-01"):
        with pytest.raises(UsageProblem, match="a date from"):
            changed(Preferences(), "interview_on", day)
