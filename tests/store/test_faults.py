"""What the store must survive, done for real: kills, full disks, broken files, two writers."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from folds import as_shown

from contrastive_drill.demo.result import Claim, Run, Value
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.store import Store, backups, migrations

pytestmark = pytest.mark.fault

CHILDREN = Path(__file__).parents[1] / "children"
NOW = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
DAY = 739_941
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def run_child(*command: str | Path) -> str:
    """What a child script printed; the test fails with its traceback when it did."""
    done = subprocess.run([*command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def python(script: str, *arguments: str | Path) -> tuple[str | Path, ...]:
    return (sys.executable, "-W", "error", CHILDREN / script, *arguments)


def answer(number: int, before: Memory = NEW, at: datetime = NOW) -> Review:
    reps = before.reps if isinstance(before, Learned) else 0
    after = Learned(2.5 + reps, 5.0, DAY, DAY + 3, reps + 1, 0)
    return Review(
        id=f"answer-{number}",
        card_id=f"card-{number % 40}",
        rating=Rating.GOOD,
        at=at,
        day=DAY,
        seconds=3.0,
        mode=Mode.REVIEW,
        covered=("a", "b"),
        missed=(),
        answer="because the loss has a trivial minimum " * 4,
        digest="d",
        retention=0.9,
        before=before,
        after=after,
    )


def ran(number: int) -> Run:
    claims = tuple(Claim.below(f"claim {n} of {number}", n / 10, 0.5) for n in range(9))
    name = ("collapse", "temperature")[number % 2]
    settings: dict[str, Value] = {"seed": number, "device": "cpu", "ratios": (0.5, 0.75)}
    device = "cpu (1 thread)"
    return Run(f"run-{number}", NOW, name, number, device, False, 36.5, claims, settings, (), "1")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: who only kills processes need not wait for a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as name:
        yield Path(name)


@needs_fork
@pytest.mark.parametrize(
    ("kind", "trials"),
    [
        ("record", 160),
        ("mixed", 80),
        ("backup", 40),
        ("create", 50),
        ("migrate", 40),
        ("restore", 40),
    ],
)
def test_kill_at_any_instant_loses_nothing_acknowledged(
    kind: str, trials: int, folder: Path
) -> None:
    said = run_child(*python("crashes.py", kind, folder, "20261121", str(trials)))
    assert said.startswith(f"{trials} killed, ")


@needs_fork
@pytest.mark.parametrize("kind", ["sound", "damaged"])
def test_a_restore_killed_at_any_line_loses_nothing(kind: str, folder: Path) -> None:
    said = run_child(*python("restores.py", kind, folder))
    assert int(said.split()[0]) > 100


@needs_fork
def test_several_processes_lose_nothing(folder: Path) -> None:
    assert run_child(*python("writers.py", folder)) == "400 answers\n"


@pytest.mark.parametrize("kind", ["full", "readonly"])
def test_full_and_read_only_file_system(kind: str, tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if (
        unshare is None
        or subprocess.run(
            [unshare, "-Urm", "mount", "-t", "tmpfs", "tmpfs", tmp_path], capture_output=True
        ).returncode
    ):
        pytest.skip("no file system can be mounted here without privileges")
    run_child(unshare, "-Urm", *python("small_disk.py", kind, tmp_path))


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user"
)
def test_folder_without_write_permission(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with Store.open(folder / "drill.sqlite", tmp_path / "backups", NOW) as store:
        store.record(answer(0))
    folder.chmod(0o555)
    try:
        with pytest.raises(DataProblem, match="writable"):
            Store.open(folder / "drill.sqlite", tmp_path / "backups", NOW)
        with Store.open(
            folder / "drill.sqlite", tmp_path / "backups", NOW, read_only=True
        ) as store:
            assert store.counts().answers == 1
    finally:
        folder.chmod(0o755)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 300 answers and 10 runs, and one backup of it; to be copied, not touched."""
    folder = tmp_path_factory.mktemp("sound")
    with Store.open(folder / "drill.sqlite", folder / "backups", NOW) as store:
        for number in range(300):
            store.record(answer(number, store.memory(f"card-{number % 40}")))
            if number % 30 == 0:
                store.runs.append(ran(number))
        store.backup(NOW)
    return folder


