"""Two logs become their union, whichever machine takes in which, and how often."""

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
from cases import every
from faultbench import kills
from hypothesis import given, settings
from hypothesis import strategies as st
from lived import live

from contrastive_drill.demo.result import Claim, Guess, Run
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.memory import scheduler
from contrastive_drill.memory.log import NEW, Mode, Rating, Review
from contrastive_drill.memory.marks import Change, Verb
from contrastive_drill.memory.parameters import Evidence, Fit
from contrastive_drill.memory.scheduler import DEFAULT, Scheduler, replay
from contrastive_drill.memory.sitting import ENDED, Event, Sitting, SittingKind
from contrastive_drill.store import Store, migrations
from contrastive_drill.store.arrivals import arrived, take_in
from contrastive_drill.store.connection import connect
from contrastive_drill.store.database import Database
from contrastive_drill.store.health import APPENDED, problems
from contrastive_drill.store.log_file import Header, content_of, lines, rows_of
from contrastive_drill.store.merge import Gain, content, gain, merge
from contrastive_drill.store.union import Content, united

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
CARDS = ("a", "b", "c")
KINDS = (*["answer"] * 6, "change", "undo", "fit", "unfit", "exam", "run")
Step = tuple[str, int, int]  # what is done, minutes since the step before, a seed


@cache
def blank() -> Database:
    database = Database.connected(Path("none"), str, lambda _: connect(":memory:"))
    migrations.migrate(database, NOW, lambda _: None)
    return database


def machine(like: Store | None = None) -> Store:
    """A store in memory, empty or as another is."""
    return Store((like.database if like else blank()).in_memory(), Path("none"))


def answer(store: Store, chance: Random, at: datetime, mode: Mode = Mode.REVIEW) -> Review:
    """An answer as a session would log it."""
    card, rating, fit = chance.choice(CARDS), chance.choice([*Rating]), store.fit()
    scheduler = Scheduler(0.9, fit.parameters if fit else None)
    before, day = store.memory(card), at.toordinal()
    after = scheduler.after(card, before, rating, day, mode)
    return Review(
        f"{chance.getrandbits(64):x}", card, rating, at, day, 2.5, mode, ("k",), (), None, "d", 0.9,
        before, after, fit=fit.id if fit else None,
    )  # fmt: skip


def brought_back(given: Review, later: int = 0) -> Review:
    """An answer that went to Anki, as it comes in from there."""
    mode = Mode.ANKI if given.mode.scheduled else Mode.CRAM
    at = given.at + timedelta(milliseconds=later)
    name = uuid5(NAMESPACE_URL, f"anki:{given.id}:{later}")
    return replace(given, id=f"{name}", mode=mode, at=at, digest="", before=NEW)


def play(store: Store, steps: list[Step], at: datetime = NOW, salt: object = "") -> None:
    """Do what these steps say."""
    for place, (kind, minutes, seed) in enumerate(steps):
        at += timedelta(minutes=minutes)
        chance, day = Random(f"{kind} {seed} {place} {salt}"), at.toordinal()
        name = f"{chance.getrandbits(64):x}"
        match kind:
            case "answer":
                store.record(answer(store, chance, at, chance.choice([Mode.REVIEW, Mode.CRAM])))
            case "change":
                verb = chance.choice([*Verb])
                store.change(Change(name, chance.choice(CARDS), verb, at, day, "n"))
            case "undo":
                store.undo(undo_id=name, at=at, day=day, fold=replay)
            case "fit":
                numbers = (chance.uniform(0.1, 0.9), *DEFAULT[1:])
                fit = Fit(name, at, numbers, Evidence(9, 9, 0.5, 0.4, 0.01))
                store.parameters.adopt(fit, store.fit(), replay)
            case "unfit":
                store.parameters.undo(name, at, replay)
            case "exam":
                store.sittings.begin(Sitting(name, SittingKind.EXAM, at, day, 3, CARDS))
                given = answer(store, chance, at, Mode.EXAM)
                store.record(replace(given, sitting=name))
                for event in ("heard", "heard", ENDED):
                    store.sittings.note(name, Event(event, at, {"card": "a", "seconds": 1.5}))
            case "run":
                claims = (Claim.below("it falls", chance.random(), 2.0, "nats"),)
                run = Run(name, at, "clip", seed, "cpu", True, 1.5, claims, {}, (), "1")
                store.runs.append(run, Guess(0, 1))


