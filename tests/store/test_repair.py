"""Damage that SQLite does not see is found, and a repair gives back all that is still somewhere."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cases import every
from faultbench import flips, kills, rows
from lived import CARDS, live
from typer.testing import CliRunner, Result

from contrastive_drill.cli import app
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import Review
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.store import Store, backups, shared_folder
from contrastive_drill.store.health import problems
from contrastive_drill.store.repair import repair
from contrastive_drill.store.restore import restore
from contrastive_drill.store.table import seal

NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
BAD = 30  # the number of a row of the log that is an answer


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with 80 answers and a backup of them; to be copied, not touched."""
    home = tmp_path_factory.mktemp("lived")
    with opened(home) as store:
        store.database.rows("PRAGMA synchronous = OFF")
        live(store, 80)
        store.backup(NOW)
    return home


@pytest.fixture
def place(lived: Path, home: Path, warm: None) -> Path:
    """A copy of it, which is the program's home."""
    shutil.copytree(lived, home, dirs_exist_ok=True)
    return home


def opened(home: Path, read_only: bool = False) -> Store:
    return Store.open(home / "drill.sqlite", home / "backups", NOW, read_only)


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=typed)


def spoil(home: Path, sql: str, table: str = "log", resealed: bool = False) -> None:
    """Change rows behind the program's back, and give them the checksum that fits."""
    with sqlite3.connect(home / "drill.sqlite") as connection:
        query = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?"
        guards = connection.execute(query, (table,)).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(sql)
        if resealed:
            connection.text_factory = lambda text: text.decode(errors="surrogateescape")
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():
                fitting = f"UPDATE {table} SET checksum = ? WHERE seq = ?"
                connection.execute(fitting, (seal(row[:-1]), row[0]))
        for _, guard in guards:
            connection.execute(guard)
    connection.close()


def answers(home: Path) -> list[Review]:
    with opened(home, read_only=True) as store:
        return list(store.reviews())


def mended(home: Path) -> str:
    """What a repair said; there is nothing left to find afterwards."""
    said = run("doctor", "--repair")
    assert said.exit_code == 0, said.output
    with opened(home, read_only=True) as store:
        assert list(problems(store.database, replay)) == []
    return said.stdout


# A small share of `make bench-faults`


@pytest.mark.fault
def test_a_flipped_bit_is_found_and_mended(warm: None) -> None:
    assert [*flips.trials(24, 20261121)] == [""] * 24


@pytest.mark.fault
def test_a_hostile_row_is_named_by_every_command_that_meets_it(warm: None) -> None:
    assert [*rows.trials(12, 20261121)] == [""] * 12


@pytest.mark.fault
@pytest.mark.skipif(not kills.strace(), reason="strace is missing, or may not trace here")
def test_a_kill_at_a_system_call_leaves_the_history_in_sight() -> None:
    assert [*kills.trials(10, 20261121)] == [""] * 10


# A row that is amiss


CHANGES = (
    "at = '2026-11-21T17:30:00'",
    "at = '9999-12-31T23:59:59.999+00:00'",
    "day = 0",
    "seconds = 9e999",
    "covered = '7'",
    "missed = replace(hex(zeroblob(50000)), '0', '[')",
    "answer = CAST(x'ff' AS TEXT)",
    "rating = 9",
    "after_stability = -1.0",
    "before_due_day = 1",
    "seconds = -1.0",
    "retention = 2.0",
)


@every(
    ("change", "resealed"),
    [
        *((change, resealed) for change in CHANGES for resealed in (False, True)),
        ("checksum = NULL", False),
        ("digest = 'other'", False),
    ],
)
def test_every_command_names_the_row_and_a_backup_gives_it_back(
    place: Path, change: str, resealed: bool
) -> None:
    before = answers(place)
    spoil(place, f"UPDATE log SET {change} WHERE seq = {BAD}", resealed=resealed)
    for command in (["report"], ["review", "--missed"], ["doctor"]):
        result = run(*command)
        assert f"row {BAD} of log is amiss" in result.output, (command, result.output)
        assert "mend it with: contrastive-drill doctor --repair" in result.output
        assert "Traceback" not in result.output
        assert result.exit_code == (1 if command == ["doctor"] else 3)
    assert f"Row {BAD} of log: taken from {place / 'backups'}" in mended(place)
    assert answers(place) == before


