"""Keys: a paste is none, typed text is a draft at every moment, and the terminal is set back."""

import fcntl
import io
import os
import pty
import random
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import TextIO

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.application import create_app_session
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.input.vt100 import Vt100Input
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys
from prompt_toolkit.output import DummyOutput

from contrastive_drill.screen.keys import (
    BACKSPACE,
    DOWN,
    ENTER,
    ESCAPE,
    PAGE_UP,
    PASTE_OFF,
    PASTE_ON,
    PASTED,
    RESIZED,
    TICK,
    UP,
    TerminalKeys,
    WindowsKeys,
    keys_of,
)

HANDLED = (signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGCONT)


class Tty(DummyOutput):
    """A pseudo-terminal in which the library's editors run too."""

    def __init__(self, outside: int, inside: TextIO) -> None:
        self.outside = outside
        self.inside = inside
        self.in_editor: str | bytes = ""  # keys for the next editor, once it stands there

    def type(self, text: str | bytes) -> None:
        """Press keys, and wait until they have come."""
        data = text.encode() if isinstance(text, str) else text
        come = self._waiting() + len(data)
        os.write(self.outside, data)
        end = time.monotonic() + 5  # less of it comes where the terminal itself takes a key
        while self._waiting() < come and time.monotonic() < end:
            select.select([], [], [], 0.001)

    def _waiting(self) -> int:
        """The bytes that can be read."""
        (count,) = struct.unpack("i", fcntl.ioctl(self.inside, termios.FIONREAD, b"\0" * 4))
        return int(count)

    def enable_bracketed_paste(self) -> None:
        self.type(self.in_editor)
        self.in_editor = ""

    def state(self) -> object:
        """What `stty -a` shows, and the signals' handlers."""
        size = fcntl.ioctl(self.outside, termios.TIOCGWINSZ, b"\0" * 8)
        return termios.tcgetattr(self.inside), size, [signal.getsignal(n) for n in HANDLED]


@pytest.fixture
def tty() -> Iterator[Tty]:
    """Both ends of a pseudo-terminal."""
    outside, descriptor = pty.openpty()
    with (
        os.fdopen(descriptor) as inside,
        create_app_session(input=Vt100Input(inside), output=(tty := Tty(outside, inside))),
    ):
        yield tty
    os.close(outside)


@every(
    "typed, keys",
    [
        ("a1", ["a", "1"]),
        ("\r", [ENTER]),
        ("\r\n", [ENTER, ENTER]),
        ("\rg", [ENTER, "g"]),
        ("12\r", ["1", "2", ENTER]),
        ("\t\x7f\x08", ["\t", BACKSPACE, BACKSPACE]),
        ("é→😀", ["é", "→", "😀"]),
        ("\x1b[Ax\x1b[B\x1b[5~", [UP, "x", DOWN, PAGE_UP]),
        ("\x1b[3~\x1bOPx", ["delete", "f1", "x"]),
        ("\x1b", [ESCAPE]),
        ("\x1bx", [ESCAPE]),  # with Alt
        ("\x1b[57399u", [ESCAPE]),  # a sequence that no table has: its digits are no keys
        ("\x1b[<64;85;12Ma\x1b[24;80R", ["a"]),  # a mouse, and the place of the cursor
        ("\x1b[200~qqa\r\x1b[201~x", [PASTED, "x"]),
        (b"\xc3a", ["a"]),
        ("a line", [PASTED]),
        ("a\nq", [PASTED]),
    ],
)
def test_keys_are_told_apart(tty: Tty, typed: str | bytes, keys: list[str]) -> None:
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.type(typed)
        assert [reader.read() for _ in keys] == keys
        assert reader.read(0.0) == TICK


def test_what_comes_in_pieces_is_one_key(tty: Tty) -> None:
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        for pieces in ([b"\xf0\x9f", b"\x98\x80"], [b"\x1b[200~a", b"q\rq\r", b"\x1b[20", b"1~"]):
            for piece in pieces[:-1]:
                tty.type(piece)
                assert reader.read(0.0) == TICK
            tty.type(pieces[-1])
            assert reader.read() in ("😀", PASTED)
        tty.type("word " * 700)  # more than is read at once
        assert [reader.read(), reader.read(0.0)] == [PASTED, TICK]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")) | st.just("\r")))
