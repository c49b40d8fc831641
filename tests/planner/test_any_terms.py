"""Whatever terms are accepted can be planned, forecast and explained, and cost some seconds."""

import os
import subprocess
import sys
from dataclasses import astuple
from datetime import date
from itertools import pairwise
from math import isfinite
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contrastive_drill.cards.card import Level
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.log import NEW, Learned, Memory
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.deck import MOST_CLASSES, DeckCard, deck
from contrastive_drill.planner.explanation import explain
from contrastive_drill.planner.forecast import forecast
from contrastive_drill.planner.grid import later_review
from contrastive_drill.planner.habits import attendance, habits
from contrastive_drill.planner.plan import build_plan
from contrastive_drill.planner.plan_terms import MAX_DAYS, PlanTerms, check
from contrastive_drill.planner.steps import FINE, step_days, step_width
from contrastive_drill.screen.planner.plan import Terms, plan_record
from contrastive_drill.screen.planner.reason import reason_words

TODAY = date(2026, 11, 21).toordinal()
SECTIONS = ("a", "b")
TESTS = Path(__file__).parents[1]
CHILD = TESTS / "children" / "dear_plan.py"

days_ahead = st.integers(-1, 4) | st.sampled_from([FINE, FINE + 1, MAX_DAYS, MAX_DAYS + 1])
minutes = st.sampled_from([0.0, 5e-324, 0.01, 1.0, 20.0, 960.0, 961.0, float("nan")])
weights = st.sampled_from([0.0, 5e-324, 1e-9, 0.5, 1.0, 7.3, 100.0, 1e9])
terms_ = st.builds(
    PlanTerms,
    days_ahead.map(TODAY.__add__),
    minutes | st.floats(0, 960),
    st.none() | minutes,
    st.frozensets(st.integers(TODAY - 2, TODAY + 4)),
    st.dictionaries(st.sampled_from([*SECTIONS, *Level, "numbered", "gone"]), weights),
    st.frozensets(st.sampled_from([*SECTIONS, *Level, "gone"]), max_size=2),
    st.none() | st.integers(1, TODAY + 400),
)
memories: st.SearchStrategy[Memory] = st.just(NEW) | st.builds(
    Learned,
    st.sampled_from([0.001, 0.5, 9.0, 36500.0]),
    st.floats(1, 10),
    st.integers(TODAY - 4000, TODAY + 3),
    st.integers(TODAY - 9, TODAY + 9),
    st.integers(1, 9),
    st.just(0),
)
cards_ = st.lists(
    st.tuples(
        st.sampled_from(SECTIONS),
        st.sampled_from(Level),
        st.booleans(),
        st.sampled_from(Kind),
        memories,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=150)
@given(terms_, cards_, st.floats(0, 1), st.integers(0, 9))
@example(PlanTerms(TODAY + 1, 20.0), [("a", Level.MID, True, Kind.RECALL, NEW)], 0.0, 0)
def test_accepted_terms_are_planned_forecast_and_explained(
    terms: PlanTerms,
    cards: list[tuple[str, Level, bool, Kind, Memory]],
    left_today: float,
    studied: int,
) -> None:
    try:
        check(terms, TODAY)
    except UsageProblem:
        return
    planned = [
        DeckCard(f"c{number}", kind, weight, memory)
        for number, (section, level, numbered, kind, memory) in enumerate(cards)
        if (weight := terms.weight(section, level, numbered)) > 0
    ]
    if not planned:
        return
    of_days = [60 * each for each in terms.minutes_from(TODAY)]
    attended = attendance(min(studied, terms.attended({TODAY - 1}, TODAY)[1]), studied)
    plan = build_plan(
        planned,
        {"c1": ["c0"]},
        [left_today * of_days[0], *of_days[1:]],
        Scheduler(0.9),
        habits([], {}),
        TODAY,
        attended,
    )
    names = {each.card_id: each.card_id for each in planned}
    told = forecast(plan, names, names, seed=1)
    assert len(plan.deck.classes) <= MOST_CLASSES
    assert [each.day for each in told.work] == list(range(TODAY, terms.interview_day))
    shares = (told.bound, told.close, told.more, *astuple(told)[0][2:])
    assert all(isfinite(each) and -1e-9 <= each <= 1 + 1e-9 for each in shares)
    assert all(0 <= need.minutes < 1e9 for need in told.needs if need.minutes is not None)
    assert all(isfinite(value) for each in told.work for value in each)
    said = Terms(terms.repeats, False, None)
    assert plan_record(plan, told, said)["schema"] == 2
    for card in names:
        assert "nan" not in reason_words(explain(plan, card, 60.0), plan.interview_day)


@given(st.integers(1, MAX_DAYS))
def test_steps_cover_the_days_and_are_few(days: int) -> None:
    begins = step_days(days)
    lengths = [end - begin for begin, end in pairwise(begins)]
    assert (begins[0], begins[-1], len(lengths) <= FINE) == (0, days, True)
    assert all(each == step_width(begins) for each in lengths[2:])
    assert lengths[0] == 1
    assert days > FINE or set(lengths) == {1}


def test_a_long_plan_in_steps_says_about_what_one_by_days_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    planned = [DeckCard(f"c{n}", list(Kind)[n % 6], 1.0 + n % 2, NEW) for n in range(200)]
    names = {each.card_id: "s" for each in planned}
    seconds = [10 * 60.0 if day % 7 else 20 * 60.0 for day in range(FINE)]
    told = []
    for fine in (FINE, FINE // 3):
        monkeypatch.setattr("contrastive_drill.planner.steps.FINE", fine)
        plan = build_plan(planned, {}, seconds, Scheduler(0.9), habits([], {}), TODAY)
        assert len(plan.deck.steps) - 1 <= fine
        told.append(forecast(plan, names, names, seed=1))
    by_days, in_steps = told
    for share in ("expected", "low", "high"):
        exact = getattr(by_days.all, share)
        assert getattr(in_steps.all, share) == pytest.approx(exact, abs=0.05)
    assert in_steps.all.expected == pytest.approx(by_days.all.expected, abs=0.015)
    assert in_steps.bound == pytest.approx(by_days.bound, abs=0.015)
    for work in ("minutes", "met"):
        exact = sum(getattr(each, work) for each in by_days.work)
        assert sum(getattr(each, work) for each in in_steps.work) == pytest.approx(exact, rel=0.05)


def test_every_step_has_the_memories_of_its_days() -> None:
    seen = Learned(7.0, 5.0, TODAY - 3, TODAY, 2, 0)
    days, scheduler, usual = 150, Scheduler(0.9), habits([], {})
    whole = deck([DeckCard("c", Kind.RECALL, 1.0, seen)], scheduler, usual, TODAY, days)
    assert step_width(whole.steps.tolist()) == 3
    for step, day in enumerate(whole.middles[:-1].tolist()):
        assert whole.steps[step] <= day < whole.steps[step + 1]
        outcomes = later_review(scheduler, 7.0, 5.0, 3 + day, usual.passed)
        assert whole.seen_chances[0, step].tolist() == list(outcomes.chances)
    assert whole.seen_recall[0] == scheduler.curve.recall(7.0, 3 + days)
    node, grid, found = 30, whole.grid, whole.transitions
    stability, difficulty = float(grid.stabilities[node]), float(grid.difficulties[node])
    for steps in (1, 5):
        outcomes = later_review(scheduler, stability, difficulty, 3 * steps, usual.passed)
        assert found.chances[steps - 1, node].tolist() == list(outcomes.chances)
        recalled = scheduler.curve.recall(stability, 3 * steps - 1)  # from the middle of a step
        assert found.recall[steps, node] == pytest.approx(recalled)


def test_only_ratios_of_weights_matter() -> None:
    def recalled(unit: float) -> list[float]:
        planned = [
            DeckCard(f"c{n}", Kind.RECALL, unit * weight, NEW)
            for n, weight in enumerate(8 * (1.0, 8.0, 2.0, 4.0))
        ]
        plan = build_plan(planned, {}, [270.0] * 6, Scheduler(0.9), habits([], {}), TODAY)
        names = {each.card_id: f"{each.weight / unit}" for each in planned}
        told = forecast(plan, names, names, seed=1)
        return [each.expected for each in told.sections]

    assert recalled(1e-9) == pytest.approx(recalled(1 / 8))
    assert recalled(1e9) == pytest.approx(recalled(100 / 8))


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system does not count a child's memory")
def test_the_dearest_terms_cost_seconds_and_little_memory() -> None:
    process = subprocess.Popen(
        [sys.executable, str(CHILD)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )
    assert process.stdout
    said, peak = process.stdout.read().splitlines()
    process.stdout.close()
    _, process.returncode, usage = os.wait4(process.pid, 0)
    assert process.returncode == 0
    assert float(peak.removesuffix(" MB")) < 300
    # Of the processor, with its start: some seconds on an idle machine.
    assert usage.ru_utime + usage.ru_stime < 30
    assert said == f"{MOST_CLASSES} classes at most, {FINE} steps at most: kept"


def test_no_numpy_thread_waits_for_another() -> None:
    """Products of matrices are small ones: large ones wake a thread for each core, and spin."""
    planned = [DeckCard("c0", Kind.RECALL, 1.0, NEW)]
    plan = build_plan(planned, {}, [90.0] * 9, Scheduler(0.9), habits([], {}), TODAY)
    assert np.prod(plan.deck.transitions.leads.shape[1:]) * MOST_CLASSES < 4 * 2**16
