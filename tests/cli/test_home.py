"""The first screen: where one stands, one key from the first card, and a menu to everything."""

import json
import os
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st
from terminal import PROGRAM, Terminal

from contrastive_drill.cards.card import Level
from contrastive_drill.cli.group import VERBS
from contrastive_drill.memory.log import NEW, Learned, Mode, Rating, Review
from contrastive_drill.reports.status import (
    Home,
    LevelRecall,
    PausedExam,
    Status,
    TodaysMinutes,
    level_recall,
)
from contrastive_drill.screen.home import home_lines, menu
from contrastive_drill.screen.keymap import keymap
from contrastive_drill.store import Store

pytestmark = pytest.mark.usefixtures("warm")

DAY = 739_941  # 21 November 2026, a Saturday
STATUS = Status(
    day=DAY,
    cards=100,
    due=3,
    new=7,
    unseen=60,
    learned=40,
    suspended=2,
    flagged=1,
    streak=4,
    answered_today=0,
    next_due_day=DAY,
    minutes=19.4,
)
LEVELS = (LevelRecall(Level.MID, 60, 40, 30.0), LevelRecall(Level.STAFF, 40, 0, 0.0))


def home(**changes: object) -> Home:
    return Home(replace(STATUS, **changes), LEVELS, None, None)  # type: ignore[arg-type]


def met(days_ago: int, failed: bool = False) -> Learned:
    last = DAY - days_ago
    return Learned(10.0, 5.0, last, last if failed else DAY + 9, 3, 0)


# Values


def test_known_counts_every_card_and_expects_the_unseen_ones_not_to_be_recalled() -> None:
    levels = [("a", Level.MID), ("b", Level.MID), ("c", Level.MID), ("d", Level.STAFF)]
    memories = {"a": met(10), "b": met(10, failed=True), "gone": met(0)}
    mid, staff = level_recall(levels, memories, DAY)
    # Recall is 90 % after as many days as the stability says, and a failed card is not recalled.
    assert (mid.level, mid.cards, mid.seen) == (Level.MID, 3, 2)
    assert mid.recalled == pytest.approx(0.9, abs=1e-5)
    assert mid.share == pytest.approx(0.3, abs=1e-5)
    assert staff == LevelRecall(Level.STAFF, 1, 0, 0.0)


@given(st.lists(st.tuples(st.sampled_from(Level), st.none() | st.integers(0, 400)), max_size=30))
def test_the_share_known_is_never_above_the_share_seen(
    cards: list[tuple[Level, int | None]],
) -> None:
    names = [(f"c{n}", level) for n, (level, _) in enumerate(cards)]
    memories = {f"c{n}": met(days) for n, (_, days) in enumerate(cards) if days is not None}
    found = level_recall(names, memories, DAY)
    assert sum(level.cards for level in found) == len(cards)
    for level in found:
        assert 0 <= level.recalled <= level.seen <= level.cards
        assert 0 <= level.share <= 1


# Words


def test_the_screen_says_what_is_due_known_and_next() -> None:
    text = "\n".join(home_lines(home(), 80, keymap()))
    assert text.startswith(
        "Saturday 21 November\nToday: 10 cards, about 19 min: 3 due, 7 new.\n4 days in a row."
    )
    assert "mid    ██████████░░░░░░░░░░  50% known   40 of 60 seen" in text
    assert "staff  ░░░░░░░░░░░░░░░░░░░░   0% known   0 of 40 seen" in text
    assert text.endswith("Enter: begin   m: menu   q: leave")


def test_what_waits_is_said() -> None:
    waiting = Home(STATUS, LEVELS, PausedExam(12, 55), DAY + 14)
    text = "\n".join(home_lines(waiting, 80))
    assert "Your interview is in 14 days, Saturday 5 December." in text
    assert "A cold exam waits: 12 of 55 answered." in text
    assert text.endswith("Next step: contrastive-drill review")
    done = Home(STATUS, LEVELS, PausedExam(55, 55), None)
    assert "A cold exam is done: 55 of 55 answered." in home_lines(done, 80)
    assert ("Exam: its result, all 55 answered", ("exam",)) in menu(done)
    on_the_day = Home(STATUS, LEVELS, None, DAY)
    assert "Your interview is today" in "\n".join(home_lines(on_the_day, 80, keymap()))
    assert ("Exam: goes on, 12 of 55 answered", ("exam",)) in menu(waiting)


def test_when_nothing_is_due_it_says_when_and_offers_new_cards() -> None:
    text = "\n".join(home_lines(home(due=0, new=0, next_due_day=DAY + 1), 80, keymap()))
    assert "Nothing is due today. The next card is due tomorrow." in text
    assert "Enter: go on all the same" in text
    planned = replace(home(), minutes=TodaysMinutes(20, 0, 0))
    assert "Enter: go on all the same" in home_lines(planned, 80, keymap())[-1]
    assert "--new 5, or" in home_lines(planned, 80)[-1]
    assert replace(home(due=0, new=0), minutes=TodaysMinutes(20, 5, 2)).ready


