"""The report against histories whose numbers are worked out here, as arithmetic."""

import pytest
from histories import DAY, answer, attempt, card, key, learned, report_on

from contrastive_drill.cards.card import Level
from contrastive_drill.memory.log import Memory, Mode, Rating, Review
from contrastive_drill.memory.marks import Mark
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.reports.history import DayTotal
from contrastive_drill.reports.scores import Tally

EXAM, INTERVIEW = Mode.EXAM, Mode.INTERVIEW
AGAIN, HARD, GOOD, EASY = Rating
# FSRS-6's forgetting curve with the default exponent: 0.9 after one stability, and after three:
AFTER_ONE = 0.9
AFTER_THREE = (1 + (0.9 ** (-1 / 0.1542) - 1) * 3) ** -0.1542

CARDS = (
    card("a1", optional=("more",)),
    card("a2", level=Level.SENIOR),
    card("a3"),
    card("b1", "b", Level.STAFF, required=("one",), demo="collapse"),
    card("b2", "b"),
)
MEMORIES = {
    "a1": learned(DAY - 5, DAY, 5.0),  # one stability ago
    "a2": learned(DAY - 1, DAY - 1),  # failed, and not passed since
    "b1": learned(DAY, DAY + 10),  # today
    "gone": learned(DAY - 1, DAY),
}
REVIEWS = (
    answer("a1", AGAIN, DAY - 20, seconds=30.0, missed=("one", "two")),
    answer("a1", HARD, DAY - 20, learned(DAY - 20, DAY - 20), 20.0, missed=("one",)),
    answer("gone", AGAIN, DAY - 6, seconds=99.0, missed=("one",)),
    # An exam, an interview, and then a second exam of one card.
    answer("a1", GOOD, DAY - 5, learned(DAY - 15, DAY - 5), 40.0, EXAM, ("one", "two"),
           sitting="e"),
    answer("b1", HARD, DAY - 5, seconds=50.0, mode=EXAM, missed=("one",), sitting="e"),
    answer("gone", GOOD, DAY - 5, seconds=5.0, mode=EXAM, covered=("one", "two"), sitting="e"),
    answer("a1", EASY, DAY - 4, seconds=7.0, mode=INTERVIEW, covered=("one", "more"),
           missed=("two",), sitting="i"),
    answer("a2", AGAIN, DAY - 1, learned(DAY - 11, DAY - 1), 60.0, EXAM, missed=("one", "two"),
           sitting="f"),
    answer("b1", GOOD, DAY, learned(DAY - 5, DAY, 5.0), 8.0, covered=("one",)),
    answer("b1", GOOD, DAY, seconds=2.0, mode=Mode.CRAM, covered=("one",)),
)  # fmt: skip
SITTINGS = (
    attempt("e", SittingKind.EXAM, DAY - 5, planned=3),
    attempt("f", SittingKind.EXAM, DAY - 1, ended=False, planned=9),
    attempt("i", SittingKind.INTERVIEW, DAY - 4, level="senior"),
    attempt("unanswered", SittingKind.EXAM),
)
REPORT = report_on(CARDS, REVIEWS, MEMORIES, {}, SITTINGS, interview_day=DAY + 10)


def test_sections_add_up() -> None:
    a, b = REPORT.sections
    assert (a.id, a.title, a.cards, a.seen) == ("a", "A", 3, 2)
    assert a.recall_now.value == pytest.approx((AFTER_ONE + 0.0) / 2)
    assert a.recall_now.count == 2
    assert a.known_now == pytest.approx((AFTER_ONE + 0.0 + 0.0) / 3)
    assert (a.answers, a.again) == (5, 2)
    assert a.seconds == 30 + 20 + 40 + 7 + 60
    assert (a.seconds_each.value, a.seconds_each.count) == (30.0, 5)  # of 7 20 30 40 60
    assert (b.cards, b.seen, b.recall_now.value, b.known_now) == (2, 1, 1.0, 0.5)
    assert b.seconds_each.value == 8.0  # of 2 8 50


def test_levels_add_up_in_a_section_and_across() -> None:
    mid, senior, staff = REPORT.levels
    assert [(row.id, row.cards, row.seen) for row in (mid, senior, staff)] == [
        ("mid", 3, 1), ("senior", 1, 1), ("staff", 1, 1),
    ]  # fmt: skip
    assert mid.known_now == pytest.approx(AFTER_ONE / 3)
    assert (senior.known_now, staff.known_now) == (0.0, 1.0)
    assert [(row.id, row.cards) for row in REPORT.sections[0].levels] == [("mid", 2), ("senior", 1)]
    assert REPORT.sections[0].levels[0].known_now == pytest.approx(AFTER_ONE / 2)
    assert REPORT.total.levels == ()


