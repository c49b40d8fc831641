"""The kinds of cards: what each asks for, and everything that depends on it."""

from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

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


CLASSES = {  # each in a module that is loaded with the first card of its kind
    Kind.RECALL: ("recall", "RecallKind"),
    Kind.SCENARIO: ("recall", "ScenarioKind"),
    Kind.VERDICT: ("verdict", "VerdictKind"),
    Kind.CHOICE: ("choice", "ChoiceKind"),
    Kind.NUMERIC: ("numeric", "NumericKind"),
    Kind.CALCULATION: ("calculation", "CalculationKind"),
}


@cache
def card_kind(kind: Kind) -> "CardKind[Any]":
    """What a kind decides."""
    module, name = CLASSES[kind]
    kind_class: type[CardKind[Any]] = getattr(import_module(f"{__name__}.{module}"), name)
    return kind_class()
