"""A terminal that has no more than lines: everything can be done, and no cursor is moved."""

import subprocess
from pathlib import Path

import pytest
from terminal import PROGRAM, Terminal

pytestmark = pytest.mark.terminal
DUMB = {"TERM": "dumb"}


def test_the_first_start_the_menu_a_form_and_a_review_are_lines(home: Path) -> None:
    with Terminal(environment=DUMB, rows=60) as terminal:
        terminal.wait("Interview on").send("\n").wait("Minutes a day []").send("some\n")
        terminal.wait("'some' is not a number").send("15\n").wait("Saturday").send("\n")
        terminal.wait("Level [senior]").send("king\n").wait("'king' is none of").send("mid\n")
        terminal.wait("Met much").send("\n").wait("m: menu").send("x\n").wait("No key 'x' here.")
        terminal.send("m\n").wait("16  Leave").send("99\n").wait("'99' is no number from 1 to 16.")
        terminal.send("13\n").wait("Which setting?").send("6\n").wait("days_off []")
        terminal.send("sat,sun\n").wait("days_off = sat,sun").send("\n").wait("is a day off")
        terminal.send("m\n").wait("What now?").send("13\n").wait("Which setting?").send("6\n")
        terminal.wait("days_off [sat,sun]").send("-\n").wait("days_off = not set").send("\n")
        terminal.wait("Enter: begin").send("\n").wait("Enter to reveal").send("q\n")
        assert terminal.finish() == 0
        assert b"\x1b" not in terminal.raw
    assert '"new_per_day": 5' in (home / "settings.json").read_text()


@pytest.mark.parametrize(
    "arguments", [("demo",), ("browse",), ("restore",), ("exam",), ("interview",)]
)
def test_what_is_left_at_the_end_of_input_has_moved_no_cursor(
    home: Path, arguments: tuple[str, ...]
) -> None:
    subprocess.run([PROGRAM, "backup"], check=True, capture_output=True)
    with Terminal(*arguments, environment=DUMB, rows=60) as terminal:
        terminal.until(lambda text: text.endswith(":"), "a prompt").send("\x04")
        assert terminal.finish() in (0, 130)
        assert b"\x1b" not in terminal.raw
        assert "Traceback" not in terminal.text


@pytest.mark.parametrize("arguments", [("exam",), ("review",), ("interview",)])
def test_q_pauses_in_a_pipe_too(arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [PROGRAM, *arguments], input="q\n", capture_output=True, text=True, check=True
    )
    assert "── Answer" not in done.stdout
    assert done.stdout.count("Enter") == 1
