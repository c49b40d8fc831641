"""`show`: one card with its chain, its demo and the last answers."""

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cli.group import CardId, NoPager, verbs

app = verbs()


@app.command()
def show(card_id: CardId, no_pager: NoPager = False) -> None:
    """Show one card with its chain, its demo and your last answers.

    \b
    Examples:
      contrastive-drill show infonce-formula
      contrastive-drill show clip-loss
    """
    from contrastive_drill.actions.output import print_rows
    from contrastive_drill.cards.chain import asked_next, rests_on
    from contrastive_drill.cards.variant import variant
    from contrastive_drill.screen.card.listing import answer_rows, chain_rows
    from contrastive_drill.screen.claims import measured_rows

    env = Environment()
    card_id = env.present_id(card_id)
    bank, card = env.bank, variant(env.bank.card(card_id), card_id)  # always with the same numbers
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
