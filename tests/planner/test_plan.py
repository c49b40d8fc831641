"""A plan: its terms, its cards of today, its forecast and its reasons."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from math import prod

import numpy as np
import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.cards.card import Level
from contrastive_drill.cards.kinds import Kind, card_kind
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.attendance import MOST, Attendance, attendance
from contrastive_drill.planner.backlog import DAYS, spread_due_day, spread_due_days
from contrastive_drill.planner.explanation import Cause, explain
from contrastive_drill.planner.forecast import Forecast, RecallForecast, forecast
from contrastive_drill.planner.habits import ANSWERS, SLOWER, WEIGHT, habits, seconds_at
from contrastive_drill.planner.plan import Plan, build_plan
from contrastive_drill.planner.plan_terms import PlanTerms, check, record_of, terms_of
from contrastive_drill.planner.ranking import DeckCard, RankedCard, within_time
from contrastive_drill.planner.solver.outcomes import first_review, later_review

TODAY = date(2026, 11, 21).toordinal()  # a Saturday
SCHEDULER = Scheduler(0.9)
HABITS = habits([], {})
MIN = 60.0


def met(stability: float, days_ago: int = 3) -> Learned:
    return Learned(stability, 5.0, TODAY - days_ago, TODAY + 1, 2, 0)


def planned(memories: dict[str, Memory], **weights: float) -> list[DeckCard]:
    return [
        DeckCard(card, Kind.RECALL, weights.get(card, 1.0), memory)
        for card, memory in memories.items()
    ]


def made(memories: dict[str, Memory], seconds: list[float], **weights: float) -> Plan:
    cards = planned(memories, **weights)
    return build_plan(cards, {}, seconds, SCHEDULER, HABITS, TODAY, repeats="always")


NEWS: dict[str, Memory] = {f"n{number:02}": NEW for number in range(40)}


# PlanTerms


def test_minutes_follow_the_week_the_days_off_and_the_day_itself() -> None:
    terms = PlanTerms(TODAY + 9, 20.0, weekend=45.0, off=frozenset({TODAY + 1, TODAY + 4}))
    assert terms.minutes_from(TODAY) == [45, 0, 20, 20, 0, 20, 20, 45, 45]
    assert terms.minutes_on(TODAY + 9) == 0
    assert replace(terms, weekend=None).minutes_on(TODAY) == 20


def test_weights_multiply_and_only_leaves_the_rest_out() -> None:
    terms = PlanTerms(TODAY + 1, 1.0, weights={"clip": 3.0, "senior": 2.0, "numbered": 1.5})
    assert terms.weight("clip", Level.SENIOR, numbered=True) == prod((3.0, 2.0, 1.5))
    assert terms.weight("other", Level.MID, numbered=False) == 1
    only = replace(terms, only=frozenset({"clip", "mid", "senior"}))
    assert only.weight("clip", Level.MID, numbered=False) == 3
    assert only.weight("clip", Level.STAFF, numbered=False) == 0
    assert only.weight("other", Level.MID, numbered=False) == 0
    assert PlanTerms(TODAY, 1.0).weight("clip", Level.MID, numbered=True) == 2  # by default


terms_ = st.builds(
    PlanTerms,
    st.just(TODAY + 5),
    st.floats(0, 900),
    st.none() | st.floats(0, 900),
    st.frozensets(st.integers(TODAY, TODAY + 30)),
    st.dictionaries(st.text(), st.floats(0, 99)),
    st.frozensets(st.text()),
    st.none() | st.integers(TODAY - 30, TODAY),
)


@given(terms_)
def test_terms_come_back_from_their_record(terms: PlanTerms) -> None:
    import json

    assert terms_of(json.loads(json.dumps(record_of(terms))), TODAY + 5) == terms


@every(
    "change",
    [
        {"minutes": "20"},
        {"minutes": True},
        {"weekend": -1},
        {"weights": {"clip": None}},
        {"weights": []},
        {"off": ["tomorrow"]},
        {"off": "2026-11-22"},
        {"only": None},
        {"since": 7},
        {"more": 1},
    ],
)
def test_a_record_that_is_none_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        terms_of({**record_of(PlanTerms(TODAY, 20.0)), **change}, TODAY)


@every(
    ("terms", "said"),
    [
        (PlanTerms(TODAY - 1, 20.0), "is in the past"),
        (PlanTerms(TODAY, 20.0), "is today"),
        (PlanTerms(TODAY + 400, 20.0), "more than a year"),
        (PlanTerms(TODAY + 9, 0.0), "has any minutes"),
        (
            PlanTerms(TODAY + 2, 0.0, weekend=30.0, off=frozenset({TODAY, TODAY + 1})),
            "has any minutes",
        ),
        (PlanTerms(TODAY + 9, 2000.0), "--minutes must be from 0 to 960"),
        (PlanTerms(TODAY + 9, -1.0), "--minutes must be from 0 to 960"),
        (PlanTerms(TODAY + 9, float("nan")), "--minutes must be from 0 to 960"),
        (PlanTerms(TODAY + 9, 9.0, weights={"clip": 1e6}), "the weight of clip"),
    ],
)
def test_impossible_terms_are_said_to_be(terms: PlanTerms, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        check(terms, TODAY)


def test_possible_terms_pass() -> None:
    check(PlanTerms(TODAY + 2, 0.0, weekend=30.0), TODAY)
    check(PlanTerms(TODAY + 1, 0.5), TODAY)


def test_time_kept_is_that_of_days_with_minutes_since_the_first_answer() -> None:
    terms = PlanTerms(TODAY + 9, 20.0, off=frozenset({TODAY - 3}), since=TODAY - 5)
    used = {TODAY - 9: 60.0, TODAY - 4: 600.0, TODAY - 3: 60.0, TODAY - 1: 1e6, TODAY: 60.0}
    found = attendance(used, terms.past_seconds(TODAY))
    assert found.shares == {TODAY - 4: 0.5, TODAY - 2: 0.0, TODAY - 1: MOST}
    assert found.missed == 2  # one of them before the first answer
    # What other minutes were used of tells no more than that one came.
    other = attendance(used, terms.past_seconds(TODAY), TODAY - 2)
    assert other.shares == {TODAY - 4: 1.0, TODAY - 2: 0.0, TODAY - 1: MOST}
    assert attendance(used, replace(terms, since=None).past_seconds(TODAY)) == Attendance()


# Habits


def answered(card: str, rating: Rating, seconds: float, before: Memory, mode: Mode) -> Review:
    from datetime import UTC, datetime

    return Review(
        "", card, rating, datetime(2026, 11, 21, tzinfo=UTC), TODAY, seconds, mode,
        (), (), None, "", 0.9, before, before, "sitting" if mode is Mode.EXAM else None,
    )  # fmt: skip


def test_habits_begin_with_their_priors_and_follow_the_log() -> None:
    assert HABITS.pace == {kind: card_kind(kind).seconds for kind in Kind}
    assert sum(HABITS.first) == pytest.approx(1)
    assert sum(HABITS.passed) == pytest.approx(1)
    assert HABITS.passed.again == 0
    log = [answered("a", Rating.HARD, 130.0, met(9), Mode.REVIEW)] * 30
    found = habits(log, {"a": Kind.RECALL})
    # Thirty Hard answers of 130 s, each a usual answer of 100 s, where 75 s were expected.
    ratio = 100 / 75
    now = (ANSWERS + 30 * ratio) / (ANSWERS + 30)
    of_kind = (ANSWERS + 30 * ratio / now) / (ANSWERS + 30)
    assert found.pace[Kind.RECALL] == pytest.approx(75 * now * of_kind)
    assert found.pace[Kind.CHOICE] == pytest.approx(now * card_kind(Kind.CHOICE).seconds)
    assert found.passed.hard == pytest.approx((WEIGHT * 0.224 + 30) / (WEIGHT + 30))
    assert found.first == HABITS.first
    known = found.seconds(Kind.RECALL, first=False, recall=1.0)
    assert known == pytest.approx(
        sum(
            s * t
            for s, t in zip(
                found.passed, seconds_at(found.pace[Kind.RECALL], first=False), strict=True
            )
        )
    )
    failed = found.seconds(Kind.RECALL, first=False, recall=0.0)
    assert failed == pytest.approx(found.pace[Kind.RECALL] * (SLOWER[Rating.AGAIN] + 1))
    assert found.seconds(Kind.RECALL, first=True, recall=0.9) > known
    lighter = habits(log, {"a": Kind.RECALL}, {Kind.RECALL: 75.0})
    assert lighter.pace == {Kind.RECALL: found.pace[Kind.RECALL]}


def test_pace_follows_the_latest_answers() -> None:
    def log(seconds: float, count: int) -> list[Review]:
        return [answered("a", Rating.GOOD, seconds, met(9), Mode.REVIEW)] * count

    slow = habits(log(150.0, 200), {"a": Kind.RECALL}).pace[Kind.RECALL]
    quicker = habits([*log(150.0, 200), *log(75.0, 60)], {"a": Kind.RECALL}).pace[Kind.RECALL]
    assert slow == pytest.approx(150, rel=0.05)
    assert quicker < 75 + 0.45 * (slow - 75)


def test_crammed_and_interviewed_answers_tell_nothing_of_habits() -> None:
    log = [answered("a", Rating.EASY, 900.0, met(9), mode) for mode in (Mode.CRAM, Mode.INTERVIEW)]
    assert habits(log, {"a": Kind.RECALL}) == HABITS


# Today


def test_today_holds_what_fits_and_no_more() -> None:
    ranked = tuple(RankedCard(f"c{n}", 1.0, 60.0) for n in range(9))
    assert len(within_time(ranked, 0.0)) == 0
    assert len(within_time(ranked, 29.0)) == 0  # half of a card is to fit
    assert len(within_time(ranked, 30.0)) == 1
    assert len(within_time(ranked, 89.0)) == 1
    assert len(within_time(ranked, 90.0)) == 2
    assert len(within_time(ranked, 240.0)) == 4
    assert len(within_time(ranked, 1e6)) == 9
    # Where time is very short, a card that is too long for it does not bar the others.
    longer = (RankedCard("long", 2.0, 121.0), *ranked)
    assert [card.card_id for card in within_time(longer, 60.0)] == ["c0"]
    assert within_time(longer, 61.0)[0].card_id == "long"


def test_the_order_is_that_of_gain_and_cards_needed_come_first() -> None:
    memories = {**NEWS, "weak": met(2.0), "firm": met(900.0)}
    plan = build_plan(
        planned(memories, n07=5.0),
        {"n07": ("n30",), "n30": ("n31",)},
        [20 * MIN] * 5,
        SCHEDULER,
        HABITS,
        TODAY,
    )
    order = [turn.card_id for turn in plan.ranked]
    assert order.index("n31") < order.index("n30") < order.index("n07")
    assert len(order) == len(set(order))
    assert order.index("n00") < order.index("n01") < order.index("n02")
    assert "firm" not in {turn.card_id for turn in plan.today}
    rest = [turn.gain for turn in plan.ranked if turn.card_id not in ("n31", "n30", "n07")]
    assert rest == sorted(rest, reverse=True)
    assert all(turn.gain > 0 for turn in plan.ranked)


def test_a_gain_is_the_recall_that_a_look_adds_for_a_second_of_it() -> None:
    """On the eve, where nothing can follow: recall tomorrow with a look, less recall without."""
    plan = made({"known": met(3.0), "n0": NEW}, [MIN])
    gain = {turn.card_id: turn.gain for turn in plan.ranked}
    seconds = {turn.card_id: turn.seconds for turn in plan.ranked}
    for card, look, idle in (
        (
            "known",
            later_review(SCHEDULER, 3.0, 5.0, 3, HABITS.passed),
            SCHEDULER.curve.recall(3.0, 4),
        ),
        ("n0", first_review(SCHEDULER, HABITS.first), 0.0),
    ):
        times = seconds_at(HABITS.pace[Kind.RECALL], first=card == "n0")
        cost = sum(chance * each for chance, each in zip(look.chances, times, strict=True))
        recall = sum(
            chance * SCHEDULER.curve.recall(stability, 1)
            for chance, stability in zip(look.chances, look.stabilities, strict=True)
        )
        assert seconds[card] == pytest.approx(cost, rel=1e-4)
        assert gain[card] == pytest.approx((recall - idle) / cost, rel=0.02)
    assert 2 * gain["known"] < gain["n0"]


def test_a_day_without_time_asks_nothing() -> None:
    assert made(NEWS, [0.0, 20 * MIN, 20 * MIN]).today == ()


def test_what_was_answered_today_is_not_asked_again_today() -> None:
    plan = made({**NEWS, "done": met(0.4, days_ago=0)}, [10 * MIN] * 4)
    assert "done" not in {turn.card_id for turn in plan.today}
    assert "done" not in {turn.card_id for turn in plan.ranked}
    assert explain(plan, "done", MIN).why is Cause.DONE


# Forecast


def test_the_forecast_adds_up() -> None:
    memories = {**NEWS, "weak": met(2.0), "firm": met(900.0)}
    plan = made(memories, [10 * MIN] * 7)
    section = {card: "old" if card in ("weak", "firm") else "new" for card in memories}
    level = {card: "mid" if int(card[1:] or 0) % 2 else "senior" for card in NEWS}
    level |= {"weak": "staff", "firm": "staff"}
    told = forecast(plan, section, level)
    assert told.all.cards == 42
    for parts in (told.sections, told.levels):
        assert sum(part.cards for part in parts) == 42
        for field in ("now", "idle", "expected"):
            whole = sum(part.cards * getattr(part, field) for part in parts) / 42
            assert whole == pytest.approx(getattr(told.all, field))
    new, old = sorted(told.sections, key=lambda part: part.name)
    assert (new.now, new.idle) == (0, 0)
    recall = [float(SCHEDULER.curve.recall(s, 3 + 7)) for s in (2.0, 900.0)]
    assert old.idle == pytest.approx(np.mean(recall))
    assert told.all.low < told.all.expected < told.all.high
    assert told.all.expected <= told.bound + 0.02
    assert 0.9 < told.close <= 1
    assert [work.day for work in told.work] == [TODAY + n for n in range(7)]
    assert sum(work.met for work in told.work) <= 40
    assert all(work.minutes < 11.5 for work in told.work)


def came(studied: Collection[int], days: int = 9, times: float = 1.0) -> Attendance:
    """The attendance of one who came on some of the last days, for so many times their minutes."""
    planned = dict.fromkeys(range(TODAY - days, TODAY), 4 * MIN)
    return attendance(dict.fromkeys(studied, times * 4 * MIN), planned)


def test_a_late_start_is_no_habit_and_missed_days_may_be_made_up_for() -> None:
    past, two = range(TODAY - 9, TODAY), [TODAY - 2, TODAY - 1]
    assert came([]).cautious == Attendance().cautious
    assert came(two).cautious == came(two, 2).cautious
    assert (came(two).missed, came(past).missed) == (7, 0)
    assert came(past[:1]).cautious < came(two).cautious < came(past).cautious

    def told(studied: Collection[int]) -> RecallForecast:
        seconds, attended = [4 * MIN] * 9, came(studied)
        plan = build_plan(planned(NEWS), {}, seconds, SCHEDULER, HABITS, TODAY, attended)
        return forecast(plan, names("s"), names("l")).all

    never, always = told([]), told(past)
    assert never.expected == pytest.approx(always.expected, abs=0.01)
    assert never.high > always.high + 0.05


def test_the_time_likely_kept_follows_the_weekdays_on_which_one_came() -> None:
    past, week = range(TODAY - 28, TODAY), range(TODAY, TODAY + 7)
    two = came([day for day in past if (day - TODAY) % 7 < 2], 28)
    kept = two.kept(week)
    assert min(kept[:2]) > 5 * max(kept[2:])
    assert came(past, 28).kept(week) == pytest.approx([came(past, 28).cautious] * 7)
    assert came(past, 28, 2.0).kept(week)[0] == pytest.approx(came(past, 28).cautious * 66 / 38)
    # One who misses as many days of each weekday, and one of whom there is a week: no weekday.
    for missing, days in ((range(TODAY - 28, TODAY - 14), 28), ([TODAY - 3], 7)):
        some = came([day for day in past if day not in missing] + [past[0]], days)
        assert some.kept(week) == pytest.approx([some.cautious] * 7, rel=0.2)
    # Who comes on two days in seven has next to nothing planned for the others.
    plan = build_plan(planned(NEWS), {}, [4 * MIN] * 28, SCHEDULER, HABITS, TODAY, two)
    used = plan.outlook.likely.course.seconds
    assert used[[7, 8]].min() > 3 * used[9:14].max()


def names(word: str, cards: dict[str, Memory] = NEWS) -> dict[str, str]:
    return dict.fromkeys(cards, word)


def test_what_is_expected_and_its_bound_are_both_by_weight() -> None:
    heavy = dict.fromkeys(list(NEWS)[:20], 5.0)
    plan = made(NEWS, [4 * MIN] * 5, **heavy)
    told = forecast(plan, names("light") | dict.fromkeys(heavy, "heavy"), names("l"))
    share = {part.name: part.expected for part in told.sections}
    weighted = (5 * 20 * share["heavy"] + 20 * share["light"]) / 120
    assert told.expected_weighted == pytest.approx(weighted, abs=1e-4)
    assert told.expected_weighted > told.all.expected + 0.05
    assert told.close == pytest.approx(weighted / told.bound, abs=1e-3)
    assert 0.95 < told.close <= 1
    assert [part.name for part in told.short] == ["light"]


def test_a_failed_card_is_not_known_now_but_may_be_on_the_day() -> None:
    failed = Learned(2.0, 5.0, TODAY - 1, TODAY - 1, 2, 1)
    cards: dict[str, Memory] = {"failed": failed, "passed": met(2.0)}
    told = forecast(made(cards, [MIN] * 4), names("s", cards), names("l", cards))
    now, later = (float(SCHEDULER.curve.recall(2.0, days)) for days in (3, 7))
    assert told.all.now == pytest.approx(now / 2)
    assert told.all.idle == pytest.approx((float(SCHEDULER.curve.recall(2.0, 5)) + later) / 2)


@every(("half", "days", "minutes"), [(False, 10, 10.0), (True, 25, 3.0), (False, 25, 30.0)])
def test_minutes_for_a_share_do_not_hang_on_the_plans_own_and_reach_it(
    half: bool, days: int, minutes: float
) -> None:
    cards: dict[str, Memory] = {
        card: met(float(1 + n)) if half and n % 2 else NEW for n, card in enumerate(NEWS)
    }

    def told(minutes: float) -> Forecast:
        return forecast(made(cards, [minutes * MIN] * days), names("s"), names("l"))

    first = told(minutes)
    had = [need for need in first.needs if need.minutes is not None]
    assert [need.share for need in first.needs] == [0.80, 0.90, 0.95]
    assert had == sorted(had, key=lambda need: need.minutes or 0.0)
    assert had
    for need in had:
        assert need.minutes is not None
        if need.minutes > 0:
            again = told(need.minutes)
            assert again.all.expected == pytest.approx(need.share, abs=0.01)
            other = next(each for each in again.needs if each.share == need.share)
            assert other.minutes == pytest.approx(need.minutes, rel=0.06)
    assert told(minutes + 10).all.expected == pytest.approx(
        first.all.expected + first.more, abs=0.01
    )


def test_what_sixteen_hours_a_day_do_not_reach_cannot_be_had() -> None:
    tomorrow = forecast(made(NEWS, [5 * MIN]), names("s"), names("l"))
    most = forecast(made(NEWS, [16 * 60 * MIN]), names("s"), names("l"))
    for need in tomorrow.needs:
        assert (need.minutes is None) == (need.share > most.all.expected)
    nothing = forecast(made(NEWS, [0.0, 0.0]), names("s"), names("l"))
    assert [need.minutes for need in nothing.needs] == [None] * 3
    assert nothing.more == 0


def test_no_time_and_all_the_time_there_is_are_what_they_must_be() -> None:
    cards: dict[str, Memory] = {**NEWS, "weak": met(2.0)}
    idle = forecast(made(cards, [0.0] * 5), names("s", cards), names("l", cards))
    assert idle.all.expected == pytest.approx(idle.all.idle, abs=1e-6)
    assert idle.bound == pytest.approx(idle.expected_weighted, abs=0.01)
    free = forecast(made(cards, [16 * 60 * MIN] * 5), names("s", cards), names("l", cards))
    assert free.all.expected > 0.95
    assert free.close > 0.99


# Repeats and starts


def test_repeats_are_decided_by_what_they_leave_recalled() -> None:
    def plan(repeats: str) -> Plan:
        return build_plan(
            planned(NEWS), {}, [5 * MIN] * 20, SCHEDULER, HABITS, TODAY, repeats=repeats
        )

    always, never, auto = (plan(each) for each in ("always", "never", "auto"))
    assert (always.repeats, never.repeats) == (True, False)
    shares = [forecast(each, names("s"), names("l")).all.expected for each in (always, never)]
    assert auto.repeats == (shares[0] > shares[1])
    for each in (always, never):
        assert each.repeats_worth == pytest.approx(shares[0] - shares[1], abs=0.015)


def test_tomorrow_starts_from_today_and_comes_to_the_same() -> None:
    record = json.loads(json.dumps(made(NEWS, [6 * MIN] * 30).start_record()))
    tomorrow = planned({**NEWS, "n00": met(3.0, days_ago=1)})
    for near in (None, {}, {"likely": 3}, {"likely": {"logs": [1]}}, record):
        plan = build_plan(tomorrow, {}, [6 * MIN] * 29, SCHEDULER, HABITS, TODAY + 1, near=near)
        found = forecast(plan, names("s"), names("l")).all.expected
        if near is None:
            expected = found
        assert found == pytest.approx(expected, abs=0.01)


# Reasons


def test_each_reason_has_its_card() -> None:
    memories = {**NEWS, "weak": met(2.0), "firm": met(900.0)}
    plan = made(memories, [6 * MIN] * 8)
    now = explain(plan, plan.ranked[0].card_id, MIN)
    assert (now.why, now.rank) == (Cause.NOW, 1)
    assert now.fits == len(plan.today)
    firm = explain(plan, "firm", MIN)
    assert firm.rank is None or firm.rank > 40
    assert firm.idle == pytest.approx(float(SCHEDULER.curve.recall(900.0, 11)))
    assert firm.looked > firm.idle > 0.9
    last = explain(plan, "n39", MIN)
    assert last.why in (Cause.NEXT, Cause.RESTS)
    assert last.idle == 0
    assert 0 < last.looked < 1
    with pytest.raises(KeyError):
        explain(plan, "nowhere", MIN)


# Afterwards


@given(st.text(), st.integers(TODAY - 50, TODAY + 50))
def test_what_fell_due_before_the_day_returns_within_two_weeks_after_it(
    card: str, due: int
) -> None:
    assert spread_due_day(card, due, None) == due
    found = spread_due_day(card, due, TODAY)
    if due > TODAY:
        assert found == due
    else:
        assert TODAY < found <= TODAY + DAYS


def test_the_debt_is_spread_over_the_days() -> None:
    days = spread_due_days({f"c{n}": TODAY - 5 for n in range(280)}, TODAY)
    counts = np.bincount([day - TODAY - 1 for day in days.values()], minlength=DAYS)
    assert len(counts) == DAYS
    assert counts.min() >= 8
    assert counts.max() <= 36
