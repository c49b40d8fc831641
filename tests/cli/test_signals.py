"""A signal at any moment ends the program quietly, and the terminal is as it was."""

import os
import pty
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from faultbench import signals as bench
from faultbench.signals import began, pause
from terminal import PATIENCE, PROGRAM, Terminal

pytestmark = [
    pytest.mark.fault,
    pytest.mark.terminal,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no process tells its state"),
]


def test_a_signal_at_any_instant_of_a_start_ends_it_quietly() -> None:
    assert [*bench.trials(12, seed=20261121)] == [""] * 12


SWALLOWS = """
import os, signal
try:
    os.kill(os.getpid(), {number})
except BaseException:
    pass
"""
AT_WORK = """
import os, signal, sys
from contrastive_drill import signals
signals.guard()
try:
    with signals.at_work():
        {work}
    print("went on")
finally:
    signals.finish()
"""
DESTRUCTOR = "class A: __del__ = lambda self: os.kill(os.getpid(), {number})\n        A()"
IMPORT = "import swallows"
OTHER_ERROR = """
        try:
            os.kill(os.getpid(), {number})
        except BaseException as error:
            raise ValueError from error
"""


@pytest.mark.parametrize("number", bench.NUMBERS)
@pytest.mark.parametrize("work", [IMPORT, DESTRUCTOR])
def test_python_neither_swallows_a_signal_nor_prints_a_traceback(
    work: str, number: int, tmp_path: Path
) -> None:
    (tmp_path / "swallows.py").write_text(SWALLOWS.format(number=int(number)))
    code = AT_WORK.format(work=work.format(number=int(number)))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_an_error_made_of_the_request_to_end_is_not_printed(number: int) -> None:
    code = AT_WORK.format(work=OTHER_ERROR.format(number=int(number)))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (128 + number, "")


def test_what_was_told_to_ignore_a_signal_goes_on(home: Path) -> None:
    """As under nohup, or in the background of a script."""
    command = f"trap '' HUP INT; exec {PROGRAM} review --plain"
    with subprocess.Popen(
        ["sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        began(child.pid)
        child.send_signal(signal.SIGHUP)
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate("an answer\nall\n:quit\n")
    assert child.returncode == 0
    assert "Saved: " in said


def test_a_terminal_that_ctrl_s_has_stopped_holds_nothing_up() -> None:
    with Terminal("review") as terminal:
        before = terminal.first_mode
        terminal.wait("Enter reveal").send("\x13").send("?")
        pause(0.3)  # until it has something to say
        terminal.signal(signal.SIGTERM)
        assert terminal.finish() == 128 + signal.SIGTERM
        assert terminal.mode == before


def test_a_terminal_that_nobody_reads_holds_nothing_up() -> None:
    outside, inside = pty.openpty()
    environment = {**os.environ, "PAGER": ""}
    with subprocess.Popen(
        [PROGRAM, "bank", "list"], stdin=inside, stdout=inside, stderr=inside, env=environment
    ) as child:
        os.close(inside)
        began(child.pid)
        assert select.select([outside], [], [], PATIENCE)[0]
        pause(0.3)  # until it is full
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE) == 128 + signal.SIGTERM
    os.close(outside)


def test_a_job_that_is_stopped_can_be_asked_to_end() -> None:
    shell = ("bash", "--norc", "--noediting", "-i")
    with Terminal(program=shell, environment={"PS1": "ready> "}) as terminal:
        terminal.wait("ready>").send(f"{PROGRAM} review\n").wait("Enter reveal").send("\x1a")
        terminal.wait("Stopped").send("kill %1; fg; echo st''atus $?\n").wait("status 143")
