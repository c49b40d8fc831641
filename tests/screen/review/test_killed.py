"""kill -9 on the installed program: every answer that was acknowledged on the screen is there."""

import os
import random
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from terminal import PROGRAM

from contrastive_drill.memory.scheduler import replay
from contrastive_drill.store import Store

pytestmark = pytest.mark.fault
NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
TRIALS = 12


def killed_review(chance: random.Random) -> int:
    """Answer cards until a random byte of the output, kill, and count the answers said saved."""
    typed = ("\nall " + chance.choice(["good", "again", "easy"]) + "\n") * 60
    child = subprocess.Popen(
        [PROGRAM, "review", "--new", "55"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(typed.encode())
    child.stdin.flush()
    seen = b""
    wanted = chance.randrange(1, 30_000)
    while len(seen) < wanted and (
        piece := os.read(child.stdout.fileno(), chance.randrange(1, 2000))
    ):
        seen += piece
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    return seen.count(b"\nSaved: ")


def test_no_acknowledged_answer_is_lost(home: Path) -> None:
    chance = random.Random(20261121)
    acknowledged = 0
    for _ in range(TRIALS):
        acknowledged += killed_review(chance)
        with sqlite3.connect(home / "drill.sqlite") as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.close()
        with Store.open(home / "drill.sqlite", home / "backups", NOW) as store:
            logged = list(store.reviews())
            assert store.memories() == replay(logged)
        assert len(logged) >= acknowledged
        acknowledged = len(logged)  # what was committed but not yet said counts from here on
    assert acknowledged > TRIALS
