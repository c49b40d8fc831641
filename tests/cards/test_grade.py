"""From an answer to its check, and from ticked key points to a rating, over every way to tick."""

from itertools import product
from typing import Any

import pytest
from cases import every

from contrastive_drill.cards.calculations import GENERATORS
from contrastive_drill.cards.card import Bait, Card, Erratum, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.grade import check, grade, is_fast
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.kinds.calculation import Task
from contrastive_drill.cards.kinds.choice import Choice, Choices
from contrastive_drill.cards.kinds.kind import CheckedAnswer
from contrastive_drill.cards.kinds.verdict import Ruling
from contrastive_drill.cards.prose import Paragraph, Prose, Span, Style
from contrastive_drill.cards.quantity import Number, Quantity
from contrastive_drill.cards.variant import variant
from contrastive_drill.memory.log import Rating


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


@every(("required", "bonus"), list(product(range(1, 7), range(3))))
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


@every(("required", "bonus"), list(product(range(1, 5), range(3))))
def test_what_the_program_judged_it_suggests(required: int, bonus: int) -> None:
    asked = card(required, bonus)
    keys = [point.key for point in asked.points]
    for ticks in product((False, True), repeat=required + bonus):
        ticked = {key for key, tick in zip(keys, ticks, strict=True) if tick}
        alone, wrong = grade(asked, ticked), grade(asked, ticked, CheckedAnswer(False, "it is 2"))
        assert wrong == alone._replace(suggested=Rating.AGAIN)
        assert grade(asked, ticked, CheckedAnswer(False, "it is 2"), fast=True) == wrong
        right = grade(asked, ticked, CheckedAnswer(True, "it is 2"))
        full = not right.missed
        assert right == alone._replace(suggested=Rating.EASY if full else Rating.GOOD)
        fast = grade(asked, ticked, CheckedAnswer(True, "it is 2"), fast=True)
        assert fast == right._replace(suggested=Rating.EASY)
        assert grade(asked, ticked, None, fast=True) == alone, "only a judged answer can be fast"


def test_fast_is_a_third_of_what_the_kind_takes() -> None:
    asked = card(1, kind=Kind.VERDICT, expected=Ruling.WRONG)
    assert is_fast(asked, 20.0)
    assert not is_fast(asked, 20.1)
    assert not is_fast(asked, None)


def test_a_reason_may_follow_what_is_judged() -> None:
    claim = card(1, kind=Kind.VERDICT, expected=Ruling.WRONG)
    checked = check(claim, "wrong\nit halves nothing")
    assert checked is not None
    assert checked.right
    assert checked.words == "Your ruling: wrong. The bank's: wrong."
    said = check(card(1, kind=Kind.CHOICE, expected=CHOICES), "A softmax\nit sums to one")
    assert said is not None
    assert said.right


def choice(text: str, right: bool = False, style: Style = Style.PLAIN) -> Choice:
    """An answer to choose."""
    return Choice((Span("A "), Span(text, style)), right, said("Why"))


CHOICES = Choices((choice("hinge"), choice("softmax", True, Style.CODE), choice("sigmoid")))
NUMBER = Number(Quantity(9.4, "nats"), 0.01)


