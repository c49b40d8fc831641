"""Cards that have another id now: one history in order of time, whenever they were renamed."""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.memory.log import Mode, Rating, Review
from contrastive_drill.memory.marks import Change, Mark, Verb
from contrastive_drill.memory.scheduler import Scheduler, replay
from contrastive_drill.memory.sitting import Event, Sitting, SittingKind
from contrastive_drill.store import CannotUndo, Store, migrations
from contrastive_drill.store.database import Database

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
DAY = 739_941
numbers = count()
IDS = ("a", "b", "c")
# A bank may take a renaming back, as a learner does who writes a card anew.
RENAMES: tuple[dict[str, str], ...] = (
    {}, {"a": "b"}, {"a": "c"}, {"b": "a"}, {"a": "c", "b": "c"}, {"z": "a"},
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "drill.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with opened(path) as store:
        yield store


def opened(path: Path, read_only: bool = False) -> Store:
    return Store.open(path, path.parent / "backups", NOW, read_only)


def in_memory() -> Store:
    held = Database.connected(
        Path("none"), str, lambda _: sqlite3.connect(":memory:", isolation_level=None)
    )
    migrations.migrate(held, NOW, lambda _: None)
    return Store(held, Path("none"))


def answer(store: Store, card_id: str, rating: Rating = Rating.GOOD, day: int = DAY) -> Review:
    """An answer given to a card as it is scheduled now."""
    before = store.memory(card_id)
    review = Review(
        id=f"review-{next(numbers)}",
        card_id=card_id,
        rating=rating,
        at=NOW,
        day=day,
        seconds=5.0,
        mode=Mode.REVIEW,
        covered=(),
        missed=(),
        answer=None,
        digest="digest",
        retention=0.9,
        before=before,
        after=Scheduler(0.9).after(card_id, before, rating, day, Mode.REVIEW),
    )
    store.record(review)
    return review


def change(store: Store, card_id: str, verb: Verb, day: int = DAY) -> Change:
    """A mark put on a card."""
    changed = Change(f"change-{next(numbers)}", card_id, verb, NOW, day, f"by {card_id}")
    store.change(changed)
    return changed


def undo(store: Store, entry_id: str | None = None) -> Review | Change | None:
    """An entry, or the newest one, taken back."""
    return store.undo(entry_id, undo_id=f"undo-{next(numbers)}", at=NOW, day=DAY, fold=replay)


def as_of(entry: Review | Change, renames: Mapping[str, str]) -> Review | Change:
    """The entry as it reads once its card has another id."""
    return replace(entry, card_id=renames.get(entry.card_id, entry.card_id))


def assert_is_the_fold(store: Store, live: list[Review | Change], now: Mapping[str, str]) -> None:
    """Everything the store says is what a walk over the log says, each card by its present id."""
    entries = [as_of(entry, now) for entry in live]
    reviews = [entry for entry in entries if isinstance(entry, Review)]
    assert list(store.reviews()) == reviews
    assert store.memories() == replay(reviews) == replay(store.reviews())
    marks: dict[str, Mark] = {}
    for entry in entries:
        if isinstance(entry, Change):
            marks[entry.card_id] = marks.get(entry.card_id, Mark()).changed_by(entry)
    assert store.marks() == {card: mark for card, mark in marks.items() if mark != Mark()}
    for card in IDS:
        if card not in now:
            assert list(store.reviews(card)) == [each for each in reviews if each.card_id == card]


steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(IDS), st.sampled_from((*Rating, *Verb)), st.integers(0, 9)),
        st.tuples(st.sampled_from(IDS), st.sampled_from((*Rating, *Verb)), st.integers(0, 9)),
        st.sampled_from(RENAMES),
        st.none(),  # undo
    ),
    max_size=24,
)


@given(steps)
def test_a_history_and_its_folds_are_those_of_one_card_whenever_it_was_renamed(
    sequence: list[tuple[str, Rating | Verb, int] | dict[str, str] | None],
) -> None:
    with in_memory() as store:
        live: list[Review | Change] = []
        now: dict[str, str] = {}
        day = DAY
        for step in sequence:
            if step is None:
                assert undo(store) == (as_of(live.pop(), now) if live else None)
            elif isinstance(step, dict):
                now = step
                assert store.renamed(now, replay) is store
                assert store.renames() == now
            else:
                card, what, shift = step
                card, day = now.get(card, card), day + shift
                if isinstance(what, Verb):
                    live.append(change(store, card, what, day))
                else:
                    live.append(answer(store, card, what, day))
            assert_is_the_fold(store, live, now)


def test_two_cards_become_one_in_order_of_time(store: Store) -> None:
    given = [answer(store, card, day=DAY + 9 * n) for n, card in enumerate(("old", "new", "old"))]
    change(store, "old", Verb.SUSPEND)
    change(store, "new", Verb.FLAG)
    store.renamed({"old": "new"}, replay)
    with pytest.raises(CannotUndo, match="new has been answered again since"):
        undo(store, given[0].id)
    merged = [replace(review, card_id="new") for review in given]
    assert list(store.reviews("new")) == merged
    assert store.memories() == replay(merged)
    assert store.memory("new") != given[-1].after
    assert store.marks() == {"new": Mark(suspended=True, flag="by new")}
    assert store.due_days().keys() == store.learned_ids() == {"new"}


def test_an_exam_and_an_interview_know_their_cards_by_the_present_ids(store: Store) -> None:
    exam = Sitting("e", SittingKind.EXAM, NOW, DAY, 1, ("old", "other", "new"), {})
    store.sittings.begin(exam)
    where = {"card": "old", "section": "old", "part": "scenario", "level": "mid"}
    asked = Event("asked", NOW, {**where, "thread": 1, "depth": 0, "required": 2, "budget": 9})
    store.sittings.note("e", asked)
    store.sittings.note("e", Event("ended", NOW, {"how": "left"}))
    store.renamed({"old": "new"}, replay)
    assert store.sittings.newest(SittingKind.EXAM) == [replace(exam, cards=("new", "other"))]
    assert store.sittings.events("e") == [
        replace(asked, facts=dict(asked.facts, card="new")),
        Event("ended", NOW, {"how": "left"}),
    ]


def test_who_may_only_read_sees_the_new_ids_and_writes_no_byte(path: Path) -> None:
    with opened(path) as store:
        reviewed = answer(store, "old")
    before = path.read_bytes()
    with opened(path, read_only=True).renamed({"old": "new"}, replay) as store:
        assert list(store.reviews()) == [replace(reviewed, card_id="new")]
        with pytest.raises(Exception, match="write"):
            change(store, "new", Verb.FLAG)
    with opened(path, read_only=True) as store:
        assert list(store.reviews()) == [reviewed]
    assert path.read_bytes() == before


def test_an_answer_of_another_terminal_that_still_has_the_old_id_is_of_the_card(
    store: Store, path: Path
) -> None:
    with opened(path) as other:
        other.renamed({"old": "new"}, replay)
    answer(store, "old")
    change(store, "old", Verb.FLAG)
    assert store.learned_ids() == store.marks().keys() == {"new"}
