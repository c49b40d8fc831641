"""Use the store on a real file system of its own, that is full or read-only.

    unshare -Urm python small_disk.py full|readonly|verbs FOLDER [COUNT SEED]

Mounts a small tmpfs at FOLDER. Prints a line for each size that held. With COUNT and SEED, the
disk is filled as often, to random sizes of what is left.
"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from answers import NOW, answer, assert_sound, opened

from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import NEW, Memory
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.store import Store

WRITING: tuple[tuple[str, ...], ...] = (
    ("review", "own-card", "tf-idf-formula", "clip-loss"), ("flag", "own-card"), ("undo",),
    ("config", "new_per_day", "4"), ("bank", "new", "fresh"), ("backup",),
    ("plan", "--on", "2026-12-12", "--minutes", "6"), ("report", "--html", "/page.html"),
    ("report", "--markdown", "/report.md"),
    ("exam", "--section", "mine", "--new"), ("config", "keys", "anki"), ("suspend", "clip-loss"),
)  # fmt: skip


def one_line(problem: DataProblem, *words: str) -> None:
    """The text is one line that says these words."""
    text = str(problem)
    assert "\n" not in text, text
    assert any(word in text for word in words), text


def fill(filler: Path, leave: int) -> None:
    """Take all the space but `leave` bytes."""
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            file.truncate(file.tell() - leave)


def full(folder: Path, sizes: Iterable[int] = range(0, 192 * 1024, 8 * 1024)) -> None:
    """Answer until the disk is full, at many sizes of what is left; nothing is half-written."""
    filler = folder / "filler"
    said: set[str] = set()
    for leave in sizes:
        place = folder if leave % (64 * 1024) else folder / f"fresh-{leave}"  # also while created
        place.mkdir(exist_ok=True)
        if place != folder:
            said = set()
        # Half of the stores are open when the disk fills up, half are opened then.
        store = opened(place) if leave % (16 * 1024) else None
        fill(filler, leave)
        review = None
        try:
            if store is None:
                store = opened(place)
            for number in range(1000):
                review = answer(f"card-{number % 7}", store.memory(f"card-{number % 7}"))
                store.record(review)
                said.add(review.id)
            raise AssertionError("the disk never filled up")
        except DataProblem as problem:
            one_line(problem, "is full", "neither full nor failing", "cannot open or write")
        if store and review:
            assert not store.database.connection.in_transaction
            assert said == {entry.id for entry in store.reviews()}
        if store and leave == 8 * 1024:
            try:
                store.backup(NOW)
                raise AssertionError("the backup found room on a full disk")
            except DataProblem as problem:
                one_line(problem, "is full", "No space", "cannot", "neither full")
            assert not list((place / "backups").iterdir())
        filler.unlink()
        if store and review:
            store.record(review)  # the very same answer, once there is room
            said.add(review.id)
            store.close()
        with opened(place) as again:
            assert said == {entry.id for entry in again.reviews()}
            assert_sound(again)
        print("held", flush=True)
        if place == folder:
            continue
        subprocess.run(["rm", "-r", place], check=True)
        with opened(folder) as store:
            said = {entry.id for entry in store.reviews()}


def readonly(folder: Path) -> None:
    """Read what is in a folder where nothing can be written, and say so when asked to write."""
    path, backups = folder / "drill.sqlite", folder / "backups"
    with opened(folder) as store:
        before: Memory = NEW
        for _ in range(5):
            review = answer("card", before)
            store.record(review)
            before = review.after
    remount(folder, "ro")
    content = path.read_bytes()
    try:
        opened(folder).close()
        raise AssertionError("opened for writing in a read-only folder")
    except DataProblem as problem:
        one_line(problem, "writable")
    with Store.open(path, backups, NOW, read_only=True) as store:
        assert store.memory("card") == before
        assert [card for card, _ in store.due(10**6)] == ["card"]
        assert store.counts().answers == 5
        try:
            store.record(answer("card", before))
            raise AssertionError("recorded in a read-only folder")
        except DataProblem as problem:
            one_line(problem, "writable")
    missing = Store.open(folder / "none" / "drill.sqlite", backups, NOW, read_only=True)
    assert missing.memories() == {}
    missing.close()
    try:
        Store.open(folder / "none" / "drill.sqlite", backups, NOW)
        raise AssertionError("made a folder in a read-only folder")
    except DataProblem as problem:
        one_line(problem, "writable")
    assert path.read_bytes() == content

    # A process killed at work leaves its last answers in the write-ahead log.
    remount(folder, "rw")
    if os.fork() == 0:
        store = opened(folder)
        store.record(answer("card", before))
        os.kill(os.getpid(), signal.SIGKILL)
    os.wait()
    log = Path(f"{path}-wal")
    assert log.stat().st_size
    remount(folder, "ro")
    with Store.open(path, backups, NOW, read_only=True) as store:
        assert store.counts().answers == 6
    remount(folder, "rw")
    Path(f"{path}-shm").unlink()
    remount(folder, "ro")
    try:  # an answer is in the log, and only there: better no report than one without it
        with Store.open(path, backups, NOW, read_only=True) as store:
            assert store.counts().answers == 6
    except DataProblem as problem:
        one_line(problem, "writable")
    remount(folder, "rw")
    with opened(folder) as store:
        assert store.counts().answers == 6
        assert_sound(store)


def remount(folder: Path, option: str) -> None:
    """Make the file system read-only, or writable again."""
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


def verbs(folder: Path, sizes: Iterable[int]) -> None:
    """Run commands that write when so much is left: a line, and each file as it was or as meant."""
    sys.path.append(str(Path(__file__).parents[1]))
    from faultbench.homes import lived_in, run

    home = lived_in(folder)
    texts = [home / name for name in ("settings.json", "plan.json", "bank/mine.yaml")]
    rng = random.Random(1)
    for leave in sizes:
        words = tuple(f"{folder}{word}" if word[0] == "/" else word for word in rng.choice(WRITING))
        before = {path: path.read_bytes() for path in texts}
        with opened(home) as store:
            rows = {entry.id for entry in store.reviews()}
        filler = folder / "filler"
        fill(filler, leave)
        said = run(home, *words)
        filler.unlink()
        assert not said.fault, (words, leave, said)
        after = {path: path.read_bytes() for path in texts}
        assert said.status != 3 or after == before, (words, leave, said)
        with opened(home) as store:
            store.database.check()
            assert store.memories() == replay(store.reviews())
            now = [entry.id for entry in store.reviews()]
        saved = said.out.count("Saved: ")
        taken = len(rows) + saved - len(now)
        assert taken in (0, words == ("undo",)), (words, leave, said)
        left = [path for path in home.rglob("*") if ".partial" in path.name or ".part" in path.name]
        assert not left, (words, leave, left)
        for name in ("page.html", "report.md"):
            (folder / name).unlink(missing_ok=True)
        again = run(home, *words)
        assert not again.fault, (words, leave, again)
        for path in texts:  # as it was, or as it was meant to be
            assert after[path] in (before[path], path.read_bytes()), (words, leave, path)
        print("held", flush=True)


if __name__ == "__main__":
    kind, place = sys.argv[1], Path(sys.argv[2])
    size = "size=8m" if kind == "verbs" else "size=1m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)], check=True)
    if kind == "readonly":
        readonly(place)
    elif len(sys.argv) < 4:
        full(place)
    else:
        rng = random.Random(int(sys.argv[4]))
        sizes = [rng.randrange(192 * 1024) for _ in range(int(sys.argv[3]))]
        {"full": full, "verbs": verbs}[kind](place, sizes)