@every(
    ("kind", "expected", "typed", "right", "remark"),
    [
        (Kind.VERDICT, Ruling.IMPRECISE, "imprecise", True, "the claim is imprecise"),
        (Kind.VERDICT, Ruling.IMPRECISE, " Imprecise\n", True, "the claim is imprecise"),
        (Kind.VERDICT, Ruling.IMPRECISE, "wrong", False, "the claim is imprecise"),
        (Kind.VERDICT, Ruling.WRONG, "", False, "the claim is wrong"),
        (Kind.CHOICE, CHOICES, "A softmax", True, "right is: A softmax"),
        (Kind.CHOICE, CHOICES, " A softmax ", True, "right is: A softmax"),
        (Kind.CHOICE, CHOICES, "A sigmoid", False, "right is: A softmax"),
        (Kind.CHOICE, CHOICES, "", False, "right is: A softmax"),
        (Kind.NUMERIC, NUMBER, "9.4", True, "it is 9.4 nats"),
        (Kind.NUMERIC, NUMBER, "13.5 bits", True, "it is 9.4 nats"),
        (Kind.NUMERIC, NUMBER, "9.6", False, "it is 9.4 nats"),
        (Kind.NUMERIC, NUMBER, "18.8", False, "it is 9.4 nats; twice as much: a factor of 2 too"),
        (Kind.NUMERIC, NUMBER, "9.4 GB", False, "it is 9.4 nats; the unit is nats"),
        (Kind.NUMERIC, NUMBER, "who knows", False, "no number was read; it is 9.4 nats"),
        (Kind.NUMERIC, NUMBER, "9**9**9", False, "no number was read; it is 9.4 nats"),
    ],
)
def test_an_answer_is_checked(
    kind: Kind, expected: Any, typed: str, right: bool, remark: str
) -> None:
    checked = check(card(1, kind=kind, expected=expected), typed)
    assert checked is not None
    assert checked.right is right
    assert checked.remark.startswith(remark)


@every("name", GENERATORS)
def test_a_calculation_is_checked_by_what_was_drawn(name: str) -> None:
    asked = card(1, kind=Kind.CALCULATION, expected=Task(name, 0.01))
    assert check(asked, "1") is None  # nothing is drawn yet
    drawn = variant(asked, "seed")
    assert isinstance(drawn.expected, Task)
    assert drawn.expected.number is not None
    wanted = drawn.expected.number.wanted
    assert check(drawn, str(wanted)) == CheckedAnswer(True, f"it is {wanted}")
    off = check(drawn, str(wanted._replace(value=wanted.value * 1.02)))
    assert off is not None
    assert not off.right


@every("kind", [Kind.RECALL, Kind.SCENARIO])
def test_what_only_its_reader_can_judge_is_not_checked(kind: Kind) -> None:
    assert check(card(1, kind=kind, bait=Bait(said("a"), said("b"))), "9.4") is None


def test_an_unknown_key_counts_for_nothing() -> None:
    assert grade(card(2), {"0123456789ab"}).covered == ()


@every(
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
        ({"kind": Kind.VERDICT}, "a verdict card lacks"),
        ({"kind": Kind.NUMERIC, "expected": Ruling.RIGHT}, "a numeric card lacks"),
        ({"expected": Ruling.RIGHT}, "a recall card lacks, or should not have"),
        ({"kind": Kind.CHOICE, "expected": Choices(CHOICES.options[:2])}, "three to six"),
        ({"kind": Kind.CHOICE, "expected": Choices(CHOICES.options[:1] * 3)}, "exactly one"),
        ({"kind": Kind.CHOICE, "expected": Choices(CHOICES.options[1:2] * 3)}, "exactly one"),
        ({"kind": Kind.CHOICE, "expected": Choices(CHOICES.options + CHOICES.options[:1])}, "same"),
        (
            {"kind": Kind.CHOICE, "expected": Choices((*CHOICES.options, Choice((), False, ())))},
            "says why",
        ),
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


@pytest.mark.parametrize(
    ("kind", "expected", "digest"),
    [
        (Kind.RECALL, None, "fff6b622a0575aea"),
        (Kind.SCENARIO, None, "fff6b622a0575aea"),
        (Kind.VERDICT, Ruling.IMPRECISE, "509c2d90c574eef7"),
        (Kind.CHOICE, CHOICES, "0f395fc25b74cc2a"),
        (Kind.NUMERIC, NUMBER, "2509e828dfeda26e"),
        (Kind.CALCULATION, Task("infonce-at-chance", 0.01), "8d68912097448672"),
    ],
)
def test_the_digests_in_a_learner_s_log_stay_those_of_the_cards(
    kind: Kind, expected: Any, digest: str
) -> None:
    bait, erratum = Bait(said("a"), said("b")), Erratum(said("c"), said("d"))
    asked = card(1, 1, kind=kind, expected=expected, bait=bait, erratum=erratum)
    assert asked.digest == digest


def test_a_point_keeps_its_key_when_points_are_reordered() -> None:
    points = card(3).points
    assert {point.key for point in points} == {point.key for point in reversed(points)}
