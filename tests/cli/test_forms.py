"""The forms of the first start and of the menu, filled in with real keys."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from terminal import PROGRAM, Terminal

pytestmark = [pytest.mark.usefixtures("warm"), pytest.mark.terminal]
DOWN, RIGHT = "\x1b[B", "\x1b[C"


def saved(home: Path, name: str) -> Any:
    return json.loads((home / f"{name}.json").read_text())


@pytest.mark.parametrize("columns", [80, 60])
def test_the_first_start_asks_on_one_screen_and_plans(home: Path, columns: int) -> None:
    with Terminal(columns=columns) as terminal:
        terminal.wait("Met much of it before?")
        terminal.send("2026-11-31\r").wait("'2026-11-31' is not a date")
        assert "Interview on            2026-11-31\n" in terminal.text  # nothing typed is lost
        terminal.send("\x7f\x7f20\r").wait("2026-11-20 is in the past")
        terminal.send("\x7f\x7f28\r").send("20x\r").wait("'20x' is not a number of minutes")
        terminal.send("\x7f\r").send("-5\r").wait("from 0 to 960")
        terminal.send("\x7f\x7f40\r").send("x\r").wait("'seniorx' is none of mid, senior, staff")
        terminal.send("\x1b[D\r").wait("← → choose")
        assert "Level                   mid" in terminal.text
        terminal.send(RIGHT).wait("much").send("\r").wait("28 November, in 7 days: expect")
        terminal.wait("cards, 40 of 40 min of your plan").send("q")
        assert terminal.finish() == 0
    plan, settings = saved(home, "plan"), saved(home, "settings")
    assert (plan["minutes"], plan["weekend"], plan["since"]) == (20, 40, "2026-11-21")
    assert plan["weights"] == {"numbered": 2, "mid": 1, "senior": 0.5, "staff": 0.25}
    assert (plan["interview_on"], settings["new_per_day"]) == ("2026-11-28", 10)


def test_without_a_date_it_sets_the_new_cards_and_esc_asks_once(home: Path) -> None:
    with Terminal() as terminal:
        terminal.wait("Interview on").send("\r60\r\r\r\r").wait("Today: 20 cards").send("q")
        assert terminal.finish() == 0
    settings = saved(home, "settings")
    assert (settings["new_per_day"], settings["minutes_per_day"]) == (20, 60)
    (home / "settings.json").unlink()
    with Terminal() as terminal:
        terminal.wait("Interview on").send("\x1b").wait("Enter: begin").send("q")
        assert terminal.finish() == 0
    with Terminal() as terminal:
        terminal.wait("Enter: begin").send("q")
        assert terminal.finish() == 0
        assert "Interview on" not in terminal.raw.decode()
    assert not (home / "plan.json").exists()


@pytest.mark.parametrize("arguments", [(), ("status",), ("bank", "stats")])
def test_a_pipe_or_a_verb_is_asked_nothing(home: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run([PROGRAM, *arguments], input="", capture_output=True, text=True)
    assert (done.returncode, "Interview on" in done.stdout) == (0, False)
    with Terminal("status") as terminal:
        assert terminal.finish() == 0
        assert "Interview on" not in terminal.text
    assert not (home / "settings.json").exists()


def test_the_menu_changes_a_plan_and_a_setting_and_writes_a_card(home: Path) -> None:
    (home / "settings.json").write_text("{}")

    def opened(entry: str, form: str) -> Terminal:
        return terminal.send("m").wait("What now?").send(f"{entry}\r").wait(form)

    with Terminal() as terminal:
        terminal.wait("m: menu")
        opened("plan: ", "Days off").send("\r").wait("a plan needs the interview's date")
        terminal.send("2026-11-28\r\r\r2026-11-22, soon\r").wait("'soon' is not a date")
        terminal.send("\x7f\x7f\x7f\x7f\x7f\x7f\r").wait("expect to recall").send("q")
        terminal.wait("any key: back").send("x").wait("m: menu", gone="any key")
        opened("settings", "Which setting?").send(DOWN + "\r").wait("from 0 to 1000")
        terminal.send("x\r").wait("not '10x'").send("\x7f\x7f5\r").wait("new_per_day = 15")
        terminal.wait("any key: back").send("x").wait("m: menu", gone="any key")
        opened("own", "Add a card").send("\r").wait("A bonus")
        terminal.send("\r").wait("Question: this is empty").send("Why whiten?\r")
        terminal.send("It evens the axes.\rcosts $5\r\r\r\r").wait("a lone $")
        assert "Why whiten?" in terminal.text
        terminal.send("\x1b[A\x1b[A\x1b[A\x7f\x7f").wait("costs\n")
        terminal.send("\r\r\r\r").wait("own notes").wait("any key: back").send("x")
        terminal.wait("m: menu", gone="any key")
        opened("own", "Add a card").send(DOWN + "\r").wait("Which card?").wait("whiten")
        terminal.send("\x1b").wait("m: menu", gone="Which card?").send("q")
        assert terminal.finish() == 0
    assert saved(home, "plan")["off"] == ["2026-11-22"]
    assert saved(home, "settings") | {"new_per_day": 15} == saved(home, "settings")
    assert "costs'" in (home / "bank" / "mine.yaml").read_text()
