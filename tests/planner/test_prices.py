"""The relaxed plan against exact answers: all schedules of tiny decks, and who follows it."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from cases import every

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned, Memory
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.deck import Deck, DeckCard, deck
from contrastive_drill.planner.grid import Grid, first_review, later_review
from contrastive_drill.planner.habits import Attendance, Habits, attendance, habits, seconds_at
from contrastive_drill.planner.minimizer import minimise
from contrastive_drill.planner.prices import evaluate, relax, trajectory
from contrastive_drill.planner.simulation import simulate

TODAY = 739_941
SCHEDULER = Scheduler(0.9)
HABITS = habits([], {})
MET = Learned(
    stability=4.0, difficulty=6.0, last_day=TODAY - 3, due_day=TODAY + 1, reps=2, lapses=0
)


def made(memories: list[Memory], days: int, kind: Kind = Kind.RECALL) -> Deck:
    planned = [DeckCard(f"c{n}", kind, 1.0, memory) for n, memory in enumerate(memories)]
    return deck(planned, SCHEDULER, HABITS, TODAY, days)


State = tuple[float, float, int] | None  # stability, difficulty, day of the last review


def reviewed(state: State, day: int) -> tuple[list[tuple[float, State]], float]:
    """The outcomes of a review with their chances, and its expected seconds: without a grid."""
    if state is None:
        found = first_review(SCHEDULER, HABITS.first)
        seconds = seconds_at(HABITS.pace[Kind.RECALL], first=True)
    else:
        found = later_review(SCHEDULER, state[0], state[1], day - state[2], HABITS.passed)
        seconds = seconds_at(HABITS.pace[Kind.RECALL], first=False)
    after: list[tuple[float, State]] = [
        (chance, (stability, difficulty, day))
        for chance, stability, difficulty in zip(
            found.chances, found.stabilities, found.difficulties, strict=True
        )
    ]
    return after, sum(c * s for c, s in zip(found.chances, seconds, strict=True))


def kept(state: State, days: int) -> float:
    return 0.0 if state is None else float(SCHEDULER.curve.recall(state[0], days - state[2]))


def exact(state: State, prices: tuple[float, ...], present: float = 1.0) -> float:
    """The value of one card under prices, by walking through every choice and outcome.

    On each day after the first the learner comes with the probability `present`.
    """
    days = len(prices)

    def value(state: State, day: int) -> float:
        if day == days:
            return kept(state, days)
        wait = value(state, day + 1)
        after, seconds = reviewed(state, day)
        look = sum(chance * value(s, day + 1) for chance, s in after) - prices[day] * seconds
        return wait + (present if day else 1.0) * max(look - wait, 0)

    return value(state, 0)


def relative(memory: Memory) -> State:
    if not isinstance(memory, Learned):
        return None
    return memory.stability, memory.difficulty, memory.last_day - TODAY


@every("memory", [NEW, MET])
@every("prices", list(product([0.0, 0.002, 0.006], repeat=3)))
def test_a_card_is_worth_what_a_walk_through_every_choice_says(
    memory: Memory, prices: tuple[float, ...]
) -> None:
    values = evaluate(made([memory], 3), np.array(prices), soft=0.0)
    look, wait = (
        (values.seen_review, values.seen_wait)
        if memory is MET
        else (values.new_review, values.new_wait)
    )
    assert max(look[0, 0], wait[0, 0]) == pytest.approx(exact(relative(memory), prices), abs=0.004)


@every("memory", [NEW, MET])
@every("present", [0.5, 0.8])
def test_a_card_may_find_no_day_to_be_looked_at(memory: Memory, present: float) -> None:
    prices = (0.002, 0.0, 0.004, 0.001)
    values = evaluate(made([memory], 4), np.array(prices), 0.0, present)
    look, wait = (
        (values.seen_review, values.seen_wait)
        if memory is MET
        else (values.new_review, values.new_wait)
    )
    expected = exact(relative(memory), prices, present)
    assert max(look[0, 0], wait[0, 0]) == pytest.approx(expected, abs=0.004)
    assert expected < exact(relative(memory), prices) - 0.002


def test_learners_who_miss_days_stay_below_the_bound_of_those_who_do() -> None:
    whole, seconds = made([NEW] * 150, 10), np.full(10, 900.0)
    relaxed = relax(whole, seconds, 0.7)
    assert relaxed.bound < relax(whole, seconds).bound - 5
    told = simulate(whole, relaxed, seconds, 80, 1, spread=False, attendance=Attendance(7e4, 3e4))
    came = told.seconds > 0
    assert came.mean() == pytest.approx(0.7, abs=0.05)
    # A plan starts on a day of study; here the first is missed like the others.
    known = told.recall.sum(1)
    assert known.mean() < relaxed.bound + 2 * known.std() / np.sqrt(len(known))
    whole_days = simulate(whole, relaxed, seconds, 80, 1, spread=False)
    assert (whole_days.seconds > 0).all()


def test_missed_days_are_believed_step_by_step() -> None:
    shares = [
        attendance(came, planned).share for came, planned in ((0, 0), (1, 1), (1, 2), (20, 30))
    ]
    assert shares == pytest.approx([0.9, 5.5 / 6, 5.5 / 7, 24.5 / 35])


def test_nobody_is_better_than_the_bound_two_cards_three_days() -> None:
    """Every schedule of two cards, one look a day: what it reaches, and what time it needs."""

    @cache
    def best(states: tuple[State, State], day: int) -> float:
        if day == 3:
            return sum(kept(state, 3) for state in states)
        found = best(states, day + 1)
        for card in (0, 1):
            after, _ = reviewed(states[card], day)
            other = states[1 - card]
            found = max(
                found,
                sum(
                    chance * best((s, other) if card == 0 else (other, s), day + 1)
                    for chance, s in after
                ),
            )
        return found

    decks: list[list[Memory]] = [[NEW, NEW], [MET, NEW], [MET, MET]]
    for memories in decks:
        small = made(memories, 3)
        # A look takes at most this long on average, so one a day fits into so many seconds.
        longest = max(small.new_costs.max(), small.seen_costs.max(initial=0))
        reached = best((relative(memories[0]), relative(memories[1])), 0)
        relaxed = relax(small, np.full(3, longest))
        assert reached <= relaxed.bound + 0.01
        assert relaxed.bound <= 2.0
        # Twice as many looks are possible than in one a day at most: the bound is not idle.
        assert relaxed.bound <= reached + 0.25


@every(("cards", "days", "minutes"), [(150, 7, 10.0), (150, 14, 20.0), (160, 10, 60.0)])
def test_learners_who_follow_the_plan_reach_its_bound_and_no_more(
    cards: int, days: int, minutes: float
) -> None:
    whole = made([NEW] * cards, days)
    seconds = np.full(days, 60 * minutes)
    relaxed = relax(whole, seconds)
    told = simulate(whole, relaxed, seconds, 60, seed=1, spread=False)
    known = told.recall.sum(1)
    error = known.std() / np.sqrt(len(known))
    spent = told.seconds.sum(1).mean() / seconds.sum()
    assert spent <= 1.03  # a day ends on time on average
    assert known.mean() <= relaxed.bound * max(spent, 1) + 4 * error + 0.3
    assert known.mean() >= relaxed.bound - 0.02 * cards


def test_more_time_is_never_worth_less_and_all_the_time_there_is_reaches_everything() -> None:
    whole = made([NEW] * 40 + [MET] * 10, 8)
    bounds = [relax(whole, np.full(8, 60.0 * minutes)).bound for minutes in (1, 3, 10, 30, 300)]
    assert bounds == sorted(bounds)
    free = evaluate(whole, np.zeros(8), soft=0.0)
    assert bounds[-1] == pytest.approx(
        10 * max(free.seen_review[0, 0], free.seen_wait[0, 0])
        + 40 * max(free.new_review[0, 0], free.new_wait[0, 0]),
        abs=0.05,
    )


def test_a_day_off_is_never_used() -> None:
    whole = made([NEW] * 60, 6)
    seconds = np.array([600.0, 0, 600, 0, 0, 600])
    relaxed = relax(whole, seconds)
    told = simulate(whole, relaxed, seconds, 5, seed=3)
    assert (told.seconds[:, seconds == 0] == 0).all()
    assert ((told.met + told.reviews)[:, seconds == 0] == 0).all()


def test_time_wanted_is_the_slope_of_the_soft_value() -> None:
    """The envelope theorem: what one more price unit costs is the time that is wanted."""
    whole = made([NEW] * 9 + [MET] * 4, 5)
    prices = np.array([0.001, 0.002, 0.0015, 0.003, 0.002])

    def total(at: np.ndarray) -> float:
        values = evaluate(whole, at, 0.02)
        own = 0.02 * np.logaddexp(values.seen_review[:, 0] / 0.02, values.seen_wait[:, 0] / 0.02)
        new = 0.02 * np.logaddexp(values.new_review[:, 0] / 0.02, values.new_wait[:, 0] / 0.02)
        return float(own.sum() + (whole.new_counts * new).sum())

    wanted = trajectory(whole, evaluate(whole, prices, 0.02), 0.02).seconds
    for day in range(5):
        nudge = np.zeros(5)
        nudge[day] = 2e-5
        slope = (total(prices + nudge) - total(prices - nudge)) / 4e-5
        assert -slope == pytest.approx(wanted[day], rel=0.02, abs=0.5)


def test_the_course_knows_what_the_cards_choices_leave_on_the_day() -> None:
    """Two new cards and one met before: all look today at no price, or none at the dearest."""
    small = made([NEW, NEW, MET], 3)

    def after(state: State) -> float:
        return sum(chance * kept(looked_at, 3) for chance, looked_at in reviewed(state, 0)[0])

    def ended(prices: tuple[float, float, float]) -> tuple[float, list[float]]:
        found = trajectory(small, evaluate(small, np.array(prices), 0.001), 0.001)
        return found.recalled, list(found.seconds)

    known, seconds = ended((0.0, 1.0, 1.0))
    assert known == pytest.approx(2 * after(None) + after(relative(MET)), rel=0.01)
    spent = 2 * reviewed(None, 0)[1] + reviewed(relative(MET), 0)[1]
    assert seconds == pytest.approx([spent, 0, 0], rel=1e-3, abs=1e-6)
    known, seconds = ended((1.0, 1.0, 1.0))
    assert known == pytest.approx(kept(relative(MET), 3))
    assert seconds == pytest.approx([0, 0, 0], abs=1e-6)


def test_a_card_answered_today_waits_until_tomorrow() -> None:
    today = Learned(0.3, 8.0, TODAY, TODAY + 1, 1, 0)
    values = evaluate(made([today], 3), np.zeros(3), soft=0.0)
    assert values.seen_review[0, 0] < values.seen_wait[0, 0]
    assert values.seen_review[0, 1] > values.seen_wait[0, 1]


def test_heavier_cards_come_first() -> None:
    planned = [DeckCard(f"c{n}", Kind.RECALL, 2.0 if n % 2 else 1.0, NEW) for n in range(100)]
    both = deck(planned, SCHEDULER, HABITS, TODAY, 5)
    seconds = np.full(5, 600.0)
    told = simulate(both, relax(both, seconds), seconds, 10, seed=0, spread=False)
    light, heavy = (
        told.recall[:, [n for n, p in enumerate(both.order) if p.weight == weight]].mean()
        for weight in (1.0, 2.0)
    )
    assert heavy > 3 * light


def test_a_point_gives_back_what_is_linear_on_the_grid() -> None:
    grid = Grid()
    linear = np.stack([np.log(grid.stabilities), grid.difficulties], -1)

    def at(values: np.ndarray, stability: float, difficulty: float) -> np.ndarray:
        points = grid.locate(stability, difficulty)
        return np.asarray((values[points.nodes] * points.shares[..., None]).sum(-2))

    for stability, difficulty in ((0.05, 1.0), (3.3, 5.7), (200.0, 10.0)):
        assert at(linear, stability, difficulty) == pytest.approx(
            [np.log(stability), difficulty], abs=1e-9
        )
    assert at(linear, 1e-6, 10.0) == pytest.approx([np.log(grid.stabilities[0]), 10.0])


def test_descent_finds_the_foot_of_a_valley_within_bounds() -> None:
    def valley(at: np.ndarray) -> tuple[float, np.ndarray]:
        slope = np.array(
            [2 * (at[0] - 1) - 400 * at[0] * (at[1] - at[0] ** 2), 200 * (at[1] - at[0] ** 2)]
        )
        return float((1 - at[0]) ** 2 + 100 * (at[1] - at[0] ** 2) ** 2), slope

    assert minimise(valley, np.array([-1.2, 1.0]), 200, -2.0, 2.0) == pytest.approx(
        [1, 1], abs=1e-3
    )
    held = minimise(lambda at: (float(at.sum()), np.ones(3)), np.zeros(3), 50, -1.5, 2.0)
    assert held == pytest.approx([-1.5] * 3)


def paced(pace: float) -> Habits:
    return Habits(HABITS.first, HABITS.passed, {**HABITS.pace, Kind.RECALL: pace})


def test_a_slower_learner_gets_fewer_cards() -> None:
    planned = [DeckCard(f"c{n}", Kind.RECALL, 1.0, NEW) for n in range(100)]
    quick, slow = (
        relax(deck(planned, SCHEDULER, paced(pace), TODAY, 5), np.full(5, 600.0)).bound
        for pace in (40.0, 80.0)
    )
    assert slow == pytest.approx(quick / 2, rel=0.1)


def test_cards_of_nearly_one_pace_are_planned_as_one_class() -> None:
    for other, paces in ((105.0, [102.5]), (112.0, [100.0, 112.0])):
        habits_ = Habits(
            HABITS.first,
            HABITS.passed,
            {**HABITS.pace, Kind.RECALL: 100.0, Kind.CHOICE: other},
        )
        two = [DeckCard("a", Kind.RECALL, 1.0, NEW), DeckCard("b", Kind.CHOICE, 1.0, NEW)]
        whole = deck(two, SCHEDULER, habits_, TODAY, 2)
        assert [each.pace for each in whole.classes] == paces
        heavier = [two[0], two[1]._replace(weight=2.0)]
        assert len(deck(heavier, SCHEDULER, habits_, TODAY, 2).classes) == 2
