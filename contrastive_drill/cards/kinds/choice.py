"""A few answers to choose from, one of them right."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from contrastive_drill.cards.form import LINE, PROSE, Form, each, tagged
from contrastive_drill.cards.kinds.kind import (
    AnswerLine,
    AskedCard,
    CardKind,
    CheckedAnswer,
    ruled,
)
from contrastive_drill.cards.prose import CardText, Line, Paragraph, Prose, plain

FEWEST, MOST = 3, 6


class Choice(NamedTuple):
    """One of the answers to choose from, and why it is right or wrong."""

    line: Line
    right: bool
    why: Prose


class Choices(NamedTuple):
    """The answers to choose from; exactly one is right."""

    options: tuple[Choice, ...]


class ChoiceKind(CardKind[Choices]):
    """A question with the answers to choose from; they are shuffled each time."""

    expects = Choices
    seconds = 50.0
    budgets = (45, 60, 75)
    typed_words = "why"
    skeleton = """\
    choices:
      - right: The right answer.
      - wrong: What many believe.
        why: Why that is not so.
      - wrong: Something near it.
        why: What tells the two apart.
"""

    def fields(self) -> dict[str, Form]:
        choice = tagged(
            lambda tag, line, why: Choice(line, tag == "right", why),
            "a choice is one of 'right: ...' or 'wrong: ...', and 'why' beside it",
            {"right": LINE, "wrong": LINE},
            {"why": PROSE},
            explained=("wrong",),
        )
        choices = each(choice, minItems=FEWEST, maxItems=MOST)
        return {"choices": choices.about("Three to six answers, one of them right (kind choice).")}

    def problems(self, card: AskedCard) -> Iterable[str]:
        options = self.expected(card).options
        if sum(choice.right for choice in options) != 1:
            yield "exactly one choice is right"
        if not FEWEST <= len(options) <= MOST:
            yield "three to six answers to choose from"
        if len({plain(choice.line).strip() for choice in options}) < len(options):
            yield "two choices say the same"
        if not all(choice.right or choice.why for choice in options):
            yield "a wrong choice says why it is wrong"

    def check(self, card: AskedCard, typed: str) -> CheckedAnswer:
        right = next(plain(choice.line) for choice in self.expected(card).options if choice.right)
        return CheckedAnswer(ruled(typed) == right, f"right is: {right}")

    def keys(self, card: AskedCard) -> tuple[tuple[str, str], ...]:
        return ((f"1-{len(self.expected(card).options)}", "choose"),)

    def prompt(self, card: AskedCard) -> str:
        return f"Your choice, 1 to {len(self.expected(card).options)}"

    def shown_options(self, card: AskedCard) -> list[Line]:
        return [choice.line for choice in self.expected(card).options]

    def answer_lines(self, card: AskedCard) -> Iterable[AnswerLine]:
        return [AnswerLine(*choice) for choice in self.expected(card).options]

    def texts(self, card: AskedCard) -> Iterable[CardText]:
        for choice in self.expected(card).options:
            yield CardText("choices", (Paragraph(choice.line),), "", True, choice.right)
            yield CardText("choices", choice.why)

    def variant(self, card: AskedCard, seed: str) -> dict[str, Any]:
        from random import Random

        options = self.expected(card).options
        return {"expected": Choices(tuple(Random(seed).sample(options, len(options))))}

    def record(self, card: AskedCard) -> dict[str, Any]:
        from contrastive_drill.cards.markdown import markdown, markdown_line

        return {
            "choices": [
                {"right": each.right, "text": markdown_line(each.line), "why": markdown(each.why)}
                for each in self.expected(card).options
            ]
        }
