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


def changed(root: Path = ROOT) -> set[str]:
    """Files that differ from the main branch, those not committed included."""

    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
        return done.stdout.splitlines()

    files = {*git("ls-files", "-o", "--exclude-standard")}
    for base in git("merge-base", "HEAD", "main"):
        files |= {*git("diff", "--name-only", base)}
    return files or {*git("diff", "--name-only", "HEAD~1")}


def selected(files: Iterable[str], root: Path = ROOT) -> list[str]:
    """The tests there are for these files, a folder before what lies in it."""
    wanted = {tests for file in files if (tests := room_tests(file)) and (root / tests).exists()}
    return sorted(one for one in wanted if not any(one.startswith(f"{top}/") for top in wanted))


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in selected(changed()))
