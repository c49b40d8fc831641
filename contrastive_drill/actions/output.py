"""The output of commands: rows of a view, in the person's pager if they are many; or JSON."""

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrastive_drill.actions.environment import at_terminal, open_console
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say, shown

if TYPE_CHECKING:
    from rich.text import Text

    from contrastive_drill.demo.result import Table
    from contrastive_drill.screen.card.sheet import Sheet

STDOUT = 1  # by number, as `/dev/stdout` means it
HALF = re.compile("[\ud800-\udfff]")


def print_rows(draw: "Callable[[Sheet], Iterable[Text]]", *, paged: bool = True) -> None:
    """Print the rows of a view for this terminal; in the pager, if `paged`, where they do not fit.

    A pager that is missing or fails leaves them printed as if there were none.
    """
    from contrastive_drill.screen import console
    from contrastive_drill.screen.card.sheet import Sheet

    screen = open_console()
    rows = [*draw(Sheet(screen, console.look_at(screen)))]
    height = sum(max(-(-row.cell_len // screen.width), 1) for row in rows)
    if paged and height >= screen.height and at_terminal() and not screen.is_dumb_terminal:
        with screen.capture() as drawn:
            console.print_rows(screen, rows)
        if _read_in_pager(drawn.get().encode(screen.encoding, "replace")):
            return
    console.print_rows(screen, rows)


def print_table(table: "Table") -> None:
    """Print a table for this terminal."""
    from contrastive_drill.screen.chart.tables import table_rows

    print_rows(lambda sheet: table_rows(sheet, table))


def _read_in_pager(text: bytes) -> bool:
    """Let the person read a text in `$PAGER`, or in less; false where there is none or it fails.

    An empty `$PAGER` is none.
    """
    from shutil import which
    from signal import SIGINT

    from contrastive_drill.actions.child_process import run

    command = os.environ.get("PAGER", "less -FRX" if which("less") else "")
    if not command:
        return False
    # Colours pass through less whatever else its reader wants of it.
    environment = {**os.environ, "LESS": f"-R {os.environ.get('LESS', '-FX')}"}
    status = run(command, text=text, shell=True, env=environment)
    return status in (0, -SIGINT, 128 + SIGINT)


def require_one_document(printed: str, **files: Path | None) -> None:
    """Refuse options that would print two documents to one stream.

    Raises:
        UsageProblem: with those options; `printed` is what stdout gets already, if anything.
    """
    on_stdout = [f"--{name}" for name, path in files.items() if path and _is_stdout(path)]
    if len(together := [*[printed] * bool(printed), *on_stdout]) > 1:
        raise UsageProblem(
            f"{' and '.join(together)} would be printed together: give {on_stdout[-1]} a file"
        )


def _is_stdout(path: Path) -> bool:
    if str(path) == "-":
        return True
    with suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(STDOUT))
    return False


def print_json(name: str, value: dict[str, Any]) -> None:
    """Print an output of `schemas.outputs` as one JSON object, its number first."""
    say(json_text(name, value), whole=True)


def json_text(name: str, value: dict[str, Any]) -> str:
    """The text of an output: ASCII in any locale, with null for NaN and infinities."""
    import json

    from contrastive_drill.schemas.outputs import stamped

    return json.dumps(_valid(stamped(name, value)), indent=2, allow_nan=False)


def _valid(value: Any) -> Any:
    """A value in which every number is finite, and no text has half of a pair."""
    match value:
        case str():
            return HALF.sub(lambda half: shown(half[0]), value)
        case float():
            return value if isfinite(value) else None
        case dict():
            return {_valid(key): _valid(member) for key, member in value.items()}
        case list() | tuple():
            return [_valid(member) for member in value]
        case _:
            return value
