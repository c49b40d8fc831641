"""Status and summary against a history counted by hand."""

from cases import every

from contrastive_drill.memory.log import Rating
from contrastive_drill.memory.marks import Mark
from contrastive_drill.reports.evidence import Estimate
from contrastive_drill.reports.status import status, streak
from contrastive_drill.review.session import SessionAnswer
from contrastive_drill.review.summary import summary

DAY = 1000


@every(
    ("days", "length"),
    [
        ([], 0),
        ([DAY], 1),
        ([DAY - 1], 1),
        ([DAY - 2], 0),
        ([DAY - 2, DAY - 1, DAY], 3),
        ([DAY - 5, DAY - 2, DAY - 1], 2),
        ([DAY + 3, DAY], 1),
    ],
)
def test_a_streak_ends_today_or_yesterday(days: list[int], length: int) -> None:
    assert streak(days, DAY) == length


def test_the_status_counts_what_is_in_the_bank() -> None:
    now = status(
        card_ids=dict.fromkeys(
            ("due", "later", "asleep", "buried", "new-1", "new-2", "new-asleep")
        ),
        due_days={"due": DAY, "later": DAY + 3, "asleep": DAY, "buried": DAY - 4, "gone": DAY},
        marks={
            "asleep": Mark(suspended=True),
            "new-asleep": Mark(suspended=True, flag=""),
            "buried": Mark(buried_day=DAY),
            "due": Mark(buried_day=DAY - 1, flag="look"),
            "gone": Mark(suspended=True, flag="gone"),
        },
        days=[DAY - 1, DAY],
        day=DAY,
        answered_today=7,
        new_left=1,
        seconds=lambda card, first: {("due", False): 60.0, ("new-1", True): 90.0}[card, first],
    )
    assert (now.cards, now.due, now.new, now.unseen) == (7, 1, 1, 2)
    assert (now.learned, now.suspended, now.flagged) == (4, 2, 2)
    assert (now.streak, now.answered_today) == (2, 7)
    assert (now.next_due_day, now.minutes) == (DAY, 2.5)


def test_a_buried_card_falls_due_tomorrow() -> None:
    now = status({"a": 0}, {"a": DAY - 4}, {"a": Mark(buried_day=DAY)}, [], DAY, 0, 0)
    assert (now.due, now.next_due_day) == (0, DAY + 1)


def test_a_suspended_card_or_one_that_is_gone_never_falls_due() -> None:
    due_days = {"here": DAY + 5, "suspended": DAY - 1, "gone": DAY - 2}
    now = status(
        {"here": 0, "suspended": 0}, due_days, {"suspended": Mark(suspended=True)}, [], DAY, 0, 0
    )
    assert (now.due, now.next_due_day, now.learned, now.unseen) == (0, DAY + 5, 2, 0)


def test_a_number_says_how_many_answers_are_missing_and_never_fewer_than_none() -> None:
    counts = [Estimate(None, count, 10).missing for count in (0, 9)]
    counts += [Estimate(0.5, count, 10).missing for count in (10, 11, 40)]
    assert counts == [10, 1, 0, 0, 0]


def test_an_empty_history_schedules_nothing() -> None:
    now = status({"a": 0}, {}, {}, [], DAY, 0, 10)
    assert (now.due, now.new, now.streak, now.next_due_day) == (0, 1, 0, None)


def test_a_summary_judges_the_first_asking() -> None:
    outcomes = [
        SessionAnswer("a", Rating.AGAIN, ("p",), DAY, 4.0, first=True),
        SessionAnswer("b", Rating.HARD, ("q",), DAY + 1, 5.0, first=True),
        SessionAnswer("c", Rating.EASY, (), DAY + 2, 1.5, first=True),
        SessionAnswer("a", Rating.GOOD, (), DAY + 2, 6.0, first=False),
    ]
    result = summary(outcomes)
    assert (result.asked, result.recalled, result.answers, result.seconds) == (3, 2, 4, 16.5)
    assert result.returns == ((DAY + 1, 1), (DAY + 2, 2))
    assert result.missed == (("a", "p"), ("b", "q"))
