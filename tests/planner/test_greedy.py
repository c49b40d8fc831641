"""FSRS over arrays against the library, and the order of one look's gain."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned, Memory
from contrastive_drill.memory.scheduler import DEFAULT, Scheduler
from contrastive_drill.planner.greedy import greedy_order
from contrastive_drill.planner.habits import habits, seconds_at
from contrastive_drill.planner.ranking import DeckCard
from contrastive_drill.planner.solver.outcomes import first_review, later_review

TODAY, DAYS = 739_941, 9
HABITS = habits([], {})
OTHER = tuple(np.maximum(np.array(DEFAULT) * np.linspace(0.8, 1.2, 21), 0.001))


def library(scheduler: Scheduler, state: tuple[float, float] | None, elapsed: int) -> np.ndarray:
    """Stability and difficulty after each rating, a failed card asked again: (4, 2)."""
    found = scheduler.states(state, elapsed)
    found[0] = scheduler.states(found[0], 0)[2]
    return np.array(found)


@given(
    st.sampled_from([DEFAULT, OTHER]),
    st.floats(0.01, 5000),
    st.floats(1, 10),
    st.integers(1, 400),
)
def test_looks_over_arrays_lead_where_the_library_says(
    parameters: tuple[float, ...], stability: float, difficulty: float, elapsed: int
) -> None:
    scheduler = Scheduler(0.9, parameters)
    for found, expected in (
        (first_review(scheduler, HABITS.first), library(scheduler, None, 0)),
        (
            later_review(scheduler, stability, difficulty, elapsed, HABITS.passed),
            library(scheduler, (stability, difficulty), elapsed),
        ),
    ):
        assert found.chances.sum() == pytest.approx(1)
        assert np.allclose(found.stabilities, expected[:, 0], rtol=2e-4)
        assert np.allclose(found.difficulties, expected[:, 1], rtol=2e-4)
    once = later_review(scheduler, stability, difficulty, elapsed, HABITS.passed, repeats=False)
    left = scheduler.states((stability, difficulty), elapsed)
    assert np.allclose(once.stabilities, [each[0] for each in left], rtol=2e-4)


def by_hand(card: DeckCard) -> float:
    """What a look adds on the day, by weight, per second."""
    scheduler, memory = Scheduler(0.9), card.memory
    if isinstance(memory, Learned):
        since = TODAY - memory.last_day
        recalled, state = scheduler.curve.recall(memory.stability, since), (memory.stability, 5.0)
        chances = np.array([1 - recalled, *(recalled * np.array(HABITS.passed[1:]))])
        idle = scheduler.curve.recall(memory.stability, since + DAYS)
        after = library(scheduler, state, since)
    else:
        chances, idle, after = np.array(HABITS.first), 0.0, library(scheduler, None, 0)
    seconds = chances @ seconds_at(HABITS.pace[card.kind], first=memory is NEW)
    gain = chances @ scheduler.curve.recall(after[:, 0], DAYS) - idle
    return float(card.weight * gain / seconds)


def test_the_greedy_order_is_that_of_one_looks_gain_after_what_a_card_needs() -> None:
    chance = np.random.default_rng(3)
    memories: list[Memory] = [
        Learned(float(np.exp(chance.normal(1, 2))), 5.0, TODAY - 1 - n, TODAY, 2, 0)
        for n in range(20)
    ] + [NEW] * 20
    cards = [
        DeckCard(f"c{n}", list(Kind)[n % 6], 1.0 + n % 3, memory)
        for n, memory in enumerate(memories)
    ]
    done = DeckCard("done", Kind.RECALL, 9.0, Learned(0.1, 5.0, TODAY, TODAY, 1, 0))
    needs = {"c20": ["c21"], "c21": ["c20", "c3"], "c35": ["c36"]}

    def order(needs: dict[str, list[str]]) -> list[str]:
        return greedy_order([*cards, done], needs, Scheduler(0.9), HABITS, TODAY, TODAY + DAYS)

    gains = {card.card_id: by_hand(card) for card in cards}
    expected = sorted((c for c in gains if gains[c] > 0), key=lambda card: -gains[card])
    assert order({}) == expected
    found = order(needs)
    assert sorted(found) == sorted(expected)
    assert found.index("c36") < found.index("c35")
    rest = [card for card in expected if card not in ("c20", "c21", "c35", "c36")]
    assert [card for card in found if card in rest] == rest
