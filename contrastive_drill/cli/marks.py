"""`suspend`, `resume`, `bury`, `flag`, `unflag` and `flags`."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import verbs
from contrastive_drill.memory.log import Change, Verb
from contrastive_drill.screen.plain import say

app = verbs()


Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="The cards' ids.")]


@app.command()
def suspend(card_ids: Ids) -> None:
    """Do not ask these cards until they are resumed.

    \b
    Examples:
      contrastive-drill suspend bert-nsp
      contrastive-drill suspend hnsw ivf-pq
    """
    _change(card_ids, Verb.SUSPEND)


@app.command()
def resume(card_ids: Ids) -> None:
    """Ask suspended or buried cards again.

    \b
    Examples:
      contrastive-drill resume bert-nsp
      contrastive-drill resume hnsw ivf-pq
    """
    _change(card_ids, Verb.RESUME)


@app.command()
def bury(card_ids: Ids) -> None:
    """Do not ask these cards until tomorrow.

    \b
    Examples:
      contrastive-drill bury clip-loss
      contrastive-drill bury hnsw ivf-pq
    """
    _change(card_ids, Verb.BURY)


@app.command()
def flag(
    card_id: Annotated[str, typer.Argument(metavar="ID", help="The card's id.")],
    note: Annotated[str, typer.Option(help="Why it is flagged.")] = "",
) -> None:
    """Flag a card, with a note to come back to.

    \b
    Examples:
      contrastive-drill flag clip-loss
      contrastive-drill flag siglip --note "derive the gradient"
    """
    _change([card_id], Verb.FLAG, note)


@app.command()
def unflag(card_ids: Ids) -> None:
    """Remove the flags of these cards.

    \b
    Examples:
      contrastive-drill unflag clip-loss
      contrastive-drill unflag hnsw ivf-pq
    """
    _change(card_ids, Verb.UNFLAG)


@app.command()
def flags() -> None:
    """List flagged, suspended and buried cards.

    \b
    Examples:
      contrastive-drill flags
      contrastive-drill flags | sort
    """
    env = Environment()
    with env.store(read_only=True) as store:
        marks = store.marks()
    lines = [
        f"{card_id}: " + ", ".join(words)
        for card_id, mark in sorted(marks.items())
        if (
            words := [
                *(["suspended"] if mark.suspended else []),
                *(["buried until tomorrow"] if mark.buried_day == env.day() else []),
                *([f"flagged {mark.flag}".strip()] if mark.flag is not None else []),
            ]
        )
    ]
    say("\n".join(lines) or "No card is flagged, suspended or buried.")


def _change(card_ids: list[str], verb: Verb, note: str | None = None) -> None:
    env = Environment()
    for card_id in card_ids:
        env.bank.entry(card_id)  # refuses an unknown id before anything is written
    with env.store_to_change() as store:
        for card_id in card_ids:
            store.change(Change(env.new_id(), card_id, verb, env.utc(), env.day(), note))
            say(f"{verb.value}: {card_id}")
