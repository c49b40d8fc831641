"""A package for Anki, written from the bank and, if asked for, from the history."""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.queue import selected
from contrastive_drill.anki.content_times import read_times, updated
from contrastive_drill.anki.notes import note_of
from contrastive_drill.anki.package import Entry, Scheduling, package
from contrastive_drill.anki.schedule import (
    NO_MARK,
    Basis,
    CardState,
    Row,
    card_state,
    rows_of,
    unique_times,
)
from contrastive_drill.cards.kinds import card_kind
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import NEW, Review
from contrastive_drill.memory.scheduler import curve_of
from contrastive_drill.review.selection import Selection
from contrastive_drill.screen import output_file

if TYPE_CHECKING:
    from contrastive_drill.store import Store

MAX_TIMES = 8 * 1024 * 1024  # bytes of the remembered times: more than all cards there can be
SUFFIX = (".apkg",)


class Exported(NamedTuple):
    """What a package holds."""

    notes: int
    decks: int
    changed: int  # notes whose content is new since the last package
    frozen: int  # of them calculations
    answers: int | None  # None: without history


def export_package(
    env: Environment,
    path: Path,
    selection: Selection,
    seed: int,
    with_history: bool,
    dry_run: bool = False,
) -> Exported:
    """Write the chosen cards into a package, whole or not at all; in a dry run, not at all.

    Raises:
        UsageProblem: where no card is chosen, or one that is not there.
        DataProblem: where a file cannot be read or written.
    """
    output_file.ready(path, "the package", SUFFIX)
    bank, now, preferences = env.bank, env.clock.now(), env.preferences
    selection = selection._replace(ids=[*map(env.present_id, selection.ids)])
    times = read_times(settings.read(env.paths.anki, MAX_TIMES) or {})
    with env.store(read_only=True) as store:
        ids = selected(env, store, selection)
        if not ids:
            raise UsageProblem("no card fits: try fewer conditions")
        fit = store.fit()
        history = studied(env, store, ids) if with_history else {}
    known = {guid.partition(":")[2] for guid in times}
    cards = [bank.card(name) for name in ids]
    notes = [note_of(card, bank.titles[card.section], seed, known) for card in cards]
    kept = updated(times, notes, int(now.timestamp()))
    entries = [
        Entry(note, kept[note.guid][1], *history.get(name, (CardState(due=place), ())))
        for place, (name, note) in enumerate(zip(ids, notes, strict=True), 1)
    ]
    parameters = None if fit is None else fit.parameters
    how = Scheduling(now, preferences.rollover_hour, preferences.desired_retention, parameters)
    content = package(entries, how)
    # First: a note must never go out with a time that is then forgotten.
    if kept != times and not dry_run:
        settings.write(env.paths.anki, kept)
    output_file.write(path, "the package", content, SUFFIX, dry_run=dry_run)
    return Exported(
        len(notes),
        len({note.deck for note in notes}),
        sum(times.get(note.guid) != kept[note.guid] for note in notes),
        sum(card_kind(card.kind).has_drawn_numbers for card in cards),
        sum(len(entry.rows) for entry in entries) if with_history else None,
    )


def studied(
    env: Environment, store: "Store", ids: list[str]
) -> dict[str, tuple[CardState, tuple[Row, ...]]]:
    """The state of each card, and the rows of its log."""
    log = list(store.reviews())
    times, answers = unique_times(log), defaultdict[str, list[Review]](list)
    for review in log:
        answers[review.card_id].append(review)
    memories, marks = store.memories(), store.marks()
    decay = curve_of(store.fit()).decay
    basis = Basis(env.day(), env.preferences.desired_retention, decay)
    return {
        name: (
            card_state(
                memories.get(name, NEW), marks.get(name, NO_MARK), answers[name], place, basis
            ),
            rows_of(answers[name], times),
        )
        for place, name in enumerate(ids, 1)
    }
