"""`plan` and the reviews that follow it, as a learner meets them."""

import errno
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cases import every
from faultbench.plans import trials
from terminal import Terminal
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.memory.log import Review
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)


def run(*arguments: str, typed: str = "", day: str = "2026-11-21") -> Result:
    now = {"CONTRASTIVE_DRILL_NOW": f"{day}T18:30:00+01:00"}
    return CliRunner().invoke(app, list(arguments), input=typed, env=now)


def planned(*arguments: str, day: str = "2026-11-21") -> dict[str, Any]:
    done = run("plan", *arguments, "--json", day=day)
    assert done.exit_code == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def logged(home: Path) -> list[Review]:
    with Store.open(home / "drill.sqlite", home / "backups", NOW, read_only=True) as store:
        return list(store.reviews())


WISHES = ("--on", "2026-11-28", "--minutes", "10")


@pytest.mark.usefixtures("home")
def test_the_readme_expects_what_a_first_plan_of_three_weeks_does() -> None:
    told = planned("--on", "+3w", "--minutes", "20")
    readme = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    found = re.search(
        r"expect about (\d+) % of the (\d+) cards on the day \((\d+) to (\d+) %\), having met some "
        r"(\d+) of",
        " ".join(readme.split()),
    )
    assert found
    share, cards, low, high, met = map(int, found.groups())
    whole = told["expected"]
    for said, name in ((share, "expected"), (low, "low"), (high, "high")):
        assert 100 * whole[name] == pytest.approx(said, abs=0.8)
    assert cards == whole["cards"]
    assert sum(work["met"] for work in told["work"]) == pytest.approx(met, abs=2)


def test_a_plan_is_made_shown_and_cleared(home: Path) -> None:
    told = planned(*WISHES)
    assert (told["schema"], told["day"], told["interview_day"]) == (2, "2026-11-21", "2026-11-28")
    assert [work["planned"] for work in told["work"]] == [10.0] * 7
    assert 0 < told["expected"]["low"] <= told["expected"]["expected"] <= told["expected"]["high"]
    assert told["today"]
    shown = run("plan")
    first, today, step, *_ = shown.stdout.split("\n")
    assert first.startswith("28 November, in 7 days: expect to recall ")
    assert today.startswith(f"Today: {len(told['today'])} cards in about ")
    assert step == "Next step: contrastive-drill review"
    assert planned() == told  # the same plan twice gives the same forecast
    assert "your plan is for 2026-11-28" in run("config", "interview_on").stdout
    assert "Plan deleted" in run("plan", "--clear").stdout
    assert run("plan").exit_code == 2
    assert run("config", "interview_on").stdout.startswith("interview_on = not set")
    assert not (home / "drill.sqlite").exists()  # a plan writes no history


def test_terms_are_changed_one_by_one() -> None:
    planned(*WISHES)
    told = planned("--weekend", "30", "--off", "2026-11-24", "--off", "2026-11-25")
    assert [work["planned"] for work in told["work"]] == [30, 30, 10, 0, 0, 10, 10]
    told = planned("--off", "none", "--only", "clip", "--weight", "staff=0")
    assert [work["planned"] for work in told["work"]] == [30, 30, 10, 10, 10, 10, 10]
    assert [part["name"] for part in told["sections"]] == ["clip"]
    assert {part["name"] for part in told["levels"]} == {"mid", "senior"}
    told = planned("--only", "all", "--weight", "staff=1")
    assert len(told["sections"]) > 10
    assert {part["name"] for part in told["levels"]} == {"mid", "senior", "staff"}


def test_a_weight_moves_what_is_known() -> None:
    before = {part["name"]: part["expected"] for part in planned(*WISHES)["sections"]}
    after = {
        part["name"]: part["expected"]
        for part in planned("--weight", "quantization=20")["sections"]
    }
    assert after["quantization"] > before["quantization"] + 0.2


