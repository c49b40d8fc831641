"""SQLite's errors as one line each that says what to do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from contrastive_drill.errors import DataProblem

# Python decodes SQLite's messages strictly, and they may quote the bytes of a damaged file.
SQLITE_ERRORS = (sqlite3.Error, UnicodeDecodeError)
NOT_WRITABLE = ("SQLITE_CANTOPEN", "SQLITE_READONLY")
# Of a table, index or column; the last is of the schema as a whole.
_ALIEN = (
    *("no such ", "already exists", "duplicate column", "has no column"),
    "unsupported file format",
)
MEND = "mend it with: contrastive-drill doctor --repair"


class Damaged(DataProblem):
    """The file is not as SQLite or this program wrote it."""


def name_of(error: Exception) -> str:
    """SQLite's extended name of an error; empty when Python itself raised it."""
    return getattr(error, "sqlite_errorname", "")


def problem_of(error: Exception, path: Path, remedy: Callable[[], str]) -> Exception:
    """The problem behind an error of SQLite, or the error itself when it is a bug of ours."""
    name, text = name_of(error), str(error)
    # Our SQL is fixed: where a table is amiss, the file is not as we made it.
    alien = name == "SQLITE_ERROR" and any(sign in text for sign in _ALIEN)
    undecodable = isinstance(error, UnicodeDecodeError) or "to UTF-8" in text
    corrupt = name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"))
    if corrupt or alien or undecodable:
        return Damaged(damage(path, remedy))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DataProblem(
            f"another process is writing to {path}; nothing was saved: try again when it is done"
        )
    if name == "SQLITE_FULL":
        return DataProblem(
            f"the disk of {path} is full; nothing was saved: free some space and try again"
        )
    if name == "SQLITE_READONLY_DBMOVED":
        return DataProblem(f"{path} was moved or replaced while in use; start the program again")
    if name.startswith(NOT_WRITABLE):
        return DataProblem(unwritable(path))
    if name.startswith("SQLITE_IOERR"):
        return DataProblem(
            f"the disk refused to read or write {path}: check that it is neither full nor failing,"
            " and try again"
        )
    return error


def damage(path: Path, remedy: Callable[[], str], what: str | None = None) -> str:
    """The line for a damaged file, with what is amiss in it where that is known."""
    found = f": {what}; {MEND}" if what else f"; {remedy()}"
    return f"{path} is damaged and was left as it is{found}"


def unwritable(path: Path) -> str:
    """The line for a file that cannot be used where it is."""
    return (
        f"cannot open or write {path}: make the file and its folder writable,"
        " or set CONTRASTIVE_DRILL_HOME to a folder that is"
    )