steps = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(-90, 4000), st.integers(0, 10**9)), max_size=9
)


@pytest.fixture(autouse=True)
def _no_backup_of_what_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from contrastive_drill.store import backups

    made = backups.backup
    on_disk = lambda database, *more: (  # noqa: E731
        made(database, *more) if database.path != Path("none") else None
    )
    monkeypatch.setattr(backups, "backup", on_disk)


def met(store: Store, *others: Content) -> Store:
    """A copy of a machine that took these in, in which all is sound."""
    copy = machine(store)
    for other in others:
        merge(copy, other, Path("none"), NOW, replay)
    assert [*problems(copy.database, replay)] == []
    return copy


def whole(store: Store) -> tuple[Any, ...]:
    return content(store.database), store.memories(), store.marks(), store.fit()


@settings(max_examples=100)
@given(st.tuples(steps, steps, steps, steps))
def test_merging_is_commutative_associative_and_idempotent(told: tuple[list[Step], ...]) -> None:
    one = machine()
    play(one, told[0])  # what the machines have in common
    two, three = machine(one), machine(one)
    for salt, (store, own) in enumerate(zip((one, two, three), told[1:], strict=True)):
        play(store, own, NOW + timedelta(days=1), salt=salt)
    a, b, c = (content(each.database) for each in (one, two, three))
    both = met(one, b)
    assert whole(both) == whole(met(two, a)) == whole(met(both, a, b))
    assert whole(met(both, c)) == whole(met(one, content(met(two, c).database)))
    written = both.database.connection.total_changes
    assert not any(merge(both, a, Path("none"), NOW, replay)[:-1])
    assert both.database.connection.total_changes == written
    ids = {row[0] for log in (a, b) for row in log["log"] if row[2] != "undo" and row[1] != "undo"}
    assert ids <= {row[0] for row in content(both.database)["log"]}  # no answer is lost


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(["answer"] * 6 + ["change", "undo", "fit", "meet", "anki"]),
            st.integers(1, 4000), st.integers(0, 10**9),
        ),
        max_size=24,
    )
)  # fmt: skip
def test_two_machines_and_a_page_give_what_one_machine_gives(
    told: list[tuple[int, str, int, int]],
) -> None:
    alone, machines, page = machine(), [machine(), machine()], list[Review]()
    at = NOW
    for who, kind, minutes, seed in told:
        at += timedelta(minutes=minutes)
        chance, day = Random(f"{seed} {at}"), at.toordinal()
        store = machines[who % 2]
        if kind == "meet":
            merge(store, content(machines[1 - who % 2].database), Path("none"), NOW, replay)
        elif kind == "anki":  # which one fed, and the other reads
            fed = [each for each in machines[1 - who % 2].reviews() if each.digest]
            came = arrived(store, map(brought_back, fed), scheduler.steps)
            take_in(store, came, Path("none"), NOW, replay)
        elif kind == "undo":
            entry = store._newest()
            with suppress(UsageProblem):  # the one machine has gone on since
                if entry:
                    alone.undo(entry.id, undo_id=f"{at}", at=at, day=day, fold=replay)
                    store.undo(entry.id, undo_id=f"{at}", at=at, day=day, fold=replay)
        elif kind == "answer":
            mode = Mode.PAGE if who == 2 else chance.choice([Mode.REVIEW, Mode.CRAM])
            given = answer(alone, chance, at, mode)
            alone.record(given)
            if who == 2:
                page.append(replace(given, before=given.after))
            else:
                fit, before = store.fit(), store.memory(given.card_id)
                knows = Scheduler(0.9, fit.parameters if fit else None)
                after = knows.after(given.card_id, before, given.rating, day, mode)
                name = fit.id if fit else None
                store.record(replace(given, before=before, after=after, fit=name))
        else:
            play(alone, [(kind, 0, seed)], at, salt=at)
            play(store, [(kind, 0, seed)], at, salt=at)
    one, two = machines
    Random(1).shuffle(page)
    for _ in "twice":
        for each in (page[::2], page):
            take_in(one, each, Path("none"), NOW, replay)
    both = met(two, content(one.database))
    assert both.memories() == alone.memories()
    assert both.marks() == alone.marks()
    assert [each.id for each in both.reviews()] == [each.id for each in alone.reviews()]


