"""The files that SQLite and a restore keep beside a database."""

import os
from pathlib import Path

SIDECARS = ("-wal", "-shm", "-journal")  # what SQLite adds to the name of a database


def restore_leftovers(path: Path) -> list[Path]:
    """The files of a restore that is under way, or was killed."""
    return [
        path.with_name(name)
        for name in sorted(names_in(path.parent))
        if name.startswith(f".{path.name}.") and ".restoring" in name
    ]


def names_in(folder: Path) -> list[str]:
    """The names in a folder; none when it is missing or out of reach."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def sidecar(path: Path, suffix: str) -> Path:
    """The file that SQLite keeps beside a database: `wal`, `shm` or `journal`."""
    return path.with_name(f"{path.name}-{suffix}")


def size_of(path: Path) -> int:
    """Bytes in the file; 0 when it is missing or out of reach."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def ends_within_a_page(path: Path) -> bool:
    """Whether a database at rest was cut off; one at work may be mended by what is beside it."""
    if any(size_of(sidecar(path, suffix)) for suffix in ("wal", "journal")):
        return False
    try:
        with path.open("rb") as file:
            page = int.from_bytes(file.read(18)[16:], "big")
    except OSError:
        return False  # whoever opens it says why
    return bool(page) and size_of(path) % (page if page > 1 else 65536) > 0
