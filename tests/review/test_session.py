"""A session: what is asked next, what a failure does, and that undo is exact."""

from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.memory.log import Learned, Rating
from contrastive_drill.memory.scheduler import retrievability
from contrastive_drill.review.session import RETRY_AFTER, Session, queue


def answered(session: Session, rating: Rating) -> Session:
    """The session after the current card was rated."""
    return session.answer(rating, (), 0, 1.0, f"entry-{session.step}")


def test_cards_are_asked_in_order_until_none_is_left() -> None:
    session, asked = Session(("a", "b", "c")), []
    while session.current:
        asked.append(session.current)
        session = answered(session, Rating.GOOD)
    assert asked == ["a", "b", "c"]
    assert (session.done, session.total) == (3, 3)


def test_a_failed_card_returns_after_a_few_others_until_it_is_passed() -> None:
    session = answered(Session(tuple("abcdefgh")), Rating.AGAIN)
    asked = []
    while session.current:
        asked.append(session.current)
        fails_again = session.current == "a" and asked.count("a") < 2
        session = answered(session, Rating.AGAIN if fails_again else Rating.GOOD)
    assert asked == list("bcdeafgha")
    assert asked.index("a") == RETRY_AFTER


def test_a_lone_failed_card_returns_at_once() -> None:
    session = answered(Session(("a",)), Rating.AGAIN)
    assert session.current == "a"
    assert session.is_retry
    assert session.done == 0
    after = answered(session, Rating.HARD)
    assert after.current is None
    assert [outcome.first for outcome in after.answers] == [True, False]


def test_a_card_left_out_does_not_count() -> None:
    session = Session(("a", "b")).skip("entry")
    assert (session.current, session.done, session.total) == ("b", 0, 1)


def test_a_failed_card_that_is_then_suspended_does_not_return() -> None:
    session = answered(Session(("a", "b")), Rating.AGAIN)
    session = answered(session, Rating.GOOD)
    assert session.current == "a"
    session = session.skip("entry")
    assert session.current is None
    assert (session.done, session.total) == (1, 1)


actions = st.lists(st.sampled_from([*Rating, "leave", "note", "undo"]), max_size=40)


@given(st.integers(1, 8), actions)
def test_undo_goes_back_exactly_and_progress_adds_up(size: int, steps: list[Rating | str]) -> None:
    session = Session(tuple(f"card-{n}" for n in range(size)))
    trail = [session]
    for step in steps:
        if step == "undo":
            if session.previous is not None:
                trail.pop()
                session = session.previous
                assert session == trail[-1]
            continue
        if session.current is None:
            break
        if step == "leave":
            session = session.skip("entry")
        elif step == "note":
            session = session.flagged("entry")
        else:
            assert isinstance(step, Rating)
            session = answered(session, step)
        trail.append(session)
        assert 0 <= session.done <= session.total <= size
        unfinished = len(session.cards) - session.next_card + len(session.retries)
        assert session.done + unfinished == session.total


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
