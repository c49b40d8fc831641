"""What is folded from the log: memories and marks, written under the ids that cards have now."""

from collections.abc import Mapping

from contrastive_drill.memory.log import NEW, Fold, Learned, Memory
from contrastive_drill.memory.marks import Mark, folded
from contrastive_drill.store import rows
from contrastive_drill.store.history import History


class Folds(History):
    """The memories and marks of a learner, to be written within a transaction."""

    def rename(self, renames: Mapping[str, str], fold: Fold) -> None:
        """Put the history of former ids under those that cards have now, in one transaction.

        The log stays as it was written and is read by the present ids; the memories and marks of
        the cards concerned are folded anew.
        """
        with self.database.transaction():
            changed = {name for pair in renames.items() ^ self.renames().items() for name in pair}
            self.database.rows("DELETE FROM renames")
            for former, card_id in renames.items():
                self.database.rows("INSERT INTO renames VALUES (?, ?)", (former, card_id))
            for card_id in changed:
                has_moved = card_id in renames
                self.write_memory(card_id, NEW if has_moved else self.folded_memory(card_id, fold))
                self.write_mark(card_id, Mark() if has_moved else self.folded_mark(card_id))

    def folded_memory(self, card_id: str, fold: Fold) -> Memory:
        """The memory of a card by its answers, under the parameters in use."""
        fit = self.fit()
        parameters = None if fit is None else fit.parameters
        return fold(self.reviews(card_id), parameters).get(card_id, NEW)

    def folded_mark(self, card_id: str) -> Mark:
        """The mark of a card by its changes."""
        changes = self._changes(f"AND {rows.OF_CARD}", {"card_id": card_id})
        return folded(changes).get(card_id, Mark())

    def write_memory(self, card_id: str, memory: Memory) -> None:
        """Keep the memory of a card; nothing of a new one."""
        if isinstance(memory, Learned):
            self.database.rows(
                "INSERT OR REPLACE INTO memories VALUES (?, ?, ?, ?, ?, ?, ?)",
                (card_id, *rows.memory_row(memory)),
            )
        else:
            self.database.rows("DELETE FROM memories WHERE card_id = ?", (card_id,))

    def write_mark(self, card_id: str, mark: Mark) -> None:
        """Keep the mark of a card; nothing of one without."""
        if mark == Mark():
            self.database.rows("DELETE FROM marks WHERE card_id = ?", (card_id,))
        else:
            self.database.rows(
                "INSERT OR REPLACE INTO marks VALUES (?, ?, ?, ?)",
                (card_id, int(mark.suspended), mark.buried_day, mark.flag),
            )
