"""Answers that were given outside the program, taken into the log in order of time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from contrastive_drill.memory.log import NEW, Fold, Review
from contrastive_drill.store import rows
from contrastive_drill.store.merge import merge
from contrastive_drill.store.rows import LOG
from contrastive_drill.store.store import Store
from contrastive_drill.store.table import Row, seal
from contrastive_drill.store.union import columns, nothing


def arrived(store: Store, answers: Iterable[Review], fold: Fold) -> list[Review]:
    """Of answers given elsewhere those that are not in the log yet, in order of time.

    Their `before` and `after` are reckoned here: each counts in order of time, with the answers
    that the log has, under the parameters in use.
    """
    ids = {str(each) for (each,) in store.database.rows("SELECT id FROM log")}
    new = {each.id: each for each in answers if each.id not in ids}
    fit, done = store.fit(), list[Review]()
    parameters = None if fit is None else fit.parameters
    for answer in sorted(new.values(), key=lambda each: (each.at, each.id)):
        card = answer.card_id
        earlier = [*store.reviews(card), *(each for each in done if each.card_id == card)]
        earlier = sorted((e for e in earlier if e.at <= answer.at), key=lambda each: each.at)
        answer = replace(answer, before=NEW, after=NEW, fit=None if fit is None else fit.id)
        before, after = (
            fold(each, parameters).get(card, NEW) for each in (earlier, [*earlier, answer])
        )
        done.append(replace(answer, before=before, after=after))
    return done


def take_in(
    store: Store, answers: Iterable[Review], folder: Path, now: datetime, fold: Fold
) -> list[Review]:
    """Log the answers that `arrived`, and return them; raises what `merge` does."""
    new = arrived(store, answers, fold)
    merge(store, {**nothing(), LOG.name: [_cells(each) for each in new]}, folder, now, fold)
    return new


def _cells(answer: Review) -> Row:
    row = rows.entry_row(answer)
    cells = tuple(row.get(name) for name in columns(LOG))
    LOG.read((0, *cells, seal((0, *cells))))  # refuses what could not be read again
    return cells
