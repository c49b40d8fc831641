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
    CODE = "code"  # a function is written, and judged by tests


@cache
def card_kind(kind: Kind) -> "CardKind[Any]":
    """The class of a kind; its module is loaded with the first card of that kind."""
    name = "recall" if kind is Kind.SCENARIO else kind.value  # both are open questions
    found: CardKind[Any] = getattr(
        import_module(f"{__name__}.{name}"), f"{kind.capitalize()}Kind"
    )()
    return found
