"""Eight reviews at once of the same cards: no answer is lost that was said to be saved."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

from shipped import warm
from terminal import PROGRAM

from faultbench.homes import LAST_DAY, run, scratch

PROCESSES = 8
EACH = 25  # answers of a process in a round
SAVED = "Saved: "
GRADES = ("none again", "all good", "1 hard", "all easy", "1")


def trials(count: int, seed: int) -> Iterator[str]:
    """Let eight processes answer until `count` answers were acknowledged, each a trial."""
    rng = Random(seed)
    while count > 0:
        with scratch() as home:
            warm(home)
            saved, wrong = round_of(home, rng, min(EACH, -(-count // PROCESSES)))
        yield from [""] * (saved - len(wrong))
        yield from wrong
        count -= max(saved, 1)


def round_of(home: Path, rng: Random, each: int) -> tuple[int, list[str]]:
    """How many answers of a round were acknowledged, and what is wrong after it."""
    said = together(home, rng, each)
    saved = sum(out.count(SAVED) for out, _, _ in said)
    wrong = [err[-300:] or f"status {status}" for _, err, status in said if status or err]
    if (kept := logged(home)) != saved:
        wrong.append(f"{saved} answers were saved, {kept} are in the log")
    if (doctor := run(home, "doctor")).status:
        wrong.append(doctor.out[-300:])
    return saved, wrong if saved else [*wrong, "nothing was answered"]


def together(home: Path, rng: Random, each: int) -> list[tuple[str, str, int]]:
    """What so many reviews at once printed, and how they ended; there is no database yet."""
    variables = {
        "CONTRASTIVE_DRILL_HOME": str(home),
        "CONTRASTIVE_DRILL_NOW": f"2026-11-{LAST_DAY}T18:30:00+01:00",
    }
    command = (PROGRAM, "review", "--new", "8", "--plain")
    children = [
        subprocess.Popen(
            command, env={**os.environ, **variables}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(PROCESSES)
    ]  # fmt: skip
    scripts = [
        "".join(f"because\n{rng.choice(GRADES)}\n" for _ in range(each)) + ":quit\n"
        for _ in children
    ]
    for child, script in zip(children, scripts, strict=True):
        assert child.stdin
        child.stdin.write(script)
        child.stdin.flush()  # all go on at once: a pipe holds as much
    said = [child.communicate() for child in children]
    return [(*each, child.returncode) for each, child in zip(said, children, strict=True)]


def logged(home: Path) -> int:
    """The answers in a log."""
    connection = sqlite3.connect(home / "drill.sqlite")
    try:
        ((count,),) = connection.execute("SELECT count(*) FROM log WHERE kind = 'review'")
    finally:
        connection.close()
    return int(count)
