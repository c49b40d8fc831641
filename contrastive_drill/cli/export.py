"""`export`: the log for other programs and machines."""

from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import DrillGroup
from contrastive_drill.screen.plain import say
from contrastive_drill.words import plural

app = typer.Typer(
    name="export",
    cls=DrillGroup,
    help="Write the log to a file for other programs and machines.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Else an app of one command would be that command."""


@app.command()
def log(
    file: Annotated[Path, typer.Argument(help="The file to write, which ends in .jsonl.")],
) -> None:
    """Write everything that was logged as lines of JSON.

    \b
    Examples:
      contrastive-drill export log laptop.jsonl
      contrastive-drill export log /dev/stdout | head -1
    """
    from contrastive_drill.actions.machines import header
    from contrastive_drill.screen import output_file
    from contrastive_drill.store.log_file import lines

    env = Environment()
    output_file.ready(file, "export log", (".jsonl",))
    with env.store(read_only=True, of_cards=False) as store:
        head = header(env, store)
        output_file.write(file, "export log", "".join(lines(store.database, head)), (".jsonl",))
    if not str(file).startswith("/dev/"):
        say(f"Wrote {file}: {plural(head.rows['log'][0], 'row')} of the log.")
