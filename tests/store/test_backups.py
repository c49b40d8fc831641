"""Backups: made whole, thinned out by age, and put back without losing what was there."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import old_format
import pytest
from folds import as_shown
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.demo.result import Run
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.store import Store, backups, migrations
from contrastive_drill.store.backups import (
    DAYS_KEPT,
    MIGRATIONS_KEPT,
    WEEKS_KEPT,
    Backup,
    BackupReason,
    retained,
)
from contrastive_drill.store.restore import restore
from contrastive_drill.store.rows import Counts

ZONE = timezone(timedelta(hours=9))
NOW = datetime(2026, 11, 21, 7, 30, 15, tzinfo=ZONE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "drill.sqlite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def store(path: Path, folder: Path) -> Iterator[Store]:
    with Store.open(path, folder, NOW) as opened:
        yield opened


def reply(before: Memory, card_id: str = "card") -> Review:
    reps = before.reps + 1 if isinstance(before, Learned) else 1
    return Review(
        str(uuid4()),
        card_id,
        Rating.GOOD,
        NOW,
        739_941,
        1.0,
        Mode.REVIEW,
        (),
        (),
        None,
        "digest",
        0.9,
        before,
        Learned(2.0 + reps, 5.0, 739_941, 739_950, reps, 0),
    )


def answer(store: Store, card_id: str = "card") -> None:
    store.record(reply(store.memory(card_id), card_id))


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.exists() else []


def answers_in(path: Path, folder: Path) -> int:
    with Store.open(path, folder, NOW) as store:
        store.database.check()
        return store.counts().answers


# Making


def test_a_backup_is_a_store_named_by_the_wall_clock(store: Store, folder: Path) -> None:
    answer(store, "a")
    answer(store, "b")
    copy = store.backup(NOW)
    assert copy == folder / "drill-2026-11-21-073015.manual.sqlite"
    assert names(folder) == [copy.name]
    with Store.open(copy, folder, NOW, read_only=True) as there:
        assert list(there.reviews()) == list(store.reviews())
        assert there.memories() == store.memories()
    assert names(folder) == [copy.name]  # one file: reading it leaves nothing beside it


def test_a_clock_that_stands_still_overwrites_no_backup(store: Store, folder: Path) -> None:
    counts = []
    for number in range(11):
        answer(store, f"card-{number}")
        store.backup(NOW)
        counts.append(Counts(number + 1, number + 1))
    assert [copy.counts for copy in backups.backups(folder)] == counts[::-1]


def test_a_backup_is_found_by_its_bare_name_and_a_file_that_is_there_goes_before(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bare = Path("saved.sqlite")
    assert backups.found(folder, bare) == bare
    folder.mkdir()
    (folder / bare).touch()
    assert backups.found(folder, bare) == folder / bare
    bare.touch()
    assert backups.found(folder, bare) == bare


def test_backups_are_listed_newest_first_with_what_they_hold(store: Store, folder: Path) -> None:
    assert backups.backups(folder) == []
    answer(store)
    first = store.backup_if_due(NOW)
    answer(store)
    second = store.backup(NOW + timedelta(hours=1))
    assert first
    (folder / "notes.txt").write_text("not a backup")
    (folder / "drill-2026-99-99-000000.daily.sqlite").write_text("nor this")
    damaged = folder / "drill-2026-11-20-000000.daily.sqlite"
    damaged.write_bytes(b"garbage" * 100)
    taken = NOW.replace(tzinfo=None)
    assert backups.backups(folder) == [
        Backup(
            second,
            taken + timedelta(hours=1),
            BackupReason.MANUAL,
            second.stat().st_size,
            Counts(2, 1),
        ),
        Backup(first, taken, BackupReason.DAILY, first.stat().st_size, Counts(1, 1)),
        Backup(damaged, datetime(2026, 11, 20), BackupReason.DAILY, 700, None),
    ]


def test_the_daily_backup_is_made_once_a_day_and_when_something_was_logged(
    store: Store, folder: Path
) -> None:
    assert store.backup_if_due(NOW) is None  # an empty history
    answer(store)
    assert store.backup_if_due(NOW) == folder / "drill-2026-11-21-073015.daily.sqlite"
    answer(store)
    assert store.backup_if_due(NOW.replace(hour=23)) is None  # today has one
    tomorrow = NOW + timedelta(days=1)
    assert store.backup_if_due(tomorrow) is not None
    assert store.backup_if_due(tomorrow + timedelta(days=1)) is None  # nothing new since
    store.undo(undo_id="undo", at=NOW, day=739_941, fold=as_shown)
    assert store.backup_if_due(tomorrow + timedelta(days=1)) is not None
    assert store.backup_if_due(NOW - timedelta(days=900)) is None
    answer(store)
    assert store.backup_if_due(NOW - timedelta(days=900)) is not None  # the clock ran backwards
    assert len(names(folder)) == 4


def test_a_run_of_a_demo_is_something_new_to_copy(store: Store, folder: Path) -> None:
    answer(store)
    store.backup(NOW)
    run = Run("run", NOW, "collapse", 0, "cpu", True, 1.0, (), {}, (), "0.1.0")
    store.runs.append(run)
    copy = store.backup_if_due(NOW)
    assert copy is not None
    with Store.open(copy, folder, NOW, read_only=True) as copied:
        assert copied.runs.newest() == [run]


def test_a_backup_of_an_older_format_does_not_count_as_one(
    path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = migrations.MIGRATIONS
    monkeypatch.setattr(migrations, "MIGRATIONS", newest[:1])
    with Store.open(path, folder, NOW) as store:
        old_format.record(store, reply(NEW))
        store.backup(NOW)
    monkeypatch.setattr(migrations, "MIGRATIONS", newest)
    with Store.open(path, folder, NOW) as store:
        assert store.backup_if_due(NOW) is not None
        assert [item.counts for item in backups.backups(folder)] == [Counts(1, 1)] * 3


def test_a_backup_made_by_hand_spares_the_daily_one_when_nothing_follows(store: Store) -> None:
    answer(store)
    store.backup(NOW)
    assert store.backup_if_due(NOW) is None


def test_a_damaged_backup_does_not_count_as_one(store: Store, folder: Path) -> None:
    answer(store)
    folder.mkdir()
    (folder / "drill-2026-11-20-000000.daily.sqlite").write_bytes(b"garbage" * 100)
    assert store.backup_if_due(NOW) is not None


def test_a_backup_that_cannot_be_written_says_so(store: Store, folder: Path) -> None:
    answer(store)
    folder.write_text("a file where the folder should be")
    with pytest.raises(DataProblem, match="cannot make the folder"):
        store.backup(NOW)


def test_what_a_killed_process_left_is_cleared_on_another_day(store: Store, folder: Path) -> None:
    answer(store)
    folder.mkdir()
    old = folder / ".drill-2026-11-20-230000.daily.sqlite.77.partial"
    log = folder / f"{old.name}-wal"
    fresh = folder / ".drill-2026-11-21-070000.daily.sqlite.78.partial"  # perhaps still at work
    for partial in (old, log, fresh):
        partial.write_bytes(b"half")
    store.backup(NOW)
    assert not old.exists()
    assert not log.exists()
    assert fresh.exists()


# Thinning out

copies = st.lists(
    st.tuples(
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1)),
        st.sampled_from(BackupReason),
    ),
    max_size=60,
)


@given(copies)
def test_what_is_kept_against_a_walk_over_days_and_weeks(
    made: list[tuple[datetime, BackupReason]],
) -> None:
    daily = sorted(taken for taken, reason in made if reason is BackupReason.DAILY)
    expected: set[tuple[datetime, BackupReason]]
    expected = {(taken, reason) for taken, reason in made if reason is BackupReason.MANUAL}
    for reason in (BackupReason.MIGRATION, BackupReason.MERGE):
        before = sorted({copy for copy in made if copy[1] is reason})
        expected |= set(before[-MIGRATIONS_KEPT:])
    days = sorted({taken.date() for taken in daily})[-DAYS_KEPT:]
    mondays = sorted({monday(taken.date()) for taken in daily})[-WEEKS_KEPT:]
    for taken in daily:
        last_of_day = not any(t > taken and t.date() == taken.date() for t in daily)
        last_of_week = not any(
            t > taken and monday(t.date()) == monday(taken.date()) for t in daily
        )
        if (last_of_day and taken.date() in days) or (
            last_of_week and monday(taken.date()) in mondays
        ):
            expected.add((taken, BackupReason.DAILY))
    assert retained(made) == expected


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def test_sixty_daily_backups_leave_seven_days_and_four_weeks(store: Store, folder: Path) -> None:
    for day in range(60):
        answer(store, f"card-{day}")
        assert store.backup_if_due(NOW + timedelta(days=day))
    last = (NOW + timedelta(days=59)).date()
    assert last.strftime("%a") == "Tue"
    stay = {last - timedelta(days=back) for back in (*range(7), 9, 16)}  # and two Sundays before
    assert names(folder) == sorted(f"drill-{day}-073015.daily.sqlite" for day in stay)


# Putting back


def test_restore_puts_a_backup_in_place_and_keeps_the_present_file(
    path: Path, folder: Path
) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store, "a")
        copy = store.backup(NOW)
        answer(store, "b")
    aside = restore(path, copy, NOW)
    assert aside == path.with_name("drill.sqlite.before-restore-2026-11-21-073015")
    assert answers_in(path, folder) == 1
    assert answers_in(aside, folder) == 2
    again = restore(path, aside, NOW)  # and back
    assert again == path.with_name("drill.sqlite.before-restore-2026-11-21-073015-2")
    assert answers_in(path, folder) == 2
    assert copy.exists()


def test_restore_takes_the_log_of_the_old_file_away_with_it(path: Path, folder: Path) -> None:
    killed = f"""
