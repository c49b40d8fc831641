"""What we remember of a card in Anki's numbers: the state of its card, the rows of its log."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from contrastive_drill.memory.log import Learned, Memory, Review
from contrastive_drill.memory.marks import Mark

FIRST_DAY = date(2020, 1, 1).toordinal()  # from which the days of a package count
SOON = -600  # seconds, as Anki writes what is less than a day: a failed card returns soon
EASE = 2500  # per mille, which Anki without FSRS multiplies by
NO_MARK = Mark()


class CardType(IntEnum):
    """What a card is to Anki; the queues of the same numbers ask it."""

    NEW = 0
    REVIEW = 2


class RowType(IntEnum):
    """What an answer was to Anki."""

    LEARNING = 0
    REVIEW = 1
    RELEARNING = 2
    FILTERED = 3  # and without a factor: cramming, of which FSRS learns nothing


class CardState(NamedTuple):
    """The columns of Anki's `cards` from `type` on; `due` is a day from `FIRST_DAY`, or a place."""

    type: int = CardType.NEW
    queue: int = 0
    due: int = 0
    ivl: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    flags: int = 0
    data: str = ""


class Basis(NamedTuple):
    """What the states of all cards rest on."""

    day: int  # today
    retention: float  # desired
    decay: float  # of the forgetting curve


class Row(NamedTuple):
    """An answer as a row of Anki's `revlog`."""

    at: int  # milliseconds
    ease: int
    ivl: int  # days, or seconds below zero
    last_ivl: int
    factor: int  # the difficulty, as Anki writes it under FSRS
    time: int  # milliseconds
    type: int

    @property
    def moved(self) -> bool:
        """Whether it moved the schedule."""
        return self.type != RowType.FILTERED


def card_state(
    memory: Memory, mark: Mark, reviews: Iterable[Review], place: int, basis: Basis
) -> CardState:
    """The state of a card with this memory, mark and history, at a place among new ones.

    One that failed and was not passed since is due, as it is with us.
    """
    flags = int(mark.flag is not None)
    queue = -1 if mark.suspended else -3 if mark.is_buried(basis.day) else None
    if not isinstance(memory, Learned):
        return CardState(due=place, queue=queue or 0, flags=flags)
    last = max((each.at for each in reviews if each.mode.scheduled), default=None)
    kept = {
        "s": round(memory.stability, 4),
        "d": round(memory.difficulty, 3),
        "dr": round(basis.retention, 2),
        "decay": round(basis.decay, 4),
        **({} if last is None else {"lrt": int(last.timestamp())}),
    }
    return CardState(
        CardType.REVIEW,
        CardType.REVIEW if queue is None else queue,
        memory.due_day - FIRST_DAY,
        max(memory.due_day - memory.last_day, 1),
        EASE,
        memory.reps,
        memory.lapses,
        flags,
        json.dumps(kept, separators=(",", ":")),
    )


def unique_times(reviews: Iterable[Review]) -> dict[str, int]:
    """The milliseconds of every answer of the log by its id, no two the same, as Anki's rows need.

    Over the whole log, so that an answer has the same in every package.
    """
    times: dict[str, int] = {}
    taken: set[int] = set()
    for review in reviews:
        at = round(review.at.timestamp() * 1000)
        while at in taken:
            at += 1
        taken.add(at)
        times[review.id] = at
    return times


def rows_of(reviews: Iterable[Review], times: Mapping[str, int]) -> tuple[Row, ...]:
    """The answers to a card as rows, at these times."""
    rows = []
    for review in reviews:
        moved = review.mode.scheduled and isinstance(review.after, Learned)
        rows.append(
            Row(
                times[review.id],
                review.rating,
                _interval(review.after if moved else review.before),
                _interval(review.before),
                _factor(review.after) if moved else 0,
                round(review.seconds * 1000),
                _type(review.before) if moved else RowType.FILTERED,
            )
        )
    return tuple(rows)


def _type(before: Memory) -> RowType:
    if not isinstance(before, Learned):
        return RowType.LEARNING
    return RowType.RELEARNING if before.failed else RowType.REVIEW


def _interval(memory: Memory) -> int:
    if not isinstance(memory, Learned):
        return 0
    return memory.due_day - memory.last_day or SOON


def _factor(memory: Memory) -> int:
    return round((memory.difficulty - 1) / 9 * 1000) + 100 if isinstance(memory, Learned) else 0
