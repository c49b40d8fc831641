"""Files of any content in every place of the program's, under every command.

`python -m faultbench.files SEED FIRST LAST` makes some of the trials in its own process and prints
what fails.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from interviews import BANK
from resident import peak_megabytes

from faultbench.writings import CACHES, JSON_PLACES, Source, content

TESTS = Path(__file__).parents[1]
PROGRAM = str(Path(sys.executable).parent / "contrastive-drill")
SECONDS, MEGABYTES, HANGS = 5, 300, 120  # of the processor; of memory; on the wall
BATCH = 250  # trials of one process
REAL = 50  # one trial in so many is a program of its own, with the shipped bank
COMMANDS: tuple[tuple[str, ...], ...] = (
    (), ("status",), ("doctor",), ("bank", "check"), ("bank", "list"), ("bank", "list", "--json"),
    ("bank", "stats"), ("browse",), ("search", "one", "a"), ("show", "deep-one"), ("report",),
    ("review",), ("review", "--kind", "numeric"), ("review", "--section", "mine"), ("exam",),
    ("interview",), ("plan",), ("plan", "--on", "+9d", "--minutes", "9"), ("config",),
    ("config", "new_per_day", "4"), ("config", "keys", "anki"), ("edit", "deep-one"),
    ("edit", "own-one"), ("flag", "deep-one"), ("undo",), ("bank", "new", "a-card"),
    ("bank", "add", "Why?", "--say", "So.", "--point", "so"), ("bank", "check", "HOME/bank"),
    ("bank", "check", "--strict"), ("doctor", "--repair"), ("backup",), ("plan", "--clear"),
    ("report", "--html", "HOME/out.html"), ("browse", "--tag", "a"), ("show", "own-one"),
    ("edit", "own-one", "--revert"), ("config", "interview_on", "+3w"), ("config", "keys"),
)  # fmt: skip
TYPED = "an answer\n1 2\n3\n\n42\nall good\nwrong\n2\n:skip\n:quit\n"
# How often each is tried; in "bank", a file of any name.
PLACES = {
    "bank/mine.yaml": 12, "bank": 4, "drafts/deep-one.txt": 1, "cache/bank.cache": 1,
    "drill.sqlite": 1, **dict.fromkeys(JSON_PLACES, 1),
}  # fmt: skip


class Heavy(Exception):
    """A trial took too much memory."""


def put(chance: Source, home: Path) -> None:
    """Something in one of the places of the program's files."""
    name = chance.choices([*PLACES], [*PLACES.values()])[0]
    place = home / (f"bank/{chance.choice(NAMES)}" if name == "bank" else name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        if chance.random() < 0.9:
            data = content(chance, name)
            if chance.random() < 0.05:
                data = bytes(
                    each ^ (chance.random() < 0.01) * chance.randrange(256) for each in data
                )
            place.write_bytes(data)
        else:
            chance.choice(KINDS)(place)
    except (OSError, ValueError):
        pass  # a name that no file can have


def _huge(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(5 << 30)


KINDS: tuple[Callable[[Path], object], ...] = (
    os.mkfifo,
    lambda place: place.mkdir(),
    lambda place: place.symlink_to(place.name),
    lambda place: place.symlink_to("/dev/zero"),
    lambda place: place.symlink_to("gone"),
    lambda place: place.symlink_to(".."),
    lambda place: place.symlink_to("/proc/self/mem"),
    _huge,
)
NAMES = (
    "mine (conflicted copy).yaml", "mine.sync-conflict-20260801-1200-ABC.yaml", ".mine.yaml",
    "other.yml", "Other.YAML", "a/b/c.yaml", ".stversions/mine.yaml", "mine (1).yaml", "é\n.yaml",
    "x" * 250 + ".yaml", "sub.yaml/x.yaml", "overrides/deep-one.yaml", "overrides/own-one.yaml",
    os.fsdecode(b"\xff\x1b[31m.yaml"),
)  # fmt: skip


def furnish(home: Path) -> None:
    """A home as it is after some use: files in every place, nothing wrong with one."""
    shutil.rmtree(home, ignore_errors=True)
    for name, value in JSON_PLACES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(json.dumps(value))


def tried(number: int, seed: int, home: Path) -> str:
    """One trial: what is wrong about it.

    Raises:
        Heavy: when it took too much memory, for which those that follow here would be blamed.
    """
    chance = Source(f"{seed}-{number}")
    furnish(home)
    put(chance, home)
    if chance.random() < 0.2:
        put(chance, home)
    command = [word.replace("HOME", str(home)) for word in chance.choice(COMMANDS)]
    before = time.process_time()
    if number % REAL:
        problem = in_process(command)
        seconds = time.process_time() - before
        megabytes = peak_megabytes()
    else:
        problem, seconds, megabytes = as_program(command)
    if seconds > SECONDS:
        problem = f"{seconds:.1f} s"
    trial = f"trial {number} of seed {seed}, {' '.join(command)}"
    if megabytes > MEGABYTES:
        raise Heavy(f"{trial}: {megabytes:.0f} MB")
    return problem and f"{trial}: {problem}"


def in_process(command: list[str]) -> str:
    """A command in this process: how it went wrong, if it did."""
    from typer.testing import CliRunner

    from contrastive_drill.cli import app

    result = CliRunner().invoke(app, command, input=TYPED)
    if result.exit_code not in (0, 1, 2, 3) or not isinstance(result.exception, SystemExit | None):
        return f"status {result.exit_code}, {result.exception!r}"[:300]
    return ""


def as_program(command: list[str]) -> tuple[str, float, float]:
    """A command as a program of its own: how it went wrong, its seconds, its megabytes."""
    with subprocess.Popen(
        [PROGRAM, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _, said = child.communicate(TYPED.encode(), timeout=HANGS)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = usage.ru_utime + usage.ru_stime - before.ru_utime - before.ru_stime
    problem = f"status {child.returncode}" if child.returncode not in (0, 1, 2, 3) else ""
    if b"Traceback" in said:
        problem = said.decode(errors="replace").strip().splitlines()[-1][:300]
    return problem, seconds, usage.ru_maxrss / 1024


def batch(seed: int, first: int, last: int) -> None:
    """Some trials here; a line is printed of each, empty where nothing is wrong."""
    with TemporaryDirectory() as folder:
        home, shipped = Path(folder) / "home", Path(folder) / "shipped"
        shipped.mkdir()
        (shipped / "toy.yaml").write_text(BANK)
        # The bank of a few cards stands in for the shipped one; programs of their own have that.
        module = types.SimpleNamespace(__path__=[str(shipped)])
        sys.modules["contrastive_drill.question_bank"] = module  # type: ignore[assignment]
        os.environ |= {
            "CONTRASTIVE_DRILL_HOME": str(home),
            "CONTRASTIVE_DRILL_NOW": "2026-11-21T18:30:00+01:00",
            "EDITOR": "true",
            "VISUAL": "",
        }
        from contrastive_drill.bank.library import load

        load(shipped, home / "bank", home / "cache" / "bank.cache")
        CACHES.append((home / "cache" / "bank.cache").read_bytes())
        for number in range(first, last):
            signal.alarm(HANGS)
            try:
                print(tried(number, seed, home).replace("\n", " "), flush=True)
            except Heavy as problem:
                print(problem, flush=True)
                return


def trials(count: int, seed: int) -> Iterator[str]:
    """So many trials of a seed."""
    number = 0
    while number < count:
        last = min(number + BATCH, count)
        command = [sys.executable, "-m", "faultbench.files", *map(str, (seed, number, last))]
        done = subprocess.run(command, capture_output=True, text=True, cwd=TESTS)
        lines = done.stdout.splitlines()
        yield from lines
        number += len(lines)
        if done.returncode:
            yield f"trial {number} of seed {seed}: ended by {done.returncode} {done.stderr[-300:]}"
            number += 1


if __name__ == "__main__":
    batch(*map(int, sys.argv[1:4]))
