"""From ticked key points to a suggested rating, over every way to tick them."""

from itertools import product
from typing import Any

import pytest

from contrastive_drill.cards import Bait, Card, KeyPoint, Kind, Level, Source, SourceKind
from contrastive_drill.grading import grade
from contrastive_drill.memory import Rating
from contrastive_drill.prose import Paragraph, Prose, Span


def said(words: str) -> Prose:
    """One paragraph."""
    return (Paragraph((Span(words),)),)


def card(required: int, bonus: int = 0, **more: Any) -> Card:
    """A card with so many key points."""
    points = [KeyPoint((Span(f"must {n}"),), required=True) for n in range(required)]
    points += [KeyPoint((Span(f"bonus {n}"),), required=False) for n in range(bonus)]
    fields: dict[str, Any] = {
        "id": "one",
        "section": "test",
        "level": Level.MID,
        "kind": Kind.RECALL,
        "prompt": said("What?"),
        "answer": said("That."),
        "points": tuple(points),
        "sources": (Source(SourceKind.TEXT, "A book"),),
    }
    return Card(**{**fields, **more})


@pytest.mark.parametrize(("required", "bonus"), list(product(range(1, 7), range(3))))
def test_the_rule_holds_for_every_way_to_tick(required: int, bonus: int) -> None:
    asked = card(required, bonus)
    keys = [point.key for point in asked.points]
    for ticks in product((False, True), repeat=required + bonus):
        ticked = {key for key, tick in zip(keys, ticks, strict=True) if tick}
        verdict = grade(asked, ticked)
        must, extra = sum(ticks[:required]), sum(ticks[required:])
        if must == required:
            expected = Rating.EASY if bonus and extra == bonus else Rating.GOOD
        elif must / required >= 2 / 3:
            expected = Rating.HARD
        else:
            expected = Rating.AGAIN
        assert verdict.suggested is expected
        assert set(verdict.covered) == ticked
        assert len(verdict.missed) == required - must


def test_an_unknown_key_counts_for_nothing() -> None:
    assert grade(card(2), {"0123456789ab"}).covered == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"prompt": ()}, "a prompt"),
        ({"answer": ()}, "an answer"),
        ({"sources": ()}, "a source"),
        ({"points": ()}, "a required key point"),
        ({"points": (KeyPoint((Span("x"),), False),)}, "a required key point"),
        ({"points": (KeyPoint((Span("x"),), True),) * 2}, "say the same"),
        ({"kind": Kind.SCENARIO}, "needs a bait"),
        ({"place": 0}, "counts from 1"),
        ({"needs": ("one",)}, "need itself"),
        ({"follow_ups": ("one",)}, "follow itself"),
    ],
)
def test_a_card_that_cannot_be_asked_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        card(1, **change)


def test_a_scenario_with_its_bait_is_a_card() -> None:
    assert card(1, kind=Kind.SCENARIO, bait=Bait(said("MSE"), said("It collapses")))


def test_the_digest_tells_an_edit_and_keeps_fields_apart() -> None:
    whole = card(2)
    assert whole.digest == card(2).digest
    edits: list[dict[str, Any]] = [
        {"prompt": said("What!")},
        {"answer": said("This.")},
        {"points": card(1, 1).points},
        {"bait": Bait(said("a"), said("b"))},
    ]
    digests = {whole.digest, *(card(2, **edit).digest for edit in edits)}
    assert len(digests) == len(edits) + 1
    moved = card(2, prompt=said("ab"), answer=said("c"))
    assert moved.digest != card(2, prompt=said("a"), answer=said("bc")).digest


def test_a_point_keeps_its_key_when_points_are_reordered() -> None:
    points = card(3).points
    assert {point.key for point in points} == {point.key for point in reversed(points)}
