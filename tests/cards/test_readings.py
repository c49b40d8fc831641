"""The judge of numbers: separators, precision, units of counts, and slips that are never right."""

import pytest
from cases import every
from hypothesis import assume, given
from hypothesis import strategies as st

from contrastive_drill.cards.card import Card, KeyPoint, Level, Slip, Source, SourceKind
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.cards.prose import Paragraph, Prose, Span
from contrastive_drill.cards.quantity import Number, Quantity

NUMERIC = card_kind(Kind.NUMERIC)
STEP = Quantity(2 / 255)
LEVELS = Slip("2 / 256", "divided by 256 levels")
COARSE = "too coarse"


def text(words: str) -> Prose:
    return (Paragraph((Span(words),)),)


def card(wanted: Quantity, prompt: str = "How much?", *slips: Slip, near: float = 0.002) -> Card:
    """A card that asks for a number."""
    return Card(
        id="one", section="toy", level=Level.MID, kind=Kind.NUMERIC, prompt=text(prompt),
        answer=text("The tokens in flight."), points=(KeyPoint((Span("It"),), True),),
        sources=(Source(SourceKind.TEXT, "A book"),), expected=Number(wanted, near), slips=slips,
    )  # fmt: skip


def judged(asked: Card, line: str) -> object:
    """Whether a line is right, or what is asked back."""
    checked = NUMERIC.check(asked, NUMERIC.line_answer(asked, line))
    return checked and checked.right


@every(
    ("wanted", "line", "right"),
    [
        (Quantity(3.467, "nats"), "3.467", True),
        (Quantity(3.467, "nats"), "3.5 nats", True),
        (Quantity(3.467, "nats"), "3.4", False),
        (Quantity(3.467, "nats"), "3467", False),
        (Quantity(32768.0), "32,768", True),
        (Quantity(32768.0), "33000", True),
        (Quantity(32768.0), "32000", False),
        (Quantity(32768.0), "32.7680", False),
        (Quantity(0.0115), "0.012", True),
        (Quantity(0.0115), "0.01", False),
        (Quantity(0.0115), "1.2 %", True),
        (Quantity(74.0), "74 tokens", True),
    ],
)
def test_two_digits_suffice_and_units_are_those_of_the_card(
    wanted: Quantity, line: str, right: bool
) -> None:
    assert judged(card(wanted), line) is right


@every(
    ("asked", "line", "words"),
    [
        (card(Quantity(3.467)), "3,467", "write 3467 or 3.4670"),
        (card(Quantity(32768.0)), "32.768", "write 32.7680 or 32768"),
        (card(STEP, "The step?", LEVELS), "0.0078", COARSE),
        (card(Quantity(0.0115), "To three digits?"), "0.012", COARSE),
        (card(Quantity(74.0)), "74 lemons", "no unit here"),
    ],
)
def test_what_cannot_be_judged_is_asked_again(asked: Card, line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        judged(asked, line)


@given(st.floats(1e-6, 1e9), st.integers(2, 6))
def test_a_rounded_number_is_right(value: float, digits: int) -> None:
    line = f"{value:.{digits - 1}e}"
    if line[0] != "9":  # else its rounding may have one digit more
        assert judged(card(Quantity(value), near=1e-9), line)


@given(st.floats(1e-6, 1e9), st.floats(1.01, 2.0), st.integers(2, 9))
def test_a_slip_is_never_right(value: float, times: float, digits: int) -> None:
    line = f"{value * times:.{digits - 1}e}"
    assume(abs(float(line) / value - 1) > 0.006)
    slip = Slip(repr(value * times), "times that")
    number = Number(Quantity(value), 0.005)
    asked = card(number.wanted, "How much?", slip, near=number.tolerance)
    assert not (found := NUMERIC.check(asked, line)) or not found.right


def test_a_slip_is_named() -> None:
    asked = card(STEP, "The step?", LEVELS)
    found = NUMERIC.check(asked, "0.0078125")
    assert found
    assert found.remark == "it is 0.007843; yours: divided by 256 levels?"
