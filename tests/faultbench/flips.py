"""Bits of a database that flip at rest: each is found, or changed nothing that is kept."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from traceback import format_exception

from lived import settled
from typer.testing import CliRunner

from contrastive_drill.cli import app

FINE = ("harmless", "mended", "restore")
KEPT = ("log", "sittings", "sitting_events", "demo_runs", "fits", "memories", "marks")


def trials(count: int, seed: int) -> Iterator[str]:
    """Flip a bit of a database, `count` times: `doctor` finds it, and `--repair` mends it."""
    rng = Random(seed)
    with TemporaryDirectory() as folder:
        os.environ["CONTRASTIVE_DRILL_HOME"] = folder
        path = settled(Path(folder))
        whole, kept = path.read_bytes(), content(path)
        for trial in range(count):
            # The header and the schema are a small part of the file, and the most delicate.
            near = len(whole) if trial % 4 else 4096
            place, bit = rng.randrange(near), rng.randrange(8)
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            path.write_bytes(flipped)
            outcome = asked(path, kept)
            for beside in path.parent.glob("drill.sqlite?*"):
                beside.unlink()
            yield "" if outcome in FINE else f"byte {place}, bit {bit}: {outcome}"


def asked(path: Path, kept: object) -> str:
    """What became of a flip, when `doctor` was asked to find and then to mend it."""
    now = content(path)
    status, said = doctor()
    if status == 0:
        return "harmless" if now == kept else "silent"
    if "Traceback" in said or path.name not in said:
        return said
    _, said = doctor("--repair")
    if doctor()[0] == 0:
        return "mended" if content(path) == kept else f"changed by the repair: {said}"
    # Of another program, of a newer one, or no database at all: a backup goes in its place.
    named = "contrastive-drill restore" in said or "newer contrastive-drill" in said
    return "restore" if named else said


def doctor(*options: str) -> tuple[int, str]:
    """The exit status of `doctor`, and what it said."""
    result = CliRunner().invoke(app, ["doctor", *options])
    crashed = result.exc_info and result.exc_info[0] is not SystemExit
    shown = "".join(format_exception(*result.exc_info)) if crashed and result.exc_info else ""
    return result.exit_code, result.output + shown


def content(path: Path) -> object:
    """All that is kept, byte by byte, as SQLite reads it alone, and whether it finds that whole."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    connection.text_factory = bytes
    try:
        tables = [connection.execute(f"SELECT * FROM {t} NOT INDEXED").fetchall() for t in KEPT]
        return tables, connection.execute("PRAGMA integrity_check(1)").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return str(error)
    finally:
        connection.close()
