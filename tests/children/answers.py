"""Answers for the processes that the fault tests start, and what must hold of any store."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, New, Parameters, Rating, Review
from contrastive_drill.memory.marks import Change, Mark, Verb
from contrastive_drill.store import Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
DAY = 739_941


def opened(folder: Path) -> Store:
    """The store of a trial."""
    return Store.open(folder / "drill.sqlite", folder / "backups", NOW)


def answer(card_id: str, before: Memory, number: int = 0) -> Review:
    """An answer to a card; what it does to the memory is easy to follow."""
    old = Learned(0.0, 5.0, DAY, DAY, 0, 0) if isinstance(before, New) else before
    after = Learned(old.stability + 1.5, 5.25, DAY, DAY + old.reps + 1, old.reps + 1, 0)
    return Review(
        id=str(uuid.uuid4()),
        card_id=card_id,
        rating=Rating.GOOD,
        at=NOW + timedelta(seconds=number),
        day=DAY,
        seconds=4.5,
        mode=Mode.REVIEW,
        covered=("0123456789ab",),
        missed=(),
        answer="the negatives push the pairs apart " * 3,
        digest="d" * 32,
        retention=0.9,
        before=before,
        after=after,
    )


def change(card_id: str, verb: Verb) -> Change:
    """A change to a card."""
    return Change(str(uuid.uuid4()), card_id, verb, NOW, DAY, "why" if verb is Verb.FLAG else None)


def as_shown(reviews: Iterable[Review], parameters: Parameters | None) -> dict[str, Learned]:
    """The memory that the last answer of each card recorded."""
    found = {review.card_id: review.after for review in reviews if review.mode.scheduled}
    return {card: memory for card, memory in found.items() if isinstance(memory, Learned)}


def assert_sound(store: Store) -> None:
    """The file is whole, and both caches are what the log says."""
    store.database.check()
    memories: dict[str, Memory] = {}
    for review in store.reviews():
        if review.mode is Mode.REVIEW:
            assert memories.get(review.card_id, NEW) == review.before, review
            memories[review.card_id] = review.after
    assert store.memories() == memories
    rows = store.database.rows(
        "SELECT card_id, verb, day, note FROM log AS c WHERE kind = 'change'"
        " AND id NOT IN (SELECT undoes FROM log WHERE kind = 'undo') ORDER BY seq"
    )
    marks: dict[str, Mark] = {}
    for card_id, verb, day, note in rows:
        done = Change("", card_id, Verb(verb), NOW, day, note)
        marks[card_id] = marks.get(card_id, Mark()).changed_by(done)
    assert store.marks() == {card: mark for card, mark in marks.items() if mark != Mark()}
