"""The verbs, each loaded on first use; errors become one line and an exit status."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from contrastive_drill import signals
from contrastive_drill.errors import DrillError, ExitCode
from contrastive_drill.screen.plain import complain, say, shown

USAGE: Any = typer.BadParameter.__base__  # typer's own copy of click's `UsageError`


def known(*sorts: str) -> Callable[[], Any]:
    """What completes a word: the names there are, of some sorts of `actions.completion`."""
    return lambda: import_module("contrastive_drill.actions.completion").names(*sorts)


def named(purpose: str, *sorts: str, **more: Any) -> Any:
    """An option that takes a name of one of these sorts."""
    return typer.Option(help=purpose, autocompletion=known(*sorts), **more)


def one_of(words: type[StrEnum], purpose: str) -> Any:
    """An option that takes one of a few words."""

    def read(word: str) -> StrEnum:
        if word not in set(words):
            from contrastive_drill.spelling import UnknownName

            raise UnknownName(f"'{word}' is not known here", word, words)
        return words(word)

    choices = f"[{'|'.join(words)}]"
    return typer.Option(
        help=purpose, parser=read, metavar=choices, autocompletion=lambda: list(words)
    )


Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def _without_pager(given: bool) -> None:
    """Have this command, and those it starts, print everything at once."""
    if given:
        os.environ["PAGER"] = ""


NoPager = Annotated[
    bool, typer.Option("--no-pager", callback=_without_pager, help="Print all at once.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would come in, and write nothing.")
]
DryRunOut = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")
]
Plain = Annotated[bool, typer.Option(help="One line for each answer, as when input is piped.")]
CardId = Annotated[
    str, typer.Argument(metavar="ID", help="The card's id.", autocompletion=known("card"))
]


MARKS = ("suspend", "resume", "bury", "flag", "unflag", "flags")
VERBS = (
    "review", "exam", "plan", "interview", "status", "report", "optimize", "show", "search",
    "browse", "edit", "demo", "code", "undo", *MARKS, "bank", "config", "export", "import",
    "merge", "backup", "restore", "doctor", "schema", "help",
)  # fmt: skip
# Where it is not of the verb's name. Importing every module would cost each start 20 ms.
MODULES = {**dict.fromkeys(MARKS, "marks"), "restore": "backup", "import": "imports"}


@contextmanager
def _showing_what_was_typed() -> Iterator[None]:
    """Keep what a wrong word may hide from what typer says of it."""
    try:
        yield
    except USAGE as error:
        error.message = shown(error.message)
        raise


class DrillGroup(TyperGroup):
    """A group of commands that turns errors the user can fix into one line on stderr."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        with _showing_what_was_typed():
            return super().parse_args(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command: Any = super().get_command(ctx, cmd_name)
        if command is not None:  # in lists, all of its first sentence: else it is cut to one row
            command.short_help = command.help.partition("\n\n")[0]
        return command

    def invoke(self, ctx: Any) -> Any:
        try:
            with signals.at_work(), _showing_what_was_typed():
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
            if error.filename is not None:
                from contrastive_drill.files import refusal

                complain(str(refusal(error)))
                raise typer.Exit(ExitCode.DATA) from error
            if error.errno not in (errno.ENOSPC, errno.EIO):
                raise
            _discard_stdout()
            say(f"contrastive-drill: cannot write the output: {error.strerror}", sys.stderr)
            raise typer.Exit(ExitCode.DATA) from error


class LazyVerbs(DrillGroup):
    """The group of verbs; the module of a verb is imported on first use."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(VERBS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        asked = not ctx.resilient_parsing  # which a shell that completes does not
        if asked and args[0] not in VERBS and not args[0].startswith("-"):
            from contrastive_drill.spelling import UnknownName

            raise UnknownName(f"there is no command '{args[0]}'", args[0], VERBS)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            return None
        module = import_module(f"contrastive_drill.cli.{MODULES.get(cmd_name, cmd_name)}")
        command: Any = typer.main.get_command(module.app)
        # Typer turns an app with one command into that command, one with several into a group.
        own = command if command.name == cmd_name else command.commands[cmd_name]
        self.add_command(own, cmd_name)
        return super().get_command(ctx, cmd_name)


def verbs() -> typer.Typer:
    """An app for the verbs of one module, which `root` loads."""
    return typer.Typer(rich_markup_mode=None, add_completion=False)


def _discard_stdout() -> None:
    """Keep the interpreter from flushing into a broken stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