def test_the_whole_bank_adds_up_without_cards_that_are_gone() -> None:
    total = REPORT.total
    assert (total.cards, total.seen, total.answers) == (5, 3, 8)
    assert total.recall_now.value == pytest.approx((AFTER_ONE + 0 + 1) / 3)
    assert total.known_now == pytest.approx((AFTER_ONE + 0 + 1) / 5)


def test_the_interview_day_is_looked_ahead_to() -> None:
    # a1 will be 15 days old, three times its stability; b1 10 days, once; a2 stays failed.
    total = REPORT.total
    assert total.recall_then is not None
    assert total.recall_then.value == pytest.approx((AFTER_THREE + 0 + AFTER_ONE) / 3, abs=1e-6)
    assert total.known_then == pytest.approx((AFTER_THREE + 0 + AFTER_ONE) / 5, abs=1e-6)


@pytest.mark.parametrize("interview_day", [None, DAY - 1])
def test_without_a_day_to_come_nothing_is_looked_ahead_to(interview_day: int | None) -> None:
    report = report_on(CARDS, REVIEWS, MEMORIES, interview_day=interview_day)
    assert report.interview_day == interview_day
    assert report.total.recall_then is None
    assert report.total.known_then is None


def test_on_the_interview_day_itself_then_is_now() -> None:
    report = report_on(CARDS, REVIEWS, MEMORIES, interview_day=DAY)
    assert report.total.recall_then == report.total.recall_now


def test_each_row_has_the_last_sitting_that_asked_it() -> None:
    a, b = REPORT.sections
    assert a.exam == Tally(DAY - 1, asked=1, full=0, gap=0, failed=1, said=0, wanted=2, sitting="f")
    assert b.exam == Tally(DAY - 5, asked=1, full=0, gap=1, failed=0, said=0, wanted=1, sitting="e")
    assert a.levels[0].exam == Tally(
        DAY - 5, 1, full=1, gap=0, failed=0, said=2, wanted=2, sitting="e"
    )
    # An optional point that was covered is not among the required.
    assert a.interview == Tally(DAY - 4, 1, full=1, gap=0, failed=0, said=1, wanted=2, sitting="i")
    assert b.interview is None


def test_sittings_are_scored_by_all_their_answers() -> None:
    first, interview, second = REPORT.sittings
    assert (first.id, first.asked, first.full, first.gap, first.failed) == ("e", 3, 2, 1, 0)
    assert (first.said, first.wanted, first.points) == (4, 5, 0.8)
    assert (first.seconds, first.planned, first.ended) == (95.0, 3, True)
    assert first.recalled.count == 1, "only a1 had been learned before"
    assert (interview.sort, interview.planned, interview.points) == (
        SittingKind.INTERVIEW,
        None,
        0.5,
    )
    assert interview.level == "senior"
    assert interview.recalled.count == 0, "an interview tests no prediction"
    assert (second.ended, second.planned, second.points) == (False, 9, 0.0)


def test_an_exam_is_compared_with_what_was_predicted() -> None:
    reviews = [
        answer("a1", GOOD if n else AGAIN, DAY, learned(DAY - 5, DAY, 5.0), mode=EXAM, sitting="e")
        for n in range(10)
    ]
    (score,) = report_on(CARDS, reviews, sittings=[attempt("e", SittingKind.EXAM)]).sittings
    assert score.recalled.value == 0.9
    assert score.predicted.value == pytest.approx(AFTER_ONE)
    (score,) = report_on(CARDS, reviews[1:], sittings=[attempt("e", SittingKind.EXAM)]).sittings
    assert (score.recalled.value, score.recalled.missing) == (None, 1)


def test_missed_points_are_those_the_cards_still_have() -> None:
    found = [(p.card_id, p.key, p.missed, p.asked) for p in REPORT.total.missed]
    twice = [("a1", key("a1", "two"), 2, 3), ("a1", key("a1", "one"), 2, 4)]
    once = [("a2", each, 1, 1) for each in sorted(key("a2", words) for words in ("one", "two"))]
    assert found == [*twice, *once, ("b1", key("b1", "one"), 1, 3)]
    assert REPORT.sections[1].missed[0].demo == "collapse"
    changed = (card("a1", required=("three",), optional=("two",)), *CARDS[1:])
    named = {point.key for point in report_on(changed, REVIEWS, MEMORIES).total.missed}
    assert not named & {key("a1", "one"), key("a1", "two")}, "reworded, and no longer required"
    assert len(named) == 3


