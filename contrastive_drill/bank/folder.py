"""The bank files of a folder: which of its files are meant, and what is said of the others."""

import os
import re
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from contrastive_drill import intake
from contrastive_drill.bank.problems import Problem
from contrastive_drill.cards.form import NAME

MAX_FILES, MAX_ENTRIES, MAX_TOTAL = 500, 10_000, 32 * 1024 * 1024  # with all folders below
# What sync services and file managers put into the name of what did not fit over the original.
COPY = re.compile(
    r"conflict|konflikt|conflit|\(.*\bcop(?:y|ie|ia)\b|[ _-](?:copy|kopie|copie|copia)(?: \d+)?$"
    r"|^(?:copy of|kopie von|copie de|copia de) ",
    re.I,
)


class FileState(NamedTuple):
    """What tells one version of a file from the next."""

    path: str
    size: int
    changed_ns: int


class Folder(NamedTuple):
    """The bank files of a folder and of those below it, and what is left out of it."""

    files: tuple[FileState, ...]
    problems: tuple[Problem, ...]
    hidden: int  # folders and bank files, which are nobody's cards

    @property
    def paths(self) -> list[Path]:
        """The files to read."""
        return [Path(each.path) for each in self.files]


def folder(top: Path) -> Folder:
    """What there is to read, an original before what may be its copy; no folder holds nothing."""
    found: list[Path] = []
    left_out: dict[Path, str] = {}
    hidden = entries = 0
    waiting, seen = [top], set()
    for here in waiting:
        try:
            state = here.stat()
            with os.scandir(here) as listing:
                inside = [*islice(listing, MAX_ENTRIES + 1 - entries)]
        except FileNotFoundError:
            continue
        except OSError as error:
            left_out[here] = _unread(error)
            continue
        if (entries := entries + len(inside)) > MAX_ENTRIES:
            left_out[top] = f"more than {MAX_ENTRIES:,} files are in it: move what is no card away"
        if (state.st_dev, state.st_ino) in seen:  # a link back
            continue
        seen.add((state.st_dev, state.st_ino))
        for entry in inside:
            path, is_yaml = here / entry.name, entry.name.lower().endswith((".yaml", ".yml"))
            if entry.name.startswith("."):
                hidden += is_yaml or os.path.isdir(path)
            elif os.path.isdir(path):
                waiting.append(path)
            elif is_yaml and path.suffix != ".yaml":
                left_out[path] = "a bank file ends in .yaml: rename it"
            elif is_yaml and COPY.search(path.stem) and not NAME.fullmatch(path.stem):
                left_out[path] = "by its name a copy that a sync service made: rename or delete it"
            elif is_yaml:
                found.append(path)
    states = _within_limits(sorted(found, key=_place), left_out)
    problems = [Problem(str(path), 1, 1, why) for path, why in sorted(left_out.items())]
    return Folder(tuple(states), tuple(problems), hidden)


def _place(path: Path) -> tuple[bool, tuple[str, ...]]:
    """Names as this program gives them go before others, `mine` before `mine (1)`."""
    return not NAME.fullmatch(path.stem), path.with_suffix("").parts


def _within_limits(paths: list[Path], left_out: dict[Path, str]) -> list[FileState]:
    states: list[FileState] = []
    total = 0
    for path in paths:
        try:
            state = intake.state_of(path, intake.MAX_BYTES)
        except OSError as error:
            left_out[path] = _unread(error)
            continue
        if len(states) == MAX_FILES or total + state.st_size > MAX_TOTAL:
            limit = f"{MAX_FILES} files or {MAX_TOTAL // 1024 // 1024} MB of cards"
            left_out[path] = f"more than {limit}: it and what follows are not read"
            break
        total += state.st_size
        changed = max(state.st_mtime_ns, state.st_ctime_ns)  # at a change of rights the second
        states.append(FileState(str(path), state.st_size, changed))
    return states


def _unread(error: OSError) -> str:
    return f"cannot be read: {error.strerror}; mend that, or move it away"
