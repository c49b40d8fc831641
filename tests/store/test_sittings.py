"""Exams and interviews in the store: what was begun, noted and answered comes back."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from folds import as_shown

from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.sitting import ENDED, Event, Sitting, SittingKind
from contrastive_drill.store import Damaged, Store

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
DAY = 739_941
EXAM = Sitting(
    "e1", SittingKind.EXAM, NOW, DAY, 7, ("a", "b"), {"section": ("clip",), "count": None}
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "drill.sqlite", tmp_path / "backups", NOW) as opened:
        yield opened


def answer(card: str, sitting: str, mode: Mode = Mode.EXAM, before: Memory = NEW) -> Review:
    after = Learned(2.0, 5.0, DAY, DAY + 3, 1, 0) if mode is Mode.EXAM else before
    return Review(
        id=f"{sitting}-{card}",
        card_id=card,
        rating=Rating.GOOD,
        at=NOW,
        day=DAY,
        seconds=3.0,
        mode=mode,
        covered=(),
        missed=(),
        answer=None,
        digest="digest",
        retention=0.9,
        before=before,
        after=after,
        sitting=sitting,
    )


def ended(how: str) -> Event:
    return Event(ENDED, NOW + timedelta(minutes=9), {"how": how})


def test_a_sitting_comes_back_as_it_was_begun(store: Store) -> None:
    assert store.sittings.newest(SittingKind.EXAM) == []
    store.sittings.begin(EXAM)
    later = replace(EXAM, id="e2", cards=("b",), terms={})
    store.sittings.begin(later)
    store.sittings.begin(
        Sitting("i1", SittingKind.INTERVIEW, NOW, DAY, 2**40, terms={"level": "mid"})
    )
    assert store.sittings.newest(SittingKind.EXAM) == [later, EXAM]
    assert store.sittings.newest(SittingKind.EXAM, 1) == [later]
    (interview,) = store.sittings.newest(SittingKind.INTERVIEW)
    assert (interview.seed, interview.cards, interview.terms) == (2**40, (), {"level": "mid"})


def test_a_sitting_is_open_until_its_end_is_noted(store: Store) -> None:
    assert store.sittings.open(SittingKind.EXAM) is None
    store.sittings.begin(EXAM)
    store.sittings.begin(replace(EXAM, id="e2"))
    store.sittings.note("e2", Event("paused", NOW, {}))
    assert store.sittings.open(SittingKind.EXAM) == replace(EXAM, id="e2")
    store.sittings.note("e2", ended("finished"))
    assert store.sittings.open(SittingKind.EXAM) == EXAM
    store.sittings.note("e1", ended("abandoned"))
    assert store.sittings.open(SittingKind.EXAM) is None
    assert store.sittings.events("e2") == [Event("paused", NOW, {}), ended("finished")]


def test_answers_belong_to_their_sitting_and_may_be_taken_back(store: Store) -> None:
    store.sittings.begin(EXAM)
    store.sittings.begin(replace(EXAM, id="e2"))
    for card in "ab":
        store.record(answer(card, "e1"))
    store.record(answer("c", "e2"))
    assert [review.card_id for review in store.sittings.answers("e1")] == ["a", "b"]
    store.undo("e1-b", undo_id="u", at=NOW, day=DAY, fold=as_shown)
    assert store.sittings.answers("e1") == [answer("a", "e1")]
    assert store.memory("b") == NEW


def test_an_exam_moves_memories_and_an_interview_does_not(store: Store) -> None:
    store.record(answer("a", "e1"))
    store.record(answer("b", "i1", Mode.INTERVIEW))
    assert store.memories() == {"a": answer("a", "e1").after}


def test_an_answer_names_a_sitting_exactly_when_it_was_given_in_one(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.record(replace(answer("a", "e1"), sitting=None))
    with pytest.raises(sqlite3.IntegrityError):
        store.record(replace(answer("a", "e1"), mode=Mode.REVIEW))
    assert store.counts().answers == 0


def test_sittings_are_append_only_and_an_event_needs_its_sitting(store: Store) -> None:
    store.sittings.begin(EXAM)
    store.sittings.note("e1", ended("finished"))
    for statement in ("UPDATE sittings SET seed = 0", "DELETE FROM sitting_events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.database.rows(statement)
    with pytest.raises(sqlite3.IntegrityError):
        store.sittings.note("nowhere", ended("finished"))


def test_cells_that_are_no_sitting_are_damage(store: Store) -> None:
    store.database.rows(
        "INSERT INTO sittings (id, kind, at, day, seed, cards, terms)"
        " VALUES ('x', 'exam', 'yesterday', 1, 1, '[]', '{}')"
    )
    with pytest.raises(Damaged):
        store.sittings.newest(SittingKind.EXAM)


def test_a_history_that_is_only_read_takes_no_sitting(store: Store, tmp_path: Path) -> None:
    with Store.open(tmp_path / "drill.sqlite", tmp_path, NOW, read_only=True) as reading:
        assert reading.sittings.open(SittingKind.EXAM) is None
        with pytest.raises(DataProblem):
            reading.sittings.begin(EXAM)
