"""The order of a review: a backlog is asked where it retains most, new cards spread among it."""

from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.scheduler import retrievability
from contrastive_drill.review.order import queue


def learned(stability: float, last_day: int) -> Learned:
    """A memory that is due."""
    return Learned(stability, 5.0, last_day, last_day + 1, 1, 0)


def test_due_cards_come_likeliest_to_be_recalled_first_and_new_ones_spread_among_them() -> None:
    due = [(f"due-{n}", learned(1.0 + n, 90)) for n in range(6)]
    order = queue(due, ["new-0", "new-1"], 100)
    recalls = [retrievability(dict(due)[card], 100) for card in order if card in dict(due)]
    assert recalls == sorted(recalls, reverse=True)
    assert [order.index(f"new-{n}") for n in (0, 1)] == [2, 6]


@given(st.integers(0, 20), st.integers(0, 20), st.none() | st.integers(1, 15))
def test_a_queue_holds_each_card_once_within_its_limit(
    due_count: int, new_count: int, limit: int | None
) -> None:
    due = [(f"due-{n}", learned(2.0, 90)) for n in range(due_count)]
    new = [f"new-{n}" for n in range(new_count)]
    order = queue(due, new, 100, limit)
    assert len(set(order)) == len(order)
    assert len(order) == min(due_count + new_count, limit or 99)
    assert [card for card in order if card in new] == new[: len([c for c in order if c in new])]
    if limit is not None and due_count >= limit:
        assert not set(order) & set(new)