@every("width", [80, 60, 40])
def test_it_fits(width: int) -> None:
    lines = home_lines(Home(STATUS, LEVELS, PausedExam(1, 55), DAY + 14), width, keymap())
    assert len(lines) <= 20
    if width >= 60:  # below, a terminal wraps
        assert max(map(len, [line for line in lines if "expected" not in line])) <= width


def test_the_menu_leads_to_commands_that_are_there() -> None:
    for _, arguments in menu(home()):
        if arguments and not arguments[0].startswith("-"):
            assert arguments[0] in VERBS
    assert menu(home())[-1] == ("Leave", ())


def test_with_a_plan_it_says_how_many_cards_fit_into_what_is_left() -> None:
    for plan, said in (
        (TodaysMinutes(20, 12, 6), "Today: about 6 cards, 12 of 20 min of your plan are left."),
        (TodaysMinutes(20, 0, 0), "Today's 20 minutes of your plan are done."),
        (TodaysMinutes(0, 0, 0), "Today is a day off in your plan."),
        (
            TodaysMinutes(20, 15, 8, "limit"),
            "Today: about 8 cards, 15 of 20 min of your limit are left.",
        ),
    ):
        assert said in home_lines(replace(home(), minutes=plan), 80, keymap())


def test_the_minutes_are_those_that_answers_took(home: Path) -> None:
    def minutes() -> float:
        told = subprocess.run([PROGRAM, "status", "--json"], capture_output=True, check=True)
        found: float = json.loads(told.stdout)["minutes"]
        return found

    before = minutes()
    assert before == pytest.approx(22, abs=1)
    now = datetime.fromisoformat("2026-11-20T18:00:00+00:00")
    with Store.open(home / "drill.sqlite", home / "backups", now) as store:
        for number in range(30):
            store.record(
                Review(
                    f"{number}", "tf-idf-formula", Rating.GOOD, now, DAY - 1, 7.0, Mode.EXAM,
                    (), (), None, "", 0.9, met(9) if number else NEW, met(9), "sitting",
                )
            )  # fmt: skip
    assert 2 < minutes() < 0.8 * before


# In a terminal


@pytest.fixture
def settled(home: Path, warm: None) -> None:
    """A home that is not new."""
    (home / "settings.json").write_text("{}")


@pytest.mark.usefixtures("settled")
@pytest.mark.terminal
def test_one_key_leads_to_the_first_card() -> None:
    with Terminal() as terminal:
        terminal.wait("Enter: begin").send("\r").wait("Enter reveal").send("q")
        assert terminal.finish() == 0


@pytest.mark.usefixtures("settled")
@pytest.mark.terminal
def test_the_menu_runs_a_command_and_comes_back(home: Path) -> None:
    with Terminal() as terminal:
        terminal.wait("m: menu").send("z").send("m").wait("What now?")
        terminal.send("search\r").wait("Search for").send("hnsw\r")
        terminal.wait("any key: back to the first screen").wait("hnsw-index-size")
        terminal.send("x").wait("Enter: begin", gone="hnsw")
        terminal.send("m").wait("What now?").send("\x03").wait("Enter: begin", gone="What now?")
        terminal.send("m").wait("Esc leaves").send("\x1b[B").wait("» Exam")
        terminal.send("\x1b").wait("Enter: begin", gone="What now?")
        terminal.send("m").wait("What now?").send("leave\r")
        assert terminal.finish() == 0
    assert not (home / "drill.sqlite").exists()  # looking around writes nothing


@pytest.mark.usefixtures("settled")
@pytest.mark.terminal
def test_a_review_from_the_menu_comes_back_to_a_screen_that_knows_of_it() -> None:
    with Terminal() as terminal:
        terminal.wait("Today: 10 cards, about 22 min: 10 new.").send("m").wait("What now?").send(
            "\r"
        )
        terminal.wait("Enter reveal")
        terminal.send("\r").wait("m more").send("g").wait("1/10").send("q").wait(
            "any key: back"
        ).send("x")
        terminal.wait(": 9 new.").wait("1 of").send("q")
        assert terminal.finish() == 0


def test_a_pipe_gets_the_words_and_no_menu() -> None:
    done = subprocess.run(
        [PROGRAM],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LANG": "C", "PYTHONUTF8": "0"},
    )
    assert done.stdout.isascii()
    assert "Next step: contrastive-drill review" in done.stdout
    assert "\x1b" not in done.stdout
