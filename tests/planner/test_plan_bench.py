"""The bench of plans: its FSRS against the library, its rivals by hand, and that none peeks."""

from dataclasses import replace

import numpy as np
import pytest
from cases import every
from fsrs_rs_python import FSRS, MemoryState, NextStates
from planbench import fsrs6
from planbench.cells import MODEL, Answers, Cell, Memories, decked, kinds, past, planned
from planbench.fsrs6 import Flags, Floats, Whole
from planbench.learners import KINDS, People, people
from planbench.measured import PLAN, RIVALS, Row, measure, policies, rows
from planbench.policies import (
    Boxes,
    Capped,
    Due,
    Greedy,
    Leitner,
    NewFirst,
    Plan,
    Sm2,
    Sweep,
    shuffled,
)
from planbench.table import markdown, verdicts
from planbench.trial import Policy, costs, run

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.planner.prices import relax

CELL = Cell(12, 5, 6)
HALF = Cell(12, 5, 6, met=0.5)


def library(states: NextStates) -> Floats:
    """Stability and difficulty after each rating: (2, 4)."""
    each = (states.again, states.hard, states.good, states.easy)
    return np.array([[s.memory.stability for s in each], [s.memory.difficulty for s in each]])


@every("seed", range(40))
def test_fsrs_over_arrays_is_the_library_s(seed: int) -> None:
    chance = np.random.default_rng(seed)
    w = MODEL * np.exp(0.5 * chance.standard_normal(21))
    w = w.clip(fsrs6.LEAST, fsrs6.MOST)
    oracle, rating = FSRS(w.tolist()), np.arange(1, 5)
    each = np.tile(w, (4, 1))
    assert np.allclose(fsrs6.first(each, rating), library(oracle.next_states(None, 0.9, 0)), 1e-4)
    stability, difficulty = float(np.exp(chance.normal(1, 2))), float(chance.uniform(1, 10))
    stability = min(max(stability, 0.01), 3000)
    before, state = (
        (np.full(4, stability), np.full(4, difficulty)),
        MemoryState(stability, difficulty),
    )
    same = fsrs6.same_day(each, *before, rating)
    assert np.allclose(same, library(oracle.next_states(state, 0.9, 0)), 1e-4)
    for elapsed in (1, 6, 45):
        recalled = fsrs6.recall(each, before[0], elapsed)
        later = fsrs6.later(each, *before, rating, recalled)
        assert np.allclose(later, library(oracle.next_states(state, 0.9, elapsed)), 1e-4)


def test_each_learner_has_their_own_parameters() -> None:
    w = np.stack([MODEL, MODEL])
    w[1, 20], w[1, 2] = 0.5, 5.0
    both = Memories(w, (2, 1))
    good = np.full((2, 1), 3)
    both.remember(0, np.ones((2, 1), bool), good)
    both.remember(3, np.ones((2, 1), bool), good)
    for learner in range(2):
        alone = Memories(w[learner], (1, 1))
        alone.remember(0, np.ones((1, 1), bool), good[:1])
        alone.remember(3, np.ones((1, 1), bool), good[:1])
        assert both.stability[learner] == alone.stability[0]
        assert both.recall(9)[learner] == alone.recall(9)[0]
    assert both.recall(9)[0] != both.recall(9)[1]


def test_a_failed_card_is_passed_on_the_same_day() -> None:
    memory = Memories(MODEL, (1, 1))
    memory.remember(0, np.ones((1, 1), bool), np.ones((1, 1), int))
    oracle = FSRS(MODEL.tolist())
    again = oracle.next_states(None, 0.9, 0).again.memory
    good = oracle.next_states(again, 0.9, 0).good.memory
    assert memory.stability[0, 0] == pytest.approx(good.stability, rel=1e-4)
    assert memory.difficulty[0, 0] == pytest.approx(good.difficulty, rel=1e-4)


def test_learners_differ_as_their_kinds_say() -> None:
    cell = Cell(100, 60, 10)
    everyone = people(cell, 40)
    of = {kind: rows(everyone, kind) for kind in KINDS}
    plain = of["as modelled"]
    assert (everyone.w[plain] == MODEL).all()
    assert (everyone.lasting[plain] == 1).all()
    assert (everyone.seconds[plain] == 600).all()
    others = everyone.w[of["other parameters"]]
    assert ((others >= fsrs6.LEAST) & (others <= fsrs6.MOST)).all()
    assert (np.diff(others[:, :4], axis=1) >= 0).all()
    assert np.log(others[:, 20] / MODEL[20]).std() == pytest.approx(0.3, abs=0.1)
    hidden = np.log(everyone.lasting[of["hidden noise"]])
    assert hidden.std() == pytest.approx(0.6, abs=0.03)
    assert (everyone.lasting[of["forgets faster"]] == 0.5).all()
    skipped = everyone.seconds[of["skips days"]] == 0
    assert skipped.mean() == pytest.approx(1 / 3, abs=0.04)
    varied = everyone.seconds[of["varied minutes"]]
    assert varied.min() >= 0
    assert varied.max() <= 1200
    assert varied.mean() == pytest.approx(600, rel=0.05)


