"""Random keys in a terminal: no traceback, the terminal as it was, nothing acknowledged lost."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from terminal import Terminal

from faultbench.homes import LAST_DAY, copied, lived_in, run, scratch

TOYS = Path(__file__).parents[1] / "children" / "toys"
SESSIONS: tuple[tuple[str, ...], ...] = (
    ("review",), ("review", "own-card", "tf-idf-formula", "clip-loss"), ("review", "--cram"),
    ("exam",), ("interview",), ("browse", "--state", "due"), ("browse",), ("demo",), ("restore",),
    (),
)  # fmt: skip
# Keys that mean something, those of every terminal, and what is no key; not Ctrl-\\ and Ctrl-Z,
# with which a person leaves a program at once.
KEYS = (
    *"\r\r\r  0123456789abcdefghijklmnopqrstuvwxyzE?-.~:/", "\x1b[A", "\x1b[B", "\x1b[5~",
    "\x1b[6~", "\x1b", "\x7f", "\t", "\x03", "\x04", "\x01", "\x0c", "\x12", "\x15",
    "\x17", "\x18", "\x05",
    "\x1b[200~pasted\rlines\x1b[201~", "\x1b[200~", "\x1b[Z", "\x1bOP", "\x1b[1;5C",
    "\x1b[<0;5;5M", "ü", "漢", "🙂", "\udcff\udcfe", "\x00", "\x1b]0;x\x07", "\x9b",
    "some words", "0.5 nats",
)  # fmt: skip
MODES = re.compile(rb"\x1b\[\?(25|1049|2004|1000|1006)([hl])")
LEFT = {b"25": b"h"}  # how each mode is left: the cursor to be seen, the others off
LIMIT = 60.0  # seconds to end, once nobody is at the terminal


def trials(count: int, seed: int) -> Iterator[str]:
    """Press some keys in a session, `count` times."""
    rng = Random(seed)
    with scratch() as folder:
        whole = lived_in(folder)
        for number in range(count):
            words = SESSIONS[number % len(SESSIONS)]
            keys = [rng.choice(KEYS) for _ in range(rng.randrange(5, 60))]
            with copied(whole) as home:
                fault = pressed(home, words, keys, rng)
            yield fault and f"{' '.join(words)} {number}: {fault}; keys {keys}"


def pressed(home: Path, words: tuple[str, ...], keys: list[str], rng: Random) -> str:
    """What is wrong after these keys; empty where nothing is."""
    variables = {
        "CONTRASTIVE_DRILL_HOME": str(home), "EDITOR": "true", "BROWSER": "true", "PAGER": "cat",
        "CONTRASTIVE_DRILL_NOW": f"2026-11-{LAST_DAY}T18:30:00+01:00", "LANG": "C.UTF-8",
        "PYTHONPATH": str(TOYS), "TERM": "xterm-256color",
    }  # fmt: skip
    seen = rows(home)
    columns, height = rng.choice((80, 40, 132)), rng.choice((24, 10, 50))
    with Terminal(
        *words, environment=variables, folder=home, columns=columns, rows=height
    ) as terminal:
        before = terminal.first_mode
        terminal.until(lambda text: bool(text), "nothing")
        for key in keys:
            if not typed(terminal, key):
                break
            if rng.random() < 0.05:
                terminal.resize(rng.randrange(20, 150), rng.randrange(5, 60))
            if rng.random() < 0.2:
                seen |= rows(home)
        seen |= rows(home)
        status = left(terminal)
        if status is None:
            return f"it goes on with {terminal.text!r}"
        for word in ("Traceback", "Unhandled exception"):
            if word.encode() in terminal.raw:
                return terminal.raw.decode(errors="replace").rpartition(word)[2][-600:]
        if status not in (0, 1, 2, 3, 130, 254):  # the last: of SIGINT, which shells call 130
            return f"status {status}"
        if terminal.mode != before:
            return "the terminal is in another mode"
        for mode, state in {m[1]: m[2] for m in MODES.finditer(terminal.raw)}.items():
            if state != LEFT.get(mode, b"l"):
                return f"mode {mode.decode()} was left {state.decode()}"
    kept = rows(home)
    for path in home.glob("*.before-restore-*"):
        with suppress(sqlite3.Error):
            kept |= rows(home, path.name)
    if seen - kept:
        return f"{len(seen - kept)} rows of the log are gone"
    doctor = run(home, "doctor")
    return doctor.out[-300:] if doctor.status and "database differ" in doctor.out else doctor.fault


def typed(terminal: Terminal, key: str) -> bool:
    """Type a key, and read what comes of it; false where the program has gone."""
    try:
        terminal.send(key)
    except OSError:
        return False
    return terminal.settle(0.05)


def left(terminal: Terminal) -> int | None:
    """Leave with the keys that lead out of anything; the exit status, None where nothing does."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        for key in ("\x1b[201~", "\x1b", "q", "\x04", "\x03"):
            if not typed(terminal, key):
                return terminal.finish()
    return None


def rows(home: Path, name: str = "drill.sqlite") -> set[str]:
    """The ids in a log."""
    with closing(sqlite3.connect(home / name, timeout=30)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM log")}
