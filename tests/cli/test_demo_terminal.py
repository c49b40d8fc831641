"""The laboratory on a real terminal: its menu, its prompt, Ctrl-C, and a demo run from a review."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from terminal import PROGRAM, Terminal

pytestmark = pytest.mark.terminal
TOYS = {"PYTHONPATH": str(Path(__file__).parents[1] / "children" / "toys")}
WAITING = {**TOYS, "TOYS_WAIT": "1"}
CARD = """\
section: mine
title: My own
cards:
  - id: one
    level: mid
    kind: recall
    prompt: What does the number show?
    answer: That it is small.
    points:
      - must: It is small.
    sources:
      - text: A book
    demo: collapse
"""


def history() -> list[dict[str, Any]]:
    """The runs that were kept."""
    done = subprocess.run(
        [PROGRAM, "demo", "history", "--json"], capture_output=True, text=True, check=True
    )
    runs: list[dict[str, Any]] = json.loads(done.stdout)["runs"]
    return runs


def prompted(terminal: Terminal, words: str) -> Terminal:
    """Read until words stand on the screen, and a prompt waits under them."""
    return terminal.until(
        lambda text: words in text and text.endswith("Search:"), f"no prompt under {words!r}"
    )


def test_the_list_is_followed_by_a_menu() -> None:
    with Terminal("demo", "--seed", "4", environment=TOYS) as terminal:
        terminal.wait("Which demo?").wait("all")
        assert terminal.text.count("A claim.") == 2
        assert "not run yet" in terminal.text
        terminal.send("\r").wait("» in full, about 1 s").send("\r")
        terminal.wait("2 of 2 claims held").send("\r").wait("--all has every table")
        assert terminal.finish() == 0
    assert [(run["name"], run["seed"]) for run in history()] == [("collapse", 4)]
    with Terminal("demo", environment=TOYS) as terminal:
        terminal.wait("✓ 2 of 2 held · 2026-11-21 · seed 4 · cpu").wait("Which demo?")


def test_all_can_be_picked_from_the_menu() -> None:
    with Terminal("demo", environment=TOYS) as terminal:
        terminal.wait("Which demo?").send("\x1b[A\r")  # up from the first is the last
        terminal.wait("How?").send("\x1b[B\r")
        assert terminal.finish() == 0
        assert "All demos" in terminal.text
    assert [run["name"] for run in history()] == ["clip", "collapse"]


@pytest.mark.parametrize("arguments", [("--list",), ("--json",)])
def test_a_list_that_was_asked_for_is_followed_by_nothing(arguments: tuple[str, ...]) -> None:
    with Terminal("demo", *arguments, environment=TOYS) as terminal:
        assert terminal.finish() == 0
        assert "Which demo?" not in terminal.text


@pytest.mark.parametrize("leave", ["  q \r", "\x1b", "\x03"])
def test_a_search_goes_on_until_the_learner_leaves(leave: str) -> None:
    with Terminal("demo", "clip", "angry", "cat", environment=TOYS) as terminal:
        prompted(terminal, "found for angry cat")
        assert "0.500 pouting" in terminal.text
        prompted(terminal.send("rain\r"), "found for rain").send(leave)
        assert terminal.finish() == 0
        assert "Traceback" not in terminal.text
    assert history() == [], "a search is no run"


def test_earlier_searches_come_back_with_an_arrow() -> None:
    with Terminal("demo", "clip", "cat", environment=TOYS) as terminal:
        prompted(prompted(terminal, "cat").send("rain\r"), "found for rain")
        prompted(terminal.send("snow\r"), "found for snow")
        prompted(terminal.send("\x1b[A\x1b[Ay\r"), "found for rainy").send("\x04")
        assert terminal.finish() == 0


def test_after_a_full_run_the_search_begins(home: Path) -> None:
    with Terminal("demo", "clip", environment=TOYS) as terminal:
        terminal.wait("2 of 2 claims held").wait("m tables").send("q")
        prompted(terminal, "2 of 2 claims held")
        prompted(terminal.send("rain\r"), "found for rain").send("\r")
        assert terminal.finish() == 0
    for arguments in (("clip", "--quick"), ("clip", "--json")):
        with Terminal("demo", *arguments, environment=TOYS) as terminal:
            if "--quick" in arguments:
                terminal.wait("m tables").send("q")
            assert terminal.finish() == 0
            assert "Search:" not in terminal.text


def test_a_prediction_is_asked_kept_and_told_beside_the_outcome(home: Path) -> None:
    asking = {**TOYS, "TOYS_ASK": "1"}
    with Terminal("demo", "collapse", environment=asking) as terminal:
        terminal.wait("Which is it?").wait("1-2 choose").send("7").wait("There are 2 options.")
        terminal.send("2").wait("Enter go on").wait("It rises.")
        terminal.send("z").wait("No key 'z' here").send("\r").wait("You said two; it is one.")
        terminal.send("m").wait("a table of numbers").send("m").wait("m tables", gone="a table of")
        terminal.send("q")
        assert terminal.finish() == 0
    with Terminal("demo", "collapse", environment=asking) as terminal:
        terminal.wait("Which is it?").send("\r").wait("Enter go on").send(" ")
        terminal.wait("Which is it? one.").send("\r")
        assert terminal.finish() == 0
    with Terminal("demo", "collapse", environment=asking) as terminal:
        terminal.wait("Which is it?").send("q")
        assert terminal.finish() == 130
    with Terminal("demo", "collapse", "--all", "--no-pager", environment=asking) as terminal:
        assert terminal.finish() == 0
        assert "a table of numbers" in terminal.raw.decode()
    assert len(history()) == 3
    report = subprocess.run([PROGRAM, "report"], capture_output=True, text=True, check=True)
    assert "Predictions before demos: 0 of 1 came true." in report.stdout


@pytest.mark.demo
def test_interrupting_a_real_run_ends_it_at_once_with_what_was_measured() -> None:
    sizes = [f"--set={size}" for size in ("steps=150", "batch=16", "held=40", "features=256")]
    arguments = ("demo", "collapse", "--device", "cpu", *sizes)
    with Terminal(*arguments, rows=60) as terminal:
        terminal.wait("Enter run without").send("\r")
        terminal.wait("frozen target")  # the losses before it are measured
        terminal.press("\x03", "Interrupted after")
        assert terminal.finish() == 130
        assert "Traceback" not in terminal.text
        written = terminal.raw.decode().rpartition("Interrupted after")[2]
        assert "no claim was reached" in written
        assert "an unfinished run is not added to the history" in written
        assert "Where held-out vectors lie" in terminal.raw.decode()
    assert history() == []


def test_interrupting_all_ends_every_run_and_shows_the_table() -> None:
    with Terminal("demo", "all", environment=WAITING) as terminal:
        terminal.wait("waiting").press("\x03", "All demos")
        assert terminal.finish() == 130
        lines = [line.split() for line in terminal.text.splitlines()]
        assert ["collapse", "1", "of", "1"] in [line[:4] for line in lines if "interrupted" in line]
        assert ["clip", "-", "-", "not", "run"] in lines
    assert history() == []


def card(home: Path) -> None:
    """A card that names a demo."""
    (home / "bank").mkdir(parents=True)
    (home / "bank" / "mine.yaml").write_text(CARD)


def test_a_demo_of_a_review_leaves_its_numbers_under_the_answer(home: Path) -> None:
    card(home)
    with Terminal("review", "--section", "mine", environment=TOYS) as terminal:
        terminal.wait("What does the number show?").send("\r")
        terminal.wait("m more").send("1").wait("[x] 1").send("m")
        terminal.wait("Demo, not run here yet: contrastive-drill demo collapse")
        terminal.send("d").wait("2 of 2 claims held").send("\r").wait("any key: back to the card")
        terminal.send(" ").wait("Measured 2026-11-21 · seed 0 · cpu").wait("quick").wait("m fold")
        assert "✓ 0.250 < 1  the first number" in terminal.text
        assert "✓ 0.500 < 1  the second number" in terminal.text
        assert "not run here yet" not in terminal.text
        terminal.send("m").wait("[x] 1").send("g")  # what was ticked stays ticked
        assert terminal.finish() == 0
    assert len(history()) == 1


def test_a_demo_of_a_review_may_be_interrupted_and_the_review_goes_on(home: Path) -> None:
    card(home)
    with Terminal("review", "--section", "mine", environment=WAITING) as terminal:
        terminal.wait("What does the number show?").send("d").wait("waiting")
        terminal.send("\x03").wait("Interrupted after").wait("any key: back to the card")
        assert "✓ 0.250 < 1  the first number" in terminal.text
        terminal.send(" ").wait("t type your answer")
        terminal.send("\r").wait("m more").send("m").wait("not run here yet").send("g")
        assert terminal.finish() == 0
        assert "1 of 1 card recalled" in terminal.text
    assert history() == []
