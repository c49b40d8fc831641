"""The real Anki, without its window: packages are imported into a collection, and read there."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.marks import Mark
from contrastive_drill.store import Store

if TYPE_CHECKING:  # its modules stand in a circle, into which `collection` leads
    from anki.cards import Card
    from anki.notes import Note

GUID = "contrastive-drill:"


class Log(NamedTuple):
    """What an import did, in notes."""

    new: int = 0
    updated: int = 0
    same: int = 0  # and left as they were
    others: int = 0  # conflicts, and whatever else should not be


class Oracle:
    """One collection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.col = Collection(str(folder / "collection.anki2"))
        self.col.set_config("fsrs", True)

    def take(self, package: Path, scheduling: bool = True, presets: bool = False) -> Log:
        """Import a package as the dialog does by itself: newer notes and note types update."""
        options = ImportAnkiPackageOptions(with_scheduling=scheduling, with_deck_configs=presets)
        request = ImportAnkiPackageRequest(package_path=str(package), options=options)
        log = self.col.import_anki_package(request).log
        counts = {
            field.name: len(getattr(log, field.name))
            for field in log.DESCRIPTOR.fields
            if field.name not in ("found_notes", "dupe_resolution")
        }
        new, updated, same = (counts.pop(name) for name in ("new", "updated", "duplicate"))
        return Log(new, updated, same, sum(counts.values()))

    def package(self, form: str) -> Path:
        """The collection as a package: old or new, .apkg or .colpkg."""
        path = self.folder / form
        if form.endswith(".colpkg"):
            self.col.export_collection_package(str(path), True, form.startswith("old"))
            self.col.reopen()
        else:
            options = ExportAnkiPackageOptions(
                with_scheduling=True, with_media=True, legacy=form.startswith("old")
            )
            self.col.export_anki_package(out_path=str(path), options=options, limit=None)
        return path

    def log(self, card: int, rows: list[tuple[int, int]]) -> None:
        """Write answers, as time in milliseconds and rating, into the log of a card."""
        assert self.col.db
        for place, (at, ease) in enumerate(rows):
            sql = "INSERT INTO revlog VALUES (?, ?, -1, ?, 1, 0, 2500, 4000, ?)"
            self.col.db.execute(sql, at, card, ease, min(place, 1))

    def note(self, guid: str) -> "Note":
        """The note with a GUID."""
        number = self.col.db.scalar("SELECT id FROM notes WHERE guid = ?", guid)  # type: ignore[union-attr]
        return self.col.get_note(number)

    def card(self, guid: str) -> "Card":
        """The one card of a note."""
        (card,) = self.note(guid).cards()
        return card

    def rows(self, guid: str) -> Sequence[Sequence[Any]]:
        """Its log: id, ease, ivl, lastIvl, factor, time, type."""
        columns = "id, ease, ivl, lastIvl, factor, time, type"
        sql = f"SELECT {columns} FROM revlog WHERE cid = ? ORDER BY id"
        return self.col.db.all(sql, self.card(guid).id)  # type: ignore[union-attr]

    def due_day(self, card: "Card") -> int:
        """The date on which a review falls due, as an ordinal."""
        ends = date.fromtimestamp(self.col.sched.day_cutoff)
        return ends.toordinal() - 1 + card.due - self.col.sched.today

    def sound(self) -> bool:
        """Whether Anki's own check finds nothing to mend."""
        return self.col.fix_integrity()[1]


def assert_same(oracle: Oracle, store: Store, name: str, mark: Mark, day: int) -> None:
    """Anki knows of a card what the store knows."""
    guid, memory, reviews = GUID + name, store.memory(name), [*store.reviews(name)]
    card, rows = oracle.card(guid), oracle.rows(guid)
    queue = 2 if isinstance(memory, Learned) else 0
    if mark.is_buried(day):
        queue = -3
    if mark.suspended:
        queue = -1
    assert (card.queue, card.flags) == (queue, int(mark.flag is not None))
    if isinstance(memory, Learned):
        assert card.memory_state is not None
        assert card.memory_state.stability == pytest.approx(memory.stability, abs=1e-4)
        assert card.memory_state.difficulty == pytest.approx(memory.difficulty, abs=1e-3)
        assert oracle.due_day(card) == memory.due_day
        assert (card.type, card.reps, card.lapses) == (2, memory.reps, memory.lapses)
        assert card.ivl == max(1, memory.due_day - memory.last_day)
        last = max(each.at for each in reviews if each.mode.scheduled)
        assert card.last_review_time == int(last.timestamp())
        # By Anki, from the rows alone: they mean there what they mean here.
        state = oracle.col._backend.compute_memory_state(card.id).state
        assert state.stability == pytest.approx(memory.stability, rel=1e-4)
        assert state.difficulty == pytest.approx(memory.difficulty, rel=1e-4)
    else:
        assert (card.type, card.ivl, card.reps, card.memory_state) == (0, 0, 0, None)
    assert len(rows) == len(reviews)
    for (at, ease, ivl, last_ivl, factor, time, kind), review in zip(rows, reviews, strict=True):
        assert 0 <= at - round(review.at.timestamp() * 1000) <= 1000
        assert (ease, time) == (review.rating, round(review.seconds * 1000))
        before, after = (days(each) for each in (review.before, review.after))
        assert (ivl, last_ivl) == (after, before)
        moved = review.mode.scheduled and isinstance(review.after, Learned)
        assert (factor > 0) == moved
        new, failed = not before, before < 0
        assert kind == ((0 if new else 2 if failed else 1) if moved else 3)


def days(memory: object) -> int:
    """An interval as Anki writes it: seconds below zero where it is less than a day."""
    return (memory.due_day - memory.last_day or -600) if isinstance(memory, Learned) else 0
