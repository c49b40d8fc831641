"""`backup` and `restore`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cli.group import known, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say

if TYPE_CHECKING:
    from contrastive_drill.store.backups import Backup


app = verbs()


@app.command()
def backup() -> None:
    """Write a backup now; one a day is automatic.

    \b
    Examples:
      contrastive-drill backup
      contrastive-drill backup && contrastive-drill doctor
    """
    env = Environment()
    with env.store(of_cards=False) as store:
        say(f"Saved {store.backup(env.clock.now())}")


@app.command()
def restore(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="The backup; without it, choose from a menu.", autocompletion=known("backup")
        ),
    ] = None,
) -> None:
    """Put a backup back; what was there is kept.

    \b
    Examples:
      contrastive-drill restore
      contrastive-drill restore drill-2026-11-21-073015.daily.sqlite
    """
    from contrastive_drill.store.backups import found
    from contrastive_drill.store.restore import restore as replace_database

    env = Environment()
    path = found(env.paths.backups, file) if file else _choose(env)
    previous = replace_database(env.paths.database, path, env.clock.now())
    say(f"Restored {path}.")
    if previous is not None:
        say(f"The database before it is kept as {previous}.")


def _description(item: "Backup") -> str:
    answers = f"{item.counts.answers} answers" if item.counts else "cannot be read"
    return f"{item.taken:%Y-%m-%d %H:%M}  {item.reason.value:<16} {answers}"


def _choose(env: Environment) -> Path:
    from contrastive_drill.store.backups import backups

    copies = backups(env.paths.backups)
    if not copies:
        raise UsageProblem(f"there is no backup in {env.paths.backups}")
    if not at_terminal():
        raise UsageProblem(
            f"name the backup: contrastive-drill restore {copies[0].path} is the newest"
        )
    from contrastive_drill.screen.menus import choose

    return choose("Which backup?", [(_description(item), item.path) for item in copies])
