"""`report` and the interview day from the outside: files, streams, and keys in a terminal."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from shipped import bank
from terminal import Terminal
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app

pytestmark = pytest.mark.usefixtures("warm")
TITLES = bank()[0].titles


def run(*arguments: str, typed: str = "") -> Result:
    """One command in this process."""
    return CliRunner().invoke(app, list(arguments), input=typed)


def data() -> Any:
    """The report as JSON."""
    result = run("report", "--json")
    assert result.exit_code == 0, result.output
    assert result.stdout.isascii()
    return json.loads(result.stdout)


@pytest.fixture
def studied(warm: None) -> None:
    """Two cards answered well, one failed, one with a point missed."""
    run("review", typed="\nall good\n" * 2)
    assert run("review", typed="my words\n2\n\nall\n").exit_code == 0


def test_an_empty_history_is_reported_and_nothing_written(home: Path) -> None:
    report = data()
    assert (report["total"]["answers"], report["total"]["recall_now"]["value"]) == (0, None)
    assert [step["rule"] for step in report["advice"]] == ["new", "keep", "keep"]
    assert "No answer is logged yet" in run("report").stdout
    assert not (home / "drill.sqlite").exists()


@pytest.mark.usefixtures("studied")
def test_the_report_has_the_numbers_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    report = data()
    assert report["schema"] == 2
    first = report["sections"][0]
    assert (first["id"], first["cards"], first["seen"]) == ("bag-of-words", 6, 4)
    assert report["total"]["answers"] == 4
    assert first["recall_now"] == {"value": 0.75, "count": 4, "needed": 1}  # one of four failed
    assert first["known_now"] == 0.5
    assert report["total"]["missed"][0]["missed"] == 1
    assert report["total"]["missed"][0]["text"]
    assert report["advice"][0]["command"] == "contrastive-drill review"
    assert report["days"]["days"] == [{"day": "2026-11-21", "answers": 4, "seconds": 0.0}]
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-12-21T18:30:00+01:00")
    later = data()
    assert 0.3 < later["sections"][0]["recall_now"]["value"] < 0.95
    assert later["days"]["streak"] == 0


@pytest.mark.usefixtures("studied")
def test_piped_it_is_printed_whole() -> None:
    said = run("report").stdout
    for heading in ("What to do next", "Readiness", "Calibration", "Cards due", "Days"):
        assert f"── {heading}" in said
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.usefixtures("studied")
def test_markdown_goes_to_a_file_or_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    path.write_text("old")
    result = run("report", "--markdown", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert path.read_text("utf-8").startswith("# Where you stand, 2026-11-21\n")
    assert run("report", "--markdown", "-").stdout == path.read_text("utf-8")
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["report.md"]


def test_the_page_goes_through_a_pipe_as_it_is(tmp_path: Path, monkeypatch: Any) -> None:
    assert run("report", "--html", str(tmp_path / "report.html")).exit_code == 0
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "C")
    printed = run("report", "--html", "-")
    assert printed.stdout_bytes == (tmp_path / "report.html").read_bytes()
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("name", ["", "nowhere/report.md"])
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    result = run("report", "--markdown", str(tmp_path / name))
    assert result.exit_code == 3
    assert str(tmp_path) in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("studied")
def test_the_interview_day_is_set_looked_ahead_to_and_unset() -> None:
    assert "interview_on = not set" in run("config").stdout
    assert data()["total"]["recall_then"] is None
    assert run("config", "interview_on", "2026-12-05").stdout.startswith(
        "interview_on = 2026-12-05 "
    )
    ahead = data()
    assert ahead["interview_day"] == "2026-12-05"
    assert 0 < ahead["total"]["recall_then"]["value"] < ahead["total"]["recall_now"]["value"]
    assert "interview is in 14 days" in run("report").stdout
    assert "interview_on = not set" in run("config", "interview_on", "--unset").stdout
    assert data()["interview_day"] is None
    run("config", "interview_on", "2026-11-21")
    assert data()["interview_day"] == "2026-11-21", "today will do"
    assert "not set" in run("config", "interview_on", "").stdout


def test_a_day_that_passed_is_said_to_be_past(monkeypatch: pytest.MonkeyPatch) -> None:
    run("config", "interview_on", "2026-11-22")
    monkeypatch.setenv("CONTRASTIVE_DRILL_NOW", "2026-11-23T18:30:00+01:00")
    assert data()["total"]["recall_then"] is None
    said = " ".join(run("report").stdout.split())
    assert (
        "The interview of 2026-11-22 is past: contrastive-drill plan --on DATE plans for the next."
        in said
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["interview_on", "2026-11-20"], "2026-11-20 is in the past: give a future date"),
        (["interview_on", "soon"], "'soon' is not a date: write it as 2026-12-05, tomorrow"),
        (["--unset"], "--unset needs the name of a setting, and no value"),
        (["new_per_day", "3", "--unset"], "--unset needs the name of a setting, and no value"),
    ],
)
def test_what_cannot_be_set_is_refused_in_a_line(arguments: list[str], said: str) -> None:
    result = run("config", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_unset_gives_a_number_its_default_again() -> None:
    run("config", "new_per_day", "25")
    assert run("config", "new_per_day", "--unset").stdout.startswith("new_per_day = 10 ")


@pytest.mark.terminal
@pytest.mark.usefixtures("studied")
@pytest.mark.parametrize("columns", [80, 60])
def test_the_first_screen_of_a_terminal_has_the_advice_and_every_section(columns: int) -> None:
    pager = {"PAGER": "head -23", "NO_COLOR": "1"}
    with Terminal("report", columns=columns, environment=pager) as terminal:
        assert terminal.finish() == 0
        rows = terminal.text.splitlines()
        assert rows[0].startswith("── What to do next (2026-11-21)")
        assert all(any(row.startswith(f"{n} ") for row in rows) for n in (1, 2, 3))
        assert all(any(row.startswith(title[:20]) for row in rows) for title in TITLES.values())
        assert any(row.startswith("All ") for row in rows)
        assert not re.search(rb"\x1b\[[0-9;]*3[0-9]", terminal.raw), "no colour was asked for"
