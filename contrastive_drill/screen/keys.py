"""Single keys from a terminal, parsed by prompt_toolkit."""

import os
import select
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from types import FrameType
from typing import TYPE_CHECKING, Self, TextIO

from contrastive_drill.screen.plain import ask, is_dumb
from contrastive_drill.signals import ENDING, Ended, asked, handled, in_foreground, leave

if sys.platform != "win32":
    import termios
    import tty
if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.key_binding import KeyPress

ENTER, SPACE, BACKSPACE, ESCAPE, RESIZED = "enter", " ", "backspace", "escape", "resized"
UP, DOWN, PAGE_UP, PAGE_DOWN = "up", "down", "pageup", "pagedown"
PASTED = "pasted text"  # one key, whatever is in it
TICK = "tick"  # no key within the time given
CLOSED = "closed"  # no key will come any more
END = "end of input"
# Other keys are called as prompt_toolkit calls them: "f1", "c-a".
NAMES = {"c-m": ENTER, "c-j": ENTER, "c-i": "\t", "c-h": BACKSPACE, "c-d": END}
NAMES["<bracketed-paste>"] = PASTED
REPORTS = ("<vt100-mouse-event>", "<cursor-position-response>", "<ignore>")
PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"
TYPING = "Ctrl-D ends it, Esc leaves a draft, Ctrl-X Ctrl-E: $EDITOR\n> "
BURST_WAIT = 0.05  # seconds in which the rest of an escape sequence or of a paste arrives
TYPED_AHEAD = 4  # characters that a person may have typed while nothing was read


def keys_of(presses: "Iterable[KeyPress]") -> list[str]:
    """The names of keys that came at once; a paste is one, also where no terminal marked it.

    A person types ahead a few keys, such as Enter, a tick and a rating. More characters than
    that, or a line break between two of them, are a paste.
    """
    names = [str(getattr(press.key, "value", press.key)) for press in presses]
    names = [NAMES.get(name, name) for name in names if name not in REPORTS and name.isprintable()]
    if ESCAPE in names:  # with Alt, or a sequence that is no key
        return names[: names.index(ESCAPE) + 1]
    typed = "".join("\n" if name == ENTER else name for name in names if name in (ENTER, name[:1]))
    pasted = len(typed) > TYPED_AHEAD or "\n" in typed.strip()
    return [PASTED] if pasted and len(set(typed)) > 1 else names


class Keys(ABC):
    """Where key presses and typed text come from; entered for as long as keys are read."""

    def __init__(self) -> None:
        self._pressed: list[str] = []  # and not yet read

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    @abstractmethod
    def read(self, wait: float | None = None) -> str:
        """The next key: a character, or one of the names above; EOFError at the end of input.

        With `wait`, in seconds, it is TICK when no key comes within them.
        """

    def pause(self) -> AbstractContextManager[None]:
        """The terminal as another program expects it; what it leaves unread is thrown away."""
        return self._lent()

    def line(
        self, prompt: str, start: str = "", draft: Callable[[str], None] = lambda words: None
    ) -> str | None:
        """A line, begun with `start` and what is typed already; None when it was abandoned.

        `draft` is given what stands there before it is drawn, where it has changed.
        """
        return self._typed(start, prompt, draft, is_long=False)

    def text(self, start: str, draft: Callable[[str], None]) -> str | None:
        """Lines, ended by Ctrl-D; else as a `line`."""
        return self._typed(start, TYPING, draft, is_long=True)

    def _typed(
        self, start: str, prompt: str, draft: Callable[[str], None], is_long: bool
    ) -> str | None:
        from contrastive_drill.screen.editor import Editor

        start += "".join(key for key in self._pressed if len(key) == 1)
        with suppress(Ended), self._lent():
            return Editor(prompt, draft, is_long).typed(start)
        return None

    def _lent(self) -> AbstractContextManager[None]:
        """The terminal in the hands of an editor, which changes its mode and back."""
        return nullcontext()