def read_all(store: Store) -> None:
    """Every read there is, then every page."""
    store.due(DAY + 10)
    store.learned_ids()
    store.memories()
    store.marks()
    list(store.reviews())
    store.new_today(DAY)
    store.answered_on(DAY)
    store.days()
    store.last_at()
    store.counts()
    store.runs.newest()
    store.runs.latest()
    store.database.check()


def refusal(path: Path, folder: Path) -> str | None:
    """The one line that opening and reading the file gave, if any; the file must stay as it was."""
    before, text = path.read_bytes(), None
    try:
        with Store.open(path, folder, NOW) as store:
            read_all(store)
    except DataProblem as problem:
        text = str(problem)
    assert text is None or (path.read_bytes() == before and "\n" not in text)
    return text


def broken(sound: Path, tmp_path: Path, damage: Callable[[bytearray], object]) -> Path:
    """A copy of the sound store, its content changed in place."""
    content = bytearray((sound / "drill.sqlite").read_bytes())
    damage(content)
    path = tmp_path / "drill.sqlite"
    path.write_bytes(content)
    return path


def remedy(sound: Path) -> str:
    return (
        f"contrastive-drill restore {sound / 'backups' / 'drill-2026-11-21-173000.manual.sqlite'}"
    )


def test_garbage_is_refused_and_the_backup_named(sound: Path, tmp_path: Path) -> None:
    def garble(content: bytearray) -> None:
        content[:] = b"once upon a time" * 1000

    path = broken(sound, tmp_path, garble)
    text = refusal(path, sound / "backups")
    assert text == (
        f"{path} is damaged and was left as it is;"
        " mend it with: contrastive-drill doctor --repair; should that fail,"
        f" go back to its longest good backup with: {remedy(sound)}"
    )


def test_every_damaged_page_is_reported(sound: Path, tmp_path: Path) -> None:
    pages = len((sound / "drill.sqlite").read_bytes()) // 4096
    assert pages > 40
    noise = random.Random(5).randbytes(4096)
    for page in range(pages):

        def scribble(content: bytearray, start: int = page * 4096) -> None:
            content[start : start + 4096] = noise

        text = refusal(broken(sound, tmp_path, scribble), sound / "backups")
        assert text is not None
        assert remedy(sound) in text


def test_a_cut_off_file_is_reported(sound: Path, tmp_path: Path) -> None:
    size = len((sound / "drill.sqlite").read_bytes())
    for length in [
        1,
        16,
        99,
        100,
        511,
        4095,
        4096,
        8192,
        size // 2,
        size - 4096,
        size - 2048,
        size - 1,
    ]:

        def cut(content: bytearray, length: int = length) -> None:
            del content[length:]

        text = refusal(broken(sound, tmp_path, cut), sound / "backups")
        assert text is not None, length
        assert remedy(sound) in text


def test_flipped_bytes_never_escape_as_anything_but_one_line(sound: Path, tmp_path: Path) -> None:
    rng = random.Random(11)
    reported = 0
    for trial in range(150):

        def flip(content: bytearray, near: int = 100 if trial % 3 == 0 else 10**9) -> None:
            for _ in range(rng.choice((1, 4, 64))):
                content[rng.randrange(min(near, len(content)))] ^= rng.randrange(1, 256)

        text = refusal(broken(sound, tmp_path, flip), sound / "backups")
        if text:
            reported += 1
            ways = (remedy(sound), "doctor --repair", "newer contrastive-drill")
            assert any(way in text for way in ways), text
    assert reported > 50


def test_damage_that_shows_late_leaves_the_log_beside_the_file_alone(
    sound: Path, tmp_path: Path
) -> None:
    path = tmp_path / "drill.sqlite"
    shutil.copy(sound / "drill.sqlite", path)
    reader = sqlite3.connect(path)
    reader.execute("SELECT count(*) FROM log").fetchall()  # keeps the log from being copied
    with Store.open(path, sound / "backups", NOW) as store:
        store.record(answer(300, store.memory("card-20")))
    (page,) = reader.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'marks'").fetchone()
    kept = [Path(f"{path}{suffix}") for suffix in ("", "-wal")]
    spare = tmp_path / "spare"
    spare.mkdir()
    for file in kept:
        shutil.copy(file, spare)
    reader.close()
    for file in kept:  # as if the process had been killed: nothing was copied at the end
        shutil.copy(spare / file.name, file)
    with path.open("rb+") as file_:
        file_.seek((page - 1) * 4096)
        file_.write(b"\xff" * 4096)
    before = [file.read_bytes() for file in kept]
    assert before[1]
    with Store.open(path, sound / "backups", NOW) as store:
        assert store.counts().answers == 301
        with pytest.raises(DataProblem, match="restore"):
            store.marks()
    assert [file.read_bytes() for file in kept] == before


