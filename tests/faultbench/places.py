"""Every place of the program's files, out of order in every way, under every command."""

import ctypes
import os
import random
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from shipped import warm

PROGRAM = str(Path(sys.executable).parent / "contrastive-drill")
PATIENCE = 120  # seconds
OVERRIDES = (1, 2)  # the capabilities by which root passes over rights: CAP_DAC_*
PLACES = (
    ".", "drill.sqlite", "backups", "backups/*", "cache", "cache/bank.cache", "cache/weights",
    "bank", "bank/mine.yaml", "drafts", "settings.json", "plan.json",
)  # fmt: skip
COMMANDS: tuple[tuple[str, ...], ...] = (
    (), ("status",), ("review",), ("exam",), ("report",), ("report", "--json"), ("backup",),
    ("restore",), ("doctor",), ("plan",), ("plan", "--minutes", "6"), ("plan", "--clear"),
    ("config",), ("config", "new_per_day", "4"), ("config", "keys", "anki"), ("undo",),
    ("flag", "clip-loss"), ("flags",), ("show", "clip-loss"), ("browse",), ("status", "--json"),
    ("edit", "clip-loss"), ("edit", "clip-loss", "--revert"), ("optimize",), ("bank", "list"),
    ("bank", "check"), ("bank", "stats"), ("bank", "new", "a-card"), ("demo", "history"),
    ("bank", "add", "Why?", "--say", "So.", "--point", "so"), ("help",),
)  # fmt: skip


def no_rights(place: Path) -> None:
    """Nobody may do anything with it."""
    place.chmod(0)


def read_only(place: Path) -> None:
    """It may be read."""
    place.chmod(0o555 if place.is_dir() else 0o444)


def another_kind(place: Path) -> None:
    """A file where a folder should be, or a folder where a file should be."""
    was_folder = place.is_dir()
    gone(place)
    place.write_text("in the way") if was_folder else place.mkdir()


def pipe(place: Path) -> None:
    """A pipe that nobody writes to."""
    gone(place)
    os.mkfifo(place)


def device(place: Path) -> None:
    """A link to a device without an end."""
    gone(place)
    place.symlink_to("/dev/zero")


def nowhere(place: Path) -> None:
    """A link to what is not there."""
    gone(place)
    place.symlink_to(place.parent / "unplugged" / "name")


def circle(place: Path) -> None:
    """A link to itself."""
    gone(place)
    place.symlink_to(place.name)


def elsewhere(place: Path) -> None:
    """A link to the same thing at another place."""
    other = place.with_name(f"real-{place.stem}")
    place.rename(other)
    place.symlink_to(other.name)


def gone(place: Path) -> None:
    """Nothing is there."""
    shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()


FAULTS = (no_rights, read_only, another_kind, pipe, device, nowhere, circle, elsewhere, gone)


def run(home: Path, command: tuple[str, ...], typed: str = "") -> subprocess.CompletedProcess[str]:
    """What a command of the program says, where rights bind it, whoever starts it."""

    def bind() -> None:
        for capability in OVERRIDES if os.geteuid() == 0 else ():
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)

    return subprocess.run(
        [PROGRAM, *command],
        input=typed,
        env={**os.environ, "CONTRASTIVE_DRILL_HOME": str(home), "EDITOR": "true"},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=PATIENCE,
        preexec_fn=bind,
        check=False,
    )


def prepared(home: Path) -> None:
    """A home with an answer, a card, a plan and settings."""
    warm(home)
    for command in (
        ("config", "new_per_day", "5"), ("plan", "--on", "+2d", "--minutes", "5"),
        ("bank", "add", "Why whiten?", "--say", "It evens out.", "--point", "even"), ("backup",),
    ):  # fmt: skip
        assert run(home, command).returncode == 0, command
    assert run(home, ("review",), "an answer\nall\n:quit\n").returncode == 0
    for folder in ("drafts", "cache/weights"):
        (home / folder).mkdir(parents=True, exist_ok=True)


@contextmanager
def repaired(home: Path) -> Iterator[None]:
    """Whatever was done to the rights in a folder, it can be deleted afterwards."""
    try:
        yield
    finally:
        for folder, folders, _ in os.walk(home.parent):
            for name in folders:
                with suppress(OSError):
                    os.chmod(Path(folder, name), 0o700)


def wrong(home: Path, place: Path, fault: Callable[[Path], None], command: tuple[str, ...]) -> str:
    """What is not as it should be after a command; empty where all is."""
    try:
        done = run(home, command, "an answer\nall\n:quit\n")
    except subprocess.TimeoutExpired:
        return "hangs"
    lines = done.stderr.splitlines()
    if not all(line.startswith("contrastive-drill: ") for line in lines):
        return f"says {done.stderr[-600:]}"
    if done.returncode not in (0, 1, 2, 3) or (done.returncode and not lines):
        return f"ends with {done.returncode}: {done.stderr}"
    kept = {
        **dict.fromkeys((elsewhere, nowhere, circle, device), stat.S_ISLNK),
        pipe: stat.S_ISFIFO,
    }
    if fault in kept and command != ("plan", "--clear") and not kept[fault](place.lstat().st_mode):
        return f"replaces what is {fault.__name__}"
    if fault is elsewhere and done.returncode != run_sound(command):
        return f"does not follow a link: {done.returncode} {lines}"
    return ""


SOUND: dict[tuple[str, ...], int] = {}


def run_sound(command: tuple[str, ...]) -> int:
    """The status of a command where all is in order."""
    return SOUND[command]


def trials(count: int, seed: int) -> Iterator[str]:
    """Put one of the places out of order and run a command, `count` times."""
    rng = random.Random(seed)
    cases = [(p, f, c) for p in PLACES for f in FAULTS for c in COMMANDS]
    with TemporaryDirectory() as folder:
        sound = Path(folder, "sound")
        prepared(sound)
        for number, (name, fault, command) in enumerate(rng.sample(cases, min(count, len(cases)))):
            home = Path(folder, f"{number}", "home")
            shutil.copytree(sound, home, symlinks=True)
            if command not in SOUND:
                SOUND[command] = run(home, command, "an answer\nall\n:quit\n").returncode
                shutil.rmtree(home.parent)
                shutil.copytree(sound, home, symlinks=True)
            place = next(home.glob(name)) if name != "." else home
            with repaired(home):
                fault(place)
                problem = wrong(home, place, fault, command)
            shutil.rmtree(home.parent, ignore_errors=True)
            yield problem and f"{name}, {fault.__name__}, {' '.join(command)}: {problem}"