@every(
    ("arguments", "said"),
    [
        ((), "there is no plan yet"),
        (("--minutes", "20"), "needs the interview's date"),
        (("--on", "2026-12-05"), "needs the minutes"),
        (("--on", "soon", "--minutes", "20"), "'soon' is not a date"),
        (("--on", "2026-11-20", "--minutes", "20"), "is in the past"),
        (("--on", "2026-11-21", "--minutes", "20"), "the interview is today"),
        (("--on", "2026-12-05", "--minutes", "0"), "has any minutes"),
        ((*WISHES, "--weight", "clip"), "write NAME=W"),
        ((*WISHES, "--weight", "clippy=2"), "did you mean 'clip'?"),
        ((*WISHES, "--only", "numbered"), "is not a section or a level"),
        (("--on", "2027-11-23", "--minutes", "20"), "is more than a year ahead"),
        ((*WISHES, "--minutes", "1e-300"), "has any minutes"),
        (
            (*WISHES, "--weight", "mid=0", "--weight", "senior=0", "--weight", "staff=0"),
            "plan --weight mid=1 --weight senior=1 --weight staff=1 takes that back",
        ),
        (
            (*WISHES, "--only", "staff", "--only", "clip", "--weight", "clip=0"),
            "leave no card: contrastive-drill plan --weight clip=1 --only all takes that back",
        ),
        ((*WISHES, "--explain", "nowhere"), "nowhere"),
        (("--clear",), "there is no plan to clear"),
    ],
)
def test_what_cannot_be_planned_is_said_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    done = run("plan", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    refused = run("plan")
    assert refused.exit_code == (0 if "--explain" in arguments else 2)
    run("plan", "--clear")


def test_a_plan_that_was_refused_changes_nothing() -> None:
    told = planned(*WISHES)
    assert run("plan", "--on", "2026-11-01").exit_code == 2
    assert run("plan", "--weight", "nothing=3").exit_code == 2
    assert planned() == told


def test_a_date_is_never_replaced_silently(home: Path) -> None:
    planned(*WISHES)
    before = (home / "plan.json").read_text()
    for arguments, said in (
        (("config", "interview_on", "2026-11-20"), "is in the past"),
        (("config", "interview_on", "2028-11-21"), "is more than a year ahead"),
        (("config", "interview_on", "2026-12-05"), "plan --on 2026-12-05 --move moves it"),
        (("plan", "--on", "2026-12-05"), "your plan is for 2026-11-28: --move moves it to 2026-12"),
        (("plan", "--move"), "--add and --move need the date"),
        (("plan", "--add", "--on", "2026-11-28"), "there is an interview on 2026-11-28 already"),
    ):
        done = run(*arguments)
        assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
        assert (home / "plan.json").read_text() == before
    moved = run("plan", "--on", "2026-12-05", "--move")
    assert "the interview of 2026-11-28 is on 2026-12-05 now" in moved.stderr
    assert planned()["interview_day"] == "2026-12-05"
    assert run("config", "interview_on", "2026-12-05").exit_code == 0


def test_a_plan_that_is_cleared_leaves_what_it_did_not_set(home: Path) -> None:
    run("config", "interview_on", "2026-12-05")
    assert "plan --minutes 20 plans for it" in run("config", "interview_on").stdout
    assert planned("--minutes", "20")["interview_day"] == "2026-12-05"
    planned("--move", "--on", "2026-12-06")
    run("plan", "--clear")
    assert run("config", "interview_on").stdout.startswith("interview_on = 2026-12-05")


def test_a_plan_of_an_earlier_version_is_read_as_it_was(home: Path) -> None:
    planned(*WISHES)
    terms = json.loads((home / "plan.json").read_text())
    new = [terms.pop(name) for name in ("interview_on", "repeats", "later", "timed")]
    assert new == ["2026-11-28", "auto", None, "2026-11-21"]
    (home / "plan.json").write_text(json.dumps(terms))
    assert "there is no plan yet" in run("plan").stderr
    (home / "settings.json").write_text('{"interview_on": "2026-11-27"}')
    assert planned()["interview_day"] == "2026-11-27"
    planned("--minutes", "11", day="2026-11-22")
    read = json.loads((home / "plan.json").read_text())
    assert (read["interview_on"], read["timed"]) == ("2026-11-27", "2026-11-22")


def test_two_interviews_are_kept_and_the_later_one_follows(home: Path) -> None:
    planned("--on", "2026-12-12", "--minutes", "10")
    told = planned("--add", "--on", "2026-11-25", "--minutes", "20")
    assert (told["interview_day"], told["later"]["interview_day"]) == ("2026-11-25", "2026-12-12")
    assert 0 < told["later"]["expected"] <= told["later"]["alone"]
    assert "After it comes 12 December: about " in run("plan").stdout
    planned("--add", "--on", "2026-12-24")
    assert "1 more after that." in run("plan").stdout
    run("plan", "--clear", "--on", "2026-12-24")
    assert "Your interview is in 4 days" in run().stdout
    planned("--on", "2026-12-12", "--weekend", "30")  # of the later one
    planned("--off", "2026-12-01", day="2026-11-24")  # of the nearer one
    assert "warms up" in run("plan", day="2026-11-25").stderr
    run("plan", "--minutes", "10", "--off", "2026-12-02", day="2026-11-25")  # of the later one
    later = planned(day="2026-11-26")
    assert (later["interview_day"], later["later"]) == ("2026-12-12", None)
    assert [work["planned"] for work in later["work"][:4]] == [10, 10, 30, 30]
    assert [work["planned"] for work in later["work"][5:7]] == [10, 0]
    only = run("plan", "--clear", "--on", "2026-11-25")
    assert "the plan is for 2026-12-12" in only.stdout
    assert planned()["later"] is None
    assert "has no interview on" in run("plan", "--clear", "--on", "2026-11-25").stderr


def test_cards_of_the_nearer_interview_alone_cost_the_later_one(home: Path) -> None:
    planned("--on", "2026-12-01", "--minutes", "20", "--only", "clip")
    told = planned("--add", "--on", "2026-12-05", "--only", "quantization")
    assert told["later"]["cards"] < 60
    assert told["later"]["alone"] > told["later"]["expected"] + 0.1


def test_a_second_plan_reckons_from_its_own_beginning(home: Path) -> None:
    planned(*WISHES)
    first = json.loads((home / "plan.json").read_text())
    planned("--on", "2027-02-07", day="2027-01-31")
    second = json.loads((home / "plan.json").read_text())
    assert (first["since"], second["since"]) == ("2026-11-21", "2027-01-31")
    assert second == {**first, "interview_on": "2027-02-07", "since": "2027-01-31"}
    planned("--move", "--on", "2027-02-08", day="2027-02-02")
    assert json.loads((home / "plan.json").read_text())["since"] == "2027-01-31"


def spoilt(home: Path, how: str) -> None:
    """Make a plan that has become impossible since it was saved."""
    cards = json.loads(run("bank", "list", "--json").stdout)["cards"]
    planned(*WISHES, "--only", "quantization")
    if how == "suspended":
        run("suspend", *(card["id"] for card in cards if card["section"] == "quantization"))
    elif how == "a section gone":
        terms = json.loads((home / "plan.json").read_text())
        (home / "plan.json").write_text(json.dumps({**terms, "only": ["gone"]}))
    elif how == "minutes":
        terms = json.loads((home / "plan.json").read_text())
        (home / "plan.json").write_text(json.dumps({**terms, "minutes": 5000}))
    else:
        terms = json.loads((home / "plan.json").read_text())
        (home / "plan.json").write_text(json.dumps({**terms, "interview_on": "2029-01-01"}))


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("suspended", "every card of the plan is suspended: contrastive-drill flags lists them"),
        (
            "a section gone",
            "the terms of the plan leave no card: contrastive-drill plan --only all",
        ),
        ("minutes", "--minutes must be from 0 to 960 minutes a day"),
        ("the date", "2029-01-01 is more than a year ahead: give a nearer date"),
    ],
)
def test_a_plan_that_has_become_impossible_is_said_and_reviews_go_on(
    home: Path, how: str, why: str
) -> None:
    spoilt(home, how)
    done = run("review", typed="\nall good\n")
    line = f"contrastive-drill: there is a plan, but reviews follow the schedule: {why}"
    assert (done.exit_code, done.stderr.count(line)) == (0, 1)
    assert len(logged(home)) == 1
    refused = run("plan")
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert why in refused.stderr
    assert why in run("doctor").stdout.replace("\n" + " " * 14, " ")
    for verb in ((), ("status",), ("report", "--json"), ("plan", "--explain", "clip-loss")):
        assert run(*verb).exit_code == (2 if verb[:1] == ("plan",) else 0)
    mended = ("--only", "clip", "--minutes", "9", "--on", "friday", "--move")
    assert planned(*mended)["interview_day"] == "2026-11-27"


