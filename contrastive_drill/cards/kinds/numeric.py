"""Questions whose answer is a number with its unit."""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from contrastive_drill.cards.kinds.kind import (
    AnswerLine,
    CardKind,
    CheckedAnswer,
    Expected,
    FieldNote,
)
from contrastive_drill.cards.prose import Span, Style
from contrastive_drill.cards.quantity import Number, Quantity, is_unit, measure, read

if TYPE_CHECKING:
    from contrastive_drill.cards.card import Card
    from contrastive_drill.cards.form import CardField

WIDEST = 0.5  # of the number: a wider tolerance is a mistake


class NumberKind(CardKind[Expected]):
    """A number is typed on one line, and checked with its unit."""

    opens = tuple("0123456789.-~")

    @abstractmethod
    def number(self, card: "Card") -> Number | None:
        """The number asked for; None before it is drawn."""

    def check(self, card: "Card", typed: str) -> CheckedAnswer | None:
        number, given = self.number(card), read(typed)
        if number is None:
            return None
        if given is None:
            return CheckedAnswer(False, f"no number was read; it is {number.wanted}")
        if number.accepts(given):
            return CheckedAnswer(True, f"it is {number.wanted}")
        remark = number.remark(given)
        return CheckedAnswer(False, f"it is {number.wanted}" + (f"; {remark}" if remark else ""))

    def keys(self, card: "Card") -> tuple[tuple[str, str], ...]:
        return (("0-9", "type the number"),)

    def prompt(self, card: "Card") -> str:
        return "Your number, with its unit"

    def line_answer(self, card: "Card", line: str) -> str:
        number, given = self.number(card), read(line)
        if given is None:
            raise ValueError("Begin with a number, such as 2.1 GiB, 1e9 or 2^31.")
        unit = number.wanted.unit if number else ""
        if not is_unit(given.unit) and measure(given.unit) != measure(unit):
            raise ValueError(
                f"'{given.unit}' is no unit here: write the number alone, or its unit."
            )
        return line.strip()

    def answer_lines(self, card: "Card") -> Iterable[AnswerLine]:
        return (AnswerLine((Span(f"It is {self.number(card)}.", Style.STRONG),)),)


class NumericKind(NumberKind[Number]):
    """A fixed number, with the calculation that gives it."""

    expects = Number
    seconds = 75.0
    budgets = (90, 105, 120)
    skeleton = """\
    number: '10.4 nats'
    worked: 'log(32768)'         # comes to the number when the card is checked
    tolerance: '1 %'
"""

    def number(self, card: "Card") -> Number:
        return self.expected(card)

    def fields(self) -> "dict[str, CardField]":
        from contrastive_drill.cards.arithmetic import evaluate
        from contrastive_drill.cards.form import CardField, SentenceForm

        problem = "a number with its unit, such as '9.40 nats', is wanted here"
        return {
            "number": CardField(
                "The number with its unit, such as '9.40 nats' (kind numeric).",
                SentenceForm(lambda text: quantity(text, problem)),
            ),
            "worked": CardField(
                "A calculation that comes to the number, such as 'log(32768)'.",
                SentenceForm(evaluate),
            ),
            "tolerance": tolerance_field(
                "a tolerance such as '2 %', or '0.05' in the unit of the number, is wanted here",
                lambda room: room.unit in ("", "%") and room.value > 0,
            ),
        }

    def build(self, values: dict[str, Any], note: FieldNote) -> Number:
        wanted, room = values["number"], values["tolerance"]
        is_share = room.unit == "%"
        number = Number(wanted, room.value / 100 if is_share else room.value, is_share)
        if not wanted.value and is_share:
            note("tolerance", "0 has no share: give the tolerance as a number, such as '0.05'")
        elif wanted.value and number.slack > WIDEST * abs(wanted.value):
            remedy = "give a share such as '2 %', or a smaller number"
            note("tolerance", f"is more than half of {wanted}: {remedy}")
        if not number.accepts(Quantity(worked := values["worked"])):
            problem = f"comes to {worked:.6g}, which is further from {wanted} than allowed: fix one"
            note("worked", problem)
        return number

    def record(self, card: "Card") -> dict[str, Any]:
        wanted, tolerance, relative = self.expected(card)
        room = f"{100 * tolerance:g} %" if relative else f"{tolerance:g}"
        return {"number": f"{wanted.value!r} {wanted.unit}".strip(), "tolerance": room}


def tolerance_field(problem: str, fits: Callable[[Quantity], bool]) -> "CardField":
    """How far off an answer may be, as a quantity for which `fits` holds."""
    from contrastive_drill.cards.form import CardField, SentenceForm

    about = "How far off an answer may be: '2 %', or '0.05' in the unit of the number."
    return CardField(about, SentenceForm(lambda text: quantity(text, problem, fits)))


def quantity(
    text: str, problem: str, fits: Callable[[Quantity], bool] = lambda _: True
) -> Quantity:
    """The quantity in a text.

    Raises:
        ValueError: with the problem, where there is none or it does not fit.
    """
    value = read(text)
    if value is None or not fits(value):
        raise ValueError(problem)
    return value
