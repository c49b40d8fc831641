"""Pages for the phone: of one card of each kind, and of all shipped cards."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import shipped
from histories import card, line

from contrastive_drill.cards.card import Bait, Card
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.kinds.choice import Choice, Choices
from contrastive_drill.cards.kinds.code import CodeTask
from contrastive_drill.cards.kinds.verdict import Ruling
from contrastive_drill.cards.prose import Paragraph, Prose
from contrastive_drill.cards.quantity import Number, Quantity
from contrastive_drill.screen.review.page import PageCard, page

DAY = date(2026, 11, 21).toordinal()
LATER = date(2999, 1, 1).toordinal()  # whatever day the machine has
ID = "7d5a7e4e-6f4e-4b57-9b43-0d9d4f3f0a11"


def said(words: str) -> Prose:
    """One paragraph."""
    return (Paragraph(line(words)),)


def choices(word: str = "It is so") -> Choices:
    """Three answers, of which the first is right."""
    words = (word, f"{word}, but not", f"{word}, or not")
    return Choices(tuple(Choice(line(each), each == word, said("Why.")) for each in words))


def of_each_kind() -> list[Card]:
    """A card of each kind, in the order of the kinds."""
    from dataclasses import replace

    scenario = card("scenario", expected=None)
    return [
        card("recall", optional=("three",)),
        replace(scenario, kind=Kind.SCENARIO, bait=Bait(said("Double it."), said("It breaks."))),
        card("verdict", kind=Kind.VERDICT, expected=Ruling.WRONG),
        card("choice", kind=Kind.CHOICE, expected=choices()),
        card("numeric", kind=Kind.NUMERIC, expected=Number(Quantity(9.4, "nats"), 0.01)),
        card("calculation", kind=Kind.CALCULATION, expected=Task("infonce-at-chance", 0.01)),
        card("code", kind=Kind.CODE, expected=CodeTask("infonce")),
    ]


def page_of(cards: Iterable[Card], later: Iterable[Card] = (), rollover_hour: int = 4) -> str:
    """A page that asks cards on its first day, and others much later."""
    put = [PageCard(each, "A section", DAY) for each in cards]
    put += [PageCard(each, "A section", LATER) for each in later]
    return page(ID, put, DAY, rollover_hour)


@cache
def whole() -> str:
    """A page of all shipped cards."""
    return page_of(shipped.cards())