def test_no_pasted_text_is_a_key(text: str) -> None:
    keys = keys_of([KeyPress(Keys.ControlM if each == "\r" else each) for each in text])
    if len(text) > 4 and all(map(str.isprintable, text)) and len({*text}) > 1:
        assert keys == [PASTED]
    assert keys == [PASTED] or len(keys) <= 4 or len({*keys}) == 1


@every("number", [signal.SIGTERM, signal.SIGHUP])
@every("before", ["", b"\xc3", "\x1b[200~half a paste\r"])
def test_a_program_asked_to_end_reads_no_more(tty: Tty, before: str | bytes, number: int) -> None:
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.type(before)
        assert reader.read(0.0) == TICK
        os.kill(os.getpid(), number)
        tty.type("q")
        with pytest.raises(EOFError):
            reader.read()


def test_the_end_of_input_is_told(tty: Tty) -> None:
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.type("\x04")
        with pytest.raises(EOFError):
            reader.read()


@every("number", [signal.SIGWINCH, signal.SIGCONT])
def test_a_new_size_is_a_key(tty: Tty, number: int) -> None:
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        os.kill(os.getpid(), number)
        tty.type("a")
        assert [reader.read(), reader.read()] == [RESIZED, "a"]


def test_pasted_text_arrives_whole(tty: Tty) -> None:
    pasted = "  indented\n\n\tα, 1 2\n  q g\n"
    unmarked = pasted.replace("\n", "\r")
    for typed in (f"\x1b[200~{unmarked}\x1b[201~", unmarked):
        kept: list[str] = []
        with TerminalKeys(tty.inside, io.StringIO()) as reader:
            tty.type("t")
            assert reader.read() == "t"
            tty.in_editor = f"{typed}\x04{'gq' * 999}"  # more than is read at once
            assert reader.text("It is:", kept.append) == f"It is:{pasted}"
            assert reader.read(0.0) == TICK, "what follows the end is no key"
            tty.in_editor = "6 ms\rq"
            assert reader.line("> ", "0.") == "0.6 ms"
            assert reader.read(0.0) == TICK
            os.kill(os.getpid(), signal.SIGWINCH)
            assert reader.read() == RESIZED
        assert kept[-1] == f"It is:{pasted}"


def test_bytes_that_are_no_character_are_text_that_can_be_kept(tty: Tty) -> None:
    kept: list[str] = []
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.in_editor = b"caf\xe9 noir\x04"
        assert reader.text("", kept.append) == "caf? noir"
        assert kept[-1] == "caf? noir"
        tty.in_editor = b"\xff6 ms\r"
        assert reader.line("> ") == "?6 ms"


def test_what_was_typed_ahead_begins_the_text(tty: Tty) -> None:
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.type("tab")
        assert reader.read() == "t"
        tty.in_editor = "c\r"
        assert reader.line("> ") == "abc"
        assert reader.read(0.0) == TICK


@every("leave", ["\x03", "\x1b"])
def test_text_that_is_left_stays_a_draft(tty: Tty, leave: str) -> None:
    kept: list[str] = []
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.in_editor = f"\rhalf{leave}"
        assert reader.text("", kept.append) is None
        assert kept[-1] == "\nhalf"
        tty.type("a")
        assert reader.read() == "a"


