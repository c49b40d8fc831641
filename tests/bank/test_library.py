"""The bank as a whole: personal cards, links between cards, order, and the parsed cache."""

import json
import os
import random
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path
from zlib import crc32

import pytest

from contrastive_drill.bank import collection, library, template
from contrastive_drill.bank.codec import decode, encode
from contrastive_drill.bank.collection import check
from contrastive_drill.bank.folder import folder
from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.bank.reader import read
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.prose import Code, Formula, Span, lines_of
from contrastive_drill.demo import catalogue
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.schemas.formats import BANK_CACHE

HEAD = "section: {section}\ntitle: Some {section}\ncards:\n"
CARD = """\
  - id: {id}
    level: mid
    kind: recall
    prompt: What is {id}?
    answer: It is {id}, a `thing` with $x_{{{id}}}$.
    points:
      - must: Says {id}.
    sources:
      - text: A book
"""


def card(name: str, more: str = "") -> str:
    """The text of a card."""
    return CARD.format(id=name) + "".join(f"    {line}\n" for line in more.splitlines())


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A small shipped bank."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    text = HEAD.format(section="alpha") + card("a1", "place: 2") + card("a2", "place: 1")
    (folder / "alpha.yaml").write_text(text)
    return folder


@pytest.fixture
def personal(tmp_path: Path) -> Path:
    """An empty personal bank."""
    folder = tmp_path / "personal"
    folder.mkdir()
    return folder


def ids(bank: library.Bank) -> list[str]:
    """The ids of a bank in its order."""
    return [entry.id for entry in bank.entries]


def test_the_cold_list_gives_the_order(shipped: Path) -> None:
    assert ids(load(shipped)) == ["a2", "a1"]


def test_personal_cards_join_the_shipped_ones(shipped: Path, personal: Path) -> None:
    (personal / "mine.yaml").write_text(HEAD.format(section="beta") + card("b1", "needs: [a1]"))
    bank = load(shipped, personal)
    assert ids(bank) == ["a2", "a1", "b1"]
    assert bank.titles == {"alpha": "Some alpha", "beta": "Some beta"}
    assert bank.problems == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("section: [", "not YAML"),
        (HEAD.format(section="beta") + card("a1"), "the id 'a1' is taken by"),
        (HEAD.format(section="beta") + card("b1", "place: 1"), "place 1 is taken by 'a2'"),
        (HEAD.format(section="beta") + card("b1", "needs: [a9]"), "needs names 'a9'"),
        (
            HEAD.format(section="beta") + card("b1", "needs: [b2]") + card("b2", "needs: [b1]"),
            "need each other",
        ),
        (HEAD.format(section="beta") + card("b1", "colour: red"), "unknown key 'colour'"),
    ],
)
def test_what_is_broken_among_personal_cards_is_reported_and_left_out(
    shipped: Path, personal: Path, text: str, said: str
) -> None:
    (personal / "broken.yaml").write_text(text)
    (personal / "sound.yaml").write_text(HEAD.format(section="gamma") + card("c1"))
    bank = load(shipped, personal)
    assert ids(bank) == ["a2", "a1", "c1"]
    assert any(said in str(problem) for problem in bank.problems)
    assert {problem.path for problem in bank.problems} == {str(personal / "broken.yaml")}


def test_a_broken_card_leaves_out_itself_and_what_leans_on_it_and_no_more(
    shipped: Path, personal: Path, tmp_path: Path
) -> None:
    broken = card("b1", "x: y") + card("a1") + card("b2") + card("b3").replace("id: b3", "id: B 3")
    unfilled = template.card("b4", "mid", Kind.CHOICE)
    (personal / "broken.yaml").write_text(HEAD.format(section="beta") + broken + unfilled)
    leans = card("c1", "needs: [b1]") + card("c2", "needs: [b2]")
    (personal / "leans.yaml").write_text(HEAD.format(section="gamma") + leans)
    (personal / "lost.yaml").write_text(HEAD.format(section="delta") + card("d1", "x: y"))
    for _ in ("parsed", "cached"):
        bank = load(shipped, personal, tmp_path / "bank.cache")
        assert ids(bank) == ["a2", "a1", "b2", "c2"]
        assert set(bank.titles) == {"alpha", "beta", "gamma"}
        assert {each.card for each in bank.problems} == {"a1", "b1", "B 3", "b4", "c1", "d1"}
    with pytest.raises(
        UsageProblem, match=r"it is left out, .*broken\.yaml:\d+:5: unknown key 'x'"
    ):
        bank.entry("b1")
    (unfilled,) = (each.message for each in bank.problems if each.card == "b4")
    assert unfilled.startswith("prompt, say, answer, points, choices, sources still to fill in")


