"""Kills at a system call while the database is created, changed, restored, repaired or merged.

`strace` counts the calls and sends the signal before one of them, so that every state is met in
which a kill can leave the files. Commands that only read must show the whole history from there.
"""

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple
from unittest import SkipTest

import old_format

from contrastive_drill.errors import DataProblem
from contrastive_drill.store import Store, backups, migrations
from contrastive_drill.store.repair import repair
from contrastive_drill.store.restore import restore
from faultbench.homes import copied, scratch

CHILDREN = Path(__file__).parents[1] / "children"
sys.path.insert(0, str(CHILDREN))

from answers import NOW, answer, as_shown, assert_sound, opened  # noqa: E402

CHANGE = (sys.executable, CHILDREN / "stages.py")
KINDS = ("create", "migrate", "restore", "restore-damaged", "repair", "merge")
CALL = re.compile(r"(\w+)\(")


class Stage(NamedTuple):
    """What stands before a trial: a folder to copy, and the answers in it and in its backup."""

    folder: Path
    every: frozenset[str]
    early: frozenset[str]
    more: frozenset[str]  # that come in
    points: list[tuple[str, int]]  # the calls that matter: a name, and which of that name


def trials(count: int, seed: int, kinds: Sequence[str] = KINDS) -> Iterator[str]:
    """Kill at `count` of the calls, of these changes; with more than there are, at each."""
    if not strace():
        raise SkipTest("strace is missing, or may not trace here")
    with scratch() as folder:
        stages = {kind: staged(kind, folder / kind) for kind in kinds}
        points = [(kind, *point) for kind in kinds for point in stages[kind].points]
        for kind, call, which in Random(seed).sample(points, min(count, len(points))):
            with copied(stages[kind].folder) as place:
                said = changed(kind, place, "-e", f"inject={call}:signal=KILL:when={which}")
                problem = wrong(kind, stages[kind], place, said)
            yield problem and f"{kind} killed at {call} {which}: {problem}"


def wrong(kind: str, stage: Stage, folder: Path, said: str) -> str:
    """What is not as it should be after a kill; empty where all is."""
    try:
        examine(kind, stage, folder, said)
    except (AssertionError, DataProblem) as problem:
        return repr(problem)
    return ""


def staged(kind: str, folder: Path) -> Stage:
    """The files before a change, and every call that the change makes."""
    folder.mkdir()
    early: set[str] = set()
    late: set[str] = set()
    more: set[str] = set()
    if kind == "migrate":
        newest, migrations.MIGRATIONS = migrations.MIGRATIONS, migrations.MIGRATIONS[:1]
        with opened(folder) as store:
            for number in range(8):
                old_format.record(store, review := answer(f"card-{number}", store.memory("none")))
                late.add(review.id)
        migrations.MIGRATIONS = newest
    elif kind != "create":
        with opened(folder) as store:
            early = {recorded(store, f"card-{number}") for number in range(4)}
            store.backup(NOW)
            ((page,),) = store.database.rows(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'marks'"
            )
        # Killed at work: its answers are in the write-ahead log alone.
        said = subprocess.run((*CHANGE, "answer", folder), capture_output=True, text=True).stdout
        late = {word[1:] for word in said.split()}
        assert len(late) == 4
        path = folder / "drill.sqlite"
        if kind == "repair":
            with sqlite3.connect(path) as connection:
                connection.execute("DROP TRIGGER log_no_UPDATE")
                connection.execute("UPDATE log SET answer = 'other' WHERE seq = 6")
            connection.close()
        if kind == "merge":
            with opened(folder / "other") as store:
                more = {recorded(store, f"other-{number}") for number in range(40)}
        if kind == "restore-damaged":  # in a page that the log does not hold
            with path.open("rb+") as file:
                file.seek((page - 1) * 4096)
                file.write(b"\xff" * 4096)
    place = folder.with_name(f"{kind}-whole")
    shutil.copytree(folder, place)
    log = folder.with_name(f"{kind}.strace")
    assert changed(kind, place, "-o", str(log)) == "+late-after\n"
    found = calls(log, place)
    return Stage(folder, frozenset(early | late), frozenset(early), frozenset(more), found)


def recorded(store: Store, card: str) -> str:
    """Record an answer; returns its id."""
    review = answer(card, store.memory(card))
    store.record(review)
    return review.id


def calls(log: Path, folder: Path) -> list[tuple[str, int]]:
    """The calls from the first that names the folder on, each with its number of that name."""
    counts: dict[str, int] = {}
    found: list[tuple[str, int]] = []
    for line in log.read_text(errors="replace").splitlines():
        if (name := CALL.match(line)) and name[1] != "execve":
            counts[name[1]] = counts.get(name[1], 0) + 1
            if found or f'"{folder}' in line:
                found.append((name[1], counts[name[1]]))
    return found


def changed(kind: str, folder: Path, *options: str) -> str:
    """Make the change in a process that strace watches; what it said."""
    script = (*CHANGE, kind, folder)
    output = () if "-o" in options else ("-o", "/dev/null")
    done = subprocess.run(
        [strace(), "-qq", *output, *options, *script], capture_output=True, text=True
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.stdout


@cache
def strace() -> str:
    """The program; an empty word where it is missing or may not trace."""
    found = shutil.which("strace") or ""
    allowed = found and not subprocess.run([found, "-o", "/dev/null", "true"]).returncode
    return found if allowed else ""


def shown(folder: Path) -> set[str] | str:
    """The answers that a command which only reads can see, or what it says instead."""
    path = folder / "drill.sqlite"
    try:
        with Store.open(path, folder / "backups", NOW, read_only=True) as store:
            store.marks()
            assert_sound(store)
            return {review.id for review in store.reviews()} - {"late-after"}
    except DataProblem as problem:
        return str(problem)


def examine(kind: str, stage: Stage, folder: Path, said: str) -> None:
    """The whole history is in sight, and life goes on."""
    path = folder / "drill.sqlite"
    (copy,) = (folder / "backups").glob("*.manual.sqlite") if stage.early else (None,)
    before = shown(folder)
    if isinstance(before, str):
        assert kind in ("restore-damaged", "repair"), before
        word = "doctor --repair" if kind == "repair" else "restore"
        assert word in before, before
    elif (
        before != stage.every and before != stage.every | stage.more
    ):  # then a restore has come to its end
        assert before == stage.early, before
        assert copy
        if kind == "restore":
            aside = [*folder.glob("*.before-restore-*")]
            assert any(answers_of(file) == stage.every for file in aside), aside
    if isinstance(before, str) and copy:
        if kind == "repair":
            repair(path, folder / "backups", NOW, as_shown)
        else:
            restore(path, copy, NOW)
    with opened(folder) as store:
        assert_sound(store)
        kept = {review.id for review in store.reviews()}
        assert not said or "late-after" in kept
        assert kept - {"late-after"} in (stage.every, stage.early, stage.every | stage.more)
        recorded(store, "again")
    assert not isinstance(shown(folder), str)


def answers_of(path: Path) -> set[str]:
    """The answers in a file."""
    try:
        with backups.open_backup(path) as database:
            return {str(row[0]) for row in database.rows("SELECT id FROM log")}
    except DataProblem:
        return set()
