"""Claims to judge: right, imprecise or wrong."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from contrastive_drill.cards.form import Form, word
from contrastive_drill.cards.kinds.kind import AnswerLine, AskedCard, CardKind, CheckedAnswer, ruled
from contrastive_drill.cards.prose import Span, Style


class Ruling(StrEnum):
    """What a claim is."""

    RIGHT = "right"
    IMPRECISE = "imprecise"
    WRONG = "wrong"


class VerdictKind(CardKind[Ruling]):
    """A claim, and its ruling."""

    expects = Ruling
    seconds = 60.0
    budgets = (45, 60, 75)
    typed_words = "why"
    meanings = (  # a row of the help each, which has 66 columns
        (Ruling.RIGHT, "it can be said as it stands"),
        (Ruling.IMPRECISE, 'an expert says "yes, but", and what is missing changes no decision'),
        (Ruling.WRONG, "acting on it would do harm"),
    )
    skeleton = "    ruling: imprecise            # right, imprecise or wrong\n"

    def fields(self) -> dict[str, Form]:
        return {"ruling": word(Ruling, Ruling).about("What the claim is (kind verdict).")}

    def check(self, card: AskedCard, typed: str) -> CheckedAnswer:
        ruling, given = self.expected(card), ruled(typed).lower()
        words = f"Your ruling: {given}. The bank's: {ruling}."
        return CheckedAnswer(given == ruling, f"the claim is {ruling}", words)

    def keys(self, card: AskedCard) -> tuple[tuple[str, str], ...]:
        return tuple((str(number), ruling) for number, ruling in enumerate(Ruling, 1))

    def prompt(self, card: AskedCard) -> str:
        return "right, imprecise or wrong"

    def answers_by_digit(self, card: AskedCard) -> Sequence[str]:
        return [ruling.value for ruling in Ruling]

    def line_answer(self, card: AskedCard, line: str) -> str:
        if answer := self.answer_of(card, line):
            return answer
        if line.lower() not in self.answers_by_digit(card):
            raise ValueError("Write right, imprecise or wrong, or their number from 1 to 3.")
        return line

    def answer_lines(self, card: AskedCard) -> Iterable[AnswerLine]:
        return (AnswerLine((Span(f"The claim is {self.expected(card)}.", Style.STRONG),)),)

    def record(self, card: AskedCard) -> dict[str, Any]:
        return {"ruling": self.expected(card).value}
