"""Rows that this program never wrote: every command names them in one line, or never meets them."""

import os
import sqlite3
from pathlib import Path
from random import Random
from traceback import format_exception

from lived import scratch, settled
from typer.testing import CliRunner

from contrastive_drill.cli import app
from contrastive_drill.store.health import TABLES
from contrastive_drill.store.table import seal

DEEP = 100_000
HOSTILE: dict[str, tuple[object, ...]] = {
    "TEXT": (
        "", "x", "\0", "\x1b[2J\n", "é" * 300, "null", "7", "{}", "[1]", "[[]]",
        '{"a": {}}', '{"a": [[]]}',
        '{"seconds": 1e999}', '{"card": 5}', '[{"text": "no number"}]', "[" * DEEP, '{"a":' * DEEP,
        "NaN", "undo", "review", "change", "bury", "exam", "interview", "boss",
        "2026-11-21", "2026-11-21T17:30:00", "2026-02-30T17:30:00.000+00:00",
        "9999-12-31T23:59:59.999+00:00", "0001-01-01T00:00:00.000+00:00",
        "2026-11-21T17:30:00.000+14:00", b"caf\xff",
    ),
    "INTEGER": (-1, 0, 1, 5, 693_595, 2**31, 3_652_059, 3_652_060, 2**62, -(2**62)),
    "REAL": (-1.0, 0.0, 1.5, 5e-324, 1e308, float("inf"), float("-inf")),
}  # fmt: skip
STOP, PASS = ":quit\n", "\nall good\n:quit\n"
COMMANDS = (
    ("review", STOP), ("review --cram --limit 1", PASS), ("review --new 1", PASS),
    ("review --failed --limit 1", STOP), ("review --missed --limit 1", STOP),
    ("status --json", ""), ("report", ""), ("report --json", ""), ("browse --json", ""),
    ("browse --flagged --json", ""), ("show hubness", ""), ("show winoground-chance", ""),
    ("exam", STOP), ("exam --result", ""), ("exam --history", ""), ("interview", STOP),
    ("interview --history", ""), ("interview --result --json", ""), ("flags", ""), ("undo", ""),
    ("suspend hubness", ""), ("resume hubness", ""), ("flag hubness", "why\n"), ("backup", ""),
    ("plan --on +2w --minutes 20 --no-pager", ""), ("plan --explain hubness", ""),
    ("optimize", ""), ("optimize --undo", ""), ("demo --list", ""), ("demo history collapse", ""),
)  # fmt: skip


def trials(count: int, seed: int) -> tuple[int, list[str]]:
    """Put something hostile into one cell, `count` times; ask a few commands, then `doctor`."""
    rng, failures = Random(seed), list[str]()
    with scratch() as folder:
        os.environ["CONTRASTIVE_DRILL_HOME"] = folder
        path = settled(Path(folder), 120)
        whole = path.read_bytes()
        for _ in range(count):
            table = rng.choice(TABLES)
            where = spoiled(path, rng, table.name, resealed=rng.random() < 0.5)
            said = [asked(*rng.choice(COMMANDS)) for _ in range(3)]
            said += [asked("doctor --repair", ""), last := asked("doctor", "")]
            failures += [f"{where}: {each}" for each in map(wrong, said) if each]
            if last[1]:
                failures.append(f"{where}: not repaired, {last}")
            for beside in path.parent.glob("drill.sqlite?*"):
                beside.unlink()
            path.write_bytes(whole)
    return count, failures


def spoiled(path: Path, rng: Random, table: str, resealed: bool) -> str:
    """Put something hostile into one cell of a table; says which."""
    with sqlite3.connect(path) as connection:
        connection.text_factory = lambda text: text.decode(errors="surrogateescape")
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        key = columns[0][1]
        keys = [row[0] for row in connection.execute(f"SELECT {key} FROM {table}")]
        while True:
            row, column = rng.choice(keys), rng.choice(columns)
            name, kind = column[1], column[2]
            value = rng.choice(HOSTILE[kind])
            place = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
            try:
                connection.execute(
                    f"UPDATE {table} SET {name} = {place} WHERE {key} = ?", (value, row)
                )
            except sqlite3.IntegrityError:
                continue  # two rows of one name, which SQLite itself refuses
            break
        if resealed and columns[-1][1] == "checksum" and name not in (key, "checksum"):
            (cells,) = connection.execute(f"SELECT * FROM {table} WHERE {key} = ?", (row,))
            connection.execute(
                f"UPDATE {table} SET checksum = ? WHERE {key} = ?", (seal(cells[:-1]), row)
            )
        for _, sql in guards:
            connection.execute(sql)
    connection.close()
    return f"{table} {row!r}, {name} = {str(value)[:30]!r}{', resealed' if resealed else ''}"


def asked(command: str, typed: str) -> tuple[str, int, str, str]:
    """A command, its exit status, what it complained of, and its traceback if it had one."""
    result = CliRunner().invoke(app, command.split(), input=typed)
    crash = result.exc_info and result.exc_info[0] is not SystemExit
    trace = "".join(format_exception(*result.exc_info)[-6:]) if crash and result.exc_info else ""
    return command, result.exit_code, result.stderr, trace


def wrong(said: tuple[str, int, str, str]) -> str | None:
    """Why an outcome is not what a person should meet; None when it is."""
    command, status, complaint, trace = said
    if trace:
        return f"{command}: {trace}"
    if "\x1b" in complaint or (complaint.splitlines()[1:] and command != "exam"):
        return f"{command}: more than a line: {complaint!r}"
    # A row that reads well and breaks a rule of its table is not named, and the remedy is.
    named = "contrastive-drill doctor --repair" in complaint
    return None if status in (0, 1, 2) or named else f"{command}: {status}, {complaint}"