def test_kinds_of_cards_come_in_the_bank_s_shares() -> None:
    dealt = kinds(100)
    assert dealt.count(Kind.RECALL) == 38
    assert dealt.count(Kind.CHOICE) == 6
    assert len(set(dealt[:8])) >= 4


class Watched:
    """A policy that keeps what it saw."""

    def __init__(self, inner: Policy) -> None:
        self.inner = inner
        self.ranks: list[Floats] = []
        self.asked: dict[int, Flags] = {}

    def rank(self, day: int, seen: Memories) -> Floats:
        """The inner policy's."""
        assert (seen.w == MODEL).all()
        assert (seen.lasting == 1).all()
        found = self.inner.rank(day, seen)
        self.ranks.append(found)
        return found

    def saw(self, day: int, asked: Flags, rating: Whole) -> None:
        """The answers."""
        self.asked[day] = asked
        self.inner.saw(day, asked, rating)


def everyones(cell: Cell, count: int) -> dict[str, Policy]:
    """Every policy."""
    deck = decked(cell, past(cell) if cell.met else [])
    seconds = np.full(cell.days, 60.0 * cell.minutes)
    return policies(cell, deck, {0.9: relax(deck, seconds, 0.9)}, count)


@pytest.mark.parametrize("cell", [CELL, HALF], ids=["new", "half met"])
def test_no_policy_sees_the_truth(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    # The same ratings for everybody: then learners whose memories differ get the same cards.
    monkeypatch.setattr(
        "planbench.trial.ratings", lambda recalled, met, luck: 1 + (4 * luck[1]).astype(int)
    )
    answers = past(cell) if cell.met else []
    everyone = people(cell, 2)
    everyone = replace(everyone, seconds=np.full_like(everyone.seconds, 360.0))
    shape = (len(KINDS), 2, cell.cards)
    for name, policy in everyones(cell, len(everyone.kind)).items():
        if name == "random":  # its numbers differ by learner
            continue
        watched = Watched(policy)
        result = run(cell, everyone, answers, watched)
        for rank in watched.ranks:
            by_kind = rank.reshape(shape)
            assert (by_kind == by_kind[:1]).all(), name
        known = result.known.reshape(shape[:2])
        assert (known[0] > known[KINDS.index("forgets faster")]).all()


@every("cell", [CELL, HALF])
def test_time_is_kept(cell: Cell) -> None:
    answers = past(cell) if cell.met else []
    everyone = people(cell, 3)
    price = costs(cell.cards)
    for name, policy in everyones(cell, len(everyone.kind)).items():
        watched = Watched(policy)
        result = run(cell, everyone, answers, watched)
        # Half of one answer's longest time over, at most; and no second on a day off.
        assert (result.seconds <= everyone.seconds + price.max()).all(), name
        assert (result.seconds[everyone.seconds == 0] == 0).all(), name
        for day in range(cell.days):
            asked = watched.asked[day]
            assert (asked.sum(1) == result.answers[:, day]).all()
            least = np.where(asked, price.min((0, 2)), 0).sum(1)
            most = np.where(asked, price.max((0, 2)), 0).sum(1)
            assert (least <= result.seconds[:, day]).all()
            assert (result.seconds[:, day] <= most).all()


def test_policies_take_about_the_same_minutes() -> None:
    cell = Cell(40, 20, 10)
    everyone = people(cell, 10)
    for name, policy in everyones(cell, len(everyone.kind)).items():
        used = run(cell, everyone, [], policy).seconds[:10].mean()
        assert used == pytest.approx(600, rel=0.06), name


def seen_after(reviews: dict[int, list[int]], cards: int) -> Memories:
    """Memories of one learner whose cards were looked at on days, each passed as Good."""
    memory = Memories(MODEL, (1, cards))
    for card, days in reviews.items():
        for day in days:
            asked = np.zeros((1, cards), bool)
            asked[0, card] = True
            memory.remember(day, asked, np.full((1, cards), 3))
    return memory


def order(policy: Policy, day: int, seen: Memories) -> list[int]:
    """The cards that a policy would ask, first to last."""
    rank = policy.rank(day, seen)[0]
    return [card for card in np.argsort(-rank, kind="stable").tolist() if rank[card] > 0]


def test_what_is_due_comes_first_then_new_cards_then_ahead() -> None:
    # A first Good lasts 2.3 days: cards 0 and 1 are due on day 4, card 1 the better known.
    cell = Cell(5, 20, 10)
    seen = seen_after({0: [0], 1: [2], 2: [3]}, 5)
    fresh = sorted((3, 4), key=lambda card: -shuffled(cell)[card])
    assert order(Due(cell, 0.90), 4, seen) == [1, 0, *fresh, 2]
    assert order(Due(cell, 0.90, ahead=False), 4, seen) == [1, 0, *fresh]
    # At 0.70 the same memory lasts for weeks.
    assert order(Due(cell, 0.70, ahead=False), 4, seen) == fresh


def test_new_cards_come_before_the_worst_known() -> None:
    cell = Cell(5, 20, 10)
    seen = seen_after({0: [0], 1: [2], 2: [3]}, 5)
    fresh = sorted((3, 4), key=lambda card: -shuffled(cell)[card])
    assert order(NewFirst(cell, quickest=False), 4, seen) == [*fresh, 0, 1, 2]
    slow = costs(5)[1].mean(1)
    quickest = sorted((3, 4), key=lambda card: slow[card])
    assert order(NewFirst(cell, quickest=True), 4, seen) == [*quickest, 0, 1, 2]


def test_an_interval_is_where_recall_falls_to_the_retention() -> None:
    cell = Cell(1, 60, 10)
    seen = seen_after({0: [-30, -27, -18]}, 1)
    for retention in (0.7, 0.8, 0.9, 0.95):
        days = Due(cell, retention).interval(seen)[0, 0]
        assert fsrs6.recall(MODEL, seen.stability, days)[0, 0] == pytest.approx(retention, abs=0.01)


def test_a_capped_interval_is_a_fifth_of_the_days_left() -> None:
    cell = Cell(1, 20, 10)
    seen = seen_after({0: [-30, -27, -18, 0]}, 1)
    assert Due(cell, 0.9).interval(seen)[0, 0] > 10
    capped = Capped(cell, 0.9)
    assert capped.interval(seen)[0, 0] == 4
    seen.last[:] = 18
    assert capped.interval(seen)[0, 0] == 1


def test_the_last_days_sweep_the_worst_known_first() -> None:
    cell = Cell(4, 20, 5)
    sweep = Sweep(cell)
    assert sweep.begin == 18  # about 5 minutes of answers in all, so two days
    seen = seen_after({0: [0], 1: [16], 2: [-30, -27, -18, 1]}, 4)
    assert order(sweep, 18, seen)[3] == 3
    known = seen.recall(18)[0]
    first = order(sweep, 18, seen)[:3]
    assert known[first].tolist() == sorted(known[first].tolist())
    # What was swept already comes after everything else.
    swept = seen_after({0: [0, 18], 1: [16], 2: [-30, -27, -18, 1]}, 4)
    assert order(sweep, 19, swept)[-2:] == [3, 0]
    assert order(sweep, 17, seen) == order(Due(cell, 0.9), 17, seen)


def answer(policy: Boxes, day: int, rating: int) -> float:
    """The interval after an answer on the only card."""
    policy.saw(day, np.ones((1, 1), bool), np.full((1, 1), rating))
    return float(policy.interval[0, 0])


def test_leitner_s_boxes() -> None:
    box = Leitner(Cell(1, 60, 10), 1)
    assert [answer(box, 0, 3) for _ in range(6)] == [1, 2, 4, 8, 16, 16]
    assert answer(box, 9, 1) == 1
    assert answer(box, 10, 2) == 2


def test_supermemo_2_by_hand() -> None:
    sm2 = Sm2(Cell(1, 60, 10), 1)
    # Good is the grade 4, which keeps the ease of 2.5: 1, 6, 6 x 2.5.
    assert [answer(sm2, 0, 3) for _ in range(3)] == [1, 6, 15]
    # Easy raises it by 0.1.
    assert answer(sm2, 0, 4) == round(15 * 2.6)
    assert answer(sm2, 0, 1) == 1
    assert sm2.ease[0, 0] == pytest.approx(2.6)
    assert [answer(sm2, 0, 2) for _ in range(2)] == [1, 6]
    # Hard twice: 0.14 less each time.
    assert sm2.ease[0, 0] == pytest.approx(2.32)


def test_boxes_put_the_most_overdue_first_and_the_soonest_due_last() -> None:
    cell = Cell(4, 60, 10)
    box = Leitner(cell, 1)
    seen = seen_after({0: [0], 1: [2], 2: [5]}, 4)
    for card, day in ((0, 0), (1, 2), (2, 5)):
        asked = np.zeros((1, 4), bool)
        asked[0, card] = True
        box.saw(day, asked, np.full((1, 4), 3))
    box.interval[0, 2] = 4
    assert order(box, 6, seen) == [0, 1, 3, 2]


def test_the_greedy_index_by_the_planner_s_own_outcomes() -> None:
    from planbench.cells import HABITS

    from contrastive_drill.memory.scheduler import Scheduler
    from contrastive_drill.planner.grid import later_review

    cell = Cell(2, 9, 10)
    seen = seen_after({0: [-3, 0]}, 2)
    scheduler = Scheduler(0.9)
    stability, difficulty = float(seen.stability[0, 0]), float(seen.difficulty[0, 0])
    look = later_review(scheduler, stability, difficulty, 4, HABITS.passed)
    after = scheduler.curve.recall(np.array(look.stabilities), 5)
    chances, seconds = np.array(look.chances), costs(2)[0, 0]
    gain = chances @ after - scheduler.curve.recall(stability, 9)
    found = Greedy(cell).rank(4, seen)
    assert found[0, 0] == pytest.approx(gain / (chances @ seconds), rel=1e-3)


def test_the_plan_ranks_by_its_own_first_turns() -> None:
    from planbench.cells import HABITS

    from contrastive_drill.memory.scheduler import Scheduler
    from contrastive_drill.planner.habits import Attendance
    from contrastive_drill.planner.plan import build_plan

    answers = past(HALF)
    deck = decked(HALF, answers)
    seconds = np.full(HALF.days, 360.0)
    seen = Memories(MODEL, (1, HALF.cards))
    for each in answers:
        seen.remember(each.day, each.asked[None], each.rating[None])
    rank = Plan(deck, {1.0: relax(deck, seconds)}, 1).rank(0, seen)[0]
    always = Attendance(1.0, 0.0)
    plan = build_plan(
        planned(HALF, answers), {}, seconds.tolist(), Scheduler(0.9), HABITS, 0, always
    )
    for turn in plan.ranked:
        assert rank[int(turn.card_id)] == pytest.approx(turn.gain, rel=1e-6)


def test_luck_is_the_same_for_all_policies_and_kinds() -> None:
    # Whoever asks every card each day sees the same ratings of a learner who forgets nothing more.
    everyone = people(CELL, 2)
    everyone = People(
        everyone.kind,
        np.tile(MODEL, (len(everyone.kind), 1)),
        np.ones_like(everyone.lasting),
        np.full_like(everyone.seconds, 1e6),
        everyone.twin,
    )
    known = [
        run(CELL, everyone, [], policy).known.reshape(len(KINDS), 2)
        for name, policy in everyones(CELL, len(everyone.kind)).items()
        if name in RIVALS
    ]
    assert all((each == known[0][:1]).all() for each in known)


@pytest.fixture(scope="module")
def measured() -> list[Row]:
    """A small cell, measured."""
    return measure(CELL, 4)


def test_a_cell_has_a_row_for_each_kind(measured: list[Row]) -> None:
    assert [row.kind for row in measured] == list(KINDS)
    for row in measured:
        assert 0 < row.realised <= 100
        assert row.minutes[PLAN] > 0
        assert row.known[row.best].mean() == max(row.known[name].mean() for name in RIVALS)
        above, error = row.above(row.best)
        assert above == pytest.approx(row.realised - row.known[row.best].mean())
        assert error >= 0


def test_the_table_says_where_a_bar_is_not_reached(measured: list[Row]) -> None:
    text = markdown(measured, 1.0)
    assert text.startswith("1 cells, 4 learners of each of 6 kinds")
    for line in text.splitlines():
        if line.startswith("| 12 / 5 / 6"):
            assert line.count("|") == 21
    assert sum(line.startswith("| 12 / 5 / 6") for line in text.splitlines()) == len(KINDS)
    # A plan that is nowhere above FSRS reaches no bar against it, and its forecast is off.
    poor = [
        replace(row, known={**row.known, PLAN: row.known[PLAN] - 30}, demand=1e3)
        for row in measured
    ]
    held = [verdict.held for verdict in verdicts(poor)]
    assert held[:3] == [False, False, False]
    assert held[4:] == [False, False]
    assert "**no**" in markdown(poor, 1.0)
    assert "12 / 5 / 6, skips days" in markdown(poor, 1.0)


def test_the_past_is_answered_when_it_falls_due() -> None:
    answers: list[Answers] = past(Cell(40, 14, 10, met=0.5))
    asked = np.stack([each.asked for each in answers])
    assert asked.any(0).sum() == 20
    assert [each.day for each in answers] == list(range(-40, 0))
    assert (asked.sum(0) > 1).any()
