"""`merge`: take in what another machine logged."""

from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import DryRun, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def merge(
    other: Annotated[Path, typer.Argument(help="A database, a backup or a log from export log.")],
    dry_run: DryRun = False,
) -> None:
    """Take in answers, marks, exams and runs from another machine.

    Both logs become one in order of time, and the other file is left as it is. Merging again, or
    the other way round, gives the same.

    \b
    Examples:
      contrastive-drill merge laptop.jsonl
      contrastive-drill merge ~/usb/drill.sqlite --dry-run
    """
    from contrastive_drill.actions.machines import words
    from contrastive_drill.memory.scheduler import replay
    from contrastive_drill.store import merge as store_merge
    from contrastive_drill.store.log_file import content_of

    env = Environment()
    own = env.paths.database
    # Closing a second handle of it would end the locks that this process has on it.
    if own.exists() and other.exists() and own.samefile(other):
        raise UsageProblem(f"{other} is this machine's own database: name another machine's")
    now = env.clock.now()
    content = content_of(other, now)
    with env.store_to_change(dry_run) as store:
        if dry_run:
            gain = store_merge.gain(store, content)
        else:
            gain = store_merge.merge(store, content, env.paths.backups, now, replay)
    came = words(gain)
    verb = "Would take in" if dry_run else "Took in"
    say(f"{verb} from {other}: {came}." if came else f"There is nothing new in {other}.")
