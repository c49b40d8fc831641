"""`import`: what other programs hand over."""

from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import DrillGroup, DryRun
from contrastive_drill.screen.plain import say
from contrastive_drill.words import plural

app = typer.Typer(
    name="import",
    cls=DrillGroup,
    help="Take in what other programs hand over.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def _group() -> None:
    """Else an app of one command would be that command."""


@app.command()
def answers(
    file: Annotated[Path, typer.Argument(help="The answers; - reads the standard input.")],
    dry_run: DryRun = False,
) -> None:
    """Log the answers that the page for a phone handed back.

    An answer counts once, however often its file is read, and at the time at which it was given.

    \b
    Examples:
      contrastive-drill import answers answers.jsonl --dry-run
      contrastive-drill import answers answers.jsonl
    """
    from contrastive_drill.actions.page_answers import read
    from contrastive_drill.memory.scheduler import replay
    from contrastive_drill.store.arrivals import arrived, take_in

    env = Environment()
    found = read(env, file)
    for card in found.unknown:
        say(f"Left out: {card}, which is no card here.")
    if dry_run:
        with env.store(read_only=True) as store:
            new = arrived(store, found.answers, replay)
    else:
        with env.store_to_change() as store:
            now = env.clock.now()
            new = take_in(store, found.answers, env.paths.backups, now, replay)
    known = len({each.id for each in found.answers}) - len(new)
    before = f"; in the log before: {known}" if known else ""
    verb = "Would take in" if dry_run else "Took in"
    say(f"{verb} {plural(len(new), 'answer')} from {file}{before}.")
