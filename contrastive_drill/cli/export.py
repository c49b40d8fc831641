"""`export`: cards for other devices and programs."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import DrillGroup
from contrastive_drill.cli.review import choosing
from contrastive_drill.review.selection import Selection
from contrastive_drill.screen.plain import say
from contrastive_drill.words import plural

MOST_DAYS = 60

app = typer.Typer(name="export", cls=DrillGroup, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def export() -> None:
    """Take cards to other devices and programs."""


@app.command()
@choosing
def page(
    chosen: Selection,
    *,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The page, such as drill.html.")],
    days: Annotated[
        int, typer.Option(min=1, max=MOST_DAYS, help="With the cards of so many days, from today.")
    ] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many cards.")] = None,
) -> None:
    """Write a review as one page for the phone, which works offline.

    The page asks what `review` would ask, on the days to come too, and hands its answers back as
    a small file.

    \b
    Examples:
      contrastive-drill export page drill.html
      contrastive-drill export page week.html --days 7
      contrastive-drill export page clip.html --section clip --limit 20
    """
    from contrastive_drill.actions.review.page import write_page
    from contrastive_drill.actions.review.queue import ReviewOptions

    env = Environment()
    written = write_page(env, path, ReviewOptions(chosen, limit), days)
    last = date.fromordinal(written.last_day)
    until = f" from today to {last}" if written.last_day > env.day() else ""
    kilobytes = -(-written.size // 1000)
    say(f"Wrote {path}: {plural(written.cards, 'card')}{until}, {kilobytes} KB.", sys.stderr)
    say("Its answers come back with: contrastive-drill import answers FILE", sys.stderr)
