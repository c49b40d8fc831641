"""`browse`: the cards, one per row, chosen as in `review`; at a terminal, pick one."""

from contextlib import suppress
from typing import Annotated

from contrastive_drill.actions.environment import Environment, at_terminal
from contrastive_drill.cards import prose
from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import Line, Span, plain
from contrastive_drill.cli.group import Json, NoPager, one_of, verbs
from contrastive_drill.cli.review import choosing
from contrastive_drill.cli.show import show
from contrastive_drill.errors import UsageProblem
from contrastive_drill.reports.card_state import CardState, card_state
from contrastive_drill.review.selection import Selection

app = verbs()


@app.command()
@choosing
def browse(
    chosen: Selection,
    *,
    state: Annotated[CardState | None, one_of(CardState, "Only cards in this state.")] = None,
    json: Json = False,
    no_pager: NoPager = False,
) -> None:
    """List cards, a row each; at a terminal, pick one to read.

    \b
    Examples:
      contrastive-drill browse --section clip --state new
      contrastive-drill browse --missed
      contrastive-drill browse --level staff --json
    """
    from contrastive_drill.actions.output import print_json, print_rows
    from contrastive_drill.actions.review.queue import selected
    from contrastive_drill.screen.card.listing import entry_rows

    env = Environment()
    bank, day = env.bank, env.day()
    with env.store(read_only=True) as store:
        memories, marks = store.memories(), store.marks()
        ids = selected(env, store, chosen)
    states = {
        card_id: card_state(memories.get(card_id), marks.get(card_id), day) for card_id in ids
    }
    rows = [(each, bank.card(card_id)) for card_id, each in states.items() if state in (None, each)]
    if json:
        cards = [
            {"id": card.id, "section": card.section, "level": card.level.value,
             "kind": card.kind.value, "state": current.value}
            for current, card in rows
        ]  # fmt: skip
        print_json("browse", {"cards": cards})
        return
    if not rows:
        raise UsageProblem("no card fits: try fewer conditions")
    if at_terminal():
        _pick(rows)
        return
    entries = [(each.value, card.id, card.level.value, first_line(card)) for each, card in rows]
    print_rows(lambda sheet: entry_rows(sheet, entries))


def first_line(card: Card) -> Line:
    """The first line of the prompt, with the same numbers as in `show`; it says if it is yours."""
    from contrastive_drill.cards.variant import example

    yours = (Span("your version: "),) if card.overrides else ()
    return yours + prose.first_line(example(card).prompt)


def _pick(cards: list[tuple[CardState, Card]]) -> None:
    """Open one card after another until the learner leaves the list."""
    from contrastive_drill.screen.menus import choose

    leave = "(leave)"
    options = [
        (f"{state.value:<9} {card.id:<32} {plain(first_line(card))}"[:76], card.id)
        for state, card in cards
    ]
    last = options[0][1]
    with suppress(KeyboardInterrupt, EOFError):
        while (card_id := choose("Which card?", [*options, ("leave", leave)], first=last)) != leave:
            show(card_id)
            input("\nEnter: back to the list ")
            last = card_id
