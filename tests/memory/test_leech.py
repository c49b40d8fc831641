"""What makes a card a leech, and what does not."""

from collections.abc import Sequence

import pytest
from histories import DAY, answer, card, key, learned, report_on

from contrastive_drill.memory.leech import FEWEST, leech
from contrastive_drill.memory.log import Mode, Rating, Review
from contrastive_drill.memory.marks import Mark
from contrastive_drill.reports.document import document
from contrastive_drill.screen.report.markdown import report_markdown

AGAIN, GOOD = Rating.AGAIN, Rating.GOOD
ONE = [key("x", "one"), key("x", "two")]


def tries(*ratings: Rating, missed: Sequence[bool] = (), mode: Mode = Mode.REVIEW) -> list[Review]:
    """An answer every ten days, with whether the first point was missed, after the first of all."""
    met = answer("x", AGAIN, DAY - 500, missed=["one", "two"])
    given = missed or [False] * len(ratings)
    return [met] + [
        answer(
            "x",
            rating,
            DAY - 490 + 10 * place,
            before=learned(DAY - 500 + 10 * place, DAY - 490 + 10 * place),
            mode=mode,
            covered=["two"] if miss else ["one", "two"],
            missed=["one"] if miss else [],
        )
        for place, (rating, miss) in enumerate(zip(ratings, given, strict=True))
    ]


def test_six_failures_of_which_one_is_recent() -> None:
    assert leech(tries(*[AGAIN] * 5), ONE) is None, "the first meeting does not count"
    found = leech(tries(*[AGAIN] * 6), ONE)
    assert found is not None
    assert (found.failed, found.missed) == (6, {})
    assert leech(tries(*[AGAIN, GOOD] * 6), ONE) is not None
    assert leech(tries(*[AGAIN] * 6, GOOD, GOOD), ONE) is None, "it was passed twice since"
    assert leech(tries(*[AGAIN] * 6, mode=Mode.CRAM), ONE) is None
    assert leech(tries(*[AGAIN] * 6, mode=Mode.INTERVIEW), ONE) is None
    same_day = [
        answer("x", AGAIN, DAY, before=learned(DAY, DAY), missed=["one", "two"]) for _ in range(20)
    ]
    assert leech(same_day, ONE) is None, "repetitions of one day show nothing"


@pytest.mark.parametrize(
    ("missed", "times"),
    [("110111", 5), ("111110", 5), ("0111111", 6), ("11111", 5), ("11111011", 5)],
)
def test_a_point_missed_in_five_of_its_last_six_chances(missed: str, times: int) -> None:
    ratings = [GOOD] * len(missed)
    answers = tries(*ratings, missed=[mark == "1" for mark in missed])
    found = leech(answers, ONE)
    assert found is not None
    assert found.missed == {key("x", "one"): times}
    assert leech(answers, [key("x", "two")]) is None, "a point the card has no more"
    assert len(answers) >= FEWEST


@pytest.mark.parametrize("missed", ["1111", "1101101", "1111100", "0000011111"[:9]])
def test_a_point_missed_less_often_is_none(missed: str) -> None:
    answers = tries(*[GOOD] * len(missed), missed=[mark == "1" for mark in missed])
    assert leech(answers, ONE) is None


def test_the_report_names_what_is_stuck() -> None:
    cards = [card("x"), card("y")]
    answers = tries(*[GOOD] * 6, missed=[True] * 5 + [False])
    report = report_on(cards, answers, {"x": learned(DAY - 1, DAY)})
    assert report.stuck == ("x: x one, missed 5 times",)
    assert "Stuck: x: x one, missed 5 times." in report_markdown(document(report))
    failed = report_on(cards, tries(*[AGAIN] * 7), {"x": learned(DAY - 1, DAY)})
    assert failed.stuck == ("x: failed 7 times",)
    assert report_on(cards, answers, marks={"x": Mark(suspended=True)}).stuck == ()
    assert report_on([card("y")], answers).stuck == ()
