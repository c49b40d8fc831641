"""The program: its options, its first screen, and its verbs, each loaded on first use."""

from importlib import import_module
from typing import Annotated, Any

import typer

from contrastive_drill import __version__
from contrastive_drill.cli.group import DrillGroup
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say

# The module of each verb. Importing all of them would cost each start 20 ms.
VERBS = {
    "review": "review",
    "exam": "exam",
    "plan": "plan",
    "interview": "interview",
    "status": "status",
    "report": "report",
    "optimize": "optimize",
    "show": "show",
    "search": "search",
    "browse": "browse",
    "edit": "edit",
    "demo": "demo",
    "undo": "undo",
    **dict.fromkeys(("suspend", "resume", "bury", "flag", "unflag", "flags"), "marks"),
    "bank": "bank",
    "config": "config",
    "backup": "backup",
    "restore": "backup",
    "doctor": "doctor",
    "help": "help",
}


class LazyVerbs(DrillGroup):
    """The group of verbs; the module of a verb is imported on first use."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(VERBS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in VERBS and not args[0].startswith("-"):
            from contrastive_drill.bank.problems import nearest

            raise UsageProblem(f"there is no command '{args[0]}': {nearest(args[0], VERBS)}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in VERBS:
            return None
        module = import_module(f"contrastive_drill.cli.{VERBS[cmd_name]}")
        command: Any = typer.main.get_command(module.app)
        # Typer turns an app with one command into that command, one with several into a group.
        return command if command.name == cmd_name else command.commands[cmd_name]


app = typer.Typer(
    name="contrastive-drill",
    cls=LazyVerbs,
    help=(
        "Drill for interviews on contrastive and multimodal learning.\n\n"
        "Without a command: what is due today, and the next step. The guides: help.\n\n"
        "Exit status: 0 done, 1 a check or claim failed, 2 usage, 3 a file is broken or cannot be "
        "written, 130 interrupted."
    ),
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(requested: bool) -> None:
    if requested:
        say(f"contrastive-drill {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Open the first screen when no command is given."""
    if context.invoked_subcommand is None:
        from contrastive_drill.actions.home import open_home

        open_home()
