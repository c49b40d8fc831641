"""The program: its options, and its first screen where no verb is given."""

from typing import Annotated

import typer

from contrastive_drill import __version__
from contrastive_drill.cli.group import LazyVerbs
from contrastive_drill.screen.plain import say

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
    if not requested:
        return
    from contrastive_drill.schemas import formats
    from contrastive_drill.schemas.outputs import OUTPUTS

    say(f"contrastive-drill {__version__}")
    say(f"database {formats.DATABASE}, log {formats.LOG}, bank cache {formats.BANK_CACHE}")
    for number in sorted({output.number for output in OUTPUTS.values()}, reverse=True):
        names = ", ".join(name for name, output in OUTPUTS.items() if output.number == number)
        say(f"JSON {number}: {names}", indent="  ")
    raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the versions."),
    ] = False,
) -> None:
    """Open the first screen when no command is given."""
    if context.invoked_subcommand is None:
        from contrastive_drill.actions.home import open_home

        open_home()