@pytest.mark.parametrize("macros", [r"{good: x, bad: '\frac{'}", r"{good: x, bad: [y]}"])
def test_a_broken_macro_leaves_out_the_cards_that_use_it_and_no_more(
    shipped: Path, personal: Path, macros: str
) -> None:
    cards = (
        card("b1") + card("b2").replace("x_{b2}", r"\bad") + card("b3").replace("x_{b3}", r"\good")
    )
    head = HEAD.format(section="beta").replace("cards:", f"macros: {macros}\ncards:")
    (personal / "beta.yaml").write_text(head + cards)
    bank = load(shipped, personal)
    assert ids(bank) == ["a2", "a1", "b1", "b3"]
    assert {each.card for each in bank.problems} == {"a macro", "b2"}


def version(name: str, more: str = "") -> str:
    """The text of a version of a shipped card."""
    return card(name, f"overrides: shipped\n{more}").replace("What is", "Why")


def test_a_version_of_a_shipped_card_stands_where_that_one_stood(
    shipped: Path, personal: Path, cache: Path
) -> None:
    (personal / "mine.yaml").write_text(
        HEAD.format(section="beta") + version("a1", "place: 1") + version("gone", "place: 2")
    )
    (shipped / "beta.yaml").write_text(HEAD.format(section="omega") + card("b1", "needs: [a1]"))
    for _ in ("parsed", "cached"):
        bank = load(shipped, personal, cache)
        assert bank.problems == ()
        assert ids(bank) == ["a2", "a1", "b1", "gone"]
        rows = [(entry.section, entry.place) for entry in bank.entries]
        assert rows == [("alpha", 1), ("alpha", 2), ("omega", None), ("beta", None)]
        assert [each.overrides for each in bank.cards()] == [None, "shipped", None, "shipped"]
        assert "Why a1" in str(bank.card("a1").prompt)
    (personal / "mine.yaml").write_text(HEAD.format(section="beta") + version("a1"))
    assert set(load(shipped, personal).titles) == {"alpha", "omega"}  # beta has no card


@pytest.mark.parametrize(
    ("files", "said", "prompt"),
    [
        ({"b": card("a1")}, "b.yaml:4:1: the id 'a1' is taken by", "What is a1"),
        ({"b": version("a1"), "c": version("a1")}, "c.yaml:4:1: the id 'a1' is tak", "Why a1"),
        ({"b": card("a1"), "c": version("a1")}, "b.yaml:4:1: the id 'a1' is taken", "Why a1"),
        ({"b": version("a1", "needs: [a9]")}, "b.yaml:4:1: needs names 'a9'", "What is a1"),
        ({"b": version("a1", "needs: [a3]")}, "b.yaml:4:1: these cards need each", "What is a1"),
        ({"b": version("a1", "kind: odd")}, "b.yaml:14:5: 'kind' stands twice", "What is a1"),
        ({"b": version("a1").replace("shipped", "true")}, "YAML reads true as", "What is a1"),
    ],
)
def test_of_versions_that_clash_or_break_the_rest_is_asked(
    shipped: Path, personal: Path, files: dict[str, str], said: str, prompt: str
) -> None:
    (shipped / "beta.yaml").write_text(HEAD.format(section="omega") + card("a3", "needs: [a1]"))
    for name, text in files.items():
        (personal / f"{name}.yaml").write_text(HEAD.format(section="beta") + text)
    bank = load(shipped, personal)
    (problem,) = bank.problems
    assert said in str(problem)
    assert prompt in str(bank.card("a1").prompt)
    assert ids(bank) == ["a2", "a1", "a3"]
    if "taken" in said:
        assert "mark one that replaces a shipped card: overrides: shipped" in problem.message


def test_of_a_ring_with_a_version_in_it_the_version_is_left_out(
    shipped: Path, personal: Path
) -> None:
    (shipped / "beta.yaml").write_text(HEAD.format(section="omega") + card("a3", "needs: [a1]"))
    text = version("a2", "needs: [a3]") + version("a1", "needs: [a3]")
    (personal / "b.yaml").write_text(HEAD.format(section="beta") + text)
    (problem,) = load(shipped, personal).problems
    assert "b.yaml:15:1: these cards need each other" in str(problem)


def test_what_a_version_replaced_or_moved_is_there_again_after_it(
    shipped: Path, personal: Path, cache: Path
) -> None:
    (shipped / "beta.yaml").write_text(HEAD.format(section="omega") + card("b1") + card("b2"))
    mine = personal / "mine.yaml"
    for text in (version("a2", "needs: [b2]"), version("a1"), card("c1"), version("gone")):
        mine.write_text(HEAD.format(section="beta") + text)
        bank, fresh = load(shipped, personal, cache), load(shipped, personal)
        assert list(bank.cards()) == list(fresh.cards())
        assert bank.titles == fresh.titles