@every(
    ("table", "key", "change", "command"),
    [
        ("memories", "card_id", "stability = -1.0", "report"),
        ("memories", "card_id", "due_day = 9999999", "status"),
        ("memories", "card_id", "stability = 9e999", "report"),
        ("marks", "card_id", "buried_day = -3", "flags"),
        ("sittings", "seq", "cards = '{}'", "exam --history"),
        ("sitting_events", "seq", "facts = '[]'", "interview --history"),
        ("demo_runs", "seq", "claims = '[1]'", "demo history"),
        ("fits", "seq", "parameters = '[1]'", "optimize --undo"),
    ],
)
def test_a_row_of_any_table_is_named(
    lived: Path, home: Path, warm: None, table: str, key: str, change: str, command: str
) -> None:
    shutil.copytree(lived, home, dirs_exist_ok=True)
    before = answers(home)
    spoil(home, f"UPDATE {table} SET {change}", table)
    with sqlite3.connect(home / "drill.sqlite") as connection:
        ((name,),) = connection.execute(f"SELECT min({key}) FROM {table}")
    connection.close()
    result = run(*command.split())
    assert result.exit_code == 3, (command, result.output)
    assert f"row {name} of {table} is amiss" in result.stderr
    mended(home)
    assert answers(home) == before


def test_where_no_backup_has_it_a_row_is_kept_as_it_reads_or_left_out_and_is_in_a_file(
    place: Path,
) -> None:
    before = answers(place)
    shutil.rmtree(place / "backups")
    spoil(place, f"UPDATE log SET seconds = 1.25 WHERE seq = {BAD}")
    spoil(place, f"UPDATE log SET day = -4 WHERE seq = {BAD + 1}")
    said = mended(place)
    assert f"Row {BAD} of log is amiss: it was changed since it was written; kept" in said
    assert f"Row {BAD + 1} of log is amiss: it was changed since it was written; left out." in said
    after = answers(place)
    assert len(after) == len(before) - 1
    assert [each.seconds for each in after if each not in before] == [1.25]
    (file,) = place.glob("drill.sqlite.rows-*.jsonl")
    written = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(each["table"], each["row"]["seq"], each["repair"]) for each in written] == [
        ("log", BAD, "kept as it reads now"),
        ("log", BAD + 1, "left out"),
    ]
    (kept,) = place.glob("drill.sqlite.before-repair-*")
    with backups.open_backup(kept) as database:
        assert database.rows(f"SELECT day FROM log WHERE seq = {BAD + 1}") == [(-4,)]


def test_a_backup_of_another_course_of_things_gives_nothing(place: Path) -> None:
    (early,) = (place / "backups").iterdir()
    with opened(place) as store:
        ours = store.latest(1)[0]
        store.record(_like(ours, "abandoned"))
        store.backup(NOW + timedelta(hours=1))
    restore(place / "drill.sqlite", early, NOW)
    spoil(place, f"UPDATE log SET day = 0 WHERE seq = {BAD}")
    mended(place)
    assert "abandoned" not in {review.id for review in answers(place)}
    with opened(place) as store:
        store.record(_like(ours, "chosen"))
        ((number,),) = store.database.rows("SELECT max(seq) FROM log")
    spoil(place, f"UPDATE log SET day = 0 WHERE seq IN ({BAD}, {number - 1})")
    said = mended(place)
    assert f"Row {BAD} of log: taken from {early}" in said
    ids = {review.id for review in answers(place)}
    assert ids >= {"chosen", ours.id}
    assert "abandoned" not in ids


