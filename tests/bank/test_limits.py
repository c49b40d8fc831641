"""What a bank may hold: a limit is one line with its place, and leaves out no more than it must."""

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

import pytest
from cases import every

from contrastive_drill.bank import collection
from contrastive_drill.bank import folder as folders
from contrastive_drill.bank.collection import check
from contrastive_drill.bank.folder import folder
from contrastive_drill.bank.library import load
from contrastive_drill.bank.reader import read
from contrastive_drill.cards.card import Card
from contrastive_drill.formula.layout import layout
from contrastive_drill.formula.tex import MAX_FORMULA

HEAD = "section: {}\ntitle: Mine\ncards:\n"
CARD = """\
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


def card(name: str, more: str = "") -> str:
    """The text of a card."""
    return CARD.format(name) + "".join(f"    {line}\n" for line in more.split("\n") if line)


def cards(names: list[str], more: str = "") -> bytes:
    """The content of a file."""
    return (HEAD.format("mine") + "".join(card(name, more) for name in names)).encode()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A shipped bank of one card."""
    path = tmp_path / "shipped"
    path.mkdir()
    (path / "alpha.yaml").write_text(HEAD.format("alpha") + card("a1"))
    return path


@pytest.fixture
def personal(tmp_path: Path) -> Path:
    """An empty personal bank."""
    path = tmp_path / "personal"
    path.mkdir()
    return path


def lines(unit: str, count: int) -> str:
    """A block of so many lines."""
    return "say: |\n" + f"  {unit}\n" * count


GRID = r"\begin{matrix}" + "a&" * 20 + r"a\\" + r"b\\" * 20 + r"\end{matrix}"
BROKEN = [
    ("tags: " + "[" * 4_000, "more than 20 lists within each other"),
    ("tags: " + "{a: " * 1_000, "more than 20 lists within each other"),
    ("tags:\n  " + "- " * 2_000, "more than 20 lists within each other"),
    ("tags: [" + "a,\n " * 55_000 + "]", "more than 50,000 values"),
    ("tags: [" + "[" * 25_000 + "]", "a line of 25,012 characters, at most 5,000 are read"),
    (lines("some words", 910), "a text of 10,010 characters: at most 10,000"),
    ("x: y: z", "mapping values are not allowed"),
    ("\tx: y", "a tab character that violates indentation"),
    ("tags: *gone", "found undefined alias"),
    ("slips: &a [*a]", "no anchors and aliases"),
    ("say: '" + "*a **b " * 150 + "c** d*" * 150 + "'", "more than 5 lists, or 10 styles"),
    ("say: |\n" + "".join(f"{'  ' * n}  - a\n" for n in range(6)), "more than 5 lists"),
    ("say: |\n  " + "|a" * 40 + "|\n  " + "|-" * 40 + "|\n" + "  x\n" * 40, "cells: shorten it"),
    ("say: |\n  |" + "a" * 900 + "|\n  |-|\n" + "  |x|\n" * 30, "too long for so many rows"),
    ("say: |\n  $$\n  " + "x+" * MAX_FORMULA + "\n  $$\n", "more than 2,000 characters"),
    (f"say: '${GRID}$'", "a grid of more than 400 cells"),
    ("tags: [" + "x" * 81 + "]", "at most 80"),
]


@every(("more", "said"), BROKEN)
def test_a_broken_card_leaves_out_itself_and_says_where(more: str, said: str) -> None:
    text = HEAD.format("mine") + card("good") + card("bad", more) + card("fine")
    reading = read("mine.yaml", text.encode())
    assert [each.id for each in reading.cards] == ["good", "fine"]
    assert {each.card for each in reading.problems} == {"bad"}
    found = next(each for each in reading.problems if said in each.message)
    begins = text[: text.index("id: bad")].count("\n") + 1
    assert begins <= found.line <= begins + card("bad", more).count("\n")
    assert len(str(found)) < 400
    assert "\n" not in str(found)


def test_cards_have_their_own_line_in_a_file_that_is_no_yaml_as_a_whole() -> None:
    text = HEAD.format("mine") + card("good") + card("bad", "x: y: z") + card("fine", "x: y")
    (unknown,) = (each for each in read("f.yaml", text.encode()).problems if each.card == "fine")
    assert text.splitlines()[unknown.line - 1] == "    x: y"
    (sound, _) = read("f.yaml", text.replace("    x: y\n", "").encode()).cards
    assert (sound.id, sound.origin) == ("good", "f.yaml:4")


def test_a_head_that_is_no_yaml_leaves_out_the_file() -> None:
    for head in ("section: [\ncards:\n", "section: mine\n  cards: x\n", "- a: b\n", ""):
        reading = read("f.yaml", (head + card("good")).encode())
        assert reading.cards == ()
        assert {each.card for each in reading.problems} == {""}


