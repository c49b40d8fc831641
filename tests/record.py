"""What a bench ran on, and the guide that keeps its tables."""

import os
import platform
import re
import subprocess
from datetime import date
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "contrastive_drill" / "guides" / "measurements.md"
VERSIONS = ("numpy", "torch", "fsrs-rs-python")


def provenance(seeds: str) -> str:
    """The line above a table: date, commit, machine, versions and seeds.

    Ask for it before measuring: the load that it names is then that of others.
    """
    python = platform.python_version()
    versions = ", ".join(f"{name} {version(name)}" for name in VERSIONS)
    return (
        f"{date.today().isoformat()}, commit {commit()}. {processor()}, "
        f"{plural(os.cpu_count() or 1, 'core')}, {platform.system()}; Python {python}, {versions}; "
        f"load average {os.getloadavg()[1]:.1f} before. {seeds}."
    )


def plural(count: int, noun: str) -> str:
    """A count and its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def commit() -> str:
    """The short name of the commit that is checked out, and whether the files differ from it."""
    name = _git("rev-parse", "--short", "HEAD") or "unknown"
    changed = _git("status", "--porcelain", "--", ".", f":!{GUIDE.relative_to(ROOT)}")
    return f"{name} with changes" if changed else name


def processor() -> str:
    """The processor's model."""
    try:
        info = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    model = re.search(r"^model name\s*:\s*(.+)$", info, re.M)
    return model[1] if model else platform.machine()


def record(section: str, made: str, table: str, guide: Path = GUIDE) -> None:
    """Put a table between the markers of its section, under its provenance.

    Raises:
        ValueError: when the guide has no such section.
    """
    text = guide.read_text("utf-8")
    begin, end = f"<!-- begin {section} -->\n", f"<!-- end {section} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{guide} has no section {section}")
    body = f"\n{made}\n\n{table.strip()}\n\n"
    guide.write_text(before + begin + body + end + after, "utf-8")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()
