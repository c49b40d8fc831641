"""The plan's core against exact answers: one card's every choice, slopes, courses, alike cards."""

from functools import cache

import numpy as np
import pytest
from cases import every
from hypothesis import given, settings
from hypothesis import strategies as st

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned, Memory
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.habits import habits
from contrastive_drill.planner.ranking import DeckCard
from contrastive_drill.planner.solver.arrays import Floats
from contrastive_drill.planner.solver.deck import USUAL, Classes, Deck, deck
from contrastive_drill.planner.solver.grid import Grid
from contrastive_drill.planner.solver.looks import Rules
from contrastive_drill.planner.solver.minimizer import minimise
from contrastive_drill.planner.solver.model import Model
from contrastive_drill.planner.solver.prices import search
from contrastive_drill.planner.solver.solution import solve
from contrastive_drill.planner.solver.values import Values
from contrastive_drill.planner.today import gains

TODAY = 739_941
SCHEDULER, HABITS = Scheduler(0.9), habits([], {})
MET = Learned(4.0, 6.0, TODAY - 3, TODAY, 2, 0)
PACE = HABITS.pace[Kind.RECALL]


def rules(repeats: bool = True) -> Rules:
    return Rules(SCHEDULER, HABITS.first, HABITS.passed, repeats)


def cards(memories: list[Memory], weights: tuple[float, ...] = (1.0,)) -> list[DeckCard]:
    return [
        DeckCard(f"c{n}", Kind.RECALL, weights[n % len(weights)], memory)
        for n, memory in enumerate(memories)
    ]


def made(memories: list[Memory], days: int, most: Classes = USUAL) -> Deck:
    return deck(cards(memories), HABITS, TODAY, days, most)


State = tuple[float, float, int] | None  # stability, difficulty, day of the last look


def kept(state: State, days: int) -> float:
    return 0.0 if state is None else float(SCHEDULER.curve.recall(state[0], days - state[2]))


def exact(memory: Memory, prices: list[float], present: Floats, repeats: bool) -> float:
    """The value of one card under prices, by walking through every choice and outcome."""
    days, asked = len(prices), rules(repeats)
    later_paces, first_paces = asked.paces(first=False), asked.paces(first=True)

    @cache
    def value(state: State, day: int) -> float:
        if day == days:
            return kept(state, days)
        wait = value(state, day + 1)
        if state is None:
            look, paces = asked.first_look(), first_paces
        else:
            look = asked.later_look(
                np.array(state[0]), np.array(state[1]), np.array(day - state[2])
            )
            paces = later_paces
        after = zip(look.stabilities.tolist(), look.difficulties.tolist(), strict=True)
        values = [value((s, d, day), day + 1) for s, d in after]
        looked = look.chances @ values - prices[day] * PACE * (look.chances @ paces)
        return wait + (float(present[day]) if day else 1.0) * max(float(looked) - wait, 0.0)

    if not isinstance(memory, Learned):
        return value(None, 0)
    return value((memory.stability, memory.difficulty, memory.last_day - TODAY), 0)


@every("memory", [NEW, MET, Learned(0.4, 9.0, TODAY - 1, TODAY, 2, 0)])
@every("prices", [(0.0,) * 4, (0.002, 0.0, 0.004, 0.001), (0.006, 0.003, 0.003, 0.006)])
@every("present", [(1.0,) * 4, (0.5, 0.9, 0.2, 0.7)])
@every("repeats", [True, False])
def test_a_card_is_worth_what_a_walk_through_every_choice_says(
    memory: Memory, prices: tuple[float, ...], present: tuple[float, ...], repeats: bool
) -> None:
    model = Model(rules(repeats), made([memory], 4))
    chances = np.array(present)
    values = Values(model.exact, model.deck, np.array(prices), chances)
    found = values.new_today[0] if memory is NEW else values.rows_today[0]
    assert found == pytest.approx(exact(memory, list(prices), chances, repeats), abs=4e-3)


