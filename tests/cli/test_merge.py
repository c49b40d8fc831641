"""Two machines by real commands: a shared folder, files carried by hand, answers of the phone."""

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cases import every
from machines import Machine, new_machines

from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.memory.scheduler import replay
from contrastive_drill.store.health import problems

START = datetime.fromisoformat("2026-11-21T18:30:00+01:00")
PASS, FAIL = "\nall good\n", "\nnone again\n"


@pytest.fixture
def machines(tmp_path: Path, bank_cache: Path) -> list[Machine]:
    return [*new_machines(tmp_path, bank_cache, START, "one two alone")]


def test_a_week_on_two_machines_is_a_week_on_one(machines: list[Machine], tmp_path: Path) -> None:
    *both, alone = machines
    sync = str(tmp_path / "sync" / "drill")
    for each in both:
        each.said("config", "sync_folder", sync)
    for day in range(7):
        hours = day * 24 + day / 2
        for each in (both[day % 3 == 1], alone):
            typed = (FAIL + PASS + PASS) * 2 + ":quit\n"
            each.said("review", "--limit", "6", typed=typed, hours=hours)
            if day == 2:
                each.said("flag", "clip-loss", "--note", "again", hours=hours + 1)
            if day == 3:
                each.said("exam", "--count", "2", "--seed", "5", typed=PASS * 2, hours=hours + 1)
            if day == 4:
                each.said("undo", hours=hours + 1)
    for each in both:
        each.said("review", "--limit", "1", typed=":quit\n", hours=7 * 24)
    with both[0].store() as one, both[1].store() as two, alone.store() as all_alone:
        assert one.counts().answers > 30
        assert one.memories() == two.memories() == all_alone.memories()
        assert one.marks() == two.marks() == all_alone.marks()
        told = [
            sorted(f"{replace(each, id='', sitting=None)}" for each in store.reviews())
            for store in (one, all_alone)
        ]
        assert told[0] == told[1]
        assert {each.id for each in one.reviews()} == {each.id for each in two.reviews()}
        assert [*problems(two.database, replay)] == []
    assert len([*Path(sync).iterdir()]) == 2


def test_the_folder_of_the_machines(machines: list[Machine], tmp_path: Path) -> None:
    one, two, _ = machines
    sync = tmp_path / "sync"
    assert "none share their log" in one.said("doctor")
    for each in (one, two):
        each.said("config", "sync_folder", str(sync))
    one.said("review", "--limit", "1", typed=PASS)
    (part,) = sync.iterdir()
    before = part.stat().st_mtime_ns
    one.said("review", "--limit", "1", typed=":quit\n", hours=1)  # nothing new
    assert part.stat().st_mtime_ns == before
    # A copy that a service left after a conflict, and a file that is no log, do no harm.
    conflicted = sync / f"{part.stem} (conflicted copy).jsonl"
    conflicted.write_bytes(part.read_bytes())
    broken = sync / "drill-broken.jsonl"
    broken.write_bytes(part.read_bytes()[:-9])
    said = two.said("review", "--limit", "1", typed=PASS, hours=2)
    assert said.count("Taken in from") == 1
    assert "1 answer." in said
    assert f"nothing was taken from {broken}: " in said
    with two.store() as store:
        assert store.counts().answers == 2
    assert "2 answers" not in one.said("doctor", code=0)
    broken.write_bytes(b"torn")
    said = one.said("doctor", hours=3, code=1)
    assert "neither a database of this program nor a log" in said
    broken.unlink()
    said = one.said("doctor", hours=3)
    assert re.search(r"last heard of in .*: \S+ 2026-11-21 20:30, \S+ \(this one\) .* 18:30", said)
    # Marks go out too, and come in with the next session.
    two.said("suspend", "clip-loss", hours=4)
    one.said("review", "--limit", "1", typed=":quit\n", hours=5)
    assert "clip-loss: suspended" in one.said("flags", hours=5)
    # A folder that is not there stops nothing.
    sync.rename(tmp_path / "away")
    said = one.said("review", "--limit", "1", typed=PASS, hours=6)
    assert "the sync_folder cannot be read" in said
    assert "the other machines did not get this log" in said
    # A database from before the others were read takes them in again.
    (tmp_path / "away").rename(sync)
    one.said("review", "--limit", "1", typed=":quit\n", hours=7)
    for file in two.folder.glob("drill.sqlite*"):
        file.unlink()
    two.said("review", "--limit", "1", typed=":quit\n", hours=7)
    with one.store() as store, two.store() as other:
        assert store.counts() == other.counts()


