"""Every read of the log and of the memories and marks folded from it, each by an index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from contrastive_drill.memory.log import NEW, Fold, Learned, Memory, Review, Undo
from contrastive_drill.memory.marks import GOES_BACK, Change, Mark, folded
from contrastive_drill.store import cells, rows
from contrastive_drill.store.database import Database, Values
from contrastive_drill.store.rows import LIVE, LOG, MEMORIES, Counts
from contrastive_drill.store.schema import MEETS
from contrastive_drill.store.table import Table

if TYPE_CHECKING:
    from contrastive_drill.memory.parameters import Fit

Event = TypeVar("Event", bound=Review | Change)
_CHUNK = 500  # rows of the log in memory at a time
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

    def renames(self) -> dict[str, str]:
        """The id that a card has now, by each former one."""
        return dict(self.database.rows("SELECT former, card_id FROM renames"))

    def present_id(self, card_id: str) -> str:
        """The id that a card has now, where another terminal may have renamed it meanwhile."""
        named = self.database.rows("SELECT card_id FROM renames WHERE former = ?", (card_id,))
        return str(named[0][0]) if named else card_id

    def memory(self, card_id: str) -> Memory:
        """The memory of a card."""
        return dict(self._learned("WHERE card_id = ?", (card_id,))).get(card_id, NEW)

    def memories(self) -> dict[str, Learned]:
        """Every memory, by card."""
        return dict(self._learned())

    def due_days(self) -> dict[str, int]:
        """The study day on which each card with a memory falls due."""
        sql = "SELECT card_id, due_day FROM memories"
        return dict(
            self.database.read(MEMORIES, lambda row: (cells.text(row[0]), cells.day(row[1])), sql)
        )

    def due(self, day: int) -> list[tuple[str, Learned]]:
        """Cards due by a study day and neither suspended nor buried, longest overdue first."""
        return self._learned(
            f"WHERE due_day <= ? AND {_AVAILABLE} ORDER BY due_day, card_id", (day, day)
        )

    def learned_ids(self) -> set[str]:
        """Cards with a memory."""
        sql = "SELECT card_id FROM memories"
        return set(self.database.read(MEMORIES, lambda row: cells.text(row[0]), sql))

    def marks(self, clause: str = "", values: Sequence[object] = ()) -> dict[str, Mark]:
        """The marks of the cards that have any."""
        return dict(self.database.values(rows.MARKS, clause, values))

    def mark(self, card_id: str) -> Mark:
        """The mark of a card."""
        return self.marks("WHERE card_id = ?", (card_id,)).get(card_id, Mark())

    def reviews(self, card_id: str | None = None, since: int = 0) -> Iterator[Review]:
        """Answers not undone from a study day on, oldest first, as of the iteration's start."""
        ((top,),) = self.database.rows("SELECT ifnull(max(seq), 0) FROM log")
        card = "" if card_id is None else f"AND {rows.OF_CARD}"
        recent = "AND day >= :since" if since else ""
        clause = f"""
            WHERE seq > :seq AND seq <= :top AND kind = 'review' {card} {recent} AND NOT EXISTS (
                SELECT 1 FROM log AS u WHERE u.undoes = log.id AND u.seq <= :top
            )
            ORDER BY seq LIMIT {_CHUNK}
        """
        numbered = Table("log", LOG.columns, lambda row: (row[0], LOG.read(row)))
        values = {"seq": 0, "top": top, "card_id": card_id, "since": since}
        now = self.renames()
        while chunk := self.database.values(numbered, clause, values):
            for values["seq"], review in chunk:
                assert isinstance(review, Review)
                yield present(review, now)

    def latest(self, count: int) -> list[Review]:
        """The newest answers not undone, newest first."""
        clause = f"WHERE kind = 'review' AND {LIVE} ORDER BY seq DESC LIMIT ?"
        return [entry for entry in self._entries(clause, (count,)) if isinstance(entry, Review)]

    def new_today(self, day: int) -> int:
        """Cards met for the first time in a review of a study day."""
        first = f"AND {MEETS} AND before_stability IS NULL"
        return int(self._of_answers("count(*)", day, first))

    def answered_on(self, day: int) -> int:
        """Answers of a study day, cram included."""
        return int(self._of_answers("count(*)", day))

    def seconds_on(self, day: int) -> float:
        """Seconds of all answers of a study day, cram included."""
        return self._of_answers("total(seconds)", day)

    def days(self) -> list[int]:
        """The study days with an answer, oldest first."""
        # From day to day by the index: a day may have hundreds of answers.
        return self.database.read(
            LOG,
            lambda row: cells.day(row[0]),
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
            """,
        )

    def last_at(self) -> datetime | None:
        """The latest time of an entry not undone."""
        newest = self._entries(f"WHERE kind <> 'undo' AND {LIVE} ORDER BY at DESC LIMIT 1")
        return newest[0].at if newest else None

    def fit(self) -> "Fit | None":
        """The parameters in use; None: FSRS's defaults, never changed."""
        return next(iter(self._fits(f"WHERE {rows.LIVE_FIT} ORDER BY seq DESC LIMIT 1")), None)

    def fits(self) -> "list[Fit]":
        """All parameters ever put into use, oldest first."""
        return self._fits("WHERE undoes IS NULL ORDER BY seq")

    def folded(self, fold: Fold) -> tuple[dict[str, Learned], dict[str, Mark]]:
        """The memories and the marks that follow from the log, by card."""
        fit = self.fit()
        memories = fold(self.reviews(), None if fit is None else fit.parameters)
        return dict(memories), folded(self._changes())

    def counts(self) -> Counts:
        """The size of the history."""
        return Counts(*self.database.rows(rows.COUNTS)[0])

    def _of_answers(self, aggregate: str, day: int, clause: str = "") -> float:
        sql = f"SELECT {aggregate} FROM log WHERE day = ? AND kind = 'review' {clause} AND {LIVE}"
        (number,) = self.database.read(
            LOG, lambda row: cells.number(float(row[0]), 0, cells.LONG), sql, (day,)
        )
        return number

    def _learned(
        self, clause: str = "", values: Sequence[object] = ()
    ) -> list[tuple[str, Learned]]:
        return self.database.values(MEMORIES, clause, values)

    def _entries(self, clause: str, values: Values = ()) -> list[Review | Change]:
        found, now = self.database.values(LOG, clause, values), self.renames()
        return [present(entry, now) for entry in found if not isinstance(entry, Undo)]

    def _changes(self, clause: str = "", values: Values = ()) -> Iterator[Change]:
        entries = self._entries(f"WHERE kind = 'change' AND {LIVE} {clause} ORDER BY seq", values)
        return (entry for entry in entries if isinstance(entry, Change))

    def _fits(self, clause: str) -> "list[Fit]":
        return self.database.values(rows.FITS, clause)


def present(entry: Event, now: Mapping[str, str]) -> Event:
    """An answer or a change under the id that its card has now."""
    card_id = now.get(entry.card_id)
    return entry if card_id is None else replace(entry, card_id=card_id)
