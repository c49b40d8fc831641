"""The real Anki, without its window: packages are imported into a collection, and read there."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

if TYPE_CHECKING:  # its modules stand in a circle, into which `collection` leads
    from anki.cards import Card
    from anki.notes import Note


class Log(NamedTuple):
    """What an import did, in notes."""

    new: int = 0
    updated: int = 0
    same: int = 0  # and left as they were
    others: int = 0  # conflicts, and whatever else should not be


class Oracle:
    """One collection."""

    def __init__(self, folder: Path) -> None:
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