def test_a_file_carried_by_hand(machines: list[Machine], tmp_path: Path) -> None:
    one, two, _ = machines
    one.said("review", "--limit", "3", typed=PASS + FAIL + PASS)
    two.said("review", "--limit", "2", typed=FAIL + PASS + PASS, hours=30)
    file = tmp_path / "log.jsonl"
    assert f"Wrote {file}: 3 rows of the log." in one.said("export", "log", str(file))
    database = str(one.folder / "drill.sqlite")
    before = (two.folder / "drill.sqlite").read_bytes()
    for other in (str(file), database):
        said = two.said("merge", other, "--dry-run", hours=31)
        assert said == f"Would take in from {other}: 3 answers."
    assert (two.folder / "drill.sqlite").read_bytes() == before
    assert two.said("merge", str(file), hours=31) == f"Took in from {file}: 3 answers."
    for other in (str(file), database):  # again
        assert two.said("merge", other) == f"There is nothing new in {other}."
    assert "3 answers." in one.said("merge", str(two.folder / "drill.sqlite"), hours=32)
    with one.store() as store, two.store() as second:
        assert store.memories() == second.memories()
        assert [*store.reviews()] == [*second.reviews()]
    assert "own database" in one.said("merge", database, code=2)
    assert "No such file" in one.said("merge", "nothing", code=3)
    header, *rows = file.read_text().splitlines()
    assert json.loads(header)["contrastive-drill log"] == 1
    assert {key for row in rows for key in json.loads(row)} == {"log"}


HEADER = '{"contrastive-drill answers": 1, "page": "p"}\n'


def phone(number: int = 1, **more: Any) -> str:
    given = {
        "id": str(UUID(int=number)), "card": "clip-loss", "rating": 3,
        "at": "2026-11-20T07:00:00Z", "day": "2026-11-20", "seconds": 12.3,
        "covered": ["0123456789ab"], "missed": [], "typed": None,
    }  # fmt: skip
    return json.dumps(given | more) + "\n"


def test_answers_of_the_phone_are_logged_once(machines: list[Machine], tmp_path: Path) -> None:
    one = machines[0]
    one.said("review", "clip-loss", typed=PASS)
    file = tmp_path / "answers.jsonl"
    lines = phone(1), phone(2, card="gone"), phone(3, rating=1, at="2026-11-19T07:00:00Z")
    file.write_text(HEADER + "".join(lines))
    said = one.said("import", "answers", str(file), "--dry-run")
    assert said == f"Left out: gone, which is no card here. Would take in 2 answers from {file}."
    assert "Took in 2 answers from -." in one.said(
        "import", "answers", "-", typed=HEADER + "".join(lines)
    )
    said = one.said("import", "answers", str(file))
    assert f"Took in 0 answers from {file}; in the log before: 2." in said
    with one.store() as store:
        first, second, third = store.reviews()
        assert [each.mode for each in (first, second, third)] == [Mode.PAGE] * 2 + [Mode.REVIEW]
        assert (first.rating, second.before) == (Rating.AGAIN, first.after)
        assert store.memory("clip-loss").reps == 3  # type: ignore[union-attr]
        assert [*problems(store.database, replay)] == []
    assert "clip-loss" in one.said("undo")


@every(
    "line",
    [
        "[]", "{}", phone(rating=5), phone(rating=True), phone(at="2026-11-20T07:00:00"),
        phone(at="soon"), phone(day="2026-11-10"), phone(seconds=-1), phone(seconds=float("inf")),
        phone(covered="x"), phone(missed=[1]), phone(typed=3), phone(id="x"), phone(card=["x"]),
        phone(card=None), "[" * 50_000, "x" * 300_000, HEADER, phone(missed=["\ud800"]),
    ],
)  # fmt: skip
def test_a_line_that_is_amiss_is_named_and_nothing_is_taken(
    machines: list[Machine], line: str
) -> None:
    one = machines[0]
    typed = f"{HEADER}{phone(9)}{line}\n"
    said = one.said("import", "answers", "-", typed=typed, code=3)
    assert "nothing was taken from -: line 3: " in said
    assert not (one.folder / "drill.sqlite").exists()
    typed = typed.partition("\n")[2]
    assert "line 1: these are no answers" in one.said("import", "answers", "-", typed=typed, code=3)
