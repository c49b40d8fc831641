"""Single keys from a terminal."""

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, Self, TextIO

ENTER, SPACE, BACKSPACE, ESCAPE, RESIZED = "enter", " ", "backspace", "escape", "resized"
UP, DOWN, PAGE_UP, PAGE_DOWN = "up", "down", "pageup", "pagedown"
TICK = "tick"  # no key within the time given
CLOSED = "closed"  # no key will come any more
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
PASTED, PASTE_END = b"\x1b[200~", b"\x1b[201~"
SEQUENCE_WAIT = 0.05  # seconds in which the rest of an escape sequence arrives


class Keys(Protocol):
    """Where key presses and typed lines come from; entered for as long as keys are read."""

    def __enter__(self) -> Self: ...
    def __exit__(self, *error: object) -> None: ...

    def read(self, wait: float | None = None) -> str:
        """The next key: a character, or one of the names above; EOFError at the end of input.

        With `wait`, in seconds, it is TICK when no key comes within them.
        """

    def line(self, prompt: str, start: str = "") -> str | None:
        """A line typed by the learner, begun with `start`; None when it was abandoned."""

    def text(self, start: str, draft: "Callable[[str], None]") -> str | None:
        """Lines typed by the learner; None when they were abandoned."""

    def pause(self) -> AbstractContextManager[None]:
        """The terminal as another program expects it."""


class TerminalKeys:
    """The keys of a Unix terminal, read one at a time without Enter."""

    def __init__(self, descriptor: int, output: TextIO) -> None:
        self._descriptor = descriptor
        self._output = output
        self._ended = False

    def __enter__(self) -> Self:
        import termios

        self._before = termios.tcgetattr(self._descriptor)
        # A signal must wake the wait for a key without an exception that could lose one.
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        self._old_waker = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self._handlers = {
            number: signal.signal(number, lambda *_: None)
            for number in (signal.SIGWINCH, signal.SIGCONT)
        }
        # Asked to end, the program leaves as with q: the terminal is set back, and all is saved.
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._handlers[number] = signal.signal(number, self._end)
        self._single_keys()
        return self

    def __exit__(self, *error: object) -> None:
        self._as_before()
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._old_waker)
        os.close(self._wake)
        os.close(self._waker)

    def read(self, wait: float | None = None) -> str:
        """The next key."""
        ready = select.select([self._descriptor, self._wake], [], [], wait)[0]
        if self._ended:
            raise EOFError
        if not ready:
            return TICK
        if self._wake in ready:
            os.read(self._wake, 4096)
            self._single_keys()  # a program that was stopped comes back to another mode
            return RESIZED
        return self._key()

    def line(self, prompt: str, start: str = "") -> str | None:
        """A line in the terminal's own editing mode; Ctrl-C or Ctrl-D abandons it."""
        try:
            import readline  # its import gives input() editing keys
        except ImportError:
            with self.pause():
                return _typed(prompt, start)
        readline.set_startup_hook(lambda: readline.insert_text(start))
        try:
            with self.pause():
                return _typed(prompt)
        finally:
            readline.set_startup_hook()

    def text(self, start: str, draft: Callable[[str], None]) -> str | None:
        """Lines until an empty one."""
        lines: list[str] = []
        while (line := self.line("> ")) is not None:
            if not line.strip():
                return "\n".join(lines) or None
            lines.append(line.strip())
        draft("\n".join(lines))
        return None

    @contextmanager
    def pause(self) -> Iterator[None]:
        """The terminal as it was before keys were read one at a time."""
        self._as_before()
        try:
            yield
        finally:
            self._single_keys()

    def _end(self, *_: object) -> None:
        self._ended = True

    def _single_keys(self) -> None:
        import termios
        import tty

        tty.setcbreak(self._descriptor, termios.TCSADRAIN)
        self._output.write(PASTE_ON)
        self._output.flush()

    def _as_before(self) -> None:
        import termios

        self._output.write(PASTE_OFF)
        self._output.flush()
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def _key(self) -> str:
        first = self._byte()
        if first == b"\x1b":
            return self._sequence()
        if first in (b"\r", b"\n"):
            return ENTER
        if first in (b"\x7f", b"\x08"):
            return BACKSPACE
        if first == b"\x04":
            raise EOFError
        length = 1 + (first >= b"\xc0") + (first >= b"\xe0") + (first >= b"\xf0")
        character = first + b"".join(self._byte() for _ in range(length - 1))
        return character.decode("utf-8", "replace")

    def _sequence(self) -> str:
        sequence = b"\x1b"
        while select.select([self._descriptor], [], [], SEQUENCE_WAIT)[0]:
            sequence += self._byte()
            if sequence == PASTED:
                # A paste is text, not grades.
                while not sequence.endswith(PASTE_END):
                    sequence += self._byte()
                return ESCAPE
            last, length = sequence[-1:], len(sequence)
            if (length > 2 and last.isalpha()) or last == b"~" or length > 16:
                break
        return {b"\x1b[A": UP, b"\x1b[B": DOWN, b"\x1b[5~": PAGE_UP, b"\x1b[6~": PAGE_DOWN}.get(
            sequence, ESCAPE
        )

    def _byte(self) -> bytes:
        byte = os.read(self._descriptor, 1)
        if not byte:
            raise EOFError
        return byte


class WindowsKeys:
    """The keys of a Windows console."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def read(self, wait: float | None = None) -> str:
        """The next key."""
        import msvcrt
        import time

        end = time.monotonic() + (wait or 0.0)
        while True:
            while wait is not None and not msvcrt.kbhit():  # type: ignore[attr-defined, unused-ignore]
                if time.monotonic() >= end:
                    return TICK
                time.sleep(0.05)
            key: str = msvcrt.getwch()  # type: ignore[attr-defined, unused-ignore]
            if key == "\x03":
                raise KeyboardInterrupt
            if key in ("\x04", "\x1a"):
                raise EOFError
            if key in ("\x00", "\xe0"):
                msvcrt.getwch()  # type: ignore[attr-defined, unused-ignore]
                return ESCAPE
            return {"\r": ENTER, "\n": ENTER, "\x08": BACKSPACE, "\x1b": ESCAPE}.get(key, key)

    def line(self, prompt: str, start: str = "") -> str | None:
        """A line in the console's own editing mode; Ctrl-C abandons it."""
        return _typed(prompt, start)

    def pause(self) -> AbstractContextManager[None]:
        """Nothing to set back: the console's mode is not changed."""
        return nullcontext()


def _typed(prompt: str, start: str = "") -> str | None:
    try:
        return start + input(prompt + start)
    except (KeyboardInterrupt, EOFError):
        print()
        return None


def terminal_keys() -> Keys:
    """The keys of the terminal that the program was started in."""
    if sys.platform == "win32":
        return WindowsKeys()
    return TerminalKeys(sys.stdin.fileno(), sys.stdout)
