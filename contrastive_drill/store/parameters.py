"""FSRS's parameters put into use or undone, with every memory rebuilt, in one transaction."""

from collections.abc import Mapping
from datetime import datetime

from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import Fold, Learned, Parameters
from contrastive_drill.memory.parameters import Fit
from contrastive_drill.store import cells, rows
from contrastive_drill.store.history import History


class ParameterHistory(History):
    """Changes of the parameters in use; each is one transaction.

    Any method raises `DataProblem` when the file cannot be read or written.
    """

    def adopt(self, fit: Fit, instead_of: Fit | None, fold: Fold) -> Mapping[str, Learned]:
        """Put parameters into use instead of others, and return the memories under them.

        Raises:
            UsageProblem: when `instead_of` is no longer in use; nothing was written.
        """
        return self._rebuild(rows.fit_row(fit), fit.parameters, instead_of, fold)

    def undo(
        self, undo_id: str, at: datetime, fold: Fold
    ) -> tuple[Fit, Mapping[str, Learned]] | None:
        """Undo the last change; returns the parameters it put into use, and the memories now.

        None when there is nothing to undo.

        Raises:
            UsageProblem: when another terminal changed them meanwhile; nothing was written.
        """
        undone = self.fit()
        if undone is None:
            return None
        before = self._fits(f"WHERE {rows.LIVE_FIT} ORDER BY seq DESC LIMIT 1 OFFSET 1")
        row = {"id": undo_id, "at": cells.utc_text(at), "undoes": undone.id}
        parameters = before[0].parameters if before else None
        return undone, self._rebuild(row, parameters, undone, fold)

    def _rebuild(
        self,
        row: Mapping[str, object],
        parameters: Parameters | None,
        present: Fit | None,
        fold: Fold,
    ) -> Mapping[str, Learned]:
        # Folded before the lock is taken, so that another terminal can go on meanwhile.
        ((top,),) = self.database.rows("SELECT ifnull(max(seq), 0) FROM log")
        order = self.database.rows("PRAGMA schema_version")  # a merge takes the guards off
        memories = dict(fold(self.reviews(), parameters))
        with self.database.transaction():
            if self.database.rows("PRAGMA schema_version") != order:
                raise UsageProblem("another machine's log was taken in meanwhile: try again")
            if self.fit() != present:
                raise UsageProblem("the parameters were changed in another terminal: try again")
            now = self.renames()
            since = self.database.rows("SELECT DISTINCT card_id FROM log WHERE seq > ?", (top,))
            for card_id in {now.get(str(name), str(name)) for (name,) in since}:
                memories.pop(card_id, None)
                memories.update(fold(self.reviews(card_id), parameters))
            self.database.append(rows.FITS, row)
            self.database.rows("DELETE FROM memories")
            for card_id, memory in memories.items():
                self.database.rows(
                    "INSERT INTO memories VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (card_id, *rows.memory_row(memory)),
                )
        return memories
