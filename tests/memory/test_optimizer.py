"""Fits against simulated learners, the other implementation of FSRS, and FSRS's own evaluation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import fsrs
import pytest
from cases import every
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from fsrs_rs_python import FSRS, FSRSItem, FSRSReview
from hypothesis import given
from hypothesis import strategies as st
from learners import DAY, NOW, QUICK, review, studied

from contrastive_drill.memory import optimizer as fitting
from contrastive_drill.memory.log import NEW, Learned, Mode, Rating, Review
from contrastive_drill.memory.optimizer import (
    FitResult,
    TooFewAnswers,
    fit,
    losses,
    optimize,
    scheduled_answers,
    spacing,
)
from contrastive_drill.memory.parameters import BOUNDS, Evidence, Fit, problem
from contrastive_drill.memory.scheduler import DEFAULT, Curve, Scheduler, replay

AGAIN, GOOD = Rating.AGAIN, Rating.GOOD
LEARNED = Learned(2.0, 5.0, DAY, DAY + 2, 1, 0)


def answer(card: str, rating: Rating, day: int, mode: Mode = Mode.REVIEW) -> Review:
    """An answer of which only what was asked and rated counts."""
    return replace(review(f"{card}{day}", card, rating, NOW, DAY + day, NEW, LEARNED), mode=mode)


def judged(reviews: list[Review], since: datetime | None = None) -> FitResult:
    """A fit, known to have had answers enough."""
    found = fit(scheduled_answers(reviews), None, since)
    assert isinstance(found, FitResult)
    return found


# What counts


def test_only_answers_that_moved_the_schedule_are_looked_at() -> None:
    reviews = [
        answer("a", AGAIN, 0, Mode.EXAM),  # never met: it stays new
        answer("a", GOOD, 1),
        answer("a", GOOD, 2, Mode.CRAM),
        answer("a", GOOD, 3, Mode.INTERVIEW),
        answer("b", GOOD, 3, Mode.EXAM),
        answer("a", AGAIN, 5, Mode.EXAM),
        answer("a", GOOD, 5),
        answer("a", GOOD, 4),  # a clock that ran backwards
        answer("a", GOOD, 9),
    ]
    found = [(look.card_id, look.days, look.tests) for look in scheduled_answers(reviews)]
    assert found == [
        ("a", None, False),
        ("b", None, False),
        ("a", 4, True),
        ("a", 0, False),
        ("a", 0, False),
        ("a", 4, True),
    ]


def test_too_few_answers_say_how_many_are_missing() -> None:
    reviews = studied(None, 100, 30, seed=1)
    tests = sum(look.tests for look in scheduled_answers(reviews))
    assert 100 < tests < fitting.NEEDED
    found = fit(scheduled_answers(reviews), None, None)
    assert found == TooFewAnswers(tests, 400, None)
    assert isinstance(found, TooFewAnswers)
    assert found.missing == 400 - tests
    assert fit([], None, None) == TooFewAnswers(0, 400, None)


def test_the_threshold_is_met_by_its_last_answer() -> None:
    answers = scheduled_answers(studied(None, 200, 60, seed=1))
    places = [place for place, look in enumerate(answers) if look.tests]
    assert isinstance(fit(answers[: places[399]], None, None), TooFewAnswers)
    assert isinstance(fit(answers[: places[399] + 1], None, None), FitResult)


def test_parameters_in_use_are_judged_by_later_answers_alone() -> None:
    reviews = studied(QUICK, 200, 60, seed=1)
    since = NOW - timedelta(days=10)
    later = sum(look.tests and look.at > since for look in scheduled_answers(reviews))
    used = optimize(scheduled_answers([each for each in reviews if each.at <= since]))
    found = fit(scheduled_answers(reviews), used, since)
    assert isinstance(found, FitResult)
    assert found.evidence.held_out == later
    late = fit(scheduled_answers(reviews), used, NOW - timedelta(days=3))
    assert isinstance(late, TooFewAnswers)
    assert late.needed == fitting.NEEDED_SINCE


# What is found


@every("seed", range(4))
def test_a_learner_with_other_parameters_is_predicted_better(seed: int) -> None:
    found = judged(studied(QUICK, 200, 60, seed))
    assert found.better
    assert found.evidence.gain > found.evidence.error > 0
    assert not problem(found.parameters)
    # Of answers that nothing was fitted to, by the same learner in another time of study.
    fresh = scheduled_answers(studied(QUICK, 200, 60, seed + 100))
    own, theirs = losses(fresh, found.parameters), losses(fresh, None)
    truth = losses(fresh, QUICK)
    assert sum(own.values()) < sum(theirs.values())
    # At least half of what could be gained is.
    assert (
        sum(own.values()) - sum(truth.values()) < (sum(theirs.values()) - sum(truth.values())) / 2
    )


@every("seed", range(6))
def test_a_learner_of_the_defaults_keeps_them(seed: int) -> None:
    assert not judged(studied(None, 200, 60, seed)).better


def test_a_fit_that_gives_what_is_in_use_is_not_called_better() -> None:
    evidence = Evidence(500, 400, before=0.4, after=0.3, error=0.01)
    assert FitResult(DEFAULT, evidence, same=False).better
    assert not FitResult(DEFAULT, evidence, same=True).better
    assert not FitResult(DEFAULT, Evidence(500, 400, 0.4, 0.395, 0.01), same=False).better
    assert not FitResult(DEFAULT, Evidence(500, 400, 0.4, 0.4, 0.0), same=False).better
    assert FitResult(DEFAULT, Evidence(500, 400, 0.4, 0.38, 0.01), same=False).better


def test_the_same_answers_give_the_same_fit() -> None:
    answers = scheduled_answers(studied(QUICK, 150, 40, seed=2))
    assert fit(answers, None, None) == fit(answers, None, None)


def test_no_answer_held_out_is_known_to_the_fit_that_predicts_it() -> None:
    answers = scheduled_answers(studied(QUICK, 200, 60, seed=3))
    tests = [place for place, look in enumerate(answers) if look.tests]
    held = tests[len(tests) // 6 :]
    turned = [  # every answer from the middle on, the other way round
        look if place < held[len(held) // 2] else look._replace(rating=Rating(5 - look.rating))
        for place, look in enumerate(answers)
    ]
    size = -(-len(held) // fitting.WINDOWS)
    untouched = held[: 2 * size]
    before = fitting._losses(answers, held, None)[1][: len(untouched)]
    after = fitting._losses(turned, held, None)[1][: len(untouched)]
    assert before == after


# Oracles


def test_losses_are_those_that_fsrs_evaluates() -> None:
    answers = scheduled_answers(studied(QUICK, 40, 40, seed=5))
    histories: dict[str, list[FSRSReview]] = {}
    for parameters in (DEFAULT, QUICK):
        histories.clear()
        found = losses(answers, parameters)
        core = FSRS(parameters)
        for place, look in enumerate(answers):
            history = histories.setdefault(look.card_id, [])
            history.append(FSRSReview(int(look.rating), look.days or 0))
            if look.tests:
                assert found.pop(place) == pytest.approx(
                    core.evaluate([FSRSItem(history)]).log_loss, abs=1e-5
                )
        assert not found


def test_the_standard_error_is_of_the_paired_differences() -> None:
    answers = scheduled_answers(studied(QUICK, 200, 60, seed=4))
    found = fit(answers, None, None)
    assert isinstance(found, FitResult)
    tests = [place for place, look in enumerate(answers) if look.tests]
    old, new = fitting._losses(answers, tests[len(tests) // 6 :], None)
    gains = [a - b for a, b in zip(old, new, strict=True)]
    mean = sum(gains) / len(gains)
    variance = sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1)
    assert found.evidence.gain == pytest.approx(mean)
    assert found.evidence.error == pytest.approx((variance / len(gains)) ** 0.5)
    assert found.evidence.before == pytest.approx(sum(old) / len(old))


def test_bounds_are_those_of_the_other_implementation() -> None:
    assert len(BOUNDS) == len(LOWER_BOUNDS_PARAMETERS) == len(DEFAULT)
    for (low, high), least, most in zip(
        BOUNDS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True
    ):
        assert (low, high) == (least, most)
    assert problem(DEFAULT) is None


@every("seed", range(3))
def test_memories_under_fitted_parameters_agree_with_the_other_implementation(seed: int) -> None:
    reviews = studied(QUICK, 150, 50, seed)
    parameters = optimize(scheduled_answers(reviews))
    oracle = fsrs.Scheduler(
        parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    ours = replay(reviews, parameters)
    theirs: dict[str, fsrs.Card] = {}
    for each in reviews:
        card = theirs.get(each.card_id, fsrs.Card(card_id=1))
        now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=each.day - DAY)
        theirs[each.card_id], _ = oracle.review_card(card, fsrs.Rating(int(each.rating)), now)
    assert ours.keys() == theirs.keys()
    for name, card in theirs.items():
        assert ours[name].stability == pytest.approx(card.stability, rel=1e-3)
        assert ours[name].difficulty == pytest.approx(card.difficulty, rel=1e-3)
        later = datetime(2026, 1, 1, tzinfo=UTC)
        curve = Scheduler(0.9, parameters).curve
        expected = oracle.get_card_retrievability(card, later)
        elapsed = DAY - ours[name].last_day
        assert curve.recall(ours[name].stability, elapsed) == pytest.approx(expected, abs=1e-3)


@given(st.floats(0.1, 0.8), st.floats(0.01, 1000), st.floats(0.7, 0.97))
def test_a_curve_falls_to_a_recall_when_it_says(
    decay: float, stability: float, recall: float
) -> None:
    curve = Curve(decay)
    assert curve.recall(stability, 0) == 1.0
    assert curve.recall(stability, stability) == pytest.approx(0.9)
    assert curve.recall(stability, curve.days_until(recall, stability)) == pytest.approx(recall)


def test_spacing_is_what_a_review_without_fuzz_would_schedule() -> None:
    assert spacing(Scheduler(0.9)) == (2, 11, 46, 163, 497)
    oracle = fsrs.Scheduler(
        QUICK, desired_retention=0.8, learning_steps=(), relearning_steps=(), enable_fuzzing=False
    )
    card, now, days = fsrs.Card(card_id=1), datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in range(5):
        card, _ = oracle.review_card(card, fsrs.Rating.Good, now)
        days.append((card.due - now).days)
        now = card.due
    assert spacing(Scheduler(0.8, QUICK)) == tuple(days)
    assert spacing(Scheduler(0.9, QUICK)) != spacing(Scheduler(0.9))


# Values


@every(
    "numbers",
    [
        DEFAULT[:20],
        (*DEFAULT, 0.5),
        (*DEFAULT[:20], 0.0),
        (*DEFAULT[:20], float("nan")),
        (float("inf"), *DEFAULT[1:]),
        (-1.0, *DEFAULT[1:]),
    ],
)
def test_what_cannot_be_parameters_is_refused(numbers: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="parameter"):
        Fit("x", NOW, numbers, Evidence(1, 1, 0.0, 0.0, 0.0))


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from(Rating),
            st.integers(0, 9),
            st.sampled_from([0.8, 0.9]),
            st.sampled_from(Mode),
        ),
        max_size=25,
    )
)
def test_a_replay_under_parameters_is_answering_under_them(
    history: list[tuple[str, Rating, int, float, Mode]],
) -> None:
    day, memories, given_ = DAY, dict[str, Learned](), []
    for number, (card, rating, gap, retention, mode) in enumerate(history):
        day += gap
        before = memories.get(card, NEW)
        after = Scheduler(retention, QUICK).after(card, before, rating, day, mode)
        shown = replace(review(f"{number}", card, rating, NOW, day, NEW, NEW), mode=mode)
        given_.append(replace(shown, retention=retention))
        if isinstance(after, Learned):
            memories[card] = after
    assert replay(given_, QUICK) == memories