def test_an_editor_of_the_learners_own(tty: Tty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/cat/dog/")

    def end(text: str) -> None:
        if "dog" in text:  # the editor has come back with it
            tty.type("\x04")

    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.in_editor = "a cat\x18\x05"
        assert reader.text("", end) == "a dog"


@every(
    "editor, left, said",
    [
        (r"sed -i 's/cat/caf\xe9/'", "a caf\ufffd", "no UTF-8"),
        ("rm", "a cat", "left no text"),
        ("sed 'i", "a cat", "left no text"),
        ("false", "a cat", ""),
    ],
)
def test_whatever_an_editor_leaves_is_text_or_changes_none(
    tty: Tty,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    editor: str,
    left: str,
    said: str,
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    ran = Buffer._open_file_in_editor

    def run(buffer: Buffer, filename: str) -> bool:
        try:
            return ran(buffer, filename)
        finally:
            tty.in_editor = "\x04"

    monkeypatch.setattr(Buffer, "_open_file_in_editor", run)
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        tty.in_editor = "a cat\x18\x05"
        assert reader.text("", lambda _: None) == left
    printed = capsys.readouterr().out
    assert said in printed
    assert printed.count("\n") == bool(said)


TYPED = [
    b"a", b"1", b"\r", b"\x7f", b"\xc3", b"\xf0\x9f\x98", b"\x1b", b"\x1b[A", b"\x1b[57399u",
    b"\x1b[", b"\x1b[<64;85;12M", b"\x1b[200~half a", b"\x1b[200~whole\r\x1b[201~",
    b"a\rq\r", b"unmarked " * 9,
]  # fmt: skip


def one_session(chance: random.Random, tty: Tty) -> None:
    """Keys, pastes, editors, signals and new sizes, in any order; left in any way."""

    def ask_to_end(_: str) -> None:
        os.kill(os.getpid(), chance.choice([signal.SIGTERM, signal.SIGHUP]))

    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        for _ in range(chance.randrange(4)):
            tty.type(b"".join(chance.choices(TYPED, k=chance.randrange(3))))
            match chance.choice(["read", "read", "resize", "text", "line", "killed", "pause"]):
                case "read":
                    reader.read(0.0)
                case "resize":
                    os.kill(os.getpid(), signal.SIGWINCH)
                case "text":
                    tty.in_editor = b"\x1b[201~.\x04"
                    reader.text("half", lambda _: None)
                case "line":
                    tty.in_editor = b"\x1b[201~." + chance.choice([b"\r", b"\x03"]) + b"a"
                    reader.line("> ")
                case "killed":
                    tty.in_editor = b"\x1b[201~."
                    assert reader.text("half", ask_to_end) is None
                    reader.read(0.0)  # or Esc came first
                case "pause":
                    with reader.pause():
                        pass
        if chance.random() < 0.2:
            raise KeyboardInterrupt


def test_the_terminal_is_as_before_after_200_sessions(
    tty: Tty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contrastive_drill.screen.keys.BURST_WAIT", 0.001)
    chance = random.Random(20261121)
    fcntl.ioctl(tty.outside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    before = tty.state()
    for number in range(200):
        with suppress(EOFError, KeyboardInterrupt):
            one_session(chance, tty)
        assert tty.state() == before, number
        os.set_blocking(tty.inside.fileno(), False)
        assert tty.inside.buffer.raw.read(1) is None, f"{number} left something to the shell"  # type: ignore[attr-defined]
        os.set_blocking(tty.inside.fileno(), True)


def test_another_program_finds_the_terminal_as_it_was(tty: Tty) -> None:
    before, output = tty.state(), io.StringIO()
    with TerminalKeys(tty.inside, output) as reader:
        inside = termios.tcgetattr(tty.inside)
        with reader.pause():
            assert termios.tcgetattr(tty.inside) == before[0] != inside  # type: ignore[index]
            with pytest.raises(SystemExit):
                os.kill(os.getpid(), signal.SIGTERM)
        assert termios.tcgetattr(tty.inside) == inside
    assert tty.state() == before
    assert output.getvalue() == (PASTE_ON + PASTE_OFF) * 2


def test_the_keys_of_a_windows_console(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter("a\r\x08\x1b\xe0Hx\x04")
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(getwch=lambda: next(typed)))
    with WindowsKeys() as reader, reader.pause():
        assert [reader.read() for _ in range(6)] == ["a", ENTER, BACKSPACE, ESCAPE, UP, "x"]
        with pytest.raises(EOFError):
            reader.read()
        typed = iter("\x03")
        with pytest.raises(KeyboardInterrupt):
            reader.read()


def test_a_wait_without_a_key_ends(tty: Tty, monkeypatch: pytest.MonkeyPatch) -> None:
    with TerminalKeys(tty.inside, io.StringIO()) as reader:
        assert reader.read(0.0) == TICK
        tty.type("a")
        assert [reader.read(30.0), reader.read(0.0)] == ["a", TICK]
    console = SimpleNamespace(kbhit=lambda: bool(typed), getwch=lambda: typed.pop())
    typed: list[str] = []
    monkeypatch.setitem(sys.modules, "msvcrt", console)
    with WindowsKeys() as console_keys:
        assert console_keys.read(0.0) == TICK
        typed.append("a")
        assert console_keys.read(30.0) == "a"
