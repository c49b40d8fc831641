"""Later answers for the Anki that is open: which rows it lacks, and which cards follow us."""

from typing import NamedTuple

from contrastive_drill.actions.anki_export import studied
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.queue import selected
from contrastive_drill.anki import connect
from contrastive_drill.anki.connect import Held, Update
from contrastive_drill.anki.schedule import FIRST_DAY, Row
from contrastive_drill.errors import UsageProblem
from contrastive_drill.review.selection import Selection
from contrastive_drill.store.union import NEAR


class Sent(NamedTuple):
    """What went over, in numbers."""

    answers: int
    cards: int  # they belong to
    kept: int  # of them: those that keep Anki's schedule
    absent: int  # cards with answers that Anki has not


def send(env: Environment, selection: Selection, dry_run: bool) -> Sent:
    """Give Anki the answers to the chosen cards that it lacks, and the schedule after them.

    Raises:
        UsageProblem: where no card is chosen, or one that is not there.
        DataProblem: where Anki cannot be asked.
    """
    selection = selection._replace(ids=[*map(env.present_id, selection.ids)])
    with env.store(read_only=True) as store:
        ids = selected(env, store, selection)
        if not ids:
            raise UsageProblem("no card fits: try fewer conditions")
        ours = {name: known for name, known in studied(env, store, ids).items() if known[1]}
    there = {env.bank.renames.get(name, name): card for name, card in connect.cards().items()}
    found = {there[name]: known for name, known in ours.items() if name in there}
    held = connect.rows([*found])
    taken = {row.at for rows in held.values() for row in rows}
    new: list[tuple[int, Row]] = []
    updates: list[Update] = []
    kept = 0
    for card, (state, rows) in found.items():
        lacking, others = compared(rows, held[card])
        for row in lacking:
            while row.at in taken:
                row = row._replace(at=row.at + 1)
            taken.add(row.at)
            new.append((card, row))
        if any(row.moved for row in lacking):
            last = max(row.at for row in rows if row.moved)
            if any(each.at > last for each in others):
                kept += 1
            else:
                updates.append(Update(card, state, state.due + FIRST_DAY - env.day()))
    if not dry_run:
        connect.update(updates)  # first: while rows are lacking, it is done again
        connect.insert(new)
    return Sent(len(new), len({card for card, _ in new}), kept, len(ours) - len(found))


def compared(ours: tuple[Row, ...], held: list[Held]) -> tuple[list[Row], list[Held]]:
    """The rows that Anki lacks, and those that it has from elsewhere."""
    others = held.copy()
    lacking = []
    for row in ours:
        same = (each for each in others if each.ease == row.ease and abs(each.at - row.at) <= NEAR)
        if found := next(same, None):
            others.remove(found)
        else:
            lacking.append(row)
    return lacking, others