def test_check_knows_versions_beside_their_cards_and_alone(shipped: Path, personal: Path) -> None:
    path = personal / "mine.yaml"
    path.write_text(HEAD.format(section="beta") + card("a1", "overrides: shipped"))
    assert check([*shipped.glob("*.yaml"), path], []) == (3, [])
    assert check([path], []) == (1, [])
    assert check([path], [], [*load(shipped).cards()]) == (1, [])
    assert check([*shipped.glob("*.yaml")], [], [*load(path.parent).cards()]) == (2, [])


def test_every_shipped_card_copied_as_a_version_is_the_same_card() -> None:
    bank = load(shipped_folder())
    source = {path: path.read_text("utf-8") for path in folder(shipped_folder()).paths}
    for each in bank.cards():
        path, _, line = each.origin.rpartition(":")
        text = template.override(each.id, source[Path(path)], int(line))
        head = template.head(each.section, bank.titles[each.section], "schema.json")
        reading = read("version.yaml", (head + text).encode())
        assert reading.problems == ()
        (copied,) = reading.cards
        assert replace(copied, overrides=None) == each
        assert copied.overrides


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_personal_file_is_left_out(shipped: Path, personal: Path) -> None:
    path = personal / "secret.yaml"
    path.write_text(HEAD.format(section="beta") + card("b1"))
    path.chmod(0)
    assert ids(load(shipped, personal)) == ["a2", "a1"]


def test_a_broken_shipped_file_is_a_data_problem(shipped: Path) -> None:
    (shipped / "beta.yaml").write_text("section: [")
    with pytest.raises(DataProblem, match=r"the shipped bank is broken: .*beta\.yaml:\d+:"):
        load(shipped)


def test_cards_come_after_those_they_need(shipped: Path, personal: Path) -> None:
    chain = "".join(card(f"n{i}", f"needs: [n{i + 1}]") for i in range(300)) + card("n300")
    (personal / "chain.yaml").write_text(HEAD.format(section="beta") + chain)
    order = ids(load(shipped, personal))
    assert order.index("n300") < order.index("n150") < order.index("n0")