def test_days_off_that_are_past_are_kept_and_asked_nothing_of(home: Path) -> None:
    planned(*WISHES, "--off", "2026-11-22")
    told = planned("--off", "none", "--off", "2026-11-25", day="2026-11-24")
    assert [work["planned"] for work in told["work"]] == [10, 0, 10, 10]
    kept = json.loads((home / "plan.json").read_text())["off"]
    assert kept == ["2026-11-22", "2026-11-25"]


def test_on_the_eve_with_the_time_used_up_there_is_still_a_forecast(home: Path) -> None:
    planned("--on", "2026-11-22", "--minutes", "1")
    run("review", typed="\nall good\n")
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        (review,) = store.reviews()
        store.record(replace(review, id="long", card_id="other", seconds=61.0))
    told = planned()
    assert (told["today"], told["more_minutes"]["share"]) == ([], pytest.approx(0, abs=1e-9))
    assert told["expected"]["expected"] > 0
    assert "No time is left today" in run("plan").stdout


def test_a_plan_far_ahead_says_that_it_reckons_in_steps() -> None:
    assert "So far ahead it reckons in steps of 7 days." in run(
        "plan", "--all", "--on", "2027-11-21", "--minutes", "20", "--only", "quantization"
    ).stdout.replace("\n", " ")
    assert "in steps" not in run("plan", "--all", "--move", "--on", "2026-12-21").stdout
    assert len(planned()["work"]) == 30


