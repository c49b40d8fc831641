"""Questions whose answer is a number with its unit."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from contrastive_drill.cards.arithmetic import evaluate
from contrastive_drill.cards.form import Form, sentence
from contrastive_drill.cards.kinds.kind import (
    AnswerLine,
    AskedCard,
    CardKind,
    CheckedAnswer,
    Expected,
    FieldNote,
)
from contrastive_drill.cards.prose import Span, Style, lines_of, plain
from contrastive_drill.cards.quantity import Number, Quantity, is_unit, measure, read
from contrastive_drill.cards.readings import (
    EXACTLY,
    in_named_unit,
    readings,
    rounding,
    rounds_to,
)
from contrastive_drill.cards.slips import remark, slip_made, slip_values

TOLERANCE = "How far off an answer may be: '2 %', or '0.05' in the unit of the number."
WIDEST = 0.5  # of the number: a wider tolerance is a mistake


class NumberKind(CardKind[Expected]):
    """A number is typed on one line, and checked with its unit."""

    first_keys = tuple("0123456789.-~")

    @abstractmethod
    def number(self, card: AskedCard) -> Number | None:
        """The number asked for; None before it is drawn."""

    def check(self, card: AskedCard, typed: str) -> CheckedAnswer | None:
        number = self.number(card)
        if number is None:
            return None
        found = readings(typed)
        if not found:
            return CheckedAnswer(False, f"no number was read; it is {number.wanted}")
        if self._meant(card, number, typed):
            return CheckedAnswer(True, f"it is {number.wanted}")
        made, wanted = slip_made(card.slips, number, found[0]), f"it is {number.wanted}"
        likely = f"yours: {made}" if made else remark(number, found[0])
        return CheckedAnswer(False, f"{wanted}; {likely}" if likely else wanted)

    def _meant(self, card: AskedCard, number: Number, typed: str) -> Quantity | None:
        """What an answer means if it is right.

        Where the question asks for no precision, a number rounded to two digits or more is right,
        unless a slip of the card rounds to the same.
        """
        asked = _words(card, "prompt")
        half = 0.0 if EXACTLY.search(asked) else rounding(typed)
        slips = slip_values(card.slips, number.wanted.unit).values()
        for each in readings(typed):
            given = in_named_unit(each, number, _words(card))
            if number.accepts(given) or rounds_to(number, given, half, *slips):
                return given
        return None

    def keys(self, card: AskedCard) -> tuple[tuple[str, str], ...]:
        return (("0-9", "type the number"),)

    def prompt(self, card: AskedCard) -> str:
        return "Your number, with its unit"

    def line_answer(self, card: AskedCard, line: str) -> str:
        number, line = self.number(card), line.strip()
        found = readings(line)
        if not found:
            raise ValueError("Write one number, such as 2.1 GiB, 1e9 or 2^31.")
        if number is None:
            return line
        given, wanted = in_named_unit(found[0], number, _words(card)), number.wanted
        if not is_unit(given.unit) and measure(given.unit) != measure(wanted.unit):
            remedy = "write the number alone, or its unit."
            raise ValueError(f"'{given.unit}' is no unit here: {remedy}")
        right = self._meant(card, number, line)
        if right and right != given:
            raise ValueError(f"'{line}' can be read in two ways: write {_plainly(*found)}.")
        if not right and rounds_to(number, given, rounding(line)):
            raise ValueError(f"'{line}' is too coarse to judge: write a digit more.")
        return line

    def answer_lines(self, card: AskedCard) -> Iterable[AnswerLine]:
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
    slips:                       # popular wrong numbers, and the mistake behind each
      - gives: 'log2(32768)'
        why: The mistake in a few words
"""

    def number(self, card: AskedCard) -> Number:
        return self.expected(card)

    def fields(self) -> dict[str, Form]:
        number = sentence(read, "a number with its unit, such as '9.40 nats', is wanted here")
        tolerance = sentence(
            tolerance_in,
            "a tolerance such as '2 %', or '0.05' in the unit of the number, is wanted here",
        )
        return {
            "number": number.about("The number with its unit, such as '9.40 nats' (kind numeric)."),
            "worked": sentence(evaluate).about(
                "A calculation that comes to the number, such as 'log(32768)'."
            ),
            "tolerance": tolerance.about(TOLERANCE),
        }

    def build(self, values: dict[str, Any], note: FieldNote) -> Number:
        wanted, worked, (tolerance, is_share) = values.values()
        number = Number(wanted, tolerance, is_share)
        if not wanted.value and is_share:
            note("tolerance", "0 has no share: give the tolerance as a number, such as '0.05'")
        elif wanted.value and number.slack > WIDEST * abs(wanted.value):
            remedy = "give a share such as '2 %', or a smaller number"
            note("tolerance", f"is more than half of {wanted}: {remedy}")
        if not number.accepts(Quantity(worked)):
            problem = f"comes to {worked:.6g}, which is further from {wanted} than allowed: fix one"
            note("worked", problem)
        return number

    def record(self, card: AskedCard) -> dict[str, Any]:
        wanted, tolerance, relative = self.expected(card)
        room = f"{100 * tolerance:g} %" if relative else f"{tolerance:g}"
        return {"number": f"{wanted.value!r} {wanted.unit}".strip(), "tolerance": room}


def tolerance_in(text: str) -> tuple[float, bool] | None:
    """How far off an answer may be, and whether that is a share of it; None for another text."""
    room = read(text)
    if room is None or room.unit not in ("", "%") or room.value <= 0:
        return None
    return (room.value / 100, True) if room.unit else (room.value, False)


def _words(card: AskedCard, *names: str) -> str:
    texts = (text for text in card.texts() if text.name in names or not names)
    return " ".join(plain(line) for text in texts for line in lines_of(text.blocks))


def _plainly(*found: Quantity) -> str:
    values = (each.value for each in found)
    return " or ".join(f"{n:.0f}" if n % 1 == 0 else f"{n:.4f}" for n in values)
