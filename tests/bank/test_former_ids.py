"""Cards that replace others: found by their former ids, and refused where two claim one."""

from pathlib import Path

import pytest
from cases import every

from contrastive_drill.bank.collection import check
from contrastive_drill.bank.library import Bank, load
from contrastive_drill.errors import DataProblem, UsageProblem

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


def section(name: str, *cards: tuple[str, str]) -> str:
    """A file of cards, each with more fields in lines."""
    texts = (
        CARD.format(id=card) + "".join(f"    {line}\n" for line in more.splitlines())
        for card, more in cards
    )
    return f"section: {name}\ncards:\n" + "".join(texts)


SHIPPED = section("alpha", ("new", "replaces: [old, older]"), ("other", ""))


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The shipped bank, and the learner's."""
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    (shipped / "alpha.yaml").write_text(SHIPPED)
    return shipped, own


def test_a_card_is_found_by_its_former_ids_with_the_cache_and_without(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    for _ in ("parsed", "written", "cached"):
        bank = load(*folders, tmp_path / "bank.cache")
        assert bank.renames == {"old": "new", "older": "new"}
        assert bank.entry("older").id == bank.card("old").id == "new"
        assert "old" not in bank
        with pytest.raises(UsageProblem, match="no card has the id 'oldest'"):
            bank.entry("oldest")


def test_who_names_a_former_id_is_asked_beside_the_present_one(folders: tuple[Path, Path]) -> None:
    _, own = folders
    more = "needs: [old, new]\nfollow_ups: [older]"
    (own / "mine.yaml").write_text(section("beta", ("mine", more)))
    bank = load(*folders)
    assert bank.problems == ()
    assert (bank.card("mine").needs, bank.card("mine").follow_ups) == (("new",), ("new",))
    _, problems = check([own / "mine.yaml"], [], [*load(folders[0]).cards()])
    assert [problem.message for problem in problems] == [
        "follow_ups names 'older', which is 'new' now: write that",
        "needs names 'old', which is 'new' now: write that",
    ]


@every(
    ("cards", "left", "said"),
    [
        ((("old", ""),), (), "the id 'old' has become 'new': choose another"),
        ((("mine", "replaces: [old]"),), (), "replaces names 'old', as 'new' does"),
        ((("mine", "replaces: [other]"),), (), "replaces names 'other', which is still a card"),
        ((("mine", "replaces: [mine]"),), (), "a card cannot replace itself"),
        ((("old", "overrides: shipped"),), (), "the id 'old' has become 'new': choose another"),
        ((("new", "overrides: shipped\nreplaces: [other]"),), ("new",), "'other', which is still"),
        ((("a", "replaces: [z]"), ("b", "replaces: [z]")), ("a",), "as 'a' does: leave it to one"),
        ((("a", "replaces: [b]"), ("b", "")), ("a",), "the id 'b' has become 'a'"),
    ],
)  # fmt: skip
def test_of_two_claims_the_newer_is_left_out_and_told_its_remedy(
    folders: tuple[Path, Path], cards: tuple[tuple[str, str], ...], left: tuple[str, ...], said: str
) -> None:
    shipped, own = folders
    (own / "mine.yaml").write_text(section("beta", *cards))
    bank = load(*folders)
    (problem,) = bank.problems
    assert said in problem.message
    assert [entry.id for entry in bank.entries if entry.section == "beta"] == [
        name for name in left if name != "new"
    ]
    assert bank.renames["old"] == "new"
    _, problems = check([shipped / "alpha.yaml", own / "mine.yaml"], [])
    assert [each.message for each in problems] == [problem.message]


def test_a_shipped_bank_with_two_claims_is_broken(folders: tuple[Path, Path]) -> None:
    (folders[0] / "beta.yaml").write_text(section("beta", ("third", "replaces: [old]")))
    with pytest.raises(DataProblem, match="replaces names 'old', as 'new' does"):
        load(*folders)


def test_a_version_of_a_card_keeps_what_the_card_replaces(folders: tuple[Path, Path]) -> None:
    version = ("new", "overrides: shipped\nreplaces: [mine]")
    (folders[1] / "mine.yaml").write_text(section("beta", version))
    bank: Bank = load(*folders)
    assert bank.problems == ()
    assert bank.renames == dict.fromkeys(("old", "older", "mine"), "new")