def test_an_answer_of_another_place_counts_in_order_of_time() -> None:
    store = machine()
    late = answer(store, Random(1), NOW)
    store.record(late)
    early = replace(
        late, id="early", at=NOW - timedelta(days=3), day=late.day - 3, rating=Rating.AGAIN,
        mode=Mode.ANKI,
    )  # fmt: skip
    for ids in (["early"], []):
        came = arrived(store, [early], scheduler.steps)
        assert [each.id for each in came] == ids
        take_in(store, came, Path("none"), NOW, replay)
    first, second = store.reviews()
    assert (first.id, first.before, second) == ("early", late.before, late)
    assert first.after == Scheduler(0.9).preview(late.card_id, late.before, early.day)[Rating.AGAIN]
    assert store.memory(late.card_id) == replay([first, late])[late.card_id]
    assert store.new_today(early.day) == 1


def test_an_answer_that_came_by_anki_first_is_the_one_that_went_there() -> None:
    one, two, three = machine(), machine(), machine()
    given = answer(one, Random(1), NOW)
    one.record(given)
    copies = [brought_back(given, later) for later in (-1, 0, 1000, 1001)]
    other = replace(brought_back(given, 5), rating=Rating(given.rating % 4 + 1))
    take_in(two, arrived(two, [*copies, other], scheduler.steps), Path("none"), NOW, replay)
    a, b = content(one.database), content(two.database)
    assert len(b["log"]) == 5
    both = met(one, b)
    assert {each.id for each in both.reviews()} == {
        given.id, copies[0].id, copies[3].id, other.id,
    }  # fmt: skip
    assert whole(both) == whole(met(two, a)) == whole(met(three, b, a)) == whole(met(three, a, b))
    assert gain(two, a).answers == 1
    assert not any(gain(both, b))


def test_a_mark_of_anki_s_counts_where_the_card_had_none() -> None:
    def at(hours: int, verb: Verb, name: str = "", note: str | None = None) -> Change:
        name = name or f"{uuid5(NAMESPACE_URL, verb)}"
        return Change(name, "a", verb, NOW + timedelta(hours=hours), NOW.toordinal(), note)

    one, two = machine(), machine()
    for change in at(1, Verb.SUSPEND, "x"), at(2, Verb.FLAG, "y", "why"), at(3, Verb.RESUME, "z"):
        one.change(change)
    for change in at(4, Verb.SUSPEND), at(4, Verb.FLAG):
        two.change(change)
    b = content(two.database)
    both = met(one, b)
    assert whole(both) == whole(one) == whole(met(two, content(one.database)))
    assert both.marks()["a"].flag == "why"
    # Taken in twice, it counts from the first time on, so that a later change here prevails.
    early = machine()
    early.change(at(0, Verb.SUSPEND))
    early.change(at(3, Verb.RESUME, "z"))
    a = content(early.database)
    assert whole(met(early, b)) == whole(met(two, a)) == whole(met(early))


