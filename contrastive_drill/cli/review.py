"""`review`: ask what is due, one card at a time."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cli.group import Plain, known, named, one_of, verbs
from contrastive_drill.errors import UsageProblem
from contrastive_drill.review.selection import Selection

app = verbs()

IDS = typer.Argument(metavar="[ID...]", help="These cards.", autocompletion=known("card"))
# The parameters that choose cards: each is a field of `Selection`.
CHOICE: dict[str, Any] = {
    "ids": Annotated[list[str], IDS],
    "section": Annotated[list[str], named("Only this section; may be given again.", "section")],
    "level": Annotated[list[Level], one_of(Level, "Only this level; may be given again.")],
    "kind": Annotated[list[Kind], one_of(Kind, "Only this kind of card; may be given again.")],
    "tag": Annotated[list[str], named("Only this tag; may be given again.", "tag")],
    "failed": Annotated[
        bool, typer.Option("--failed", help="Failed when last asked, within 14 days.")
    ],
    "flagged": Annotated[bool, typer.Option("--flagged", help="Cards with a flag.")],
    "missed": Annotated[
        bool, typer.Option("--missed", help="The 20 whose points are missed most.")
    ],
}


def choosing(command: Callable[..., None]) -> Callable[..., None]:
    """A command with these parameters in place of its first one, a `Selection`.

    Its own that must be given come before them.
    """

    @wraps(command)
    def parsed(**given: Any) -> None:
        chosen = (given.pop(name) or none for name, none in zip(CHOICE, Selection(), strict=True))
        command(Selection._make(chosen), **given)

    _, *own = signature(command).parameters.values()
    added = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in CHOICE.items()
    ]
    order = sorted([*added, *own], key=lambda each: each.default is not Parameter.empty)
    parsed.__signature__ = Signature(order)  # type: ignore[attr-defined]
    return parsed


@app.command()
@choosing
def review(
    chosen: Selection,
    *,
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

    A section, level, kind or tag narrows what is due and new. Cards named by id, --failed,
    --flagged or --missed are all asked now, due or not. Several conditions hold together.

    \b
    Examples:
      contrastive-drill review --minutes 15
      contrastive-drill review --failed
      contrastive-drill review clip-loss siglip
      contrastive-drill review --section clip --cram
    """
    if minutes is not None and not minutes < 1e6:
        raise UsageProblem("--minutes is a number of minutes")
    from contrastive_drill.actions.review.queue import ReviewOptions
    from contrastive_drill.actions.review.session import run_review

    if new is not None and chosen.asks_now:
        raise UsageProblem("--new has no place here: the cards you name are all asked")
    options = ReviewOptions(chosen, limit, minutes, new, cram)
    run_review(Environment(), options, as_lines=plain or not at_terminal())