def _like(review: Review, name: str) -> Review:
    return replace(review, id=name, card_id="other-card", before=review.after, after=review.after)


def test_what_lies_around_a_page_that_cannot_be_read_is_saved(place: Path) -> None:
    before = answers(place)
    shutil.rmtree(place / "backups")
    path = place / "drill.sqlite"
    scribble(path, path.read_bytes().index(before[40].digest.encode()) // 4096 * 4096)
    assert "mend it with: contrastive-drill doctor --repair" in run("report").stderr
    assert "Rows of log that are not in it any more: " in mended(place)
    after = answers(place)
    assert 0 < len(before) - len(after) < 30
    assert after[0] == before[0]
    assert after[-1] == before[-1]


@every(
    ("damage", "refusal"),
    [
        (lambda path: path.write_bytes(b"garbage" * 999), "go back to its longest good backup"),
        (lambda path: path.write_bytes(path.read_bytes()[:4096]), "longest good backup"),
        (lambda path: scribble(path, root_of_log(path)), "good backup with"),
    ],
)
def test_where_no_log_can_be_read_a_repair_leaves_the_file_alone(
    lived: Path, tmp_path: Path, damage: Callable[[Path], object], refusal: str
) -> None:
    place = tmp_path / refusal.split()[0]
    shutil.copytree(lived, place)
    path = place / "drill.sqlite"
    damage(path)
    content = path.read_bytes()
    with pytest.raises(DataProblem, match=refusal):
        repair(path, place / "backups", NOW, replay)
    assert path.read_bytes() == content
    left = {file.name.removesuffix("-shm").removesuffix("-wal") for file in place.iterdir()}
    assert left == {"backups", "drill.sqlite"}


def test_an_index_that_leads_astray_is_found_and_made_anew(place: Path) -> None:
    before, path = answers(place), place / "drill.sqlite"
    content = bytearray(path.read_bytes())
    start = content.index(before[40].id.encode())
    if before[40].digest.encode() in content[start : start + 300]:  # the row itself
        start = content.index(before[40].id.encode(), start + 1)
    content[start + 3] ^= 1
    path.write_bytes(content)
    assert "SQLite finds" in run("doctor").stdout
    mended(place)
    assert answers(place) == before


def root_of_log(path: Path) -> int:
    """Where in the file the first page of the log begins."""
    with sqlite3.connect(path) as connection:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'log'"
        ((page,),) = connection.execute(query)
    connection.close()
    return int(page - 1) * 4096


def scribble(path: Path, start: int) -> None:
    """Put noise in the place of a page."""
    content = bytearray(path.read_bytes())
    content[start : start + 4096] = b"\xff" * 4096
    path.write_bytes(content)


def test_a_sound_database_is_not_rebuilt(place: Path) -> None:
    content = (place / "drill.sqlite").read_bytes()
    assert "There is nothing to repair." in run("doctor", "--repair").stdout
    assert (place / "drill.sqlite").read_bytes() == content


def test_a_repair_waits_for_no_one_who_uses_the_database(place: Path) -> None:
    spoil(place, f"UPDATE log SET day = 0 WHERE seq = {BAD}")
    other = sqlite3.connect(place / "drill.sqlite")
    other.execute("SELECT count(*) FROM log").fetchall()
    result = run("doctor", "--repair")
    other.close()
    assert result.exit_code == 3
    assert "another process has" in result.stderr
    assert len(list(place.glob("drill.sqlite.*"))) == 0


# A change that was cut off


def test_a_hot_journal_is_rolled_back_by_who_only_reads(place: Path, tmp_path: Path) -> None:
    before, path = answers(place), place / "drill.sqlite"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("PRAGMA journal_mode = DELETE")
    writer.execute("PRAGMA cache_size = 1")  # pages go to the file before the commit
    writer.execute("BEGIN")
    writer.execute("DELETE FROM memories")
    writer.execute("CREATE TABLE filling AS SELECT * FROM log, (SELECT 1 UNION ALL SELECT 2)")
    left = [Path(f"{path}{suffix}") for suffix in ("", "-journal")]
    for file in left:  # as a kill leaves them
        shutil.copy(file, tmp_path)
    writer.execute("ROLLBACK")
    writer.close()
    for file in left:
        shutil.copy(tmp_path / file.name, file)
    assert left[1].stat().st_size > 512
    assert answers(place) == before
    assert run("status").exit_code == 0


# Beside the database


def test_the_remedy_names_the_backup_with_the_longest_log(place: Path) -> None:
    folder = place / "backups"
    with opened(place) as store:
        store.backup(NOW + timedelta(days=20))
        long = store.backup(NOW + timedelta(days=10))
        store.database.rows("SELECT 1")
    (first, *_) = sorted(folder.iterdir())
    with opened(place) as store:
        store.record(_like(store.latest(1)[0], "more"))
        store.backup_if_due(NOW + timedelta(days=9))
        longest = store.backup(NOW + timedelta(days=3))
    # A session under a clock of 2099 wrote less than there is now.
    shutil.copy(first, folder / "drill-2099-01-01-000000.daily.sqlite")
    assert long != longest
    assert backups.by_length(folder)[0].name.startswith("drill-2026-11-30")
    (folder / "drill-2026-11-30-173000.daily.sqlite").write_bytes(b"garbage" * 99)
    assert backups.longest_good(folder) == longest


def test_a_second_history_beside_the_database_is_seen(place: Path) -> None:
    copy = place / "drill (conflicted copy 2026-11-21).sqlite"
    shutil.copy(place / "drill.sqlite", copy)
    assert run("doctor").exit_code == 0  # it has nothing that the database lacks
    with Store.open(copy, place / "backups", NOW) as store:
        store.record(_like(store.latest(1)[0], "elsewhere"))
    result = run("doctor")
    assert result.exit_code == 1
    assert "sqlite has 1 row that drill.sqlite lacks" in result.stdout.replace("\n", " ")
    assert f"contrastive-drill merge '{copy}'" in result.stdout


MOUNTS = """\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 21 0:44 / /net/my\\040home rw - nfs4 server:/home rw
41 21 0:45 / /mnt/far rw shared:3 - fuse.sshfs me@far:/ rw
42 41 0:46 / /mnt/far/near rw - ext4 /dev/sdb1 rw
"""


@every(
    ("folder", "said"),
    [
        ("/home/me/Dropbox/drill", "(Dropbox)"),
        ("/home/me/Dropbox (Personal)/drill", "(Dropbox (Personal))"),
        ("/Users/me/Library/Mobile Documents/x", "(Mobile Documents)"),
        ("/Users/me/Library/CloudStorage/OneDrive-Work/x", "(CloudStorage)"),
        ("/home/me/OneDrive - Work/x", "(OneDrive - Work)"),
        ("/net/my home/drill", "(nfs4)"),
        ("/mnt/far/drill", "(fuse.sshfs)"),
        ("/mnt/far/near/drill", None),
        ("/home/me/.local/share/contrastive-drill", None),
        ("/home/me/boxes/dropboxes/drill", None),
    ],
)
def test_a_folder_that_is_synchronised_or_far_away_is_known(
    folder: str, said: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    monkeypatch.setattr(shared_folder, "_MOUNTS", tmp_path / "mounts")
    note = shared_folder.advice(Path(folder))
    assert note is None if said is None else said in str(note)
    assert "\n" not in str(note)


def test_doctor_and_the_first_start_say_what_a_synchronised_folder_needs(home: Path) -> None:
    (home / ".stfolder").mkdir(parents=True)
    said = run("flag", CARDS[0], typed="why\n")
    assert said.exit_code == 0
    assert "is synchronised (Syncthing): quit the program" in said.stderr
    assert "synchronised" not in run("flag", CARDS[0], typed="why\n").stderr
    assert "is synchronised (Syncthing)" in run("doctor").stdout.replace("\n", " ")
