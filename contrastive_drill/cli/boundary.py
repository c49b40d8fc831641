"""Where an error becomes one line and an exit status; a bug keeps its traceback."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from contrastive_drill.errors import DrillError, ExitCode


class DrillGroup(TyperGroup):
    """A group of commands that turns the errors a user can mend into one line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DrillError as error:
            complain(str(error))
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            complain("interrupted; every answer that was recorded is saved")
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except BrokenPipeError as error:
            # The reader of our output left; the interpreter must not flush into the pipe again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.OK) from error


def verbs() -> typer.Typer:
    """An app for the verbs of one module, to be loaded into the program's own."""
    return typer.Typer(rich_markup_mode=None, add_completion=False)


def complain(message: str) -> None:
    """Say one line on stderr."""
    sys.stdout.flush()
    encoding = sys.stderr.encoding or "ascii"
    line = f"contrastive-drill: {message}"
    print(line.encode(encoding, "backslashreplace").decode(encoding), file=sys.stderr)
