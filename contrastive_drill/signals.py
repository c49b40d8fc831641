"""Signals that end the program: quietly at any moment, and the terminal is as it was."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

if sys.platform != "win32":
    import termios

ENDING = [signal.SIGTERM, *([] if sys.platform == "win32" else [signal.SIGHUP])]
EVERY = [signal.SIGINT, *ENDING]
PATIENCE = 2  # seconds in which a program that was asked to end has to
IMPORTS = "<frozen importlib._bootstrap>"  # the code that runs a module while it is loaded
RESET = b"\x1b[?2004l\x1b[?25h"  # pastes are not marked, the cursor is shown


class Ended(SystemExit):
    """The program was asked to end."""


class _Process:
    """This process, where it is the program and does not only import parts of it."""

    guarded = False
    working = False  # on a command: what is open is closed by an exception
    signal = 0  # the last that came
    asked = 0  # the first that asked the program to end
    modes: list[Any] | None = None  # of the terminal, as the command found it


def guard() -> None:
    """From here on a signal ends this process: at once, or as an exception in a command."""
    _Process.guarded = True
    for number in EVERY:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves it
            signal.signal(number, _came)
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, lambda *_: _end())
    sys.unraisablehook = _unraisable


@contextmanager
def at_work() -> Iterator[None]:
    """A command runs: a signal raises KeyboardInterrupt or Ended, unless a module is loading.

    Python makes other errors, or none, of an exception in the midst of an import.
    """
    outer, _Process.working = _Process.working, True
    if _Process.guarded and not outer and sys.platform != "win32":
        with suppress(OSError, termios.error):
            _Process.modes = termios.tcgetattr(0)
    try:
        yield
    finally:
        _Process.working = outer


def finish() -> None:
    """Leave the terminal as it was, and with the status of the signal that asked for the end."""
    if _Process.signal:
        with suppress(OSError, ValueError):  # of an output that is closed
            sys.stdout.flush()
        _set_back()
    if _Process.asked:
        os._exit(128 + _Process.asked)


def asked(number: int) -> None:
    """Take note that a signal asks the program to end: soon it does, whatever holds it up."""
    if _Process.guarded:
        _Process.signal, _Process.asked = number, _Process.asked or number
        if sys.platform != "win32":
            _release()
            signal.alarm(PATIENCE)


def leave(number: int, frame: FrameType | None = None) -> NoReturn:
    """Handle a signal by raising Ended."""
    if _Process.guarded and not _may_raise(frame):
        _end(number)
    asked(number)
    raise Ended


@contextmanager
def handled(numbers: Iterable[int], handle: Callable[..., None] = leave) -> Iterator[None]:
    """Signals are handled inside, or in the function that this decorates; ignored ones are not."""
    kept = {number: signal.getsignal(number) for number in numbers}
    before = {n: signal.signal(n, handle) for n in kept if kept[n] is not signal.SIG_IGN}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def in_foreground() -> bool:
    """Whether the terminal is ours to change: who does it from the background is stopped."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:  # it is not the one that controls us
        return True


def _came(number: int, frame: FrameType | None) -> None:
    if number == signal.SIGINT and _may_raise(frame):
        _Process.signal = number
        raise KeyboardInterrupt
    leave(number, frame)


def _may_raise(frame: FrameType | None) -> bool:
    """Whether an exception has its way: on a command, and not while a module is loaded."""
    while frame is not None and frame.f_code.co_filename != IMPORTS:
        frame = frame.f_back
    return _Process.working and not _Process.asked and frame is None


def _end(number: int = 0) -> NoReturn:
    """End at once, with the status of a signal."""
    _set_back()
    os._exit(128 + (number or _Process.signal))


def _unraisable(problem: "sys.UnraisableHookArgs") -> None:
    """End where an exception of ours came in a destructor, which would swallow it."""
    if isinstance(problem.exc_value, KeyboardInterrupt | Ended):
        _end()
    sys.__unraisablehook__(problem)


def _release() -> None:
    """Let output go on where Ctrl-S holds it."""
    if in_foreground():
        with suppress(OSError, termios.error):
            termios.tcflow(0, termios.TCOOFF)
            termios.tcflow(0, termios.TCOON)


def _set_back() -> None:
    """The terminal as the command found it; one that takes nothing is not waited for."""
    if _Process.modes is None or not in_foreground():
        return
    from select import select

    _release()
    with suppress(OSError, termios.error):
        termios.tcsetattr(0, termios.TCSANOW, _Process.modes)
        if os.environ.get("TERM") != "dumb" and os.isatty(1) and select([], [1], [], 0)[1]:
            os.write(1, RESET)