def test_a_broken_file_is_named_and_left_alone(home: Path) -> None:
    planned(*WISHES)
    (home / "plan.json").write_text('{"minutes": "many"}')
    for words, status in (
        (("plan",), 3), (("doctor",), 1), (("review",), 0), (("status",), 0), (("report",), 0),
        ((), 0), (("config", "interview_on", "+3w"), 0),
    ):  # fmt: skip
        done = run(*words)
        assert done.exit_code == status, words
        assert " ".join(done.output.split()).count("plan.json is not a plan") == 1, words
    assert (home / "plan.json").read_text() == '{"minutes": "many"}'


def test_a_plan_is_saved_whole_or_not_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned(*WISHES)
    before = {path: path.read_bytes() for path in home.glob("*.json")}

    def flush(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", flush)
    done = run("plan", "--on", "2026-12-12", "--minutes", "7", "--move")
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1)
    assert {path: path.read_bytes() for path in home.glob("*.json")} == before
    assert not [*home.glob(".*.partial")]


def test_reviews_ask_what_the_plan_says_in_its_order(home: Path) -> None:
    told = planned(*WISHES)
    run("review", typed="\nall good\n" * 3)
    assert [review.card_id for review in logged(home)] == [
        turn["card_id"] for turn in told["today"][:3]
    ]
    # Another review of the day goes on where the first ended.
    run("review", typed="\nall good\n")
    assert logged(home)[3].card_id == told["today"][3]["card_id"]


def test_conditions_of_ones_own_go_before_the_plan(home: Path) -> None:
    planned(*WISHES, "--only", "quantization")
    run("review", "--section", "clip", "--limit", "1", typed="\nall good\n")
    run("review", "--new", "1", "--limit", "1", typed="\nall good\n")
    run("review", "--limit", "1", typed="\nall good\n")
    listed = json.loads(run("bank", "list", "--json").stdout)["cards"]
    section = {card["id"]: card["section"] for card in listed}
    first, _, third = (section[review.card_id] for review in logged(home))
    assert (first, third) == ("clip", "quantization")


def test_a_failed_card_comes_first_in_the_next_review_of_the_day(home: Path) -> None:
    planned(*WISHES)
    run("review", typed="\nnone\n:quit\n")
    (failed,) = logged(home)
    run("review", typed="\nall good\n:quit\n")
    assert logged(home)[1].card_id == failed.card_id


def test_the_minutes_of_the_day_end_a_review(home: Path) -> None:
    planned("--on", "2026-11-28", "--minutes", "1")
    with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
        run("review", typed="\nall good\n")
        (review,) = store.reviews()
        store.record(replace(review, id="long", card_id="other", seconds=61.0))
    done = run("review")
    assert "Today's time is used up: 1 min in your plan." in done.stdout
    assert run("review", "--minutes", "10", typed="\nall good\n").exit_code == 0
    assert len(logged(home)) == 3


