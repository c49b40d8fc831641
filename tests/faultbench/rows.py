"""Rows of the database that hold what no row may: said in a line, and repaired."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from lived import settled
from shipped import warm

from contrastive_drill.store.health import TABLES
from contrastive_drill.store.table import seal
from faultbench.homes import CARD, COMMANDS, run, scratch

STRICT = re.compile(r"STRICT(, )?")
NO_TEXT = b"caf\xff"  # put there as text
VALUES: tuple[object, ...] = (
    None, "", 0, 1, -1, 2**31, 2**63 - 1, -(2**63), 0.0, -0.0, 1e-320, 1e308, float("inf"),
    float("-inf"), "nan", "Infinity", 1.5, "word", b"", b"\xff\x00", "\x00", "\x1b]0;x\x07",
    "1" * 5000, "2026-11-21", "2026-11-21T17:30:00", "2026-11-21T17:30:00+99:99",
    "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00",
    "2026-02-30T00:00:00+00:00", "+262143-01-01T00:00:00Z",
    "0000-00-00", "today", 10**7, 3_652_059, 3_652_060, 719_162, "again", "good", "REVIEW", "easy ",
    "collapse", "own-card", "clip-loss", "no-such-card", "../../etc", "null", "[]", "{}", '""',
    "[[]]", '{"a": 1}', "[null]", "[1, 2]", '["\\ud800"]', "NaN", "1e999", "{", "[" * 100_000,
    NO_TEXT, "undo", "bury", "exam",
    '{"a":' * 50_000, '{"steps": Infinity}', "\udcff",
)  # fmt: skip


def trials(count: int, seed: int) -> Iterator[str]:
    """Put a hostile value into one cell of a database, run commands on it, and have it repaired."""
    rng = Random(seed)
    with scratch() as folder:
        whole = folder / "whole"
        (whole / "bank").mkdir(parents=True)
        (whole / "bank" / "mine.yaml").write_text(CARD)
        warm(whole)
        run(whole, "plan", "--on", "2026-12-05", "--minutes", "5")
        settled(whole, 120)
        home = Path(shutil.copytree(whole, folder / "trial"))
        for number in range(count):
            done = spoilt(home / "drill.sqlite", rng)
            asked = (COMMANDS[number % len(COMMANDS)], rng.choice(COMMANDS), ("doctor", "--repair"))
            wrong = [fault for words in asked if (fault := told(home, words))]
            if (last := run(home, "doctor")).status:
                wrong.append(f"not repaired: {last.out}")
            yield (wrong and f"{done}, then {'; '.join(wrong)}") or ""
            for path in (*home.glob("drill.sqlite*"), *(home / "backups").iterdir()):
                path.unlink()
            shutil.copytree(whole, home, dirs_exist_ok=True)


def told(home: Path, words: tuple[str, ...]) -> str:
    """What is wrong with the way a command takes it; empty where nothing is."""
    said = run(home, *words)
    fault = said.fault
    if not fault and "\x1b" in said.err:
        fault = "raw control characters"
    elif not fault and said.status == 3 and "contrastive-drill doctor --repair" not in said.err:
        fault = f"without the remedy: {said.err}"
    return fault and f"{' '.join(words)}: {fault}"


def spoilt(path: Path, rng: Random) -> str:
    """Change one cell past every check of the database; what was changed."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.text_factory = lambda text: text.decode(errors="surrogateescape")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    schema = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
    guards = dict(connection.execute(schema).fetchall())
    for name in guards:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        while True:
            table = rng.choice([each.name for each in TABLES])
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            name, key = rng.choice(columns)[1], columns[0][1]
            row, cell = rng.choice(
                connection.execute(f"SELECT {key}, {name} FROM {table}").fetchall()
            )
            value = rng.choice([*VALUES, *mutated(cell, rng)])
            with suppress(sqlite3.Error, UnicodeEncodeError):  # two rows of one name; no letter
                with loosened(connection, table):
                    place = "CAST(? AS TEXT)" if value == NO_TEXT else "?"
                    change = f"UPDATE {table} SET {name} = {place} WHERE {key} = ?"
                    connection.execute(change, (value, row))
                    sealed = columns[-1][1] == "checksum" and name not in (key, "checksum")
                    if sealed and (sealed := rng.random() < 0.5):
                        query = f"SELECT * FROM {table} WHERE {key} = ?"
                        (cells,) = connection.execute(query, (row,))
                        change = f"UPDATE {table} SET checksum = ? WHERE {key} = ?"
                        connection.execute(change, (seal(cells[:-1]), row))
                return f"{table}.{name} of row {row} = {value!r:.60}{sealed * ', sealed'}"
    finally:
        for sql in guards.values():
            connection.execute(sql)
        connection.close()


@contextmanager
def loosened(connection: sqlite3.Connection, table: str) -> Iterator[None]:
    """Let a table take values of any type for a while, without a look at its rows."""
    query = "SELECT sql FROM sqlite_schema WHERE name = ?"
    ((strict,),) = connection.execute(query, (table,)).fetchall()

    def become(sql: str) -> None:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, table))
        connection.execute("PRAGMA writable_schema = RESET")

    become(STRICT.sub("", strict))
    try:
        yield
    finally:
        become(strict)


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
