"""Ratios with their bounds, and what a process takes."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One measured ratio and its bound."""

    name: str
    reference: str
    ratio: float
    bound: float
    note: str

    @property
    def held(self) -> bool:
        """Whether the ratio keeps its bound."""
        return self.ratio <= self.bound


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| measured | against | ratio | at most | in this run |", "|---|---|---|---|---|"]
    for row in rows:
        bound = f"{row.bound:g}" if row.held else f"**{row.bound:g}**"
        lines.append(f"| {row.name} | {row.reference} | {row.ratio:.2f} | {bound} | {row.note} |")
    broken = sum(not row.held for row in rows)
    return "\n".join([*lines, "", f"{broken} of {len(rows)} bounds are broken."])


def variables(home: Path) -> dict[str, str]:
    """The environment of a run."""
    return {
        "CONTRASTIVE_DRILL_HOME": str(home),
        "CONTRASTIVE_DRILL_NOW": NOW.isoformat(),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",  # threads that wait for each other burn processor seconds
    }


class Used(NamedTuple):
    """What one process took, and how it ended."""

    seconds: float  # of the processor
    megabytes: float  # resident, at the peak
    status: int


def watched(*command: str, home: Path, typed: str = "") -> Used:
    """Run a command to its end, in a process of its own."""
    script = (
        "import resource, subprocess, sys;"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss, done.returncode)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        input=typed, text=True, capture_output=True, check=True,
        env={**os.environ, **variables(home)},
    )  # fmt: skip
    seconds, peak, ended = done.stdout.split()
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Used(float(seconds), int(peak) / unit, int(ended))
