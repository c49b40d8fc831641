"""Long output in the person's pager: it opens at its headline, and fails as if there were none."""

import os
import signal
import subprocess
import termios
from pathlib import Path
from shutil import which

import pytest
from cases import every
from terminal import PROGRAM, Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.usefixtures("warm")]
PLAN = ("plan", "--on", "2026-12-05", "--minutes", "20")
LONG = {  # a command whose output fits no small screen, and the headline it opens at
    ("show", "infonce-formula"): "infonce-formula",
    PLAN: "5 December, in 14 days: expect to recall",
    ("demo", "--list"): "collapse",
    ("report",): "── What to do next",
    ("search", "hard negatives", "--limit", "40"): "",
    ("help",): "── Guides",
    ("help", "plan"): "The plan: an interview date",
    ("help", "demo"): "Usage: contrastive-drill demo",
}


def in_pager(*arguments: str, pager: str, rows: int = 8) -> tuple[int, str, bytes]:
    """The status of a command with a pager, what stands on the screen then, and all it wrote."""
    with Terminal(*arguments, rows=rows, environment={"PAGER": pager}) as terminal:
        status = terminal.finish()
        return status, terminal.text, terminal.raw


@every("arguments", LONG)
def test_what_does_not_fit_goes_to_the_pager_and_keeps_its_colours(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    given = tmp_path / "given"
    status, shown, _ = in_pager(*arguments, pager=f"cat > {given}")
    rows = given.read_text().splitlines()
    given.unlink()
    assert (status, shown) == (0, "")
    assert LONG[arguments] in rows[0].replace("\x1b[0m\x1b[1;35m", "")
    assert len(rows) >= 8
    assert "\x1b[" in "".join(rows) or arguments == ("help", "demo")


@every("arguments", [("show", "infonce-formula"), ("help",)])
def test_what_fits_is_printed(arguments: tuple[str, ...], tmp_path: Path) -> None:
    given = tmp_path / "given"
    _, shown, _ = in_pager(*arguments, pager=f"cat > {given}", rows=200)
    assert LONG[arguments] in shown
    assert not given.exists()


def test_no_pager_where_it_is_not_wanted_or_cannot_work(tmp_path: Path) -> None:
    for pager in ("no-such-pager", "false", "exit 3", ""):
        status, shown, raw = in_pager("help", "review", pager=pager)
        assert status == 0
        assert b"Review: the daily session" in raw
        assert shown.rstrip().endswith("The options: contrastive-drill review --help"), pager
    given = tmp_path / "given"
    for command in (("show", "clip-loss", "--no-pager"), ("report", "--no-pager")):
        assert in_pager(*command, pager=f"cat > {given}")[0] == 0
    piped = subprocess.run(
        [PROGRAM, "show", "clip-loss"],
        env={**os.environ, "PAGER": f"cat > {given}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "── Sources" in piped.stdout
    assert not given.exists()


def test_a_pager_that_is_left_early_is_no_error() -> None:
    status, shown, _ = in_pager("bank", "list", pager="head -1")  # far more than a pipe holds
    assert status == 0
    assert len(shown.splitlines()) == 1


@pytest.mark.skipif(which("less") is None, reason="no less on this machine")
def test_less_pages_both_ways_and_ctrl_c_in_it_harms_nothing() -> None:
    with Terminal("help", "review", environment={"PAGER": "less", "LESS": "-i"}) as terminal:
        before = termios.tcgetattr(terminal._handle)
        terminal.wait("── Review: the daily session").wait("\n:")
        assert "ESC[" not in terminal.text, "colours pass through, whatever LESS says"
        terminal.send(" ").until(lambda text: "── Review" not in text, "no second page")
        terminal.press("\x03", ":")
        terminal.send("g").wait("── Review: the daily session").send("q")
        assert terminal.finish() == 0
        assert termios.tcgetattr(terminal._handle) == before


def test_ctrl_c_ends_a_pager_that_knows_it_not_and_prints_nothing() -> None:
    pager = "head -1; cat > /dev/null; cat /dev/tty"
    with Terminal("help", "review", rows=10, environment={"PAGER": pager}) as terminal:
        terminal.wait("── Review: the daily session").send("\x03")
        assert terminal.finish() == 0
        assert "contrastive-drill: interrupted" not in terminal.text
        assert "The options" not in terminal.text


def test_a_card_picked_from_the_list_is_read_in_the_pager() -> None:
    with Terminal("browse", "--section", "clip", environment={"PAGER": "head -1"}) as terminal:
        terminal.wait("Which card?").send("\r").wait("Enter: back to the list")
        assert "── Answer" not in terminal.text
        terminal.send("\r").wait("Which card?").send("\x1b")
        assert terminal.finish() == 0


def test_esc_leaves_the_menu_of_demos_quietly() -> None:
    with Terminal("demo", environment={"PAGER": "head -1"}) as terminal:
        terminal.wait("Which demo?").send("\x1b")
        assert terminal.finish() == 0
        assert "interrupted" not in terminal.text


@pytest.mark.skipif(which("less") is None, reason="there is no less")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_asked_to_end_the_program_takes_its_pager_along(number: int) -> None:
    with Terminal("help", "review", rows=12, environment={"PAGER": "less -R"}) as terminal:
        before = terminal.first_mode
        terminal.wait("Review: the daily").until(lambda _: terminal.mode != before, "the pager")
        terminal.signal(number)
        assert terminal.finish() == 128 + number
        assert terminal.mode == before
