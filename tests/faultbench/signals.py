"""Signals at any instant of a start: the program ends quietly, and the terminal is as it was.

An instant is counted from where the program has its signals in hand, after the few milliseconds
in which Python itself starts and answers Ctrl-C in its own way.
"""

import os
import random
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import NamedTuple

import terminal
from terminal import PROGRAM, Terminal

PATIENCE = 60  # seconds in which it has to end
NOISE = ("Traceback", "Exception", "Fatal")
NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ON_OFF = ((b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?2004h", b"\x1b[?2004l"))  # cursor, pastes


class Start(NamedTuple):
    """A command, and the keys typed ahead of it at a terminal."""

    arguments: tuple[str, ...]
    keys: str | None = None  # none: it is in a pipe, which stays open
    ends: bool = False  # by itself
    settled: bool = True  # there was a start before
    spans: float = 1.5  # how long it takes, by the time to the first card


STARTS = (
    Start(("--help",), ends=True),
    Start(("status",), ends=True),
    Start(("report", "--json"), ends=True),
    Start(("bank", "list"), ends=True),
    Start(("review",)),
    Start((), ""),
    Start((), "m"),
    Start((), "", settled=False),
    Start(("review",), ""),
    Start(("review",), "t"),
    Start(("demo",), ""),
    Start(("interview",), ""),
)
SLOW = Start(("demo", "collapse", "--quick"), ends=True, spans=20)  # torch loads
RARELY = 25  # starts, of which one is slow


def began(process: int) -> None:
    """Wait until the program has its signals in hand."""
    end = time.monotonic() + terminal.PATIENCE
    while time.monotonic() < end:
        state = Path(f"/proc/{process}/status").read_text()
        (caught,) = (line.split()[1] for line in state.splitlines() if line.startswith("SigCgt"))
        if int(caught, 16) >> (signal.SIGTERM - 1) & 1:
            return
        pause(0.0005)
    raise AssertionError("the program does not begin")


def pause(seconds: float) -> None:
    """Let time pass."""
    select.select([], [], [], seconds)


def signalled(start: Start, home: Path, number: int, after: float) -> tuple[int, str]:
    """The status of a start that is signalled some seconds on, and what is wrong with it."""
    environment = {**os.environ, "CONTRASTIVE_DRILL_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    if start.keys is not None:
        return at_terminal(start, environment, number, after)
    with subprocess.Popen(
        [PROGRAM, *start.arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
    ) as child:
        assert child.stdout
        began(child.pid)
        pause(after)
        child.send_signal(number)
        limit = Timer(PATIENCE, child.kill)
        limit.start()
        said = child.stdout.read().decode()
        status = child.wait()
        limit.cancel()
        return status, said if any(word in said for word in NOISE) else ""


def at_terminal(
    start: Start, environment: dict[str, str], number: int, after: float
) -> tuple[int, str]:
    """The same at a terminal, which is looked at too."""
    with Terminal(*start.arguments, environment=environment) as program:
        before = program.mode
        began(program.process_id)
        program.send(start.keys or "")
        pause(after)
        program.signal(number)
        status = program.finish()
        wrong = [word for word in NOISE if word in program.text]
        wrong += ["modes"] if program.mode != before else []
        wrong += [repr(on) for on, off in ON_OFF if program.raw.rfind(on) > program.raw.rfind(off)]
        return status, f"{wrong} on\n{program.text}" if wrong else ""


def seconds(home: Path) -> float:
    """How long it takes from the program's first line to the first card."""
    (home / "settings.json").write_text("{}")
    for _ in range(2):  # the first reads the bank
        with Terminal("review", environment={"CONTRASTIVE_DRILL_HOME": str(home)}) as program:
            began(program.process_id)
            begin = time.monotonic()
            program.wait("Enter reveal")
            taken = time.monotonic() - begin
    return taken


def trials(count: int, seed: int) -> Iterator[str]:
    """Signal a start at a random instant, `count` times."""
    rng = random.Random(seed)
    with TemporaryDirectory() as folder:
        settled = Path(folder, "settled")
        settled.mkdir()
        span = seconds(settled)
        for trial in range(count):
            start = SLOW if trial % RARELY == RARELY - 1 else STARTS[trial % len(STARTS)]
            home = settled
            if not start.settled:
                home = Path(folder, f"{trial}")
                shutil.copytree(settled / "cache", home / "cache")
            number, after = rng.choice(NUMBERS), rng.uniform(0, start.spans * span)
            status, wrong = signalled(start, home, number, after)
            ends = {128 + number, -number % 256, -number} | ({0} if start.ends else set())
            name = f"{signal.Signals(number).name} after {after:.4f} s of {start}"
            yield f"{name}: status {status} {wrong}" if wrong or status not in ends else ""
