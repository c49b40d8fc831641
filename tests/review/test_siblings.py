"""Siblings are kept apart, nothing is lost, and what a card needs still comes before it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import pairwise

import shipped
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.bank.cache import entry_of
from contrastive_drill.review.siblings import siblings, spaced

CARDS = [f"card-{number}" for number in range(12)]
Links = Mapping[str, Collection[str]]


@st.composite
def queues(draw: st.DrawFn) -> tuple[list[str], Links, Links]:
    """Cards in an order in which each comes after those it needs, with their links and needs."""
    cards = draw(st.permutations(CARDS))[: draw(st.integers(0, len(CARDS)))]
    names = st.sets(st.sampled_from([*CARDS, "#1", "#2"]), max_size=2)
    links = {card: draw(names) - {card} for card in cards}
    needs = {card: draw(st.sets(st.sampled_from(CARDS), max_size=1)) for card in cards}
    earlier = {card: needs[card] & set(cards[:place]) for place, card in enumerate(cards)}
    return cards, links, earlier


@given(queues())
def test_an_order_with_siblings_apart(queue: tuple[list[str], Links, Links]) -> None:
    cards, links, needs = queue
    kin = siblings(links)
    order = spaced(cards, kin, needs)
    assert sorted(order) == sorted(cards)
    place = {card: number for number, card in enumerate(order)}
    assert all(place[need] < place[card] for card in cards for need in needs[card])
    # What is not held back, by a sibling or by what it needs, keeps its order.
    free = [card for card in cards if not needs[card] and not kin[card] & set(cards)]
    assert [card for card in order if card in free] == free
    if not any(kin[card] & set(cards) for card in cards):
        assert list(order) == cards


@given(st.permutations(CARDS), st.integers(3, len(CARDS)), st.integers(0, 6))
def test_no_pair_is_adjacent_in_any_queue_that_can_part_it(
    cards: list[str], size: int, pairs: int
) -> None:
    partner = {CARDS[2 * pair]: [CARDS[2 * pair + 1]] for pair in range(pairs)}
    kin = siblings({card: partner.get(card, []) for card in CARDS})
    order = spaced(cards[:size], kin, dict.fromkeys(CARDS, ()))
    assert sorted(order) == sorted(cards[:size])
    assert not [card for card, after in pairwise(order) if after in kin[card]]


@given(st.permutations(CARDS))
def test_pairs_among_enough_others_have_three_cards_between(cards: list[str]) -> None:
    links: dict[str, list[str]] = {card: [] for card in CARDS} | {
        "card-0": ["card-1"],
        "card-2": ["#e"],
        "card-3": ["#e"],
    }
    order = spaced(cards, siblings(links), dict.fromkeys(CARDS, ()))
    for one, other in (("card-0", "card-1"), ("card-2", "card-3")):
        assert abs(order.index(one) - order.index(other)) > 3


def test_siblings_are_follow_ups_both_ways_and_cards_of_one_erratum() -> None:
    kin = siblings({"a": ["b", "#1"], "b": [], "c": ["#1", "gone"], "d": ["b"]})
    assert kin["a"] == {"b", "#1", "c"}
    assert kin["b"] == {"a", "d"}
    assert kin["d"] == {"b"}, "cards with one follow-up are no siblings"


def test_the_index_links_follow_ups_and_cards_of_one_erratum() -> None:
    one, *others = (card for card in shipped.cards() if card.erratum)
    last = replace(others[-1], erratum=one.erratum)
    links = {card.id: entry_of(card).links.split() for card in (*shipped.cards(), last)}
    kin = siblings(links)
    assert set(shipped.by_id()["infonce-formula"].follow_ups) <= kin["infonce-formula"]
    assert one.id in kin[last.id]
    assert last.id in kin[one.id]
