"""Whatever terms are accepted can be planned, forecast and explained, and cost some seconds."""

import json
import os
import subprocess
import sys
from datetime import date
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
from contrastive_drill.planner.attendance import attendance
from contrastive_drill.planner.bound import FINER
from contrastive_drill.planner.explanation import explain
from contrastive_drill.planner.forecast import forecast
from contrastive_drill.planner.habits import habits
from contrastive_drill.planner.plan import build_plan
from contrastive_drill.planner.plan_terms import MAX_DAYS, PlanTerms, Repeats, check
from contrastive_drill.planner.ranking import DeckCard
from contrastive_drill.planner.solver.deck import USUAL, deck
from contrastive_drill.planner.solver.looks import Rules
from contrastive_drill.planner.solver.model import NODES, Model
from contrastive_drill.planner.solver.prices import prices_of
from contrastive_drill.planner.solver.solution import solve
from contrastive_drill.planner.solver.steps import FINE, Steps
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


@settings(max_examples=30)
@given(terms_, cards_, st.floats(0, 1), st.integers(0, 9))
@example(PlanTerms(TODAY + 1, 20.0), [("a", Level.MID, True, Kind.RECALL, NEW)], 0.0, 0)
@example(PlanTerms(TODAY + 1, 0.01), [("a", Level.MID, True, Kind.RECALL, NEW)], 1e-307, 0)
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
    came = dict.fromkeys(range(TODAY - studied, TODAY), 90.0)
    attended = attendance(came, terms.past_seconds(TODAY))
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
    told = forecast(plan, names, names)
    assert len(plan.deck.columns) <= USUAL.columns
    assert [each.day for each in told.work] == list(range(TODAY, terms.interview_day))
    shares = (told.bound, told.close, told.more, *told.all[2:])
    assert all(isfinite(each) and -1e-9 <= each <= 1 + 1e-9 for each in shares)
    assert all(0 <= need.minutes < 1e9 for need in told.needs if need.minutes is not None)
    assert all(isfinite(value) for each in told.work for value in each)
    assert told.all.low <= told.all.expected <= told.all.high
    assert told.expected_weighted <= told.bound
    assert "NaN" not in json.dumps(plan_record(plan, told, Terms(Repeats.AUTO, False, None)))
    record = json.loads(json.dumps(plan.start_record()))
    assert prices_of(record["likely"])
    assert prices_of(record["steady"])
    for card in names:
        assert "nan" not in reason_words(explain(plan, card, 60.0), terms.interview_day)


@given(st.integers(1, MAX_DAYS), st.integers(2, FINE))
def test_steps_cover_the_days_and_are_few(days: int, most: int) -> None:
    steps = Steps(days, most)
    lengths = np.diff(np.append(steps.starts, days))
    assert (steps.starts[0], lengths.sum(), len(steps) <= most) == (0, days, True)
    assert (lengths[2:] == steps.width).all()
    assert lengths[0] == 1
    assert days > most or set(lengths) == {1}
    assert (steps.total(np.arange(days, dtype=float)).sum()) == days * (days - 1) / 2


def test_a_plan_in_steps_says_about_what_one_by_days_says() -> None:
    planned = [DeckCard(f"c{n}", list(Kind)[n % 6], 1.0 + n % 2, NEW) for n in range(200)]
    seconds = [10 * 60.0 if day % 7 else 20 * 60.0 for day in range(FINE)]
    usual = habits([], {})
    whole = deck(planned, usual, TODAY, FINE)
    rules = Rules(Scheduler(0.9), usual.first, usual.passed, True)
    days, steps = (
        solve(Model(rules, whole, Steps(FINE, most)), seconds).course for most in (FINE, FINE // 3)
    )
    assert len(steps.seconds) < len(days.seconds) / 2
    assert steps.recalled / whole.weight == pytest.approx(days.recalled / whole.weight, abs=0.015)
    assert steps.seconds.sum() == pytest.approx(days.seconds.sum(), rel=0.02)
    assert steps.met.sum() == pytest.approx(days.met.sum(), rel=0.05)


def test_only_ratios_of_weights_matter() -> None:
    def recalled(unit: float) -> list[float]:
        planned = [
            DeckCard(f"c{n}", Kind.RECALL, unit * weight, NEW)
            for n, weight in enumerate(8 * (1.0, 8.0, 2.0, 4.0))
        ]
        plan = build_plan(planned, {}, [270.0] * 6, Scheduler(0.9), habits([], {}), TODAY)
        names = {each.card_id: f"{each.weight / unit}" for each in planned}
        told = forecast(plan, names, names)
        return [each.expected for each in told.sections]

    assert recalled(1e-9) == pytest.approx(recalled(1 / 8))
    assert recalled(1e9) == pytest.approx(recalled(100 / 8))


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system does not count a child's memory")
def test_the_dearest_terms_cost_a_second_and_little_memory() -> None:
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
    assert said == "kept"
    assert float(peak.removesuffix(" MB")) < 150
    # Of the processor, with its start: two seconds on an idle machine.
    assert usage.ru_utime + usage.ru_stime < 15


def test_no_numpy_thread_waits_for_another() -> None:
    """Products of matrices are small ones: large ones wake a thread for each core, and spin."""
    nodes = max(np.prod(NODES), np.prod(FINER))
    assert nodes**2 * USUAL.columns < 4 * 2**16
