"""The store: what is written comes back, and the caches are folds over the log."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import old_format
import pytest
from cases import every
from folds import as_shown
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.marks import Change, Mark, Verb
from contrastive_drill.store import (
    CannotUndo,
    Damaged,
    StaleMemory,
    Store,
    connection,
    migrations,
    schema,
)
from contrastive_drill.store.database import Database
from contrastive_drill.store.health import TABLES
from contrastive_drill.store.rows import LOG, Counts

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
DAY = 739_941
SCHEDULED = (Mode.REVIEW, Mode.EXAM)
numbers = count()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "drill.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with opened(path) as opened_:
        yield opened_


def opened(path: Path, read_only: bool = False) -> Store:
    return Store.open(path, path.parent / "backups", NOW, read_only)


def in_memory() -> Store:
    held = Database.connected(
        Path("none"), str, lambda _: sqlite3.connect(":memory:", isolation_level=None)
    )
    migrations.migrate(held, NOW, lambda _: None)
    return Store(held, Path("none"))


def learned(due: int = DAY + 3, reps: int = 1) -> Learned:
    return Learned(2.3065, 2.118, DAY, due, reps, 0)


def review(
    card_id: str = "card",
    before: Memory = NEW,
    after: Memory | None = None,
    *,
    mode: Mode = Mode.REVIEW,
    day: int = DAY,
    at: datetime = NOW,
) -> Review:
    return Review(
        id=f"review-{next(numbers)}",
        card_id=card_id,
        rating=Rating.GOOD,
        at=at,
        day=day,
        seconds=12.5,
        mode=mode,
        covered=("0a1b", "é"),
        missed=("2c3d",),
        answer=None,
        digest="digest",
        retention=0.9,
        before=before,
        after=learned() if after is None else after,
    )


def change(verb: Verb, card_id: str = "card", *, day: int = DAY, note: str | None = None) -> Change:
    return Change(f"change-{next(numbers)}", card_id, verb, NOW, day, note)


def undo(store: Store, entry_id: str | None = None) -> Review | Change | None:
    return store.undo(entry_id, undo_id=f"undo-{next(numbers)}", at=NOW, day=DAY, fold=as_shown)


def content(store: Store, table: str) -> list[tuple[object, ...]]:
    return store.database.rows(f"SELECT * FROM {table} ORDER BY 1")


# Coming back


texts = st.text(st.characters(codec="utf-8"), max_size=20)
days = st.integers(700_000, 10**6)
memories = st.one_of(
    st.just(NEW),
    st.builds(
        Learned,
        st.floats(1e-3, 36500),
        st.floats(1, 10),
        days,
        days,
        st.integers(0, 10**4),
        st.integers(0, 10**4),
    ),
)
instants = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)


@given(
    st.builds(
        Review,
        id=texts,
        card_id=texts,
        rating=st.sampled_from(Rating),
        at=instants,
        day=days,
        seconds=st.floats(0, 1e6),
        mode=st.sampled_from((Mode.CRAM, Mode.INTERVIEW)),
        covered=st.lists(texts, max_size=3).map(tuple),
        missed=st.lists(texts, max_size=3).map(tuple),
        answer=st.none() | texts,
        digest=texts,
        retention=st.floats(0.7, 0.97),
        before=memories,
        after=memories,
    )
)
def test_a_review_comes_back_as_it_was(answered: Review) -> None:
    if answered.mode is Mode.INTERVIEW:
        answered = replace(answered, sitting="interview")
    with in_memory() as store:
        store.record(answered)
        assert list(store.reviews()) == [answered]


def test_a_time_is_kept_in_utc_whatever_its_offset(store: Store) -> None:
    at = NOW.astimezone(timezone(timedelta(hours=-7)))
    store.record(review(at=at))
    assert content(store, "log")[0][4] == "2026-11-21T17:30:00.000+00:00"
    with pytest.raises(ValueError, match="offset"):
        store.record(review("other", at=NOW.replace(tzinfo=None)))
    assert store.counts().answers == 1


def test_half_characters_of_a_broken_locale_lose_no_answer(store: Store) -> None:
    store.record(replace(review(), answer="caf\udce9"))
    assert next(store.reviews()).answer == "caf\\udce9"


def test_reviews_come_oldest_first_in_chunks_and_of_one_card() -> None:
    store = in_memory()
    answered = []
    for number in range(1203):  # more than two chunks
        card = f"card-{number % 3}"
        memory = store.memory(card)
        answered.append(review(card, memory, learned(reps=number + 1), mode=Mode.REVIEW))
        if number % 400 == 0:
            answered[-1] = replace(answered[-1], mode=Mode.CRAM)
        store.record(answered[-1])
    assert list(store.reviews()) == answered
    assert list(store.reviews("card-1")) == [r for r in answered if r.card_id == "card-1"]
    store.close()


def test_reviews_are_those_of_the_moment_they_were_asked_for(store: Store, path: Path) -> None:
    first = review()
    store.record(first)
    reading = store.reviews()
    assert next(reading) == first
    with opened(path) as other:  # neither waits for the reader nor changes what it reads
        other.record(review("other"))
    assert list(reading) == []


def test_an_undo_meanwhile_takes_nothing_out_of_a_reading_under_way() -> None:
    with in_memory() as store:
        answered = [review(f"card-{number}", mode=Mode.CRAM) for number in range(700)]
        for each in answered:
            store.record(each)
        reading = store.reviews()
        read = [next(reading)]
        undo(store)  # of an answer that lies in a later chunk
        assert read + list(reading) == answered
        assert list(store.reviews()) == answered[:-1]


# Writing


def test_an_answer_appends_a_row_and_moves_the_memory(store: Store, path: Path) -> None:
    answered = review()
    store.record(answered)
    with opened(path) as other:
        assert other.memory("card") == answered.after
        assert other.memories() == {"card": answered.after}
        assert other.learned_ids() == {"card"}
        assert list(other.reviews()) == [answered]
    assert store.memory("unknown") == NEW


def test_cram_is_logged_and_moves_nothing(store: Store) -> None:
    store.record(review(mode=Mode.CRAM, after=learned(reps=9)))
    assert store.memory("card") == NEW
    assert (store.new_today(DAY), store.answered_on(DAY)) == (0, 1)


def test_an_answer_to_a_stale_memory_is_refused_with_the_present_one(
    store: Store, path: Path
) -> None:
    with opened(path) as other:
        other.record(review(after=learned(reps=1)))
    mine = review(after=learned(reps=7))
    with pytest.raises(StaleMemory) as refused:
        store.record(mine)
    assert refused.value.current == learned(reps=1)
    assert "\n" not in str(refused.value)
    assert store.counts() == Counts(answers=1, cards=1)
    store.record(replace(mine, before=refused.value.current))
    assert store.memory("card") == learned(reps=7)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_whatever_leaves_a_transaction_undoes_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def interrupted(table: str, row: dict[str, object]) -> None:
        raise error

    monkeypatch.setattr(store.database, "insert", interrupted)
    with pytest.raises(error):
        store.record(review())
    monkeypatch.undo()
    assert store.memory("card") == NEW
    store.record(review())


def test_the_log_cannot_be_rewritten(store: Store) -> None:
    store.record(review())
    before = content(store, "log")
    for sql in ("UPDATE log SET rating = 4", "DELETE FROM log"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.database.rows(sql)
    assert content(store, "log") == before


NONSENSE = [
    "'x', 'review', 'card', '', 1, NULL, NULL",  # a review without what makes it one
    "'x', 'change', 'card', '', 1, NULL, NULL",
    "'x', 'undo', 'card', '', 1, NULL, NULL",
    "'x', 'change', 'card', '', 1, 'explode', NULL",
    "'x', 'wish', 'card', '', 1, NULL, NULL",
    "'x', 'change', 'card', '', 'soon', 'bury', NULL",
]


def test_the_database_refuses_rows_that_mean_nothing(store: Store) -> None:
    sql = "INSERT INTO log (id, kind, card_id, at, day, verb, undoes) VALUES"
    for row in NONSENSE:
        with pytest.raises(sqlite3.IntegrityError):
            store.database.rows(f"{sql} ({row})")
    store.database.rows(f"{sql} ('x', 'change', 'card', '', 1, 'bury', NULL)")


def test_a_bug_keeps_its_own_error(store: Store) -> None:
    store.record(answered := review())
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        store.record(replace(answered, before=learned()))
    with pytest.raises(sqlite3.OperationalError, match="syntax"):
        store.database.rows("SELEC 1")


# Taking back


def test_undo_goes_back_step_by_step(store: Store) -> None:
    first = review("a", after=learned(reps=1))
    second = review("a", first.after, learned(reps=2))
    third = change(Verb.SUSPEND, "a")
    store.record(first)
    store.record(second)
    store.change(third)
    assert undo(store) == third
    assert store.marks() == {}
    assert undo(store) == second
    assert store.memory("a") == first.after
    assert undo(store) == first
    assert store.memory("a") == NEW
    assert undo(store) is None
    assert len(content(store, "log")) == 6  # nothing left the log


def test_undo_of_an_entry_that_has_been_built_upon_is_refused(store: Store) -> None:
    first = review("a", after=learned(reps=1))
    second = review("a", first.after, learned(reps=2))
    store.record(first)
    store.record(second)
    store.record(review("b"))
    with pytest.raises(CannotUndo, match="answered again since"):
        undo(store, first.id)
    assert store.memory("a") == second.after
    assert undo(store, second.id) == second
    assert undo(store, first.id) == first
    assert store.memories().keys() == {"b"}


def test_cram_neither_stands_in_the_way_nor_moves_the_memory(store: Store) -> None:
    first = review("a", after=learned(reps=1))
    crammed = review("a", mode=Mode.CRAM)
    last = review("a", first.after, learned(reps=2))
    for answered in (first, crammed, last):
        store.record(answered)
    assert undo(store, crammed.id) == crammed
    assert store.memory("a") == last.after
    undo(store, last.id)
    store.record(replace(crammed, id="crammed again"))
    undo(store, first.id)
    assert store.memory("a") == NEW
    assert [answered.id for answered in store.reviews()] == ["crammed again"]


def test_undo_of_what_is_not_there_is_refused(store: Store) -> None:
    store.record(answered := review())
    with pytest.raises(CannotUndo, match="no entry"):
        undo(store, "never")
    undo(store, answered.id)
    with pytest.raises(CannotUndo, match="already"):
        undo(store, answered.id)
    undo_id = str(content(store, "log")[-1][1])
    with pytest.raises(CannotUndo, match="no entry"):
        undo(store, undo_id)


def test_undo_of_an_older_change_leaves_the_newer_ones(store: Store) -> None:
    suspended, flagged = change(Verb.SUSPEND), change(Verb.FLAG, note="unclear")
    store.change(suspended)
    store.change(flagged)
    undo(store, suspended.id)
    assert store.marks() == {"card": Mark(flag="unclear")}


# What is due


def test_due_is_what_is_neither_ahead_nor_suspended_nor_buried(store: Store) -> None:
    for card, due in (
        ("late", DAY - 5),
        ("today", DAY),
        ("ahead", DAY + 1),
        ("b", DAY),
        ("s", DAY - 99),
    ):
        store.record(review(card, after=learned(due)))
    store.change(change(Verb.SUSPEND, "s"))
    store.change(change(Verb.BURY, "b"))
    store.change(change(Verb.FLAG, "today"))
    assert store.due(DAY) == [("late", learned(DAY - 5)), ("today", learned(DAY))]
    assert [card for card, _ in store.due(DAY + 1)] == ["late", "b", "today", "ahead"]
    assert store.marks() == {
        "s": Mark(suspended=True),
        "b": Mark(buried_day=DAY),
        "today": Mark(flag=""),
    }
    store.change(change(Verb.RESUME, "s"))
    store.change(change(Verb.UNFLAG, "today"))
    assert [card for card, _ in store.due(DAY)] == ["s", "late", "today"]
    assert store.marks() == {"b": Mark(buried_day=DAY)}
    store.change(change(Verb.BURY, "late"))
    assert [card for card, _ in store.due(DAY - 1)] == ["s"]  # though the day went back by one


# Any sequence, against a model that keeps a plain list

CARDS = ("a", "b", "c")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("review"), st.sampled_from(CARDS), st.integers(0, 3), memories),
        st.tuples(
            st.sampled_from(("cram", "exam", "interview")),
            st.sampled_from(CARDS),
            st.integers(0, 3),
            memories,
        ),
        st.tuples(
            st.sampled_from(list(Verb)), st.sampled_from(CARDS), st.integers(0, 3), st.just(NEW)
        ),
        st.tuples(st.just("undo"), st.integers(0, 12), st.just(0), st.just(NEW)),
    ),
    max_size=25,
)


def folded(live: list[Review | Change]) -> tuple[dict[str, Memory], dict[str, Mark]]:
    """The memories and marks after these entries."""
    known: dict[str, Memory] = {}
    marks = dict.fromkeys(CARDS, Mark())
    for entry in live:
        if isinstance(entry, Change):
            old = marks[entry.card_id]
            marks[entry.card_id] = Mark(
                {Verb.SUSPEND: True, Verb.RESUME: False}.get(entry.verb, old.suspended),
                {Verb.BURY: entry.day, Verb.RESUME: None}.get(entry.verb, old.buried_day),
                {Verb.FLAG: entry.note or old.flag or "", Verb.UNFLAG: None}.get(
                    entry.verb, old.flag
                ),
            )
        elif entry.mode in SCHEDULED:
            known[entry.card_id] = entry.after
    return known, {card: mark for card, mark in marks.items() if mark != Mark()}


def assert_agrees(store: Store, live: list[Review | Change]) -> None:
    """Every read says what a walk over the live entries says."""
    known, marks = folded(live)
    reviews = [entry for entry in live if isinstance(entry, Review)]
    assert store.memories() == known
    assert store.marks() == marks
    assert store.learned_ids() == known.keys()
    assert list(store.reviews()) == reviews
    assert store.counts() == Counts(len(reviews), len(known))
    assert store.days() == sorted({entry.day for entry in reviews})
    assert store.last_at() == max((entry.at for entry in live), default=None)
    firsts: dict[str, Review] = {}
    for entry in reviews:
        if entry.mode in SCHEDULED:
            firsts.setdefault(entry.card_id, entry)
    met = [entry.day for entry in firsts.values() if entry.mode is Mode.REVIEW]
    for day in range(DAY, DAY + 4):
        assert store.new_today(day) == met.count(day)
        assert store.answered_on(day) == sum(entry.day == day for entry in reviews)
    assert store.latest(2) == [*reversed(reviews)][:2]


@given(steps)
def test_after_any_sequence_the_caches_are_the_fold_and_undo_leads_back(
    sequence: list[tuple[str | Verb, str | int, int, Memory]],
) -> None:
    with in_memory() as store:
        entries: list[Review | Change] = []
        live: list[Review | Change] = []
        for number, (what, which, shift, memory) in enumerate(sequence):
            at = NOW + timedelta(hours=(number * 7) % 5)  # the clock jumps
            if what == "undo":
                if not entries:
                    assert undo(store) is None
                    continue
                target = entries[-1 - int(which) % len(entries)] if which else None
                expected = target or (live[-1] if live else None)
                later = live[live.index(expected) + 1 :] if expected in live else []
                built_upon = (
                    isinstance(expected, Review)
                    and expected.mode in SCHEDULED
                    and any(
                        isinstance(entry, Review)
                        and entry.mode in SCHEDULED
                        and entry.card_id == expected.card_id
                        for entry in later
                    )
                )
                if target is not None and (target not in live or built_upon):
                    with pytest.raises(CannotUndo):
                        undo(store, target.id)
                    continue
                assert undo(store, target.id if target else None) == expected
                if expected:
                    live.remove(expected)
            elif isinstance(what, Verb):
                entry: Review | Change = replace(
                    change(what, str(which), day=DAY + shift, note="n" * shift or None), at=at
                )
                assert isinstance(entry, Change)
                store.change(entry)
                entries.append(entry)
                live.append(entry)
            else:
                mode = Mode(what)
                after = learned() if memory == NEW else memory
                entry = review(
                    str(which), store.memory(str(which)), after, mode=mode, day=DAY + shift, at=at
                )
                if mode in (Mode.EXAM, Mode.INTERVIEW):
                    entry = replace(entry, sitting="sitting")
                store.record(entry)
                entries.append(entry)
                live.append(entry)
            assert_agrees(store, live)
        while live:
            assert undo(store) == live.pop()
            assert_agrees(store, live)
        assert undo(store) is None
        assert content(store, "memories") == content(store, "marks") == []


# Speed: what a command reads at its start must not grow with the log


def plans(store: Store, reading: Callable[[], object]) -> list[str]:
    """How SQLite answers the statements that a call makes, a line for each table."""
    statements: list[str] = []
    store.database.connection.set_trace_callback(statements.append)
    reading()
    store.database.connection.set_trace_callback(None)
    return [
        str(step[3])
        for sql in statements
        if not sql.startswith(("BEGIN", "COMMIT"))
        for step in store.database.rows(f"EXPLAIN QUERY PLAN {sql}")
    ]


@every(
    "name",
    ["due", "new_today", "answered_on", "days", "last_at", "marks", "learned_ids"],
)
def test_no_read_of_a_start_walks_the_log(store: Store, name: str) -> None:
    day = (DAY,) if name in ("due", "new_today", "answered_on") else ()
    lines = plans(store, lambda: getattr(store, name)(*day))
    assert lines
    walks = [line for line in lines if re.match(r"SCAN (log|u)\b", line)]
    if name == "last_at":  # backwards from the latest, and it stops at the first
        assert walks == ["SCAN log USING INDEX log_at"]
    else:
        assert not walks, lines
    if name == "new_today":
        assert any("log_first" in line for line in lines)  # the new cards of the day alone
    if name == "due":
        assert "SEARCH memories USING INDEX memories_due" in " ".join(lines)


def test_an_answer_and_its_undo_search_by_index(store: Store) -> None:
    store.record(first := review())
    lines = plans(store, lambda: store.record(review(before=first.after)))
    store.change(buried := change(Verb.BURY))
    lines += plans(store, lambda: undo(store, buried.id))
    lines += plans(store, lambda: store.reviews("card").__next__())
    lines += plans(store, lambda: undo(store, list(store.reviews())[-1].id))
    # The few former ids of cards are read whole.
    assert not [line for line in lines if line.startswith("SCAN") and "renames" not in line]


def test_counting_walks_no_row_of_the_log(store: Store) -> None:
    lines = plans(store, store.counts)
    assert "SCAN log USING INDEX log_day" in lines  # the index alone
    assert any(line.startswith("SEARCH u USING COVERING INDEX log_undoes") for line in lines)
    assert any(line.startswith("SEARCH r USING INDEX") for line in lines)


# Opening


def test_a_store_is_made_once_and_found_again(path: Path) -> None:
    for _ in range(2):
        with opened(path) as store:
            assert content(store, "migrations") == [
                (step.__name__, "2026-11-21T17:30:00.000+00:00") for step in migrations.MIGRATIONS
            ]
            assert store.database.rows("PRAGMA journal_mode") == [("wal",)]
            assert store.database.rows("PRAGMA synchronous") == [(2,)]
            assert store.database.rows("PRAGMA foreign_keys") == [(1,)]
    assert [file.name for file in path.parent.iterdir()] == ["drill.sqlite"]


def test_an_empty_file_is_a_fresh_one(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with opened(path) as store:
        store.record(review())


def test_reading_makes_no_file_and_refuses_to_write(path: Path) -> None:
    with opened(path, read_only=True) as store:
        assert store.memories() == {}
        assert store.last_at() is None
        with pytest.raises(DataProblem):
            store.record(review())
    assert not path.parent.exists()
    with opened(path) as store:
        store.record(review())
    with opened(path, read_only=True) as store:
        assert store.counts().answers == 1
        with pytest.raises(DataProblem):
            store.record(review("other"))


def test_a_folder_in_the_place_of_the_file(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(DataProblem, match="is a folder"):
        opened(path)


def test_a_locked_store_says_so(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.01)
    with opened(path) as other, store.database.transaction():
        with pytest.raises(DataProblem, match="another process is writing"):
            other.record(review())
        assert other.memories() == {}  # reading goes on meanwhile


def test_an_old_sqlite_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(UsageProblem, match=r"needs 3\.37"):
        opened(path)


def test_content_that_this_program_never_wrote_is_damage(store: Store) -> None:
    store.database.rows("DROP TRIGGER log_no_UPDATE")
    for sql in (
        "UPDATE log SET at = 'yesterday'",
        "UPDATE log SET at = '2026-01-01T00:00:00.000+00:00', covered = '{'",
        "UPDATE log SET covered = '7'",
        "UPDATE log SET covered = CAST(x'22ff22' AS TEXT)",
    ):
        if not store.learned_ids():
            store.record(review())
        store.database.rows(sql)
        with pytest.raises(DataProblem, match="damaged"):
            list(store.reviews())


def test_importing_the_store_brings_nothing_heavy() -> None:
    heavy = ("torch", "numpy", "yaml", "rich", "typer", "questionary", "fsrs_rs_python", "tempfile")
    code = (
        "import sys, contrastive_drill.store;"
        f" print([name for name in {heavy!r} if name in sys.modules],"
        " [name for name in sys.modules if name.startswith('contrastive_drill.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("[]")
    assert "backups" not in done.stdout


# The runs of demos


def run(name: str = "collapse", *, seed: int = 0, measured: float = 0.05) -> Run:
    return Run(
        id=f"run-{next(numbers)}",
        at=NOW,
        name=name,
        seed=seed,
        device="cpu (1 thread)",
        quick=True,
        seconds=7.25,
        claims=(Claim.below("spread", measured, 0.1), Claim.above("τ", 2.0, 1)),
        settings={"seed": seed, "device": "cpu", "ratios": (0.5, 0.75), "deep": False},
        changed=("ratios",),
        version="0.1.0",
    )


FINITE = st.floats(allow_nan=False, allow_infinity=False)
values = st.one_of(
    st.booleans(), st.integers(), FINITE, texts,
    st.lists(FINITE, max_size=3).map(tuple),
)  # fmt: skip


@given(
    st.builds(
        Run,
        id=texts,
        at=instants,
        name=texts,
        seed=st.integers(0, 2**63 - 1),
        device=texts,
        quick=st.booleans(),
        seconds=st.floats(0, 1e6),
        claims=st.lists(
            st.builds(Claim, texts, st.floats(allow_nan=False), texts, st.booleans(), texts),
            max_size=3,
        ).map(tuple),
        settings=st.dictionaries(texts, values, max_size=3),
        changed=st.lists(texts, max_size=2).map(tuple),
        version=texts,
    )
)
def test_a_run_comes_back_as_it_was(kept: Run) -> None:
    with in_memory() as store:
        store.runs.append(kept)
        assert store.runs.newest() == [kept]
        assert store.runs.latest() == {kept.name: kept}
        assert [type(value) for value in store.runs.newest()[0].settings.values()] == [
            type(value) for value in kept.settings.values()
        ]


def test_what_is_not_a_number_stays_so_and_does_not_hold(store: Store) -> None:
    store.runs.append(run(measured=float("nan")))
    (kept,) = store.runs.newest()
    assert kept.claims[0].measured != kept.claims[0].measured
    assert not kept.held


def test_runs_come_newest_first_of_one_demo_or_of_all(store: Store) -> None:
    runs = [run("a"), run("b"), run("a", seed=1), run("c")]
    for one in runs:
        store.runs.append(one)
    assert store.runs.newest() == runs[::-1]
    assert store.runs.newest("a") == [runs[2], runs[0]]
    assert store.runs.newest(limit=2) == [runs[3], runs[2]]
    assert store.runs.newest("a", 1) == [runs[2]]
    assert store.runs.newest("none") == []
    assert store.runs.latest() == {"a": runs[2], "b": runs[1], "c": runs[3]}


def test_the_numbers_of_one_demo_are_found_by_index(store: Store) -> None:
    for name in ("a", "b"):
        store.runs.append(run(name))
    lines = plans(store, lambda: store.runs.newest("a", 1))
    assert lines == ["SEARCH demo_runs USING INDEX demo_runs_name (name=?)"]


def test_runs_cannot_be_rewritten(store: Store) -> None:
    store.runs.append(kept := run())
    for sql in ("UPDATE demo_runs SET seconds = 0", "DELETE FROM demo_runs"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.database.rows(sql)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        store.runs.append(kept)
    assert store.runs.newest() == [kept]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("claims", "{"),
        ("claims", '[{"text": "no number"}]'),
        ("settings", "[]"),
        ("changed", "3"),
        ("at", "yesterday"),
    ],
)
def test_a_run_that_this_program_never_wrote_is_damage(
    store: Store, column: str, value: str
) -> None:
    store.database.rows("DROP TRIGGER demo_runs_no_UPDATE")
    store.runs.append(run())
    store.database.rows(f"UPDATE demo_runs SET {column} = ?", (value,))
    with pytest.raises(Damaged):
        store.runs.newest()


def test_what_can_only_be_read_refuses_a_run(path: Path) -> None:
    opened(path).close()
    with opened(path, read_only=True) as store, pytest.raises(DataProblem):
        store.runs.append(run())


# Migrations


def m901_hints(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE hints (card_id TEXT) STRICT")


def m902_broken(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE log ADD COLUMN mood TEXT")
    raise RuntimeError("a bug in a migration")


def test_a_migration_commits_with_its_record_or_not_at_all(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(path) as store:
        store.record(answered := review())
    first = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", (*first, m901_hints, m902_broken))
    with pytest.raises(RuntimeError, match="a bug"):
        opened(path)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*first, m901_hints))
    with opened(path) as store:
        names = [name for name, _ in store.database.rows("SELECT * FROM migrations")]
        assert names == [step.__name__ for step in (*first, m901_hints)]
        assert "mood" not in str(store.database.rows("SELECT sql FROM sqlite_schema"))
        assert list(store.reviews()) == [answered]
    copies = list((path.parent / "backups").iterdir())
    assert [copy.name for copy in copies] == ["drill-2026-11-21-173000.before-migration.sqlite"]
    monkeypatch.setattr(migrations, "MIGRATIONS", first)
    with Store.open(copies[0], path.parent, NOW, read_only=True) as copy:
        assert list(copy.reviews()) == [answered]


def test_an_older_format_is_read_without_a_byte_being_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", newest[:1])
    with opened(path) as store:
        old_format.record(store, answered := review())
    before = path.read_bytes()
    monkeypatch.setattr(migrations, "MIGRATIONS", newest)
    with opened(path, read_only=True) as store:
        assert list(store.reviews()) == [answered]
        assert store.runs.newest() == []
        assert store.database.path == path
        store.database.check()
        with pytest.raises(DataProblem):
            store.record(review("other"))
    assert path.read_bytes() == before
    assert not (path.parent / "backups").exists()


def test_the_first_format_is_brought_up_to_date_after_a_copy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", newest[:1])
    with opened(path) as store:
        old_format.record(store, answered := review())
        old_format.record(store, taken_back := review("other"))
        row = {"id": "undo", "card_id": "other", "at": "2026-11-21T17:30:00.000+00:00", "day": DAY}
        store.database.rows(
            "INSERT INTO log (kind, id, card_id, at, day, undoes) VALUES ('undo', ?, ?, ?, ?, ?)",
            (*row.values(), taken_back.id),
        )
        store.database.rows("DELETE FROM memories WHERE card_id = 'other'")
    monkeypatch.setattr(migrations, "MIGRATIONS", newest)
    with opened(path) as store:
        assert list(store.reviews()) == [answered]
        store.runs.append(run())
        store.record(review("other"))
        assert {why for _, why in store.database.judged(LOG)} == {None}  # old rows have checksums
        assert [seq for (seq,) in store.database.rows("SELECT seq FROM log")] == [1, 2, 3, 4]
        store.database.check()
        assert store.database.rows("PRAGMA foreign_key_check") == []
    with opened(path) as store, in_memory() as fresh:
        of_all = "SELECT sql FROM sqlite_schema ORDER BY name"
        assert store.database.rows(of_all) == fresh.database.rows(of_all)
        assert len(store.runs.newest()) == 1
    (copy,) = (path.parent / "backups").iterdir()
    assert copy.name == "drill-2026-11-21-173000.before-migration.sqlite"


def test_a_format_below_all_is_damage(path: Path) -> None:
    opened(path).close()
    with Database.open(path, str) as held:
        held.rows("PRAGMA user_version = -1")
    with pytest.raises(Damaged):
        opened(path)


def test_every_migration_has_a_name_of_its_own_in_order() -> None:
    names = [step.__name__ for step in migrations.MIGRATIONS]
    assert [name[:5] for name in names] == [f"m{n:03}_" for n in range(1, len(names) + 1)]


def test_a_flag_without_a_note_keeps_the_old_one(store: Store) -> None:
    for note in ("look up", ""):
        store.change(replace(change(Verb.FLAG, "a"), id=f"flag-{note}", note=note))
    assert store.marks() == {"a": Mark(flag="look up")}


def test_an_emptied_file_is_not_a_fresh_start(tmp_path: Path) -> None:
    path, copies = tmp_path / "drill.sqlite", tmp_path / "backups"
    path.touch()
    Store.open(path, copies, NOW).close()  # without a backup it may be one
    with Store.open(path, copies, NOW) as store:
        store.change(change(Verb.FLAG, "a"))
        store.backup(NOW)
    path.write_bytes(b"")
    for read_only in (False, True):
        with pytest.raises(DataProblem, match="contrastive-drill restore"):
            Store.open(path, copies, NOW, read_only)
    assert path.read_bytes() == b""


def test_an_answer_reckoned_from_other_parameters_is_refused(store: Store) -> None:
    with pytest.raises(StaleMemory, match="rescheduled in another terminal") as caught:
        store.record(replace(review(), fit="earlier"))
    assert caught.value.refitted
    assert caught.value.current == NEW
    assert content(store, "log") == []


def test_a_row_of_an_older_format_that_is_not_text_is_named_after_the_change(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", newest[:1])
    with opened(path) as store:
        for number in range(3):
            old_format.record(store, review(f"card-{number}"))
        store.database.rows("DROP TRIGGER log_no_UPDATE")
        store.database.rows("UPDATE log SET answer = CAST(x'ff' AS TEXT) WHERE seq = 2")
        store.database.rows(schema.guards("log")[0])
    monkeypatch.setattr(migrations, "MIGRATIONS", newest)
    for read_only in (True, False):
        store, said = opened(path, read_only), "row 2 of log is amiss: its text is not UTF-8"
        with store, pytest.raises(Damaged, match=said):
            list(store.reviews())


def test_every_column_of_a_table_is_read_in_the_order_it_has(store: Store) -> None:
    for table in TABLES:
        columns = store.database.rows(f"SELECT name FROM pragma_table_info('{table.name}')")
        assert table.columns == tuple(name for (name,) in columns), table.name
