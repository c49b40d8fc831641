"""Mechanisms to write from memory, judged by the tests of a task."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from contrastive_drill.cards.form import NAME, Form, pattern
from contrastive_drill.cards.kinds.kind import AnswerLine, AskedCard, CardKind, CheckedAnswer, ruled
from contrastive_drill.cards.prose import Span, Style
from contrastive_drill.words import plural

MANY_RUNS, MANY_HINTS = 6, 2  # from here on a pass is a hard one
LONG = 20  # minutes


class CodeTask(NamedTuple):
    """The task that a card asks for."""

    name: str

    @property
    def file(self) -> str:
        """What its module is called, beside the card's own file, and the person's file of it."""
        return f"{self.name.replace('-', '_')}.py"


class CodeRun(NamedTuple):
    """How a person's work on a task went, as the log keeps it."""

    passed: bool
    held: int  # cases, at the last run
    total: int
    runs: int
    hints: int = 0
    minutes: int = 0
    shown: bool = False  # the solution was, before a pass
    filled: bool = False  # three lines of it were to be filled in

    @property
    def words(self) -> str:
        """One line, which `read` understands."""
        passed = "filled in" if self.filled else "passed"
        outcome = "solution shown" if self.shown else passed if self.passed else "not passed"
        cases = f"{self.held} of {self.total} cases hold"
        parts = (plural(self.runs, "run"), plural(self.hints, "hint"), f"{self.minutes} min")
        return f"{outcome}: {cases}; {', '.join(parts)}"

    @classmethod
    def read(cls, line: str) -> Self | None:
        """What `words` says; None of another line."""
        form = r"(\w+(?: \w+)?): (\d+) of (\d+) cases hold; (\d+) runs?, (\d+) hints?, (\d+) min"
        if not (found := re.fullmatch(form, line.strip())):
            return None
        outcome, *numbers = found.groups()
        held, total, runs, hints, minutes = map(int, numbers)
        filled, shown = outcome == "filled in", outcome == "solution shown"
        passed = filled or outcome == "passed"
        return cls(passed, held, total, runs, hints, minutes, shown, filled)

    @property
    def effort(self) -> int:
        """How much help, and how many runs and minutes it took: 0 none, 1 some, 2 much."""
        helped = self.filled or self.hints >= MANY_HINTS
        if helped or self.runs >= MANY_RUNS or self.minutes > LONG:
            return 2
        return int(self.hints > 0 or self.runs > 1)


def code_task(card: AskedCard) -> CodeTask:
    """The task that a card of this kind asks for."""
    assert isinstance(card.expected, CodeTask)
    return card.expected


class CodeKind(CardKind[CodeTask]):
    """A function to write; what is logged as the answer is how its tests went."""

    expects = CodeTask
    seconds = 480.0
    longest = 3600.0
    in_a_file = True
    budgets = (600, 900, 1200)
    asked = "the function to write, as an interviewer would ask for it."
    skeleton = "    task: my-task                # the file my_task.py beside this one\n"

    def fields(self) -> dict[str, Form]:
        name = pattern(NAME, "the name of a task, such as 'infonce'", strict=True)
        return {"task": name.about("The task, in a file beside this one (kind code).")}

    def check(self, card: AskedCard, typed: str) -> CheckedAnswer | None:
        run = CodeRun.read(ruled(typed))
        if run is None:
            return None
        words = f"Your code: {run.words}."
        return CheckedAnswer(run.passed, f"it {run.words}", words, run.effort)

    def line_answer(self, card: AskedCard, line: str) -> str:
        remedy = ":write begins its file, and again judges it; Enter shows the answer"
        raise ValueError(f"Code is not typed here: {remedy}.")

    def answer_lines(self, card: AskedCard) -> Iterable[AnswerLine]:
        name = self.expected(card).name
        words = f"To write it: contrastive-drill code {name}"
        return (AnswerLine((Span(words, Style.STRONG),)),)

    def record(self, card: AskedCard) -> dict[str, Any]:
        return {"task": self.expected(card).name}