def test_the_days_are_of_every_answer() -> None:
    days = REPORT.days
    assert days.days == (
        DayTotal(DAY - 20, 2, 50.0),
        DayTotal(DAY - 6, 1, 99.0),
        DayTotal(DAY - 5, 3, 95.0),
        DayTotal(DAY - 4, 1, 7.0),
        DayTotal(DAY - 1, 1, 60.0),
        DayTotal(DAY, 2, 10.0),
    )
    assert (days.answers, days.seconds, days.streak) == (10, 321.0, 2)


def test_the_forecast_counts_each_card_once() -> None:
    cards = [
        card(name) for name in ("over", "now", "tomorrow", "buried", "last", "later", "asleep")
    ]
    due = {
        "over": DAY - 9, "now": DAY, "tomorrow": DAY + 1, "buried": DAY - 2, "last": DAY + 29,
        "later": DAY + 30, "asleep": DAY, "gone": DAY,
    }  # fmt: skip
    report = report_on(
        cards,
        memories={name: learned(DAY - 20, day) for name, day in due.items()},
        marks={"asleep": Mark(suspended=True), "buried": Mark(buried_day=DAY)},
    )
    forecast = report.forecast
    assert len(forecast.due) == 30
    assert {ahead: cards for ahead, cards in enumerate(forecast.due) if cards} == {
        0: 2,
        1: 2,
        29: 1,
    }
    assert (forecast.later, forecast.suspended) == (1, 1)


def test_retention_is_binned_by_days_since_the_answer_before() -> None:
    def after(days: int, rating: Rating) -> Review:
        return answer("a1", rating, DAY, learned(DAY - days, DAY, float(days)))

    ratings = [AGAIN, *[GOOD] * 9]
    reviews = [after(days, rating) for days in (4, 7) for rating in ratings]
    reviews += [after(121, GOOD), after(3, AGAIN)]
    bins = {(each.first, each.last): each for each in report_on(CARDS, reviews).retention}
    week = bins[4, 7]
    assert (week.recalled.value, week.recalled.count, week.days) == (18 / 20, 20, 5.5)
    assert week.predicted.value == pytest.approx(AFTER_ONE)
    assert (bins[121, None].recalled.value, bins[121, None].recalled.count) == (None, 1)
    assert bins[2, 3].recalled.missing == 9
    assert bins[1, 1].recalled.count == 0
    assert sum(each.recalled.count for each in bins.values()) == len(reviews)


def test_an_empty_history_is_said_to_be_empty() -> None:
    report = report_on(CARDS)
    total, calibration = report.total, report.calibration
    assert (total.seen, total.answers, total.recall_now.value) == (0, 0, None)
    assert (total.known_now, total.seconds_each.value, total.exam) == (0.0, None, None)
    assert (report.days.days, report.sittings, total.missed) == ((), (), ())
    assert set(report.forecast.due) == {0}
    for number in (
        *(each.recalled for each in calibration.ratings),
        *(each.predicted for each in report.retention),
        calibration.loss.fsrs, calibration.loss.constant, calibration.loss.recall,
        calibration.checks.right, calibration.checks.kind, calibration.generous,
    ):  # fmt: skip
        assert (number.value, number.count) == (None, 0)
        assert number.missing == number.needed >= 10


def test_a_bank_without_cards_has_a_report_too() -> None:
    report = report_on([], REVIEWS)
    assert (report.total.cards, report.total.known_now, report.advice) == (0, 0.0, ())
    assert report.days.answers == len(REVIEWS)


@pytest.mark.parametrize("before", [learned(DAY + 3, DAY + 9), learned(DAY, DAY + 9)])
def test_a_clock_that_went_back_tests_no_prediction(before: Memory) -> None:
    report = report_on(
        CARDS, [answer("a1", AGAIN, DAY, before)] * 30, {"a1": learned(DAY + 3, DAY + 9)}
    )
    assert report.calibration.loss.recall.count == 0
    assert sum(each.recalled.count for each in report.retention) == 0
    assert report.sections[0].recall_now.value == 1.0
    assert report.total.answers == 30
