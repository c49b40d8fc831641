"""Answers that were given outside the program, taken into the log in order of time."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from contrastive_drill.memory.log import Fold, Memory, Parameters, Review
from contrastive_drill.memory.marks import Change
from contrastive_drill.store import rows
from contrastive_drill.store.merge import merge
from contrastive_drill.store.rows import LOG
from contrastive_drill.store.store import Store
from contrastive_drill.store.table import Row, seal
from contrastive_drill.store.union import columns, nothing

# The memory before and after each answer, oldest first, under parameters.
Steps = Callable[[Iterable[Review], Parameters | None], Iterable[tuple[Memory, Memory]]]


def arrived(store: Store, answers: Iterable[Review], steps: Steps) -> list[Review]:
    """Of answers given elsewhere those that are not in the log yet, in order of time.

    Their `before` and `after` are reckoned here: each counts in order of time, with the answers
    that the log has, under the parameters in use.
    """
    ids = {str(each) for (each,) in store.database.rows("SELECT id FROM log")}
    new = {each.id: each for each in answers if each.id not in ids}
    fit, by_card = store.fit(), defaultdict[str, list[Review]](list)
    for answer in sorted(new.values(), key=lambda each: (each.at, each.id)):
        answer = replace(answer, fit=None if fit is None else fit.id)
        by_card[answer.card_id].append(answer)
    done: list[Review] = []
    for card, came in by_card.items():
        whole = sorted([*store.reviews(card), *came], key=lambda each: each.at)
        memories = steps(whole, None if fit is None else fit.parameters)
        for answer, (before, after) in zip(whole, memories, strict=True):
            if answer.id in new:
                done.append(replace(answer, before=before, after=after))
    return sorted(done, key=lambda each: (each.at, each.id))


def take_in(
    store: Store, entries: Iterable[Review | Change], folder: Path, now: datetime, fold: Fold
) -> None:
    """Log answers that `arrived`, and changes; raises what `merge` does."""
    cells = [_cells(each) for each in entries]
    merge(store, {**nothing(), LOG.name: cells}, folder, now, fold)


def _cells(entry: Review | Change) -> Row:
    row = rows.entry_row(entry)
    cells = tuple(row.get(name) for name in columns(LOG))
    LOG.read((0, *cells, seal((0, *cells))))  # refuses what could not be read again
    return cells