def test_more_cards_than_are_read_are_said_once(
    shipped: Path, personal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("reader", "yaml_file"):
        monkeypatch.setattr(f"contrastive_drill.bank.{module}.MAX_CARDS", 10)
    (personal / "a.yaml").write_bytes(cards([f"a{n}" for n in range(2, 8)]))
    (personal / "b.yaml").write_bytes(cards([f"b{n}" for n in range(6)]))
    (personal / "c.yaml").write_bytes(cards(["c1"]))
    bank = load(shipped, personal)
    assert len(bank) == 11
    (problem,) = bank.problems
    assert (problem.path, problem.line) == (str(personal / "b.yaml"), 4 + 4 * 9)
    (personal / "b.yaml").write_bytes(cards([f"b{n}" for n in range(4)]))
    (problem,) = load(shipped, personal).problems
    assert (problem.path, problem.line) == (str(personal / "c.yaml"), 1)
    (personal / "b.yaml").write_bytes(cards(["b1"], "\n".join(f"k{n}: x" for n in range(50))))
    bank = load(shipped, personal)
    assert len(bank) == 7
    assert len(bank.problems) == 5  # for more there is no room


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
        path.write_bytes(cards(["b1"]))
    found = folder(bank)
    assert found.paths == [bank / "mine.yaml"]
    assert found.hidden == (said == "")
    assert [said in each.message for each in found.problems] == [True] * bool(said)  # type: ignore[operator]


@every("name", ["gradient-conflict.yaml", "copy-mechanism.yaml", "Week 2.yaml", "a (b).yaml"])
def test_a_name_of_ones_own_is_read(tmp_path: Path, name: str) -> None:
    path = Path(mkdtemp(dir=tmp_path)) / name
    path.write_bytes(cards(["b1"]))
    assert folder(path.parent).paths == [path]


@every(
    "copy", ["mine (1).yaml", "mine 2.yaml", "mine-DESKTOP-AB12.yaml", "Mine.yaml", "mine~1.yaml"]
)
def test_the_original_wins_over_a_copy_that_its_name_does_not_betray(
    tmp_path: Path, shipped: Path, copy: str
) -> None:
    personal = Path(mkdtemp(dir=tmp_path))
    (personal / "mine.yaml").write_bytes(cards(["b1"]).replace(b"What", b"Why"))
    (personal / copy).write_bytes(cards(["b1", "b2"]))
    bank = load(shipped, personal)
    assert [each.id for each in bank.entries] == ["a1", "b1", "b2"]
    assert "Why" in str(bank.card("b1").prompt)
    (problem,) = bank.problems
    assert (Path(problem.path).name, problem.card) == (copy, "b1")


def test_what_is_no_file_leaves_the_others_be(tmp_path: Path, shipped: Path) -> None:
    personal = tmp_path / "personal"
    personal.mkdir()
    (personal / "mine.yaml").write_bytes(cards(["b1"]))
    (personal / "linked.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    (tmp_path / "elsewhere.yaml").write_bytes(cards(["b2"]))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "c.yaml").write_bytes(cards(["b3"]))
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
        (tmp_path / f"{name}.yaml").write_bytes(cards([name]))
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
    path.write_bytes(cards(["b1"]))
    before = path.stat()
    load(shipped, personal, cache)
    path.write_bytes(cards(["b2"]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # as a copy that keeps times
    assert "b2" in load(shipped, personal, cache)


def test_rings_and_chains_of_broken_links_are_left_out_at_once(
    shipped: Path, personal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[object] = []
    joined = collection._joined

    def counted(given: list[Card]) -> object:
        rounds.append(given)
        return joined(given)

    monkeypatch.setattr(collection, "_joined", counted)
    ring = "".join(card(f"r{n}", f"needs: [r{n ^ 1}]") for n in range(100))
    chain = "".join(card(f"c{n}", f"needs: [c{n + 1}]") for n in range(100))
    (personal / "mine.yaml").write_text(HEAD.format("mine") + ring + chain + card("sound"))
    bank = load(shipped, personal)
    assert [each.id for each in bank.entries] == ["a1", "sound"]
    assert len(bank.problems) == 200
    assert len(rounds) < 5


def calls(work: Callable[[], object]) -> int:
    """How many functions are called: a cost that no machine changes."""
    count = 0

    def each(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(each)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_what_is_compared_and_drawn_costs_in_proportion_to_its_length(personal: Path) -> None:
    def checked(count: int) -> int:
        chance, text = random.Random(1), HEAD.format("mine")
        for number in range(count):
            said = " ".join(f"w{chance.randrange(400)}" for _ in range(12))
            prompt = said if number % 2 else "Why does a batch help so much?"
            text += card(f"c{number}").replace("What is it?", prompt)
        path = personal / "mine.yaml"
        path.write_text(text)
        return calls(lambda: check([path], []))

    def drawn(count: int) -> int:
        return calls(lambda: layout("x+" * count + "x", 60))

    for cost, size in ((checked, 200), (drawn, 450)):
        cost(10)  # what is loaded with the first
        assert cost(2 * size) < 2.6 * cost(size)
