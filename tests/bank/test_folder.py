"""The folder of a person's cards: what is read of it, in what order; what its cache is worth."""

import json
import os
from functools import reduce
from operator import getitem
from pathlib import Path
from tempfile import mkdtemp
from zlib import crc32

import pytest
from cases import every

from contrastive_drill.bank import folder as folders
from contrastive_drill.bank.folder import folder
from contrastive_drill.bank.library import load

CARD = """\
section: mine
cards:
  - id: {}
    level: mid
    kind: recall
    prompt: What is it?
    answer: It is so.
    points:
      - must: Says it.
    sources:
      - text: A book
"""


def cards(*names: str) -> bytes:
    """The content of a file."""
    first, *rest = (CARD.format(name) for name in names)
    return "".join([first, *(each.partition("cards:\n")[2] for each in rest)]).encode()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A shipped bank of one card."""
    path = tmp_path / "shipped"
    path.mkdir()
    (path / "alpha.yaml").write_bytes(cards("a1").replace(b"mine", b"alpha"))
    return path


NAMES = [
    ("mine (conflicted copy).yaml", "a copy"),
    ("mine (Anna's conflicted copy 2026-08-01).yaml", "a copy"),
    ("mine (In Konflikt stehende Kopie von Anna 2026-08-01).yaml", "a copy"),
    ("mine (Copie en conflit de Anna).yaml", "a copy"),
    ("mine.sync-conflict-20260801-120000-ABCDEFG.yaml", "a copy"),
    ("mine_conflict-20260801-120000.yaml", "a copy"),
    ("mine (SFConflict anna@x.org 2026-08-01-12-00-00).yaml", "a copy"),
    ("mine_HOST_Aug-01-120000-2026_Conflict.yaml", "a copy"),
    ("Copy of mine.yaml", "a copy"),
    ("mine copy 2.yaml", "a copy"),
    ("mine - Copy.yaml", "a copy"),
    ("mine.yml", "ends in .yaml: rename it"),
    ("mine.YAML", "ends in .yaml: rename it"),
    ("a folder/other.yml", "ends in .yaml: rename it"),
    (".mine.yaml", ""),
    (".#mine.yaml", ""),
    (".stversions/mine.yaml", ""),
    (".git/mine.yml", ""),
    ("notes.md", None),
    ("mine.yaml~", None),
]


@every(("name", "said"), NAMES)
def test_what_a_name_says_is_no_file_of_cards_is_not_read(
    tmp_path: Path, name: str, said: str | None
) -> None:
    bank = Path(mkdtemp(dir=tmp_path))
    for each in (name, "mine.yaml"):
        path = bank / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cards("b1"))
    found = folder(bank)
    assert found.paths == [bank / "mine.yaml"]
    assert found.hidden == (said == "")
    assert [said in each.message for each in found.problems] == [True] * bool(said)  # type: ignore[operator]


@every("name", ["gradient-conflict.yaml", "copy-mechanism.yaml", "Week 2.yaml", "a (b).yaml"])
def test_a_name_of_ones_own_is_read(tmp_path: Path, name: str) -> None:
    path = Path(mkdtemp(dir=tmp_path)) / name
    path.write_bytes(cards("b1"))
    assert folder(path.parent).paths == [path]


@every(
    "copy", ["mine (1).yaml", "mine 2.yaml", "mine-DESKTOP-AB12.yaml", "Mine.yaml", "mine~1.yaml"]
)
def test_the_original_wins_over_a_copy_that_its_name_does_not_betray(
    tmp_path: Path, shipped: Path, copy: str
) -> None:
    personal = Path(mkdtemp(dir=tmp_path))
    (personal / "mine.yaml").write_bytes(cards("b1").replace(b"What", b"Why"))
    (personal / copy).write_bytes(cards("b1", "b2"))
    bank = load(shipped, personal)
    assert [each.id for each in bank.entries] == ["a1", "b1", "b2"]
    assert "Why" in str(bank.card("b1").prompt)
    (problem,) = bank.problems
    assert (Path(problem.path).name, problem.card) == (copy, "b1")


def test_what_is_no_file_leaves_the_others_be(tmp_path: Path, shipped: Path) -> None:
    personal = tmp_path / "personal"
    personal.mkdir()
    (personal / "mine.yaml").write_bytes(cards("b1"))
    (personal / "linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (tmp_path / "elsewhere.yaml").write_bytes(cards("b2"))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "c.yaml").write_bytes(cards("b3"))
    (personal / "folder.yaml").symlink_to(tmp_path / "outside")
    os.mkfifo(personal / "pipe.yaml")
    (personal / "zero.yaml").symlink_to("/dev/zero")
    (personal / "loop.yaml").symlink_to("loop.yaml")
    (personal / "gone.yaml").symlink_to("nowhere")
    (personal / "back").symlink_to(personal)
    with (personal / "huge.yaml").open("wb") as file:
        file.truncate(1 << 40)
    bank = load(shipped, personal)
    assert {each.id for each in bank.entries} == {"a1", "b1", "b2", "b3"}
    said = {Path(each.path).stem: each.message for each in bank.problems}
    assert said.keys() == {"pipe", "zero", "loop", "gone", "huge"}
    for name, words in {
        "pipe": "a named pipe",
        "zero": "a device",
        "huge": "more than 256 KB",
    }.items():
        assert words in said[name]


def test_a_folder_is_read_within_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcd":
        (tmp_path / f"{name}.yaml").write_bytes(cards(name))
    size = (tmp_path / "a.yaml").stat().st_size
    limits = {
        "MAX_FILES": (2, "2 files or"),
        "MAX_TOTAL": (3 * size - 1, "MB of cards"),
        "MAX_ENTRIES": (3, "more than 3 files"),
    }
    for name, (most, said) in limits.items():
        with monkeypatch.context() as patch:
            patch.setattr(folders, name, most)
            found = folder(tmp_path)
            assert len(found.files) < 5
            (problem,) = found.problems
            assert said in problem.message
    assert len(folder(tmp_path).files) == 4
    assert folder(tmp_path / "none") == ((), (), 0)
    (problem,) = folder(tmp_path / "a.yaml").problems
    assert "cannot be read: Not a directory" in problem.message


def test_rights_that_were_mended_count_at_once(tmp_path: Path, shipped: Path) -> None:
    personal, cache = tmp_path / "personal", tmp_path / "cache"
    personal.mkdir()
    path = personal / "mine.yaml"
    path.write_bytes(cards("b1"))
    before = path.stat()
    load(shipped, personal, cache)
    path.write_bytes(cards("b2"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as a copy that keeps times
    assert "b2" in load(shipped, personal, cache)


ODD = [  # a place in the index of a parsed bank, and what stands there instead
    ((1, 0, 0), 5), ((1, 0, 1), "gone"), ((1, 0, 2), "boss"), ((1, 0, 3), "riddle"),
    ((1, 0, 4), "x"), ((1, 0, 5), "1"), ((1, 0, 6), None), ((1, 0, 9), -900), ((1, 0, 10), -1),
    ((1, 0, 10), 1 << 60),
    ((1, 0), [1]), ((1,), 5), ((1,), None), ((2,), [1]), ((2, "alpha"), 5), ((3,), [[1, 2]]),
    ((3,), [[1, 1, 1, "x", "x"]]), ((4,), [1]), ((4,), {"a": 1}), ((5,), 5), ((5,), {"a": [1, 2]}),
]  # fmt: skip


@every(("place", "value"), ODD)
def test_a_parsed_bank_with_an_odd_part_is_parsed_anew(
    tmp_path: Path, shipped: Path, place: tuple[int | str, ...], value: object
) -> None:
    cache = tmp_path / "bank.cache"
    wanted = load(shipped, None, cache)
    head, _, rest = cache.read_bytes().partition(b"\n")
    stamp, length, _ = head.split()
    index = json.loads(rest[: int(length)])
    *above, last = place
    reduce(getitem, above, index)[last] = value
    known = json.dumps(index).encode()
    forged = b"%s %d %d\n%s" % (stamp, len(known), crc32(known), known + rest[int(length) :])
    cache.write_bytes(forged)
    bank = load(shipped, None, cache)
    assert [*bank.cards()] == [*wanted.cards()]
    assert (bank.titles, bank.problems, bank.renames) == (wanted.titles, (), {})
