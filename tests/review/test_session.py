"""A session: what is asked next, what a failure does, and that undo is exact."""

from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.memory.log import Rating
from contrastive_drill.review.session import RETRY_AFTER, Session


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


def test_a_failed_card_does_not_return_beside_a_sibling() -> None:
    kin = {"a": {"e", "f"}, "e": {"a"}, "f": {"a"}}
    session, asked = answered(Session(tuple("abcdefgh"), siblings=kin), Rating.AGAIN), ["a"]
    while session.current:
        asked.append(session.current)
        session = answered(session, Rating.GOOD)
    assert asked == list("abcdefgah")
    alone = answered(Session(("a", "e"), siblings=kin), Rating.AGAIN)
    assert answered(alone, Rating.GOOD).current == "a", "where no other card is left"


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


@given(st.text("abcdefghij", max_size=10), st.integers(0, 10))
def test_a_postponed_card_comes_a_few_cards_later_and_none_is_lost(names: str, at: int) -> None:
    cards = tuple(dict.fromkeys(names))
    session = Session(cards)
    for _ in range(min(at, len(cards))):
        session = answered(session, Rating.GOOD)
    if session.current is None:
        return
    later = session.postponed()
    assert sorted(later.cards) == sorted(cards)
    assert later.cards[: session.next_card] == cards[: session.next_card]
    place = min(session.next_card + RETRY_AFTER, len(cards) - 1)
    assert later.cards[place] == session.current
    assert (later.done, later.total, later.previous) == (
        session.done,
        session.total,
        session.previous,
    )
