"""Questions whose numbers are drawn afresh each time."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from contrastive_drill.cards.form import Form, sentence, word
from contrastive_drill.cards.kinds.kind import AnswerLine, AskedCard
from contrastive_drill.cards.kinds.numeric import TOLERANCE, NumberKind, tolerance_in
from contrastive_drill.cards.prose import Span, Style
from contrastive_drill.cards.quantity import Number
from contrastive_drill.cards.slips import accepted_slips, told_apart

WIDEST = 0.2  # of the number: a wider tolerance is a mistake
REDRAWN = 20  # times: a slip that is so often right is none


class Task(NamedTuple):
    """Numbers to be drawn by a generator, and how far off the answer may be."""

    generator: str
    tolerance: float  # a share of the answer
    number: Number | None = None  # once they are drawn


class CalculationKind(NumberKind[Task]):
    """A number to work out from others, which a generator draws for each asking."""

    expects = Task
    seconds = 90.0
    budgets = (120, 150, 180)
    has_drawn_numbers = True
    asked = "the question, with what is drawn in its place: [[n]]."
    skeleton = """\
    calculation: infonce-at-chance   # draws [[n]]; bank check names the others
    tolerance: '1 %'
    slips:                       # popular wrong numbers, and the mistake behind each
      - gives: 'log2([[n]])'
        why: The mistake in a few words
"""

    def number(self, card: AskedCard) -> Number | None:
        return self.expected(card).number

    def fields(self) -> dict[str, Form]:
        from contrastive_drill.cards.calculations import GENERATORS

        def share(text: str) -> float | None:
            tolerance, is_share = tolerance_in(text) or (0.0, False)
            return tolerance if is_share and tolerance <= WIDEST else None

        tolerance = sentence(share, "a tolerance of up to 20 %, such as '2 %', is wanted here")
        return {
            "calculation": word(sorted(GENERATORS)).about(
                "The generator that draws the numbers (kind calculation)."
            ),
            "tolerance": tolerance.about(TOLERANCE),
        }

    def answer_lines(self, card: AskedCard) -> Iterable[AnswerLine]:
        name, tolerance, number = self.expected(card)
        if number:
            return super().answer_lines(card)
        undrawn = f"A number drawn by {name}, give or take {100 * tolerance:g} %."
        return (AnswerLine((Span(undrawn, Style.STRONG),)),)

    def variant(self, card: AskedCard, seed: str) -> dict[str, Any]:
        """The texts with the numbers this seed draws, and the answer: the same on every machine.

        Where a slip of the card comes near the answer, numbers are drawn again. The points keep
        their wording, and so their keys: their text holds no names.
        """
        from random import Random

        from contrastive_drill.cards.calculations import GENERATORS
        from contrastive_drill.cards.calculations.placeholders import filled

        task = self.expected(card)
        for redrawn in range(REDRAWN + 1):
            drawn = GENERATORS[task.generator](Random(seed + "'" * redrawn))
            number = Number(drawn.wanted, task.tolerance)
            slips = told_apart(filled(card.slips, drawn.words), number)
            if not accepted_slips(slips, number):
                break
        names = {text.name for text in card.texts() if not text.is_line}
        texts = {name: filled(getattr(card, name), drawn.words) for name in names}
        return {**texts, "slips": slips, "expected": task._replace(number=number)}

    def record(self, card: AskedCard) -> dict[str, Any]:
        name, tolerance, _ = self.expected(card)
        return {"calculation": name, "tolerance": f"{100 * tolerance:g} %"}
