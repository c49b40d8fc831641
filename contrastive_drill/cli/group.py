"""Where an error becomes one line and an exit status; a bug keeps its traceback."""

import errno
import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from contrastive_drill.errors import DrillError, ExitCode
from contrastive_drill.screen.plain import complain, say


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
            _leave_stdout()
            raise typer.Exit(ExitCode.OK) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EIO):
                raise
            _leave_stdout()
            say(f"contrastive-drill: cannot write the output: {error.strerror}", sys.stderr)
            raise typer.Exit(ExitCode.DATA) from error


def verbs() -> typer.Typer:
    """An app for the verbs of one module, to be loaded into the program's own."""
    return typer.Typer(rich_markup_mode=None, add_completion=False)


def _leave_stdout() -> None:
    """Keep the interpreter from flushing into a stream that takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