class TerminalKeys(Keys):
    """The keys of a Unix terminal, read one at a time without Enter.

    They wait in the terminal while the first `read` imports what parses them.
    """

    def __init__(self, terminal: TextIO, output: TextIO) -> None:
        super().__init__()
        self._terminal = terminal
        self._output = output
        self._input: Input | None = None
        self._presses: list[KeyPress] = []  # that may go on
        self._unsettled = False  # an escape sequence may have begun
        self._ended = self._paused = False

    def __enter__(self) -> Self:
        self._before = termios.tcgetattr(self._terminal)
        # A signal must wake the wait for a key without an exception that could lose one.
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        self._exits = ExitStack()
        self._exits.callback(os.close, self._wake)
        self._exits.callback(os.close, self._waker)
        self._exits.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(-1))
        # Asked to end, the program leaves as with q: the terminal is set back, and all is saved.
        self._exits.enter_context(handled(ENDING, self._end))
        self._exits.enter_context(handled((signal.SIGWINCH, signal.SIGCONT), lambda *_: None))
        self._take(termios.TCSADRAIN)
        return self

    def __exit__(self, *error: object) -> None:
        self._give(termios.TCSAFLUSH)  # keys that nobody read are no commands of the shell
        self._exits.close()

    def read(self, wait: float | None = None) -> str:
        if self._input is None:
            from prompt_toolkit.input.vt100 import Vt100Input

            self._input = Vt100Input(self._terminal)
        descriptor = self._input.fileno()
        while not (self._pressed or self._ended):
            patience = BURST_WAIT if self._unsettled else wait
            ready = select.select([descriptor, self._wake], [], [], patience)[0]
            if self._wake in ready:
                os.read(self._wake, 4096)
                self._take(termios.TCSADRAIN)  # stopped, it comes back to another mode
                self._pressed.append(RESIZED)
            elif not ready and not self._unsettled:
                return TICK
            else:
                self._presses += self._input.read_keys() if ready else self._input.flush_keys()
                self._ended |= self._input.closed
                self._unsettled = bool(ready)
                # Several keys at once may be the beginning of a paste: it comes to its end first.
                if not ready or len({press.key for press in self._presses}) < 2:
                    self._pressed += keys_of(self._presses)
                    self._presses.clear()
        if self._ended or (key := self._pressed.pop(0)) == END:
            raise EOFError
        return key

    @contextmanager
    def pause(self) -> Iterator[None]:
        with self._lent():
            self._give(termios.TCSADRAIN)
            yield

    @contextmanager
    def _lent(self) -> Iterator[None]:
        self._paused = True
        try:
            with handled((signal.SIGINT,), self._end):  # Ctrl-C is a key there
                yield
        finally:
            self._paused = False
            self._take(termios.TCSAFLUSH)
            self._pressed.clear()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ended = True
        if self._paused:
            leave(number, frame)
        asked(number)

    def _take(self, when: int) -> None:
        # Again after each editor, which leaves the signals to their defaults.
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGWINCH, lambda *_: None)
        with suppress(OSError, termios.error):  # of a terminal that was closed
            if in_foreground() or not self._ended:
                tty.setcbreak(self._terminal, when)
                self._say(PASTE_ON)

    def _give(self, when: int) -> None:
        if not in_foreground():  # to change it from there would stop the program
            return
        with suppress(OSError, termios.error):
            self._say(PASTE_OFF)
            termios.tcsetattr(self._terminal, when, self._before)

    def _say(self, words: str) -> None:
        self._output.write(words)
        self._output.flush()


class LineKeys(Keys):
    """The keys of a terminal that has no more than lines: the first character of each, or Enter."""

    def read(self, wait: float | None = None) -> str:
        try:
            return ask("A key, then Enter")[:1] or ENTER
        except KeyboardInterrupt:
            raise EOFError from None


class WindowsKeys(Keys):
    """The keys of a Windows console."""

    def read(self, wait: float | None = None) -> str:
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
                code = msvcrt.getwch()  # type: ignore[attr-defined, unused-ignore]
                return {"H": UP, "P": DOWN, "I": PAGE_UP, "Q": PAGE_DOWN}.get(code, ESCAPE)
            return {"\r": ENTER, "\n": ENTER, "\x08": BACKSPACE, "\x1b": ESCAPE}.get(key, key)


def terminal_keys() -> Keys:
    """The keys of the terminal that the program was started in."""
    if sys.platform == "win32":
        return WindowsKeys()
    if is_dumb():
        return LineKeys()
    return TerminalKeys(sys.stdin, sys.stdout)
