"""Status, report and summary against a history counted by hand."""

from datetime import UTC, datetime

import pytest

from contrastive_drill.memory import NEW, Learned, Mark, Mode, Rating, Review
from contrastive_drill.reports import report, summary
from contrastive_drill.scheduler import retrievability
from contrastive_drill.session import Outcome
from contrastive_drill.status import status, streak

DAY = 1000


def learned(last_day: int, due_day: int) -> Learned:
    """A memory."""
    return Learned(10.0, 5.0, last_day, due_day, 2, 0)


def answer(
    card: str, rating: Rating, seconds: float, missed: str = "", mode: Mode = Mode.REVIEW
) -> Review:
    """One answer; `missed` has a letter for each required point not said."""
    return Review(
        id=f"{card}{seconds}",
        card_id=card,
        rating=rating,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        day=DAY,
        seconds=seconds,
        mode=mode,
        covered=("z",),
        missed=tuple(missed),
        answer=None,
        digest="",
        retention=0.9,
        before=NEW,
        after=learned(DAY, DAY + 1),
    )


@pytest.mark.parametrize(
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
        card_ids={"due", "later", "asleep", "buried", "new-1", "new-2", "new-asleep"},
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
    )
    assert (now.cards, now.due, now.new, now.unseen) == (7, 1, 1, 2)
    assert (now.learned, now.suspended, now.flagged) == (4, 2, 2)
    assert (now.streak, now.answered_today) == (2, 7)
    assert now.next_due_day == DAY


def test_a_buried_card_falls_due_tomorrow() -> None:
    now = status({"a"}, {"a": DAY - 4}, {"a": Mark(buried_day=DAY)}, [], DAY, 0, 0)
    assert (now.due, now.next_due_day) == (0, DAY + 1)


def test_a_failed_card_is_not_recalled() -> None:
    value = report({"a": "A"}, {"a1": "a"}, {"a1": learned(DAY, DAY)}, [], DAY)
    assert value.total.recall_now == 0.0


def test_an_empty_history_schedules_nothing() -> None:
    now = status({"a"}, {}, {}, [], DAY, 0, 10)
    assert (now.due, now.new, now.streak, now.next_due_day) == (0, 1, 0, None)


def test_the_report_adds_up_by_section() -> None:
    memories = {"a1": learned(DAY - 5, DAY), "b1": learned(DAY, DAY + 9)}
    value = report(
        sections={"a": "Alpha", "b": "Beta"},
        card_sections={"a1": "a", "a2": "a", "b1": "b"},
        memories=memories,
        reviews=[
            answer("a1", Rating.AGAIN, 10.0, "pq"),
            answer("a1", Rating.GOOD, 20.0, "p"),
            answer("b1", Rating.GOOD, 5.0, mode=Mode.CRAM),
            answer("gone", Rating.AGAIN, 99.0, "x"),
        ],
        day=DAY,
    )
    alpha, beta = value.sections
    assert (alpha.cards, alpha.seen, alpha.answers, alpha.again) == (2, 1, 2, 1)
    assert alpha.seconds == 30.0
    assert alpha.recall_now == retrievability(memories["a1"], DAY)
    assert (beta.recall_now, beta.answers) == (1.0, 1)
    assert (value.total.cards, value.total.answers, value.total.seconds) == (3, 3, 35.0)
    assert value.total.recall_now == pytest.approx((alpha.recall_now + 1.0) / 2)
    assert [(m.key, m.missed, m.asked) for m in value.missed] == [("p", 2, 2), ("q", 1, 1)]


def test_a_section_never_seen_has_no_recall() -> None:
    value = report({"a": "A"}, {"a1": "a"}, {}, [], DAY)
    assert value.sections[0].recall_now is None
    assert value.missed == ()


def test_a_summary_judges_the_first_asking() -> None:
    outcomes = [
        Outcome("a", Rating.AGAIN, ("p",), DAY, 4.0, first=True),
        Outcome("b", Rating.HARD, ("q",), DAY + 1, 5.0, first=True),
        Outcome("a", Rating.GOOD, (), DAY + 2, 6.0, first=False),
    ]
    result = summary(outcomes)
    assert (result.asked, result.recalled, result.answers, result.seconds) == (2, 1, 3, 15.0)
    assert result.returns == ((DAY + 1, 1), (DAY + 2, 1))
    assert result.missed == (("a", "p"), ("b", "q"))