import os, signal
from pathlib import Path
from test_backups import NOW, Store, answer
store = Store.open(Path({str(path)!r}), Path({str(folder)!r}), NOW)
answer(store, "a")
store.backup(NOW)
answer(store, "b")
os.kill(os.getpid(), signal.SIGKILL)
"""
    here = os.pathsep.join(map(str, Path(__file__).parents[:2]))
    subprocess.run([sys.executable, "-c", killed], env={**os.environ, "PYTHONPATH": here})
    assert Path(f"{path}-wal").stat().st_size
    aside = restore(path, next(folder.iterdir()), NOW)
    assert aside
    assert answers_in(path, folder) == 1
    assert answers_in(aside, folder) == 2  # the answer that was only in the log beside the file


def test_answers_after_a_restore_are_backed_up_though_the_log_ends_at_the_same_number(
    path: Path, folder: Path
) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        early = store.backup(NOW)
        answer(store)
        assert store.backup_if_due(NOW + timedelta(hours=1))
    restore(path, early, NOW + timedelta(hours=2))
    with Store.open(path, folder, NOW) as store:
        answer(store)
        made = store.backup_if_due(NOW + timedelta(days=1))
        assert made
        with Store.open(made, folder, NOW, read_only=True) as there:
            assert list(there.reviews()) == list(store.reviews())


def test_restore_where_nothing_is(path: Path, folder: Path, tmp_path: Path) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        copy = store.backup(NOW)
    elsewhere = tmp_path / "new machine" / "drill.sqlite"
    assert restore(elsewhere, copy, NOW) is None
    assert answers_in(elsewhere, folder) == 1
    assert names(elsewhere.parent) == ["drill.sqlite"]


def test_restore_over_a_damaged_file(path: Path, folder: Path) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        copy = store.backup(NOW)
    path.write_bytes(b"garbage" * 1000)
    with pytest.raises(DataProblem, match=f"contrastive-drill restore {copy}"):
        Store.open(path, folder, NOW)
    aside = restore(path, copy, NOW)
    assert aside
    assert aside.read_bytes() == b"garbage" * 1000
    assert answers_in(path, folder) == 1


@pytest.mark.parametrize(
    "kind", ["garbage", "empty", "missing", "newer", "another program's", "damaged inside"]
)
def test_what_is_no_good_backup_is_refused(path: Path, folder: Path, kind: str) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        copy = store.backup(NOW)
    match kind:
        case "garbage":
            copy.write_bytes(b"garbage" * 1000)
        case "empty":
            copy.write_bytes(b"")
        case "missing":
            copy.unlink()
        case "damaged inside":
            copy.write_bytes(copy.read_bytes()[:-4096] + b"\xff" * 4096)
        case _:
            connection = sqlite3.connect(copy)
            pragma = "application_id" if kind == "another program's" else "user_version"
            connection.execute(f"PRAGMA {pragma} = 99")
            connection.close()
    before = {name: (path.parent / name).read_bytes() for name in names(path.parent)}
    with pytest.raises(DataProblem) as refused:
        restore(path, copy, NOW)
    assert str(copy) in str(refused.value)
    assert "\n" not in str(refused.value)
    assert {name: (path.parent / name).read_bytes() for name in names(path.parent)} == before


def test_a_backup_of_an_older_format_is_brought_up_to_date(
    path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        copy = store.backup(NOW)

    def m901_hints(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE hints (card_id TEXT) STRICT")

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, m901_hints))
    restore(path, copy, NOW)
    assert answers_in(path, folder) == 1
    assert len(names(folder)) == 2  # the one restored, and one made before the migration


@pytest.mark.skipif(sys.platform == "win32", reason="there the system itself refuses")
def test_restore_is_refused_while_another_process_has_the_store(path: Path, folder: Path) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        copy = store.backup(NOW)
    holding = f"""
