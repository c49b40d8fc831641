"""The scheduler against the other implementation of FSRS, its published vectors, and itself."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import fsrs
import pytest
from faultbench.schedule import trials
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.parameters import Fit
from contrastive_drill.memory.scheduler import (
    CURVE,
    Curve,
    Curves,
    Scheduler,
    curve_of,
    fuzz_chance,
    fuzzed,
    replay,
    retrievability,
)
from contrastive_drill.memory.study_day import study_day

ratings = st.sampled_from(list(Rating))
gaps = st.integers(0, 400)


def memory_after(steps: list[tuple[Rating, int]], retention: float = 0.9) -> Learned:
    """The memory after ratings, each some days after the one before."""
    scheduler, memory, day = Scheduler(retention), NEW, 739000
    after: Memory = memory
    for rating, gap in steps:
        day += gap
        after = scheduler.preview("card", after, day)[rating]
    assert isinstance(after, Learned)
    return after


@given(st.lists(st.tuples(ratings, gaps), min_size=1, max_size=8))
def test_memory_agrees_with_the_other_implementation(steps: list[tuple[Rating, int]]) -> None:
    oracle = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, now = fsrs.Card(card_id=1), datetime(2026, 1, 1, tzinfo=UTC)
    for rating, gap in steps:
        now += timedelta(days=gap)
        card, _ = oracle.review_card(card, fsrs.Rating(int(rating)), now)
    ours = memory_after(steps)
    assert card.stability is not None
    assert card.difficulty is not None
    # The Rust core computes in 32-bit floats, the oracle in 64-bit ones.
    assert ours.stability == pytest.approx(card.stability, rel=2e-4)
    assert ours.difficulty == pytest.approx(card.difficulty, rel=2e-4)


def test_the_vector_that_both_reference_implementations_assert() -> None:
    steps = [(Rating.AGAIN, 0), (Rating.GOOD, 0), (Rating.GOOD, 1), (Rating.GOOD, 3)]
    steps += [(Rating.GOOD, 8), (Rating.GOOD, 21)]
    memory = memory_after(steps)
    assert memory.stability == pytest.approx(53.62691, rel=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, rel=1e-4)


@given(st.floats(0.1, 1000), st.integers(0, 2000))
def test_retrievability_agrees_with_the_other_implementation(stability: float, gap: int) -> None:
    oracle = fsrs.Scheduler()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    card = fsrs.Card(card_id=1, stability=stability, difficulty=5.0, last_review=now)
    expected = oracle.get_card_retrievability(card, now + timedelta(days=gap))
    memory = Learned(stability, 5.0, last_day=100, due_day=200, reps=1, lapses=0)
    # The decay is a 32-bit parameter of the Rust core.
    assert retrievability(memory, 100 + gap) == pytest.approx(expected, rel=1e-6)


def test_recall_is_ninety_percent_after_one_stability() -> None:
    memory = Learned(20.0, 5.0, last_day=100, due_day=120, reps=1, lapses=0)
    assert retrievability(memory, 120) == pytest.approx(0.9)
    assert retrievability(memory, 100) == 1.0
    assert retrievability(memory, 90) == 1.0  # a clock that ran backwards


def test_a_higher_desired_retention_gives_shorter_intervals() -> None:
    steps = [(Rating.GOOD, 0), (Rating.GOOD, 10)]
    dues = [memory_after(steps, retention).due_day for retention in (0.97, 0.9, 0.8, 0.7)]
    assert dues == sorted(dues)
    assert dues[0] < dues[-1]


def test_a_failed_card_is_due_on_the_same_day_and_one_lapse_however_often_it_fails() -> None:
    passed = memory_after([(Rating.GOOD, 0)])
    failed = Scheduler(0.9).preview("card", passed, passed.due_day)[Rating.AGAIN]
    assert failed.due_day == failed.last_day == passed.due_day
    twice = Scheduler(0.9).preview("card", failed, failed.due_day)[Rating.AGAIN]
    assert (failed.lapses, twice.lapses) == (1, 1)
    assert memory_after([(Rating.AGAIN, 0)]).lapses == 0


def test_a_clock_that_ran_backwards_counts_no_time() -> None:
    memory = memory_after([(Rating.GOOD, 0)])
    scheduler = Scheduler(0.9)
    back = scheduler.preview("card", memory, memory.last_day - 30)
    assert back == scheduler.preview("card", memory, memory.last_day)


@given(st.floats(0.01, 40000), st.floats(0, 1, exclude_max=True))
def test_fuzz_stays_in_its_range_and_never_below_a_day(interval: float, chance: float) -> None:
    days = fuzzed(interval, chance)
    assert 1 <= days <= 36500
    capped = min(interval, 36500)
    assert abs(days - capped) <= 0.5 + max(1.0, 0.15 * 4.5 + 0.1 * 13 + 0.05 * capped + 1)


def test_fuzz_is_even_over_its_range_and_does_not_overshoot() -> None:
    drawn = Counter(fuzzed(10.0, fuzz_chance(f"card-{n}", 3)) for n in range(20000))
    assert sorted(drawn) == [8, 9, 10, 11, 12]
    assert max(drawn.values()) / min(drawn.values()) < 1.1


def test_fuzz_reaches_as_far_as_its_bands_and_no_further() -> None:
    """One day, and 15 % of the days from 2.5 to 7, 10 % of those to 20, 5 % of those beyond."""
    ends = {
        1: (1, 1),
        2.4: (2, 2),
        2.5: (2, 4),  # ± 1
        5: (4, 6),  # ± 1 + 0.15 · 2.5 = 1.375
        7: (5, 9),  # ± 1 + 0.15 · 4.5 = 1.675
        14: (12, 16),  # ± 1.675 + 0.10 · 7 = 2.375
        20: (17, 23),  # ± 1.675 + 0.10 · 13 = 2.975
        100: (93, 107),  # ± 2.975 + 0.05 · 80 = 6.975
        365: (345, 385),  # ± 2.975 + 0.05 · 345 = 20.225
        90_000: (34_673, 36_500),  # a hundred years, less 2.975 + 0.05 · 36480
    }
    for interval, range_ in ends.items():
        assert (fuzzed(interval, 0.0), fuzzed(interval, 1 - 1e-12)) == range_, interval


def test_chance_never_shortens_an_interval_after_a_pass() -> None:
    made = [*trials(6462, seed=1)]
    assert len(made) >= 6462
    assert not [*filter(None, made)]


@given(st.floats(0.01, 40000), st.floats(0, 1, exclude_max=True), st.integers(0, 36500))
def test_fuzz_begins_at_the_last_interval_and_stays_in_its_range(
    interval: float, chance: float, last: int
) -> None:
    low, high = fuzzed(interval, 0.0), fuzzed(interval, 1 - 1e-12)
    assert low <= fuzzed(interval, chance, last) <= high
    assert fuzzed(interval, chance, last) >= min(last, high)
    assert fuzzed(interval, 1 - 1e-12, last) == high


def test_fuzz_depends_on_the_card_and_its_answers_alone() -> None:
    assert fuzz_chance("clip-loss", 1) == 0.36428519294097295
    assert len({fuzz_chance(card, reps) for card in ("a", "b") for reps in range(9)}) == 18


def test_fuzz_keeps_the_order_of_intervals() -> None:
    for chance in (0.0, 0.3, 0.999):
        days = [fuzzed(interval / 10, chance) for interval in range(1, 3000)]
        assert days == sorted(days)


@given(st.integers(0, 23), st.datetimes(datetime(2000, 1, 2), datetime(2100, 1, 1)))
def test_a_study_day_begins_at_the_rollover_hour(hour: int, moment: datetime) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    day = study_day(moment.replace(tzinfo=zone), hour)
    expected = moment.date().toordinal() - (moment.hour < hour)
    assert day == expected


def test_study_days_count_calendar_days_across_a_change_of_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    late = datetime(2026, 10, 24, 23, 50, tzinfo=berlin)
    early = datetime(2026, 10, 26, 4, 10, tzinfo=berlin)
    assert study_day(early, 4) - study_day(late, 4) == 2
    assert study_day(datetime(2026, 10, 25, 3, 59, tzinfo=berlin), 4) == study_day(late, 4)


def review_of(card: str, rating: Rating, day: int, before: Memory, retention: float) -> Review:
    """An answer whose memories the scheduler made."""
    after = Scheduler(retention).preview(card, before, day)[rating]
    return Review(
        id=f"{card}-{day}-{after.reps}",
        card_id=card,
        rating=rating,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        day=day,
        seconds=1.0,
        mode=Mode.REVIEW,
        covered=(),
        missed=(),
        answer=None,
        digest="",
        retention=retention,
        before=before,
        after=after,
    )


steps = st.tuples(
    st.sampled_from("abc"),
    ratings,
    st.integers(0, 9),
    st.sampled_from([0.8, 0.9, 0.95]),
    st.sampled_from([Mode.REVIEW, Mode.EXAM]),
)


@given(st.lists(steps, max_size=25))
def test_a_replay_of_the_log_gives_the_memories_it_recorded(
    history: list[tuple[str, Rating, int, float, Mode]],
) -> None:
    day, memories, log = 739000, dict[str, Learned](), []
    for card, rating, gap, retention, mode in history:
        day += gap
        review = replace(
            review_of(card, rating, day, memories.get(card, NEW), retention), mode=mode
        )
        # In an exam a card never met may be failed and stay new.
        if mode is Mode.REVIEW or card in memories or rating is not Rating.AGAIN:
            assert isinstance(review.after, Learned)
            memories[card] = review.after
        log.append(review)
        log += [replace(review, id="of no weight", mode=m) for m in (Mode.CRAM, Mode.INTERVIEW)]
    assert replay(log) == memories
    # Each card's answers alone say what becomes of it.
    alone = [replay([review for review in log if review.card_id == card]) for card in "abc"]
    assert {card: memory for each in alone for card, memory in each.items()} == memories


def test_a_due_day_that_was_shown_stays_however_chance_was_drawn_then() -> None:
    before: Memory = NEW
    log = list[Review]()
    for rating, day, late in ((Rating.GOOD, 739000, 1), (Rating.GOOD, 739003, -1)):
        review = review_of("a", rating, day, before, 0.9)
        assert isinstance(review.after, Learned)
        before = last = replace(review.after, due_day=review.after.due_day + late)
        log.append(replace(review, after=last))
    assert replay(log) == {"a": last}
    other = replace(log[1], after=replace(last, stability=last.stability + 1))
    assert replay([log[0], other]) != {"a": other.after}  # nor is any other change taken over


def test_an_exam_fails_a_card_never_met_without_a_trace_and_counts_every_other_answer() -> None:
    scheduler = Scheduler(0.9)
    for mode in Mode:
        for rating in Rating:
            after = scheduler.after("a", NEW, rating, 739000, mode)
            preview = scheduler.preview("a", NEW, 739000)[rating]
            always = mode in (Mode.REVIEW, Mode.ANKI, Mode.PAGE)
            moves = always or (mode is Mode.EXAM and rating is not Rating.AGAIN)
            assert after == (preview if moves else NEW)
    met = scheduler.preview("a", NEW, 739000)[Rating.GOOD]
    failed = scheduler.after("a", met, Rating.AGAIN, 739009, Mode.EXAM)
    assert failed == scheduler.preview("a", met, 739009)[Rating.AGAIN]


def test_every_answer_is_counted_and_moves_the_fuzz() -> None:
    assert memory_after([(Rating.GOOD, 0), (Rating.AGAIN, 9), (Rating.EASY, 0)]).reps == 3


def test_an_answer_is_judged_by_the_curve_of_its_own_time() -> None:
    early = Curve(0.3)
    curves = Curves(now=Curve(0.2), then={"early": early})
    review = review_of("a", Rating.GOOD, 739000, NEW, 0.9)
    assert curves.of(review) is CURVE  # before any fit
    assert curves.of(replace(review, fit="early")) is early
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert curve_of(None) is curve_of(Fit("back", now, None, None)) is CURVE
