"""`edit`: a card in the learner's editor, or back to the card as it was shipped."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import CardId, verbs
from contrastive_drill.screen.plain import say

app = verbs()


@app.command()
def edit(
    card_id: CardId,
    revert: Annotated[
        bool, typer.Option("--revert", help="Take your version of a shipped card back.")
    ] = False,
) -> None:
    """Open a card in your editor at its line, then check it.

    A shipped card is copied first: once changed, the copy is asked in its place.

    \b
    Examples:
      contrastive-drill edit clip-loss
      contrastive-drill edit clip-loss --revert
      EDITOR=nano contrastive-drill edit my-whitening
    """
    from contrastive_drill.actions.card_edit import edit_card, revert_card

    say((revert_card if revert else edit_card)(Environment(), card_id))
