"""The tests of the rooms that changed: since main, or in the last commit where all is committed.

Prints one folder or file of tests a line; nothing where no room changed.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[1]


def room_tests(path: str) -> str | None:
    """The tests that belong to a changed file, whether they exist or not."""
    parts = PurePosixPath(path).parts
    match parts:
        case ("tests", *below) if len(below) > 1:
            return path if below[-1].startswith("test_") else None
        case ("contrastive_drill", room, *below) if below:
            # A view has tests of its own; every other room is one folder of tests.
            nested = room in ("screen", "lab") and len(below) > 1
            return f"tests/{room}/{below[0]}" if nested else f"tests/{room}"
        case ("question_bank", *_):
            return "tests/bank"
        case ("demos", *_):
            return "tests/demos"
        case _:
            return "tests/project"


def changed() -> set[str]:
    """Files that differ from the main branch, those not committed included."""
    base = _git("merge-base", "HEAD", "main")[0]
    files = {*_git("diff", "--name-only", base), *_git("ls-files", "-o", "--exclude-standard")}
    return files or set(_git("diff", "--name-only", "HEAD~1"))


def selected(files: Iterable[str], root: Path = ROOT) -> list[str]:
    """The tests there are for these files, a folder before what lies in it."""
    wanted = {tests for file in files if (tests := room_tests(file)) and (root / tests).exists()}
    return sorted(one for one in wanted if not any(one.startswith(f"{top}/") for top in wanted))


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1] or [""] if done.returncode == 0 else [""]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in selected(filter(None, changed())))