def test_a_day_off_is_one_in_the_review_too() -> None:
    planned(*WISHES, "--off", "2026-11-21")
    assert "Today is a day off in your plan." in run("review").stdout
    assert "Today is a day off in your plan." in run().stdout


def test_the_report_s_first_step_is_the_plan_s() -> None:
    planned(*WISHES)
    steps = json.loads(run("report", "--json").stdout)["advice"]
    assert steps[0]["why"] == "10 minutes of your plan are left today"
    planned("--off", "2026-11-21")
    steps = json.loads(run("report", "--json").stdout)["advice"]
    assert "plan" not in {step["rule"] for step in steps}


def test_missed_days_are_planned_anew(home: Path) -> None:
    told = planned(*WISHES)
    late = planned(day="2026-11-26")
    assert len(late["work"]) == 2
    assert late["expected"]["expected"] < told["expected"]["expected"]
    run("review", typed="\nall good\n" * 2, day="2026-11-26")
    assert [review.card_id for review in logged(home)] == [
        turn["card_id"] for turn in late["today"][:2]
    ]


def test_after_the_day_the_debt_is_spread() -> None:
    planned("--on", "2026-11-28", "--minutes", "60")
    run("review", "--new", "60", typed="\nall good\n" * 60)
    due = {
        day: json.loads(run("status", "--json", day=f"2026-{day}").stdout)["due"]
        for day in ("11-27", "11-28", "11-29", "12-05", "12-12")
    }
    assert due["11-27"] == 60  # all that was met a week before
    assert due["11-28"] == 0
    assert 0 < due["11-29"] < 15
    assert due["11-29"] < due["12-05"] < due["12-12"] == 60
    over = run("plan", day="2026-11-29")
    assert over.exit_code == 2
    assert "reviews follow the schedule again" in over.stderr


def test_a_reason_is_one_sentence() -> None:
    told = planned(*WISHES)
    first = told["today"][0]["card_id"]
    done = run("plan", "--explain", first)
    fit = f"and {len(told['today'])} cards fit into the time. A look ("
    assert done.stdout.startswith(f"Today: it comes first, {fit}")
    reason = json.loads(run("plan", "--explain", first, "--json").stdout)
    assert (reason["why"], reason["rank"]) == ("now", 1)
    run("suspend", first)
    assert "is not in the plan" in run("plan", "--explain", first).stderr
    assert first not in {turn["card_id"] for turn in planned()["today"]}
    second = planned()["today"][0]["card_id"]
    run("bury", second)
    done = run("plan", "--explain", second)
    assert done.stdout.startswith("Not today: it is buried until tomorrow. A look (")
    assert f"contrastive-drill resume {second} asks it again." in done.stdout.replace("\n", " ")
    assert second not in {turn["card_id"] for turn in planned()["today"]}
    run("resume", second)
    assert run("plan", "--explain", second).stdout.startswith("Today: ")


@pytest.mark.terminal
@pytest.mark.parametrize("columns", [80, 60])
def test_it_fits_and_the_first_screen_knows_of_it(columns: int) -> None:
    run("plan", *WISHES)
    with Terminal("plan", columns=columns, rows=60) as terminal:
        assert terminal.finish() == 0
        rows = terminal.raw.decode().replace("\r", "").split("\n")
        assert max(len(row) for row in terminal.text.split("\n")) <= columns
        assert "expect to recall" in terminal.text
    with Terminal(columns=columns, rows=24) as terminal:
        terminal.wait(f"Today: about {len(planned()['today'])} cards, 10 of 10 min of your plan")
        terminal.wait("Your interview is in 7 days, Saturday 28 November.")
        terminal.send("\r").wait("Enter reveal").send("q")
        assert terminal.finish() == 0
    assert rows


def test_plans_of_any_terms_on_banks_that_change() -> None:
    assert [*trials(6, seed=20261121)] == [""] * 6


PLAIN = """
import sys
from contrastive_drill.cli import main
sys.argv = ["contrastive-drill", "review"]
try:
    main()
except SystemExit:
    assert "numpy" not in sys.modules
"""


def test_a_review_without_a_plan_imports_no_arrays() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PLAIN],
        input="\nall\n:quit\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Saved: " in done.stdout
