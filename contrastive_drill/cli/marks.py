"""`suspend`, `resume`, `bury`, `flag`, `unflag` and `flags`."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import CardId, known, verbs
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.screen.plain import say

app = verbs()


# The verbs of one shape: what each does, and a card of its example.
PLAIN_VERBS = {
    Verb.SUSPEND: ("Do not ask these cards until they are resumed.", "nsp-dropped"),
    Verb.RESUME: ("Ask suspended or buried cards again.", "nsp-dropped"),
    Verb.BURY: ("Do not ask these cards until tomorrow.", "clip-loss"),
    Verb.UNFLAG: ("Remove the flags of these cards.", "clip-loss"),
}
_IDS = typer.Argument(metavar="ID...", help="The cards' ids.", autocompletion=known("card"))
HELP = """{purpose}

\b
Examples:
  contrastive-drill {verb} {card_id}
  contrastive-drill {verb} hnsw ivf-pq
"""


def _add(verb: Verb, purpose: str, card_id: str) -> None:
    @app.command(verb.value, help=HELP.format(purpose=purpose, verb=verb, card_id=card_id))
    def _(
        card_ids: Annotated[list[str], _IDS],
    ) -> None:
        _change(card_ids, verb)


for each, words in PLAIN_VERBS.items():
    _add(each, *words)


@app.command()
def flag(
    card_id: CardId,
    note: Annotated[str, typer.Option(help="Why it is flagged.")] = "",
) -> None:
    """Flag a card, with a note to come back to.

    \b
    Examples:
      contrastive-drill flag clip-loss
      contrastive-drill flag siglip --note "derive the gradient"
    """
    # The database takes no byte that is no character.
    _change([card_id], Verb.FLAG, note.encode(errors="replace").decode())


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
        f"{card_id}: {', '.join(words)}{'' if card_id in env.bank else ' (no such card now)'}"
        for card_id, mark in sorted(marks.items())
        if (
            words := [
                *(["suspended"] if mark.suspended else []),
                *(["buried until tomorrow"] if mark.is_buried(env.day()) else []),
                *([f"flagged {mark.flag}".strip()] if mark.flag is not None else []),
            ]
        )
    ]
    say(lines or "No card is flagged, suspended or buried.")


def _change(card_ids: list[str], verb: Verb, note: str | None = None) -> None:
    env = Environment()
    card_ids = [env.present_id(card_id) for card_id in card_ids]
    unknown = [card_id for card_id in card_ids if card_id not in env.bank]
    if unknown and verb in (Verb.RESUME, Verb.UNFLAG):
        with env.store(read_only=True) as store:
            marks = store.marks()  # which outlive their cards
        unknown = [card_id for card_id in unknown if card_id not in marks]
    for card_id in unknown:
        env.bank.entry(card_id)  # refuses it before anything is written
    with env.store_to_change() as store:
        for card_id in card_ids:
            store.change(Change(env.new_id(), card_id, verb, env.utc(), env.day(), note))
            say(f"{verb.value}: {card_id}")
