"""The kinds of cards: what each asks for, and everything that depends on it."""

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, assert_never

if TYPE_CHECKING:
    from contrastive_drill.cards.kinds.kind import CardKind


class Kind(StrEnum):
    """What a card asks for."""

    RECALL = "recall"  # an open question
    SCENARIO = "scenario"  # a situation with a popular wrong answer
    VERDICT = "verdict"  # a claim: right, imprecise or wrong
    CHOICE = "choice"  # one of a few answers is right
    NUMERIC = "numeric"  # a number is typed
    CALCULATION = "calculation"  # a number is typed, for numbers drawn afresh


@cache
def card_kind(kind: Kind) -> "CardKind[Any]":
    """The class of a kind; its module is loaded with the first card of that kind."""
    match kind:
        case Kind.RECALL:
            from contrastive_drill.cards.kinds.recall import RecallKind

            return RecallKind()
        case Kind.SCENARIO:
            from contrastive_drill.cards.kinds.recall import ScenarioKind

            return ScenarioKind()
        case Kind.VERDICT:
            from contrastive_drill.cards.kinds.verdict import VerdictKind

            return VerdictKind()
        case Kind.CHOICE:
            from contrastive_drill.cards.kinds.choice import ChoiceKind

            return ChoiceKind()
        case Kind.NUMERIC:
            from contrastive_drill.cards.kinds.numeric import NumericKind

            return NumericKind()
        case Kind.CALCULATION:
            from contrastive_drill.cards.kinds.calculation import CalculationKind

            return CalculationKind()
        case _:
            assert_never(kind)
