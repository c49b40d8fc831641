"""What a card rests on and what is asked next, against a plain recursion."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.bank.library import load, shipped_folder
from contrastive_drill.bank.markdown import read, read_line
from contrastive_drill.cards.card import Card, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.chain import DEEP, asked_next, rests_on
from contrastive_drill.cards.kinds import Kind

NAMES = "abcdef"
BARE = Card(
    id="a",
    section="toy",
    level=Level.MID,
    kind=Kind.RECALL,
    prompt=read("Why?")[0],
    answer=read("So.")[0],
    points=(KeyPoint(read_line("So.")[0], required=True),),
    sources=(Source(SourceKind.TEXT, "A book"),),
)


def cards(links: dict[str, list[str]]) -> dict[str, Card]:
    """Cards with these follow-ups, which are also what they need."""
    return {
        name: replace(
            BARE,
            id=name,
            follow_ups=tuple(x for x in links.get(name, []) if x != name),
            needs=tuple(x for x in links.get(name, []) if x != name),
        )
        for name in NAMES
    }


def plainly(known: dict[str, Card], name: str, deepest: int) -> list[tuple[str, int]]:
    """The walk as one would write it down."""
    found: list[tuple[str, int]] = []
    seen = {name}

    def go(at: str, depth: int) -> None:
        for after in known[at].follow_ups:
            if after not in seen and depth <= deepest:
                seen.add(after)
                found.append((after, depth))
                go(after, depth + 1)

    go(name, 1)
    return found


@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3, unique=True)
    )
)
def test_the_chain_goes_deep_first_and_meets_each_card_once(links: dict[str, list[str]]) -> None:
    known = cards(links)
    steps = asked_next(known["a"], known.__getitem__)
    assert [(step.card.id, step.depth) for step in steps] == plainly(known, "a", DEEP)
    before = rests_on(known["a"], known.__getitem__)
    assert {step.card.id for step in before} == {name for name, _ in plainly(known, "a", 99)}


def test_every_scenario_of_the_bank_has_a_chain_to_walk() -> None:
    bank = load(shipped_folder())
    for card in bank.cards():
        if card.kind is Kind.SCENARIO:
            assert asked_next(card, bank.card), card.id
