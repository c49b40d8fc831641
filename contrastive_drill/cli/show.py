"""`show`: one card as it will look."""

from typing import Annotated

import typer

from contrastive_drill.cli.boundary import verbs
from contrastive_drill.cli.desk import Desk

app = verbs()


@app.command()
def show(card_id: Annotated[str, typer.Argument(metavar="ID", help="The card's id.")]) -> None:
    """Show one card as it will look.

    \b
    Examples:
      contrastive-drill show infonce-formula
      contrastive-drill show clip-loss
    """
    from contrastive_drill.cli.output import print_rows

    bank = Desk().bank
    card = bank.card(card_id)
    print_rows(lambda sheet: sheet.record(card, bank.titles[card.section]))
