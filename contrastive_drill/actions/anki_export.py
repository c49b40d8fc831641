"""A package for Anki, written from the bank and, if asked for, from the history."""

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.queue import selected
from contrastive_drill.anki.content_times import read_times, updated
from contrastive_drill.anki.notes import note_of
from contrastive_drill.anki.package import Entry, Scheduling, package
from contrastive_drill.anki.schedule import (
    NO_MARK,
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
    env: Environment, path: Path, selection: Selection, seed: int, with_history: bool
) -> Exported:
    """Write the chosen cards into a package, whole or not at all.

    Raises:
        UsageProblem: where no card is chosen, or one that is not there.
        DataProblem: where a file cannot be read or written.
    """
    output_file.ready(path, "the package", SUFFIX)
    bank, now = env.bank, env.clock.now()
    selection = selection._replace(ids=[*map(env.present_id, selection.ids)])
    times = read_times(settings.read(env.paths.anki, MAX_TIMES) or {})
    with env.store(read_only=True) as store:
        ids = selected(env, store, selection)
        if not ids:
            raise UsageProblem("no card fits: try fewer conditions")
        cards = {name: bank.card(name) for name in ids}
        guids = {guid.partition(":")[2] for guid in times}
        notes = {
            name: note_of(card, bank.titles[card.section], seed, guids)
            for name, card in cards.items()
        }
        fit = store.fit()
        states = {name: CardState(due=place) for place, name in enumerate(ids, 1)}
        rows: dict[str, tuple[Row, ...]] = {}
        if with_history:
            everything = list(store.reviews())
            at, reviews = unique_times(everything), defaultdict[str, list[Review]](list)
            for review in everything:
                reviews[review.card_id].append(review)
            memories, marks = store.memories(), store.marks()
            by = {"retention": env.preferences.desired_retention, "decay": curve_of(fit).decay}
            for place, name in enumerate(ids, 1):
                known = memories.get(name, NEW), marks.get(name, NO_MARK), reviews[name]
                states[name] = card_state(*known, env.day(), place=place, **by)
                rows[name] = rows_of(reviews[name], at)
    kept = updated(times, [*notes.values()], int(now.timestamp()))
    entries = [
        Entry(note, kept[note.guid][1], states[name], rows.get(name, ()))
        for name, note in notes.items()
    ]
    preferences, parameters = env.preferences, None if fit is None else fit.parameters
    how = Scheduling(now, preferences.rollover_hour, preferences.desired_retention, parameters)
    content = package(entries, how)
    # First: a note must never go out with a time that is then forgotten.
    if kept != times:
        settings.write(env.paths.anki, kept)
    output_file.write(path, "the package", content, SUFFIX)
    return Exported(
        len(notes),
        len({note.deck for note in notes.values()}),
        sum(times.get(note.guid) != kept[note.guid] for note in notes.values()),
        sum(card_kind(card.kind).has_drawn_numbers for card in cards.values()),
        sum(len(entry.rows) for entry in entries) if with_history else None,
    )