def test_of_two_undos_the_earlier_stays_and_one_may_come_before_its_answer() -> None:
    one = machine()
    given = answer(one, Random(1), NOW)
    one.record(given)
    two = machine(one)
    before = content(one.database)
    for store, name, hours in ((one, "x", 5), (two, "w", 9)):
        at = NOW + timedelta(hours=hours)
        store.undo(undo_id=name, at=at, day=given.day, fold=replay)
    a, b = content(one.database), content(two.database)
    assert [row[0] for row in united(a, b)["log"]] == [given.id, "x"] == [
        row[0] for row in united(b, a)["log"]
    ]  # fmt: skip
    alone = {**a, "log": a["log"][1:]}  # the undo without what it undoes
    assert whole(met(machine(), alone, before)) == whole(one)
    assert met(machine(), alone).memories() == {}


def test_a_row_that_reads_otherwise_is_the_same_on_every_machine() -> None:
    one = machine()
    one.record(answer(one, Random(1), NOW))
    a = content(one.database)
    ((*cells,),) = a["log"]
    cells[11] = "mended"
    b = {**a, "log": [tuple(cells)]}
    assert united(a, b) == united(b, a) == united(united(a, b), a)
    assert gain(one, b) == Gain(0, 0, 0, 0, 0, 0, 0, 1)


def test_former_ids_are_this_machine_s() -> None:
    one, two = machine(), machine()
    for number, store in enumerate((one, two)):
        for _ in range(4):
            store.record(answer(store, Random(number + 10), NOW + timedelta(days=number)))
            number += 2
    one.rename({"a": "d", "b": "d"}, replay)
    assert met(one, content(two.database)).memories().keys() <= {"d", "c"}
    assert met(two, content(one.database)).memories().keys() <= {*CARDS}


# A log in a file


def written(folder: Path, store: Store, name: str = "log.jsonl") -> Path:
    header = Header("m", "laptop", NOW, "1", rows_of(store.database))
    path = folder / name
    path.write_text("".join(lines(store.database, header)), "utf-8")
    return path


def opened(folder: Path) -> Store:
    return Store.open(folder / "drill.sqlite", folder / "backups", NOW)


@settings(max_examples=30)
@given(steps)
def test_an_exported_log_is_the_log(
    tmp_path_factory: pytest.TempPathFactory, told: list[Step]
) -> None:
    store, folder = machine(), tmp_path_factory.mktemp("exported")
    play(store, told)
    path = written(folder, store)
    assert content_of(path, NOW) == content(store.database)
    other = met(machine(), content_of(path, NOW))
    assert united(content(store.database), content(store.database)) == content(other.database)
    if content(store.database) == content(other.database):  # its clock never went back
        assert written(folder, other, "again.jsonl").read_text() == path.read_text()


def test_a_database_a_backup_and_an_export_bring_the_same(tmp_path: Path) -> None:
    with opened(tmp_path / "one") as store:
        live(store, 60)
        copy, path = store.backup(NOW), written(tmp_path, store)
        expected = content(store.database)
    for file in (tmp_path / "one" / "drill.sqlite", copy, path):
        assert content_of(file, NOW) == expected
    with opened(tmp_path / "two") as store:
        live(store, 30, seed=8)
        merge(store, content_of(path, NOW), tmp_path / "two" / "backups", NOW, replay)
        assert [*problems(store.database, replay)] == []
    (kept,) = (tmp_path / "two" / "backups").iterdir()
    assert kept.name.endswith(".before-merge.sqlite")


Harm = Callable[[list[str]], "list[str]"]


def _cell(column: str, value: Any) -> Harm:
    """One cell of the first row is another."""

    def harm(rows: list[str]) -> list[str]:
        row = json.loads(rows[1])
        row["log"][column] = value
        return [rows[0], json.dumps(row), *rows[2:]]

    return harm


