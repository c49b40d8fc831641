"""Keys: sequences are one key, a paste is none, and a program asked to end leaves as with q."""

import fcntl
import io
import os
import pty
import signal
import sys
import termios
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from contrastive_drill.screen.keys import (
    BACKSPACE,
    ENTER,
    ESCAPE,
    PASTE_OFF,
    PASTE_ON,
    RESIZED,
    TICK,
    TerminalKeys,
    WindowsKeys,
)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a pseudo-terminal: what types, and what reads."""
    outside, inside = pty.openpty()
    yield outside, inside
    os.close(outside)
    os.close(inside)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("a1", ["a", "1"]),
        ("\r\n", [ENTER, ENTER]),
        ("\x7f", [BACKSPACE]),
        ("é→😀", ["é", "→", "😀"]),
        ("\x1b[Ax", [ESCAPE, "x"]),
        ("\x1bOPx", [ESCAPE, "x"]),
        ("\x1b[3~x", [ESCAPE, "x"]),
        ("\x1b", [ESCAPE]),
        ("\x1b[200~qqa\r\x1b[201~x", [ESCAPE, "x"]),
    ],
)
def test_keys_are_told_apart(terminal: tuple[int, int], typed: str, keys: list[str]) -> None:
    outside, inside = terminal
    with TerminalKeys(inside, io.StringIO()) as reader:
        os.write(outside, typed.encode())
        assert [reader.read() for _ in keys] == keys


def test_the_end_of_input_is_told(terminal: tuple[int, int]) -> None:
    outside, inside = terminal
    with TerminalKeys(inside, io.StringIO()) as reader:
        os.write(outside, b"\x04")
        with pytest.raises(EOFError):
            reader.read()


def test_the_terminal_is_set_back(terminal: tuple[int, int]) -> None:
    _, inside = terminal
    before, output = termios.tcgetattr(inside), io.StringIO()
    handlers = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH)]
    with TerminalKeys(inside, output) as reader:
        assert termios.tcgetattr(inside) != before
        with reader.pause():
            assert termios.tcgetattr(inside) == before
        assert termios.tcgetattr(inside) != before
    assert termios.tcgetattr(inside) == before
    assert output.getvalue() == (PASTE_ON + PASTE_OFF) * 2
    after = [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH)]
    assert after == handlers


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_program_asked_to_end_reads_no_more(terminal: tuple[int, int], number: int) -> None:
    with TerminalKeys(terminal[1], io.StringIO()) as reader:
        os.kill(os.getpid(), number)
        with pytest.raises(EOFError):
            reader.read()


@pytest.mark.parametrize("number", [signal.SIGWINCH, signal.SIGCONT])
def test_a_new_size_is_a_key(terminal: tuple[int, int], number: int) -> None:
    outside, inside = terminal
    with TerminalKeys(inside, io.StringIO()) as reader:
        os.kill(os.getpid(), number)
        os.write(outside, b"a")
        assert [reader.read(), reader.read()] == [RESIZED, "a"]
    assert fcntl.fcntl(inside, fcntl.F_GETFL) is not None


def test_the_keys_of_a_windows_console(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter("a\r\x08\x1b\xe0Hx\x04")
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(getwch=lambda: next(typed)))
    with WindowsKeys() as reader, reader.pause():
        assert [reader.read() for _ in range(6)] == ["a", ENTER, BACKSPACE, ESCAPE, ESCAPE, "x"]
        with pytest.raises(EOFError):
            reader.read()
        typed = iter("\x03")
        with pytest.raises(KeyboardInterrupt):
            reader.read()


def test_a_wait_without_a_key_ends(
    terminal: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, inside = terminal
    with TerminalKeys(inside, io.StringIO()) as reader:
        assert reader.read(0.0) == TICK
        os.write(outside, b"a")
        assert [reader.read(30.0), reader.read(0.0)] == ["a", TICK]
    console = SimpleNamespace(kbhit=lambda: bool(typed), getwch=lambda: typed.pop())
    typed: list[str] = []
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    with WindowsKeys() as console_keys:
        assert console_keys.read(0.0) == TICK
        typed.append("a")
        assert console_keys.read(30.0) == "a"
