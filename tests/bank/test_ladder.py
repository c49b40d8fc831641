"""Ladders: read from a file, kept beside the cards, and never in their way."""

from pathlib import Path

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.bank import cache as bank_cache
from contrastive_drill.bank.codec import decode_ladder, encode_ladder
from contrastive_drill.bank.collection import check
from contrastive_drill.bank.library import load
from contrastive_drill.bank.reader import read
from contrastive_drill.cards.card import Level
from contrastive_drill.cards.ladder import Ladder, Rung
from contrastive_drill.cards.prose import Span, Style, plain
from contrastive_drill.errors import DataProblem, UsageProblem

HEAD = """\
section: alpha
title: Alpha
ladder:
  - {level: mid, card: a1, line: It is the first.}
  - level: senior
    card: a2
    line: It costs $N^2$ of `memory`.
  - {level: senior, card: a2, line: It is the second.}
  - {level: staff, card: a1, line: I would leave it.}
cards:
"""
CARD = """\
  - id: {id}
    level: mid
    kind: recall
    prompt: What is {id} of {id}?
    answer: It is {id}.
    points:
      - must: Says {id}.
    sources:
      - text: A book
"""
CARDS = CARD.format(id="a1") + CARD.format(id="a2")
FILE = HEAD + CARDS
MINE = FILE.replace("section: alpha", "section: beta").replace("id: a", "id: b")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The shipped bank, and the learner's."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    (shipped / "alpha.yaml").write_text(FILE)
    return shipped, own


def test_a_ladder_is_read_beside_the_cards() -> None:
    reading = read("f.yaml", FILE.encode())
    assert reading.problems == ()
    assert len(reading.cards) == 2
    ladder = reading.ladder
    assert ladder is not None
    assert (ladder.section, ladder.origin) == ("alpha", "f.yaml:4")
    assert [rung.level for rung in ladder.rungs] == [
        *(Level.MID, Level.SENIOR, Level.SENIOR, Level.STAFF)
    ]
    assert ladder.rungs[0] == Rung(Level.MID, "a1", (Span("It is the first."),))
    assert [span.style for span in ladder.rungs[1].line][1::2] == [Style.FORMULA, Style.CODE]
    assert [plain(rung.line) for rung in ladder.at(Level.STAFF)] == ["I would leave it."]


@every(
    ("old", "new", "said"),
    [
        ("It is the first.", "word " * 16, None),
        ("It is the first.", "word " * 17, "4:34: a line of a ladder has 17 words: at most 16"),
        ("It is the first.", "$a + b + c$ " * 16, None),
        ("level: staff", "level: steff", "'steff' is not known here: did you mean 'staff'?"),
        ("card: a1, line: It", "card: A 1, line: It", "'A 1' is not a name of"),
        (", card: a1", "", "4:5: 'card' is missing"),
        ("level: staff", "level: mid", "4:3: a ladder goes from mid, then senior, then staff"),
        ("level: staff", "level: senior", "with one to 3 lines each"),
        ("  - {level: staff, card: a1, line: I would leave it.}\n",
         "  - {level: staff, card: a1, line: I would leave it.}\n" * 4, "with one to 3 lines each"),
        ("It is the first.", "'# A heading'", "4:34: "),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_ladder_is_told_and_leaves_the_cards(
    old: str, new: str, said: str | None
) -> None:
    reading = read("f.yaml", FILE.replace(old, new, 1).encode())
    assert len(reading.cards) == 2
    assert bool(reading.problems) == bool(said) == (reading.ladder is None)
    assert all(problem.card == "the ladder of alpha" for problem in reading.problems)
    if said:
        assert said in str(reading.problems[0])


lines = st.lists(
    st.builds(Span, st.text(min_size=1, max_size=9), st.sampled_from(Style)), max_size=3
).map(tuple)
rungs = st.builds(Rung, st.sampled_from(Level), st.text(max_size=9), lines)


@given(st.builds(Ladder, st.text(max_size=9), st.lists(rungs, max_size=5).map(tuple), st.text()))
def test_a_ladder_comes_back_as_it_was(ladder: Ladder) -> None:
    assert decode_ladder(encode_ladder(ladder)) == ladder


def test_the_bank_gives_a_ladder_when_it_is_asked_for(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bank.cache"
    (folders[1] / "mine.yaml").write_text("section: beta\ncards:\n" + CARD.format(id="b1"))
    expected = read(str(folders[0] / "alpha.yaml"), FILE.encode()).ladder
    for _ in ("parsed", "cached"):
        bank = load(*folders, path)
        assert bank.ladders == ["alpha"]
        assert bank.ladder("alpha") == expected
        with pytest.raises(UsageProblem, match="'beta' has no ladder: these have one: alpha"):
            bank.ladder("beta")
        with pytest.raises(UsageProblem, match="no section 'alpa': did you mean 'alpha'"):
            bank.ladder("alpa")
    monkeypatch.setattr(bank_cache, "decode_ladder", lambda row: pytest.fail("read at the start"))
    assert [*map(str, load(*folders, path).ladders)] == ["alpha"]
    monkeypatch.undo()
    bank = load(*folders, path)
    path.write_bytes(path.read_bytes()[:-10] + b"0123456789")  # under the program
    assert bank.ladder("alpha") == expected
    assert bank.card("a1").id == "a1"
    assert not path.exists()


@every(
    ("text", "said"),
    [
        (FILE.replace("a1", "b1").replace("a2", "b2"), "the section 'alpha' has its ladder in"),
        (
            MINE.replace("card: a2", "card: b11"),
            "names 'b11', which is no card: did you mean 'b1'?",
        ),
        (MINE.replace("level: staff", "level: mid"), "a ladder goes from mid"),
    ],
)
def test_a_broken_ladder_of_ones_own_leaves_out_itself_and_no_card(
    folders: tuple[Path, Path], tmp_path: Path, text: str, said: str
) -> None:
    (folders[1] / "mine.yaml").write_text(text)
    for _ in ("parsed", "cached"):
        bank = load(*folders, tmp_path / "bank.cache")
        assert [entry.id for entry in bank.entries] == ["a1", "a2", "b1", "b2"]
        assert bank.ladders == ["alpha"]
        assert {problem.card for problem in bank.problems} <= {
            *("the ladder of alpha", "the ladder of beta")
        }
        assert any(said in problem.message for problem in bank.problems)
    (tmp_path / "bank.cache").unlink()
    found = check(sorted(tmp_path.rglob("*.yaml")), [])[1]
    assert any(said in problem.message for problem in found)


def test_a_sound_ladder_of_ones_own_joins_and_a_broken_shipped_one_is_told(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    shipped, own = folders
    (own / "mine.yaml").write_text(MINE)  # its rungs name shipped cards
    load(shipped, None, tmp_path / "bank.cache")
    bank = load(*folders, tmp_path / "bank.cache")
    assert bank.ladders == ["alpha", "beta"]
    assert bank.problems == ()
    (shipped / "alpha.yaml").write_text(FILE.replace("card: a2", "card: a9"))
    with pytest.raises(DataProblem, match="a ladder names 'a9', which is no card"):
        load(*folders)
