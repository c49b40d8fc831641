"""An attempt: every step is taken back in turn, and words that were typed come back."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.cards.attempt import Attempt

KEYS = st.frozensets(st.sampled_from("abcd"), min_size=1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tick"), KEYS),
        st.tuples(st.just("mark"), st.text("xyz", min_size=1, max_size=3)),
        st.tuples(st.just("reveal"), st.text("words ", min_size=1, max_size=9)),
    )
)


def after(attempt: Attempt, name: str, what: object) -> Attempt:
    """An attempt after one step."""
    return attempt.reveal(str(what), 3.0) if name == "reveal" else getattr(attempt, name)(what)


@given(STEPS, st.text("draft", max_size=4))
def test_undo_goes_back_step_by_step_to_the_beginning(
    steps: list[tuple[str, object]], draft: str
) -> None:
    states = [Attempt(draft=draft)]
    for name, what in steps:
        states.append(after(states[-1], name, what))
    back: Attempt | None = states[-1]
    for state in reversed(states):
        assert back is not None
        assert replace(back, draft=state.draft) == state
        back = back.undone()
    assert back is None


def test_words_that_were_typed_are_offered_again() -> None:
    typed = Attempt().reveal("softmax over", 2.0, "softmax over").tick("a").tick("b")
    once, twice = typed.undone(), typed.undone()
    assert once is not None
    assert once.ticked == {"a"}
    assert once == twice
    begun = once.undone()
    assert begun is not None
    question = begun.undone()
    assert question is not None
    assert not question.revealed
    assert question.draft == "softmax over"


def test_revealing_without_words_is_no_step_and_stops_the_clock_once() -> None:
    seen = Attempt(draft="half").reveal(None, 4.0)
    assert seen.undone() is None
    assert seen.draft == "half"
    corrected = Attempt().reveal("16", 4.0).reveal("8", 9.0)
    assert (corrected.typed, corrected.seconds) == ("8", 4.0)
    back = corrected.undone()
    assert back is not None
    assert back.typed == "16"
    assert back.revealed