@pytest.mark.parametrize("beside", ["", "-wal"])
def test_an_emptied_file_is_no_beginning_where_there_are_backups(
    sound: Path, tmp_path: Path, beside: str
) -> None:
    path = tmp_path / "drill.sqlite"
    path.touch()
    Path(f"{path}{beside}").touch()
    assert remedy(sound) in (refusal(path, sound / "backups") or "")


def test_an_emptied_file_with_answers_beside_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "drill.sqlite"
    path.touch()
    log = tmp_path / "drill.sqlite-wal"
    log.write_bytes(b"answers")
    with pytest.raises(DataProblem, match="there is no good backup"):
        Store.open(path, tmp_path / "backups", NOW)
    assert (path.read_bytes(), log.read_bytes()) == (b"", b"answers")


def test_a_damaged_store_rotates_no_backup_away(sound: Path, tmp_path: Path) -> None:
    def scribble(content: bytearray) -> None:
        content[-4096:] = b"\xff" * 4096

    path = broken(sound, tmp_path, scribble)
    folder = tmp_path / "backups"
    shutil.copytree(sound / "backups", folder)
    before = sorted(folder.iterdir())
    with Store.open(path, folder, NOW) as store:
        for action in (store.backup, store.backup_if_due):
            with pytest.raises(DataProblem, match="contrastive-drill restore"):
                action(NOW + timedelta(days=400))
        if not list(store.database.rows("SELECT 1 FROM log LIMIT 1")):
            raise AssertionError("the store should still be readable in part")
    assert sorted(folder.iterdir()) == before


def test_a_damaged_backup_is_passed_over(sound: Path, tmp_path: Path) -> None:
    def scribble(content: bytearray) -> None:
        content[-4096:] = b"\xff" * 4096

    path = broken(sound, tmp_path, scribble)
    folder = tmp_path / "backups"
    shutil.copytree(sound / "backups", folder)
    shutil.copy(path, folder / "drill-2026-11-22-080000.daily.sqlite")
    (folder / "drill-2026-11-23-080000.daily.sqlite").touch()
    (folder / "drill-2026-11-24-080000.daily.sqlite").write_text("not a database")
    good = backups.longest_good(folder)
    assert good == folder / "drill-2026-11-21-173000.manual.sqlite"


def test_a_newer_format_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "drill.sqlite"
    Store.open(path, tmp_path / "backups", NOW).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {len(migrations.MIGRATIONS) + 1}")
    connection.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(DataProblem, match=r"newer contrastive-drill .*upgrade"):
            Store.open(path, tmp_path / "backups", NOW, read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("identity", [0, 7])
def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, identity: int) -> None:
    path = tmp_path / "places.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA application_id = {identity}")
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.commit()
    files = [path, Path(f"{path}-wal")]
    before = [file.read_bytes() for file in files]
    for read_only in (False, True):
        with pytest.raises(DataProblem, match="not this program's"):
            Store.open(path, tmp_path / "backups", NOW, read_only)
    assert [file.read_bytes() for file in files] == before
    connection.close()


def test_the_clock_may_jump_either_way(tmp_path: Path) -> None:
    with Store.open(tmp_path / "drill.sqlite", tmp_path / "backups", NOW) as store:
        instants = [NOW, NOW + timedelta(days=40_000), NOW - timedelta(days=9_000), NOW]
        memory: Memory = NEW
        for number, at in enumerate(instants):
            review = answer(40 * number, memory, at)
            store.record(review)
            memory = review.after
        assert [review.at for review in store.reviews()] == instants  # the order they came in
        assert store.memory("card-0") == memory
        assert store.last_at() == max(instants)
        for number in (120, 80, 40):
            undone = store.undo(undo_id=f"undo-{number}", at=NOW, day=DAY, fold=as_shown)
            assert undone is not None
            assert undone.id == f"answer-{number}"
        assert store.last_at() == NOW  # the answer from the future is taken back