HARMS: dict[str, Harm] = {
    "it is cut": lambda rows: rows[:-1],
    "it is cut in a row": lambda rows: [*rows[:-1], rows[-1][:40]],
    "a row twice": lambda rows: [*rows, rows[-1]],
    "an altered rating": _cell("rating", 4),
    "a rating of 9": _cell("rating", 9),
    "a list": _cell("answer", ["x"]),
    "an object": _cell("answer", {}),
    "yes": _cell("seconds", True),
    "not a number": _cell("seconds", float("nan")),
    "a number beyond SQLite": _cell("day", 10**30),
    "half of a pair": _cell("answer", "\ud800"),
    "a column more": _cell("mood", 1),
    "another table": lambda rows: [rows[0], '{"marks": {}}', *rows[2:]],
    "no object": lambda rows: [rows[0], "[1]", *rows[2:]],
    "nested": lambda rows: [rows[0], "[" * 100_000, *rows[2:]],
    "a line without an end": lambda rows: [rows[0], " " * (5 << 20)],
    "a newer one": lambda rows: [rows[0].replace('log":1', 'log":2'), *rows[1:]],
    "no header": lambda rows: rows[1:],
    "a header of nothing": lambda rows: ['{"contrastive-drill log":1}', *rows[1:]],
    "nothing": lambda rows: [],
    "not UTF-8": lambda rows: [*rows, "\udcff"],
}


@every("kind", HARMS)
def test_a_broken_log_is_refused_whole(tmp_path: Path, kind: str) -> None:
    store = machine()
    play(store, [("answer", 5, 1), ("answer", 5, 2)])
    rows = written(tmp_path, store).read_text("utf-8").splitlines()
    path = tmp_path / "broken.jsonl"
    path.write_bytes("\n".join(HARMS[kind](rows)).encode(errors="surrogateescape"))
    with pytest.raises(DataProblem, match=r"^nothing was taken from .*broken.jsonl: ") as refused:
        content_of(path, NOW)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400


def test_what_is_no_log_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as store:
        play(store, [("answer", 5, 1)])
    good = (tmp_path / "drill.sqlite").read_bytes()

    def spoilt(name: str, sql: str) -> Path:
        path = tmp_path / name
        path.write_bytes(good)
        with sqlite3.connect(path) as connection:
            connection.executescript(sql)
        connection.close()
        return path

    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE log (x)")
    connection.close()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n"
    for path, said in (
        (tmp_path, "it is a folder"),
        (pipe, "it is a named pipe"),
        (tmp_path / "none", "No such file"),
        (other, "not this program's"),
        (spoilt("newer", "PRAGMA user_version = 99"), "newer contrastive-drill"),
        (spoilt("view", f"CREATE VIEW v AS {endless}"), "its tables are not as"),
        (spoilt("gone", "DROP TABLE fits"), "its tables are not as"),
        (spoilt("more", "CREATE TRIGGER t AFTER INSERT ON marks BEGIN SELECT 1; END"), "tables"),
        (
            spoilt("row", "INSERT INTO log (id, kind, card_id, at, day, verb)"
                   " VALUES ('x', 'change', 'a', 'soon', 1, 'bury')"),
            "row 2 of log is amiss",
        ),
    ):  # fmt: skip
        with pytest.raises(DataProblem, match=said):
            content_of(path, NOW)
    torn = tmp_path / "torn"
    torn.write_bytes(good[:5000])
    with pytest.raises(DataProblem, match="damaged"):
        content_of(torn, NOW)


def test_an_older_format_is_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", newest[:7])
    with opened(tmp_path) as store:
        play(store, [("answer", 5, 1), ("undo", 5, 1), ("answer", 5, 2)])
    before = (tmp_path / "drill.sqlite").read_bytes()
    monkeypatch.setattr(migrations, "MIGRATIONS", newest)
    assert len(content_of(tmp_path / "drill.sqlite", NOW)["log"]) == 3
    assert (tmp_path / "drill.sqlite").read_bytes() == before


# Kills


@pytest.mark.fault
@pytest.mark.skipif(not kills.strace(), reason="strace is missing, or may not trace here")
def test_a_merge_that_is_killed_leaves_one_log_or_the_other() -> None:
    assert [*kills.trials(10, 20261121, ("merge",))] == [""] * 10


def test_every_table_is_merged() -> None:
    names = {
        name for (name,) in blank().rows("SELECT name FROM sqlite_schema WHERE sql LIKE '%seq%'")
    }
    assert {table.name for table in APPENDED} <= names
