"""A terminal in memory: starts a program in a pseudo-terminal, types keys, reads the screen."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

PROGRAM = str(Path(sys.executable).parent / "contrastive-drill")
PATIENCE = float(
    os.environ.get("PATIENCE", 240)
)  # seconds before a screen that never comes fails a test


class Terminal:
    """One program on one screen; leaving the context kills what still runs."""

    def __init__(
        self,
        *arguments: str,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        program: Sequence[str] = (PROGRAM,),
        folder: Path | None = None,
    ) -> None:
        self._screen = pyte.HistoryScreen(columns, rows, history=2000)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self._drawn = 0  # bytes of `raw` that stand on the screen
        # This terminal does not say where its cursor is: prompts need not wait until it has not.
        variables = {**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1", **(environment or {})}
        for name in ("COLUMNS", "LINES"):
            variables.pop(name, None)
        self._handle, inside = pty.openpty()
        self.resize(columns, rows)
        self.first_mode = self.mode  # before the program could change it
        self._child = subprocess.Popen(
            [*program, *arguments],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=variables,
            cwd=folder,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inside)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.kill()
        self._child.wait()
        os.close(self._handle)

    @property
    def text(self) -> str:
        """What stands on the screen now."""
        self._draw()
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    @property
    def process_id(self) -> int:
        """The program's process."""
        return self._child.pid

    @property
    def screen(self) -> pyte.Screen:
        """The screen itself, with its colours."""
        self._draw()
        return self._screen

    def send(self, keys: str) -> Self:
        """Type keys; bytes that are no character as Python's `surrogateescape` has them."""
        os.write(self._handle, keys.encode(errors="surrogateescape"))
        return self

    @property
    def mode(self) -> object:
        """What `stty -a` shows."""
        return termios.tcgetattr(self._handle)

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        self._child.send_signal(number)

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size; the program is told by a signal."""
        size = struct.pack("HHHH", rows, columns, 0, 0)
        self._draw()
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, size)
        self._screen.resize(rows, columns)

    def wait(self, words: str, gone: str | None = None) -> Self:
        """Read until words stand on the screen, and others do not."""
        return self.until(
            lambda text: words in text and (gone is None or gone not in text),
            f"no {words!r} (without {gone!r})",
        )

    def until(self, condition: Callable[[str], bool], missing: str) -> Self:
        """Read until the text of the screen meets a condition."""
        end = time.monotonic() + PATIENCE
        while not condition(self.text):
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"{missing} on:\n{self.text}")
        return self

    def press(self, keys: str, *answers: str) -> str:
        """Type keys and read until one of several texts has been written anew; gives that text."""
        mark, end = len(self.raw), time.monotonic() + PATIENCE
        self.send(keys)
        while True:
            written = self.raw[mark:].decode(errors="replace")
            for answer in answers:
                if answer in written:
                    return answer
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"none of {answers} on:\n{self.text}")

    def settle(self, seconds: float) -> bool:
        """Read until nothing came for so long; false when the program has gone."""
        while self._read(seconds):
            pass
        return self._child.poll() is None

    def finish(self) -> int:
        """Read to the end and give the exit status, modulo 256."""
        end = time.monotonic() + PATIENCE
        while self._read(end - time.monotonic()):
            pass
        try:
            return self._child.wait(max(end - time.monotonic(), 1)) % 256
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the program goes on with:\n{self.text}") from None

    def _draw(self) -> None:
        self._stream.feed(self.raw[self._drawn :])
        self._drawn = len(self.raw)

    def _read(self, seconds: float) -> bool:
        """Whether anything came; a closed terminal gives nothing more."""
        if seconds <= 0 or not select.select([self._handle], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._handle, 65536)
        except OSError:  # how Linux says that the program has gone
            return False
        self.raw += data
        return bool(data)
