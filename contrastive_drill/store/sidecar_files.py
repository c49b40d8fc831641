"""The files that SQLite, or a restore, keeps beside a database."""

import os
from pathlib import Path


def in_passing(path: Path) -> list[Path]:
    """The files that a restore has beside a database while it works, or left when it was killed."""
    try:
        names = sorted(os.listdir(path.parent))
    except OSError:
        return []
    return [
        path.with_name(name)
        for name in names
        if name.startswith(f".{path.name}.") and ".restoring" in name
    ]


def beside(path: Path, suffix: str) -> Path:
    """The file that SQLite keeps beside a database: `wal`, `shm` or `journal`."""
    return path.with_name(f"{path.name}-{suffix}")


def size_of(path: Path) -> int:
    """Bytes in the file; none when it is missing or out of reach."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