@every("days", [5, 20])
def test_time_wanted_is_the_slope_of_the_soft_value(days: int) -> None:
    """The envelope theorem: what one more price unit costs is the time that is wanted."""
    model = Model(rules(), made([NEW] * 9 + [MET] * 4, days))
    prices = 0.001 + 0.002 * np.random.default_rng(1).random(days)
    seconds = np.full(days, 300.0)
    _, slope = model.programme.dual(prices, seconds, 0.02)
    for day in (0, days // 2, days - 1):
        nudge = np.zeros(days)
        nudge[day] = 2e-5
        up, down = (model.programme.dual(prices + n, seconds, 0.02)[0] for n in (nudge, -nudge))
        assert (up - down) / 4e-5 == pytest.approx(slope[day], rel=0.03, abs=2.0)


def test_the_programme_of_few_days_is_the_table_of_all_gaps() -> None:
    model = Model(rules(), made([NEW] * 9 + [MET] * 4, 7))
    prices, seconds = np.linspace(0.001, 0.003, 7), np.full(7, 200.0)
    soft, _ = model.programme.dual(prices, seconds, 1e-5)
    assert soft == pytest.approx(Values(model.exact, model.deck, prices).dual(seconds), abs=2e-3)


@every(("count", "days", "minutes"), [(150, 7, 10.0), (150, 14, 20.0), (60, 30, 8.0)])
def test_the_course_reaches_about_the_dual_and_no_more(
    count: int, days: int, minutes: float
) -> None:
    model = Model(rules(), made([NEW, NEW, MET] * (count // 3), days))
    seconds = np.full(days, 60 * minutes)
    found = solve(model, seconds.tolist())
    dual = Values(model.exact, model.deck, found.prices.scaled(1.0, seconds)).dual(seconds)
    assert dual - 0.03 * count <= found.course.recalled <= dual + 0.1
    assert (found.course.seconds <= seconds + 1e-6).all()
    assert found.course.seconds.sum() == pytest.approx(seconds.sum(), rel=1e-3)
    by_card = found.course.of_cards() @ model.deck.weights
    assert by_card == pytest.approx(found.course.recalled, rel=1e-4)


def test_a_day_off_is_never_used() -> None:
    model = Model(rules(), made([NEW] * 60, 6))
    found = solve(model, [600.0, 0, 600, 0, 0, 600])
    assert found.course.seconds[[1, 3, 4]].sum() == 0
    assert found.course.met[[1, 3, 4]].sum() == 0


def test_learners_who_forget_faster_recall_less_and_with_less_time_still_less() -> None:
    found = solve(Model(rules(), made([NEW] * 90 + [MET] * 30, 14)), [600.0] * 14)
    middle = found.course.recalled
    assert found.varied(faster=2.0).recalled < 0.95 * middle
    assert found.varied(faster=0.5).recalled > 1.02 * middle
    assert found.varied(0.6, 1.4).recalled < 0.85 * middle


def test_more_time_is_never_worth_less_and_all_of_it_reaches_everything() -> None:
    model = Model(rules(), made([NEW] * 40 + [MET] * 10, 8))
    reached = [solve(model, [60.0 * m] * 8).course.recalled for m in (1, 3, 10, 30, 300)]
    assert reached == sorted(reached)
    free = Values(model.exact, model.deck, np.zeros(8))
    assert reached[-1] == pytest.approx(free.dual(np.zeros(8)), abs=0.2)


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from([0.3, 1.0, 1.0, 2.5, 40.0]), min_size=1, max_size=30),
    st.integers(1, 8),
    st.integers(1, 12),
)
def test_cards_that_share_places_are_worth_no_less_than_one_by_one(
    weights: list[float], columns: int, rows: int
) -> None:
    chance = np.random.default_rng(len(weights))
    planned = [
        DeckCard(
            f"c{n}",
            list(Kind)[n % 6],
            weight,
            NEW if n % 3 else Learned(float(np.exp(chance.normal(1, 1))), 5.0, TODAY - 2, 0, 1, 0),
        )
        for n, weight in enumerate(weights)
    ]
    prices = np.full(6, 3e-4)
    fine, rough = (
        deck(planned, HABITS, TODAY, 6, most) for most in (Classes(99, 99), Classes(columns, 99))
    )
    few = deck(planned, HABITS, TODAY, 6, Classes(columns, rows))
    duals = [
        Values(Model(rules(), each).exact, each, prices).dual(np.zeros(6)) for each in (fine, rough)
    ]
    # Values are convex in the rate, to the precision of the sums in float32.
    assert duals[0] <= duals[1] * (1 + 1e-5)
    assert len(rough.columns) <= max(columns, 2)
    for each in (fine, rough, few):
        assert each.new.sum() + each.rows.weight.sum() == pytest.approx(each.weight)
        assert each.shares.sum(1) == pytest.approx(1)
        assert (each.columns[each.places] * each.shares).sum(1) == pytest.approx(each.rates)
        ones = each.of_cards(np.ones(len(each.rows)), np.ones(len(each.columns)))
        assert ones == pytest.approx(1)


def test_cards_of_one_row_are_told_apart_today() -> None:
    memories: list[Memory] = [Learned(3 + 0.001 * n, 5.0, TODAY - 4, 0, 2, 0) for n in range(80)]
    planned = cards([*memories, Learned(0.2, 5.0, TODAY, 0, 1, 0)])
    found = [
        {each.card_id: each for each in gains(solve(Model(rules(), whole), [300.0] * 9))}
        for whole in (
            deck(planned, HABITS, TODAY, 9, Classes(9, 99)),
            deck(planned, HABITS, TODAY, 9, Classes(9, 4)),
        )
    ]
    for each in found:
        of_known = [each[f"c{n}"].gain for n in range(80)]
        assert of_known == sorted(of_known, reverse=True)
        assert each["c80"].gain < 0  # answered today
    assert found[1]["c7"].gain == pytest.approx(found[0]["c7"].gain, rel=0.05)
    assert found[1]["c7"].seconds == pytest.approx(found[0]["c7"].seconds)


@every("cubic", [True, False])
def test_a_point_gives_back_what_is_smooth_on_the_grid(cubic: bool) -> None:
    grid = Grid(14, 4)
    logs = np.log(grid.stabilities)

    def at(values: np.ndarray, stability: float, difficulty: float) -> float:
        nodes, shares = grid.locate(np.array(stability), np.array(difficulty), cubic=cubic)
        assert shares.sum() == pytest.approx(1)
        assert cubic or (shares >= 0).all()
        return float((values[nodes] * shares).sum())

    for s, d in ((0.05, 1.0), (3.3, 5.7), (200.0, 10.0)):
        assert at(logs, s, d) == pytest.approx(np.log(s))
        assert at(grid.difficulties, s, d) == pytest.approx(d)
        if cubic:
            assert at(logs**3 - grid.difficulties**3, s, d) == pytest.approx(np.log(s) ** 3 - d**3)
    assert at(logs, 1e-6, 10.0) == pytest.approx(logs[0])


def test_descent_finds_the_foot_of_a_valley() -> None:
    def valley(at: np.ndarray, soft: float) -> tuple[float, np.ndarray]:
        slope = np.array(
            [2 * (at[0] - 1) - 400 * at[0] * (at[1] - at[0] ** 2), 200 * (at[1] - at[0] ** 2)]
        )
        return float((1 - at[0]) ** 2 + 100 * (at[1] - at[0] ** 2) ** 2) + soft, slope

    softs = np.geomspace(1, 1e-6, 300).tolist()
    found = minimise(valley, np.array([-1.2, 1.0]), softs, np.eye(2) * 1e-3)
    assert found.point == pytest.approx([1, 1], abs=1e-3)


def test_prices_near_those_of_yesterday_are_found_from_them() -> None:
    whole = made([NEW] * 80 + [MET] * 20, 25)
    model, seconds = Model(rules(), whole), np.full(25, 400.0)
    cold = search(model, seconds)
    warm = search(model, seconds, cold)
    duals = [
        Values(model.exact, whole, each.scaled(1.0, seconds)).dual(seconds) for each in (cold, warm)
    ]
    assert duals[1] <= duals[0] + 0.02