def test_an_unknown_id_names_the_nearest(shipped: Path) -> None:
    with pytest.raises(UsageProblem, match="no card has the id 'a11': did you mean 'a1'"):
        load(shipped).card("a11")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the parsed bank is kept."""
    return tmp_path / "cache" / "bank.cache"


def no_parsing(*_: object) -> None:
    """Stands in for the reader where the cache must do."""
    raise AssertionError("parsed the bank")


def test_a_warm_cache_needs_no_parser(
    shipped: Path, personal: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (personal / "broken.yaml").write_text("section: [")
    cold = load(shipped, personal, cache)
    monkeypatch.setattr(collection, "gather", no_parsing)
    warm = load(shipped, personal, cache)
    assert list(warm.cards()) == list(cold.cards())
    assert (warm.entries[0].id, warm.titles) == (cold.entries[0].id, cold.titles)
    assert warm.problems == cold.problems


@pytest.mark.parametrize("change", ["edit", "add", "remove", "touch", "personal"])
def test_any_change_of_the_files_rebuilds_the_cache(
    shipped: Path, personal: Path, cache: Path, change: str
) -> None:
    load(shipped, personal, cache)
    path = shipped / "alpha.yaml"
    stat = path.stat()
    expected = ["a2", "a1"]
    if change == "edit":  # of the same length, a moment later
        path.write_text(path.read_text().replace("What is a1?", "What is A1?"))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    elif change == "add":
        (shipped / "beta.yaml").write_text(HEAD.format(section="beta") + card("b1"))
        expected = ["a2", "a1", "b1"]
    elif change == "remove":
        (shipped / "beta.yaml").write_text(HEAD.format(section="beta") + card("b1"))
        load(shipped, personal, cache)
        (shipped / "beta.yaml").unlink()
    elif change == "touch":
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    else:
        (personal / "mine.yaml").write_text(HEAD.format(section="beta") + card("b1"))
        expected = ["a2", "a1", "b1"]
    before = cache.read_bytes()
    bank = load(shipped, personal, cache)
    assert ids(bank) == expected
    assert cache.read_bytes() != before
    if change == "edit":
        assert "A1" in str(bank.card("a1").prompt)


def test_a_change_of_ones_own_cards_reads_no_shipped_file_and_gives_the_same_bank(
    shipped: Path, personal: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shipped / "beta.yaml").write_text(HEAD.format(section="beta") + card("b1", "needs: [a1]"))
    load(shipped, personal, cache)
    mine = personal / "mine.yaml"
    texts = [
        HEAD.format(section="own") + card("c1", "needs: [c2]") + card("c2", "needs: [b1]"),
        HEAD.format(section="alpha").replace("Some", "My") + card("c1", "place: 3"),
        HEAD.format(section="own") + card("a1"),
        "section: [",
    ]
    for text in texts:
        mine.write_text(text)
        fresh = load(shipped, personal)
        with monkeypatch.context() as patch:
            patch.setattr(collection, "read_shipped", no_parsing)
            bank = load(shipped, personal, cache)
        assert list(bank.cards()) == list(fresh.cards()), text
        assert [*bank.titles.items()] == [*fresh.titles.items()], text
        assert bank.problems == fresh.problems, text
    mine.unlink()
    (shipped / "beta.yaml").unlink()
    assert ids(load(shipped, personal, cache)) == ["a2", "a1"]


def test_a_cache_of_another_version_is_rebuilt(
    shipped: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(shipped, None, cache)
    monkeypatch.setattr(library, "__version__", "0.0.0")
    before = cache.read_bytes()
    load(shipped, None, cache)
    assert cache.read_bytes() != before
    monkeypatch.setattr("contrastive_drill.bank.cache.BANK_CACHE", BANK_CACHE + 1)
    before = cache.read_bytes()
    load(shipped, None, cache)
    assert cache.read_bytes() != before


def test_no_damage_to_the_cache_reaches_a_card(shipped: Path, cache: Path) -> None:
    expected = list(load(shipped, None, cache).cards())
    whole = cache.read_bytes()
    chance = random.Random(1)
    for trial in range(300):
        damaged = bytearray(whole)
        match trial % 3:
            case 0:
                damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            case 1:
                del damaged[chance.randrange(len(whole)) :]
            case _:
                at = chance.randrange(len(whole))
                damaged[at : at + 8] = chance.randbytes(8)
        cache.write_bytes(damaged)
        assert list(load(shipped, None, cache).cards()) == expected


@pytest.mark.parametrize("states", [[], [[]], [[], [], []]])
def test_a_cache_that_tells_of_other_folders_is_made_anew(
    shipped: Path, cache: Path, states: list[object]
) -> None:
    expected = list(load(shipped, None, cache).cards())
    head, _, rest = cache.read_bytes().partition(b"\n")
    stamp, length, _ = head.split()
    _, *index = json.loads(rest[: int(length)])
    known = json.dumps([states, *index]).encode()
    head = b"%s %d %d\n" % (stamp, len(known), crc32(known))
    cache.write_bytes(head + known + rest[int(length) :])
    assert list(load(shipped, None, cache).cards()) == expected


def test_a_cache_that_changes_under_the_program_is_read_again(shipped: Path, cache: Path) -> None:
    expected = list(load(shipped, None, cache).cards())
    bank = load(shipped, None, cache)
    cache.write_bytes(cache.read_bytes()[:-10] + b"0123456789")
    assert list(bank.cards()) == expected
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_done_without(shipped: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert ids(load(shipped, None, blocked / "bank.cache")) == ["a2", "a1"]


def spans_in(value: object) -> Counter[Span]:
    """Every run of text in a value, however deep."""
    if isinstance(value, Span):
        return Counter([value])
    if isinstance(value, Code | Formula):
        (line,) = lines_of((value,))
        return Counter(line)
    parts = value if isinstance(value, tuple) else ()
    return sum(map(spans_in, parts), Counter[Span]())


def test_no_text_of_a_card_is_left_out_of_its_texts() -> None:
    for each in load(shipped_folder()).cards():
        lines = (line for text in each.texts() for line in lines_of(text.blocks))
        said = Counter(span for line in lines for span in line)
        assert said == spans_in(tuple(getattr(each, field.name) for field in fields(each)))


def test_the_shipped_cards_survive_the_cache() -> None:
    for each in load(shipped_folder()).cards():
        assert decode(encode(each)) == each


def test_check_counts_cards_and_sorts_problems(shipped: Path) -> None:
    assert check([shipped / "alpha.yaml"], ["collapse"]) == (2, [])
    (shipped / "beta.yaml").write_text(
        HEAD.format(section="beta") + card("b1", "demo: colapse") + card("a1")
    )
    count, problems = check(sorted(shipped.glob("*.yaml")), ["collapse"])
    assert count == 4
    assert [problem.line for problem in problems] == [4, 14]
    assert "there is no demo 'colapse': did you mean 'collapse'?" in str(problems[0])
    assert "the id 'a1' is taken by" in str(problems[1])


def test_a_demo_is_a_tag_of_the_cards_that_name_it() -> None:
    bank = load(shipped_folder())
    for name in catalogue.names():
        found = {entry.id for entry in bank.entries if name in entry.tags.split()}
        named = {card.id for card in bank.cards() if card.demo == name}
        assert named
        assert named <= found
