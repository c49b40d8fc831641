"""`review`: ask what is due, one card at a time."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cards.card import Level
from contrastive_drill.cli.group import Plain, verbs
from contrastive_drill.errors import UsageProblem

app = verbs()


@app.command()
def review(
    section: Annotated[
        list[str] | None, typer.Option(help="Only this section; may be given again.")
    ] = None,
    level: Annotated[
        list[Level] | None, typer.Option(help="Only this level; may be given again.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many cards.")] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.1, help="Start no card after this many minutes.")
    ] = None,
    new: Annotated[
        int | None, typer.Option(min=0, help="New cards to meet instead of the daily limit.")
    ] = None,
    cram: Annotated[
        bool, typer.Option(help="Study every card without touching the schedule.")
    ] = False,
    plain: Plain = False,
) -> None:
    """Review the cards that are due, then meet new ones.

    \b
    Examples:
      contrastive-drill review --minutes 15
      contrastive-drill review --section clip --cram
    """
    if minutes is not None and not minutes < 1e6:
        raise UsageProblem("--minutes is a number of minutes")
    from contrastive_drill.actions.queue import ReviewOptions
    from contrastive_drill.actions.review import run_review

    options = ReviewOptions(tuple(section or ()), tuple(level or ()), limit, minutes, new, cram)
    run_review(Environment(), options, as_lines=plain or not at_terminal())
