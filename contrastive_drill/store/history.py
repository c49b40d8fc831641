"""Every read of the log and of the memories and marks folded from it, each by an index."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contrastive_drill.memory.log import NEW, Learned, Memory, Review
from contrastive_drill.memory.marks import GOES_BACK, Change, Mark
from contrastive_drill.store import rows
from contrastive_drill.store.database import Database
from contrastive_drill.store.rows import LIVE, Counts

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit

_CHUNK = 500  # rows of the log in memory at a time
_ENTRY = ", ".join(rows.ENTRY)
_MEMORY = ", ".join(rows.MEMORY)
_FIT = ", ".join(rows.FIT)
# The card of `memories` is neither suspended nor buried on the given day.
_AVAILABLE = f"""NOT EXISTS (
    SELECT 1 FROM marks
    WHERE marks.card_id = memories.card_id
      AND (suspended OR buried_day - ? BETWEEN 0 AND {GOES_BACK})
)"""


class History:
    """The log, memories and marks of a learner, to be read.

    Any method raises `DataProblem` when the file cannot be read.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def memory(self, card_id: str) -> Memory:
        """The memory of a card."""
        records = self.database.rows(
            f"SELECT {_MEMORY} FROM memories WHERE card_id = ?", (card_id,)
        )
        return rows.memory_of(records[0]) if records else NEW

    def memories(self) -> dict[str, Learned]:
        """Every memory, by card."""
        return dict(self._learned())

    def due_days(self) -> dict[str, int]:
        """The study day on which each card with a memory falls due."""
        return dict(self.database.rows("SELECT card_id, due_day FROM memories"))

    def due(self, day: int) -> list[tuple[str, Learned]]:
        """Cards due by a study day and neither suspended nor buried, longest overdue first."""
        return self._learned(
            f"WHERE due_day <= ? AND {_AVAILABLE} ORDER BY due_day, card_id", (day, day)
        )

    def learned_ids(self) -> set[str]:
        """Cards with a memory."""
        return {card_id for (card_id,) in self.database.rows("SELECT card_id FROM memories")}

    def marks(self, clause: str = "", values: Sequence[object] = ()) -> dict[str, Mark]:
        """The marks of the cards that have any."""
        sql = f"SELECT card_id, suspended, buried_day, flag FROM marks {clause}"
        records = self.database.rows(sql, values)
        return {card: Mark(bool(suspended), day, flag) for card, suspended, day, flag in records}

    def mark(self, card_id: str) -> Mark:
        """The mark of a card."""
        return self.marks("WHERE card_id = ?", (card_id,)).get(card_id, Mark())

    def reviews(self, card_id: str | None = None, since: int = 0) -> Iterator[Review]:
        """Answers not undone from a study day on, oldest first, as of the iteration's start."""
        ((top,),) = self.database.rows("SELECT ifnull(max(seq), 0) FROM log")
        card = "" if card_id is None else "AND card_id = :card_id"
        recent = "AND day >= :since" if since else ""
        sql = f"""
            SELECT seq, {_ENTRY} FROM log
            WHERE seq > :seq AND seq <= :top AND kind = 'review' {card} {recent} AND NOT EXISTS (
                SELECT 1 FROM log AS u WHERE u.undoes = log.id AND u.seq <= :top
            )
            ORDER BY seq LIMIT {_CHUNK}
        """
        seq = 0
        while chunk := self.database.read(
            lambda row: (row[0], rows.entry_of(row[1:])),
            sql,
            {"seq": seq, "top": top, "card_id": card_id, "since": since},
        ):
            for _, review in chunk:
                assert isinstance(review, Review)
                yield review
            seq = chunk[-1][0]

    def latest(self, count: int) -> list[Review]:
        """The newest answers not undone, newest first."""
        clause = f"WHERE kind = 'review' AND {LIVE} ORDER BY seq DESC LIMIT ?"
        return [entry for entry in self._entries(clause, (count,)) if isinstance(entry, Review)]

    def new_today(self, day: int) -> int:
        """Cards met for the first time in a review of a study day."""
        first = "AND mode = 'review' AND before_stability IS NULL"
        return int(self._of_answers("count(*)", day, first))

    def answered_on(self, day: int) -> int:
        """Answers of a study day, cram included."""
        return int(self._of_answers("count(*)", day))

    def seconds_on(self, day: int) -> float:
        """Seconds of all answers of a study day, cram included."""
        return float(self._of_answers("total(seconds)", day))

    def days(self) -> list[int]:
        """The study days with an answer, oldest first."""
        # From day to day by the index: a day may have hundreds of answers.
        records = self.database.rows(
            f"""
            WITH RECURSIVE answered (day) AS (
                SELECT min(day) FROM log WHERE kind = 'review'
                UNION ALL
                SELECT (SELECT min(log.day) FROM log
                        WHERE log.kind = 'review' AND log.day > answered.day)
                FROM answered WHERE answered.day IS NOT NULL
            )
            SELECT day FROM answered WHERE EXISTS (
                SELECT 1 FROM log WHERE log.day = answered.day AND kind = 'review' AND {LIVE}
            )
            """
        )
        return [day for (day,) in records]

    def last_at(self) -> datetime | None:
        """The latest time of an entry not undone."""
        records = self.database.rows(
            f"SELECT at FROM log WHERE kind <> 'undo' AND {LIVE} ORDER BY at DESC LIMIT 1"
        )
        return datetime.fromisoformat(records[0][0]) if records else None

    def fit(self) -> "Fit | None":
        """The parameters in use; None: FSRS's defaults, never changed."""
        return next(iter(self._fits(f"WHERE {rows.LIVE_FIT} ORDER BY seq DESC LIMIT 1")), None)

    def fits(self) -> "list[Fit]":
        """All parameters ever put into use, oldest first."""
        return self._fits("WHERE undoes IS NULL ORDER BY seq")

    def counts(self) -> Counts:
        """The size of the history."""
        return Counts(*self.database.rows(rows.COUNTS)[0])

    def _of_answers(self, aggregate: str, day: int, clause: str = "") -> Any:
        ((number,),) = self.database.rows(
            f"SELECT {aggregate} FROM log WHERE day = ? AND kind = 'review' {clause} AND {LIVE}",
            (day,),
        )
        return number

    def _learned(
        self, clause: str = "", values: Sequence[object] = ()
    ) -> list[tuple[str, Learned]]:
        records = self.database.rows(f"SELECT card_id, {_MEMORY} FROM memories {clause}", values)
        return [(row[0], Learned(*row[1:])) for row in records]

    def _entries(self, clause: str, values: Sequence[object] = ()) -> list[Review | Change]:
        return self.database.read(rows.entry_of, f"SELECT {_ENTRY} FROM log {clause}", values)

    def _fits(self, clause: str) -> "list[Fit]":
        return self.database.read(rows.fit_of, f"SELECT {_FIT} FROM fits {clause}")
