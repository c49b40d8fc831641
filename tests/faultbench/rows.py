"""Rows of the database that hold what no row may: said in a line by every command."""

import json
import re
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from random import Random

from faultbench.homes import COMMANDS, copied, lived_in, run, scratch

STRICT = re.compile(r"STRICT(, )?")
VALUES: tuple[object, ...] = (
    None, "", 0, 1, -1, 2**31, 2**63 - 1, -(2**63), 0.0, -0.0, 1e-320, 1e308, float("inf"),
    float("-inf"), "nan", "Infinity", 1.5, "word", b"", b"\xff\x00", "\x00", "\x1b]0;x\x07",
    "1" * 5000, "2026-11-21", "2026-11-21T17:30:00", "2026-11-21T17:30:00+99:99",
    "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00",
    "2026-02-30T00:00:00+00:00", "+262143-01-01T00:00:00Z",
    "0000-00-00", "today", 10**7, 3_652_059, 3_652_060, 719_162, "again", "good", "REVIEW", "easy ",
    "collapse", "own-card", "clip-loss", "no-such-card", "../../etc", "null", "[]", "{}", '""',
    "[[]]", '{"a": 1}', "[null]", "[1, 2]", '["\\ud800"]', "NaN", "1e999", "{", "[" * 100_000,
    '{"a":' * 50_000, '{"steps": Infinity}', "\udcff",
)  # fmt: skip


def trials(count: int, seed: int) -> tuple[int, list[str]]:
    """Put a hostile value into one cell of a copied database, and run commands on it."""
    rng, failures = Random(seed), list[str]()
    with scratch() as folder:
        whole = lived_in(folder)
        home = copied(whole, folder / "trial")
        for number in range(count):
            done = spoilt(home / "drill.sqlite", rng)
            for arguments in (COMMANDS[number % len(COMMANDS)], rng.choice(COMMANDS)):
                if fault := run(home, *arguments).fault:
                    failures.append(f"{done}, then {' '.join(arguments)}: {fault}")
            for path in (*home.glob("drill.sqlite*"), *(home / "backups").iterdir()):
                path.unlink()
            shutil.copytree(whole, home, dirs_exist_ok=True)
    return count, failures


def spoilt(path: Path, rng: Random) -> str:
    """Change one cell past every check of the database; what was changed."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    schema = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    tables = {name: sql for name, sql in schema if sql and not name.startswith("sqlite_")}
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    guards = dict(triggers.fetchall())
    for name in guards:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        while True:
            table = rng.choice([*tables])
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            column, key = rng.choice(columns)[1], next(row[1] for row in columns if row[5])
            rows = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
            if not rows:
                continue
            row, cell = rng.choice(rows)
            value = rng.choice([*VALUES, *mutated(cell, rng)])
            with suppress(sqlite3.Error, UnicodeEncodeError):
                _loosen(connection, table, STRICT.sub("", tables[table]))
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (value, row))
                return f"{table}.{column} of row {row} = {value!r:.60}"
    finally:
        with suppress(sqlite3.Error):
            _loosen(connection, table, tables[table])
        for sql in guards.values():
            connection.execute(sql)
        connection.close()


def _loosen(connection: sqlite3.Connection, table: str, sql: str) -> None:
    """Let a table be what `sql` says, without a look at its rows."""
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, table))
    connection.execute("PRAGMA writable_schema = RESET")


def mutated(cell: object, rng: Random) -> list[object]:
    """The cell with something in it changed: a part of its JSON, a character, its sign."""
    if isinstance(cell, int | float):
        return [-cell, cell * 1e6, cell + rng.choice((-1, 1)), str(cell)]
    if not isinstance(cell, str) or not cell:
        return []
    place = rng.randrange(len(cell))
    found: list[object] = [cell[:place], cell[:place] + "x" + cell[place + 1 :], cell * 2]
    with suppress(ValueError):
        value = json.loads(cell)
        odd: object = rng.choice([None, -1, 1e308, "x", [], {}, [[]], {"a": {}}])
        if isinstance(value, dict) and value:
            key = rng.choice([*value])
            found += [json.dumps({**value, key: odd})] * 3
            found += [json.dumps({each: value[each] for each in value if each != key})] * 2
        elif isinstance(value, list):
            found += [json.dumps([*value, odd])] * 3
    return found
