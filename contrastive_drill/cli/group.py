"""The group of commands: turns errors into one line and an exit status; bugs keep a traceback."""

import errno
import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from contrastive_drill.errors import DrillError, ExitCode
from contrastive_drill.screen.plain import complain, say

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Plain = Annotated[bool, typer.Option(help="One line for each answer, as when input is piped.")]
CardId = Annotated[str, typer.Argument(metavar="ID", help="The card's id.")]


class DrillGroup(TyperGroup):
    """A group of commands that turns errors the user can fix into one line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DrillError as error:
            complain(str(error))
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            complain("interrupted; all recorded answers are saved")
            raise typer.Exit(ExitCode.INTERRUPTED) from error
        except BrokenPipeError as error:
            _discard_stdout()
            raise typer.Exit(ExitCode.OK) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EIO):
                raise
            _discard_stdout()
            say(f"contrastive-drill: cannot write the output: {error.strerror}", sys.stderr)
            raise typer.Exit(ExitCode.DATA) from error


def verbs() -> typer.Typer:
    """An app for the verbs of one module, which `root` loads."""
    return typer.Typer(rich_markup_mode=None, add_completion=False)


def _discard_stdout() -> None:
    """Keep the interpreter from flushing into a broken stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