from pathlib import Path
from test_backups import NOW, Store
with Store.open(Path({str(path)!r}), Path({str(folder)!r}), NOW) as store:
    print(store.counts().answers, flush=True)
    input()
"""
    here = os.pathsep.join(map(str, Path(__file__).parents[:2]))
    with subprocess.Popen(
        [sys.executable, "-c", holding],
        env={**os.environ, "PYTHONPATH": here},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"1\n"
        with pytest.raises(DataProblem, match=r"another process has .* open"):
            restore(path, copy, NOW)
        process.communicate(b"\n")
    assert names(path.parent) == ["drill.sqlite"]
    assert restore(path, copy, NOW)


@pytest.mark.parametrize(
    ("sound", "failing"), [(True, 1), (True, 2), *((False, move) for move in range(1, 5))]
)
def test_a_restore_that_fails_half_way_leaves_everything_where_it_was(
    path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, sound: bool, failing: int
) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        copy = store.backup(NOW)
        answer(store)
    if not sound:
        path.write_bytes(b"garbage" * 1000)
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").write_bytes(suffix.encode())
    stay = [path, Path(f"{path}-wal")]  # the -shm is SQLite's index, made anew at will
    before = [file.read_bytes() for file in stay if not sound]
    calls = 0

    def replace(source: Path | str, target: Path | str) -> None:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(28, "No space left on device")
        os.rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(DataProblem, match="cannot restore"):
        restore(path, copy, NOW)
    if sound:  # the file may have changed its mode, and nothing else
        assert names(path.parent) == ["drill.sqlite"]
        assert answers_in(path, folder) == 2
    else:
        assert names(path.parent) == ["drill.sqlite", "drill.sqlite-shm", "drill.sqlite-wal"]
        assert [file.read_bytes() for file in stay] == before


def test_no_history_begins_where_a_restore_was_cut_off(path: Path, folder: Path) -> None:
    with Store.open(path, folder, NOW) as store:
        answer(store)
        copy = store.backup(NOW)
    path.rename(path.with_name(".drill.sqlite.77.restoring"))
    for read_only in (False, True):
        with pytest.raises(DataProblem, match=r"was cut off: restore again, or delete .*restoring"):
            Store.open(path, folder, NOW, read_only)
    assert restore(path, copy, NOW) is None
    assert answers_in(path, folder) == 1
    assert names(path.parent) == ["drill.sqlite"]


def test_times_are_the_learners_wall_clock(store: Store) -> None:
    answer(store)
    assert "2026-11-20-223015" in store.backup(NOW.astimezone(UTC)).name


def test_a_folder_that_can_hold_no_backup_is_told(tmp_path: Path) -> None:
    assert backups.folder_problem(tmp_path / "not" / "there" / "yet") is None
    (tmp_path / "file").write_text("")
    assert "is in the way" in (backups.folder_problem(tmp_path / "file") or "")
    assert "is in the way" in (backups.folder_problem(tmp_path / "file" / "below") or "")
