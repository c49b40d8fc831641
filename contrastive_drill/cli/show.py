"""`show`: one card with its chain, its demo and the last answers; or the ladder of a section."""

from typing import Annotated

import typer

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import Json, NoPager, known, named, verbs
from contrastive_drill.errors import UsageProblem

app = verbs()

ID = typer.Argument(metavar="[ID]", help="The card's id.", autocompletion=known("card"))


@app.command()
def show(
    card_id: Annotated[str | None, ID] = None,
    *,
    ladder: Annotated[
        str | None, named("What each level says of a section.", "ladder", metavar="SECTION")
    ] = None,
    json: Json = False,
    no_pager: NoPager = False,
) -> None:
    """Show one card with its chain, its demo and your last answers.

    With --ladder, what a mid answer says of a section, what a senior and a staff engineer add.

    \b
    Examples:
      contrastive-drill show infonce-formula
      contrastive-drill show clip-loss --json
      contrastive-drill show --ladder clip
    """
    if (card_id is None) is (ladder is None):
        raise UsageProblem("name either a card, such as clip-loss, or a section: --ladder clip")
    env = Environment()
    if ladder is not None:
        _show_ladder(env, ladder, as_json=json)
    elif card_id is not None:
        _show_card(env, env.present_id(card_id), as_json=json)


def _show_ladder(env: Environment, section: str, *, as_json: bool) -> None:
    from contrastive_drill.actions.output import print_json, print_rows
    from contrastive_drill.screen.card.ladder import ladder_rows

    ladder, title = env.bank.ladder(section), env.bank.titles[section]
    if as_json:
        from contrastive_drill.bank.export import ladder_record

        print_json("show-ladder", ladder_record(ladder, title))
    else:
        print_rows(lambda sheet: ladder_rows(sheet, ladder, title))


def _show_card(env: Environment, card_id: str, *, as_json: bool) -> None:
    from contrastive_drill.actions.output import print_json, print_rows
    from contrastive_drill.cards.chain import asked_next, rests_on
    from contrastive_drill.cards.variant import variant
    from contrastive_drill.screen.card.listing import answer_rows, chain_rows
    from contrastive_drill.screen.claims import measured_rows

    bank, card = env.bank, variant(env.bank.card(card_id), card_id)  # always with the same numbers
    if as_json:
        from contrastive_drill.bank.export import record

        print_json("show", {"card": record(card, bank.titles[card.section])})
        return
    with env.store(read_only=True) as store:
        note = store.mark(card_id).flag
        history = env.past_answers(store, card_id)
        run = env.last_run(store, card.demo) if card.demo else None
    print_rows(
        lambda sheet: [
            *sheet.record(card, bank.titles[card.section]),
            *chain_rows(sheet, "To know before", rests_on(card, bank.card)),
            *chain_rows(sheet, "Asked next", asked_next(card, bank.card)),
            *([sheet.blank, *measured_rows(sheet, card.demo, run)] if card.demo else []),
            *([sheet.blank, *sheet.words(f"Your note: {note}")] if note else []),
            *answer_rows(sheet, history),
        ]
    )
