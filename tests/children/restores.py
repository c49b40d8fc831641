"""Kill a restore at every line it runs, and look for each acknowledged answer afterwards.

    python restores.py sound|damaged FOLDER

Before each restore stands what a killed review left: answers that are only in the write-ahead log
beside the file. The exit status is 0 when everything held; the last line says how many were killed.
"""

import os
import re
import shutil
import signal
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import FrameType

from answers import NOW, answer, assert_sound, opened

from contrastive_drill import store as package
from contrastive_drill.errors import DataProblem
from contrastive_drill.store import backups
from contrastive_drill.store.restore import restore

CODE = str(Path(package.__file__).parent)
CARDS = [f"card-{number}" for number in range(4)]


State = frozenset[tuple[str | bytes, ...]]


@dataclass(frozen=True)
class Stage:
    """A folder to be copied for each trial, and the answers that must be found in the copies."""

    folder: Path
    early: frozenset[str]  # in the backup
    every: frozenset[str]  # acknowledged
    present: tuple[bytes, bytes]  # the database and its log


def staged(kind: str, folder: Path) -> Stage:
    """Answers, a backup, more answers, and a review that is killed."""
    with opened(folder) as store:
        for card in CARDS:
            store.record(answer(card, store.memory(card)))
        store.backup(NOW)
        early = frozenset(review.id for review in store.reviews())
        ((marks,),) = store.database.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'marks'")
        late = [answer(card, store.memory(card)) for card in CARDS]
    if os.fork() == 0:
        store = opened(folder)
        for review in late:
            store.record(review)
        os.kill(os.getpid(), signal.SIGKILL)
    os.wait()
    path = folder / "drill.sqlite"
    content, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    assert log
    if kind == "damaged":  # in a page that the log does not hold
        place = (marks - 1) * 4096
        content = content[:place] + b"\xff" * 4096 + content[place + 4096 :]
        path.write_bytes(content)
    return Stage(folder, early, early | {review.id for review in late}, (content, log))


def killed(folder: Path, step: int) -> bool:
    """Restore, and die at the line of that number; false when there are fewer lines."""
    pid = os.fork()
    if pid == 0:
        left = step

        def at_line(frame: FrameType, event: str, _: object) -> object:
            nonlocal left
            if not frame.f_code.co_filename.startswith(CODE):
                return None
            if event == "line":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return at_line

        status = 1
        try:
            sys.settrace(at_line)  # type: ignore[arg-type]
            restore(folder / "drill.sqlite", next((folder / "backups").iterdir()), NOW)
            status = 0
        finally:
            sys.settrace(None)
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or status == 0, "the restore failed"
    return os.WIFSIGNALED(status)


def answers_of(path: Path) -> set[str]:
    """The answers in a file, as a program sees them that opens it."""
    with backups.open_backup(path) as database:
        database.check()
        return {str(row[0]) for row in database.rows("SELECT id FROM log")}


def asides(folder: Path) -> list[Path]:
    """The files that restores have put aside."""
    return [
        path
        for path in folder.glob("drill.sqlite.before-restore-*")
        if not path.name.endswith(("-wal", "-shm", "-journal"))
    ]


def examine_sound(stage: Stage, folder: Path) -> None:
    """The database is the old or the new one, and what is not in it is all in one file aside."""
    live = folder / "drill.sqlite"
    found = answers_of(live)
    assert found in (stage.early, stage.every), sorted(stage.every - found)
    if found == stage.early:
        assert [path for path in asides(folder) if answers_of(path) == stage.every]
    # Life goes on, and what is aside does not change with it.
    before = {path: path.read_bytes() for path in asides(folder)}
    with opened(folder) as store:
        assert_sound(store)
        store.record(answer("after", store.memory("after")))
    assert {path: path.read_bytes() for path in asides(folder)} == before, "two names of one file"
    for path in (live, *asides(folder)):
        assert path.stat().st_nlink == 1, path


def examine_damaged(stage: Stage, folder: Path) -> None:
    """Both files are somewhere, byte for byte, and no empty history takes the place of them."""
    contents = [path.read_bytes() for path in folder.iterdir() if path.is_file()]
    assert all(content in contents for content in stage.present)
    refusal = "restore"
    try:
        with opened(folder) as store:
            store.database.check()
            assert {review.id for review in store.reviews()} == stage.early
    except DataProblem as problem:
        refusal = str(problem)
    assert "restore" in refusal, refusal


def left_in(folder: Path) -> State:
    """The name, the content and the other names of every file."""
    names: dict[int, list[str]] = {}
    contents: dict[int, bytes] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            file = path.stat().st_ino
            name = re.sub(r"\d+(?=\.restoring)", "", str(path.relative_to(folder)))  # of a process
            names.setdefault(file, []).append(name)
            contents[file] = sha256(path.read_bytes()).digest()
    return frozenset((*sorted(names[file]), contents[file]) for file in names)


def main(kind: str, folder: Path) -> None:
    """Kill at the first line, the second, and so on until there is none.

    What a kill leaves is examined once, however many lines leave the same.
    """
    stage = staged(kind, folder / "stage")
    examine = examine_damaged if kind == "damaged" else examine_sound
    step, met = 1, set[State]()
    while True:
        place = folder / str(step)
        shutil.copytree(stage.folder, place)
        more = killed(place, step)
        if more and left_in(place) in met:
            shutil.rmtree(place)
            step += 1
            continue
        try:
            met.add(left_in(place))
            examine(stage, place)
            restore(place / "drill.sqlite", next((place / "backups").iterdir()), NOW)
            assert answers_of(place / "drill.sqlite") == stage.early
            left = [path.name for path in place.iterdir() if ".restoring" in path.name]
            assert not left, left
        except AssertionError as error:
            error.add_note(f"killed at line {step}: {sorted(os.listdir(place))}")
            raise
        shutil.rmtree(place)
        if not more:
            break
        step += 1
    print(f"{step - 1} killed, {len(met)} states")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
