"""The bench of plans: its FSRS against the library, its rivals by hand, and that none peeks."""

from dataclasses import replace

import numpy as np
import pytest
from cases import every
from fsrs_rs_python import FSRS, MemoryState, NextStates
from planbench import fsrs6
from planbench.cells import HABITS, MODEL, Answers, Cell, Memories, kinds, past
from planbench.fsrs6 import Floats
from planbench.learners import HELD_OUT, KINDS, KNOWN_SINCE, TUNED, LearnerKind, People, people
from planbench.measured import PLAN, RIVALS, Row, measure, rivals
from planbench.policies import (
    NEW_A_DAY,
    Anki,
    Crammer,
    Due,
    Greedy,
    NewFirst,
    Planned,
    planned,
    shuffled,
)
from planbench.table import Tried, markdown, verdicts
from planbench.tiny_decks import tiny_rows
from planbench.trial import DayLog, Policy, ask_within, costs, run

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.greedy import greedy_order
from contrastive_drill.planner.plan import build_plan
from contrastive_drill.planner.ranking import RankedCard, within_time

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


def rows(everyone: People, kind: str) -> list[int]:
    """The learners of a kind."""
    return [place for place, each in enumerate(everyone.kind) if each == kind]


def policies(cell: Cell, count: int) -> dict[str, Policy]:
    """The plan and its rivals."""
    return {PLAN: Planned(cell, count), **rivals(cell)}


def test_learners_differ_as_their_kinds_say() -> None:
    cell = Cell(80, 60, 10)
    everyone = people(cell, 40)
    of = {kind.name: rows(everyone, kind.name) for kind in KINDS}
    plain = of["as modelled"]
    assert (everyone.w[plain] == MODEL).all()
    assert (everyone.lasting[plain] == 1).all()
    assert (everyone.seconds[plain] == 600).all()
    assert (everyone.pace[plain] == 1).all()
    others = everyone.w[of["other parameters"]]
    assert ((others >= fsrs6.LEAST) & (others <= fsrs6.MOST)).all()
    assert (np.diff(others[:, :4], axis=1) >= 0).all()
    assert np.log(others[:, 20] / MODEL[20]).std() == pytest.approx(0.3, abs=0.1)
    hidden = np.log(everyone.lasting[of["hidden noise"]])
    assert hidden.std() == pytest.approx(0.6, abs=0.03)
    assert (everyone.lasting[of["forgets faster"]] == 0.5).all()
    by_section = everyone.lasting[of["difficulty by section"]].reshape(40, 8, 10)
    assert (by_section == by_section[:, :, :1]).all()
    assert np.log(by_section).std() == pytest.approx(0.7, abs=0.1)
    assert (everyone.known[of["knew 30 %"]] > 0).mean() == pytest.approx(0.3, abs=0.03)
    changed = np.log(everyone.pace[of["drifting pace"]][:, [0, -1]])
    assert np.diff(changed).std() == pytest.approx(0.5, abs=0.15)
    skipped = everyone.seconds[of["skips days"]] == 0
    assert skipped.mean() == pytest.approx(1 / 3, abs=0.04)
    varied = everyone.seconds[of["varied minutes"]]
    assert varied.max() <= 1200
    assert varied.mean() == pytest.approx(600, rel=0.05)
    weekends = everyone.seconds[of["weekends only"]]
    assert (weekends[:, :7] == [1800, 1800, 0, 0, 0, 0, 0]).all()
    assert (everyone.seconds[of["every third day"]][:, 6:9] == [1800, 0, 0]).all()
    late = everyone.seconds[of["starts late"]]
    assert (late[:, :20] == 0).all()
    assert late.sum(1) == pytest.approx(36000)


def test_learners_of_a_kind_are_the_same_beside_any_others() -> None:
    cell = Cell(20, 9, 10)
    everyone, some = people(cell, 3), people(cell, 3, HELD_OUT)
    assert set(TUNED).isdisjoint(HELD_OUT)
    for kind in HELD_OUT:
        mine, theirs = rows(everyone, kind.name), rows(some, kind.name)
        for name in ("w", "lasting", "known", "pace", "seconds"):
            assert (getattr(everyone, name)[mine] == getattr(some, name)[theirs]).all(), name


def test_who_forgets_exponentially_recalls_nine_in_ten_after_one_stability() -> None:
    memory = Memories(MODEL, (1, 1), exponential=True)
    memory.know(np.array([[8.0]]), -2)
    assert memory.recall(6)[0, 0] == pytest.approx(0.9)
    assert memory.recall(14)[0, 0] == pytest.approx(0.81)


def test_what_was_known_before_is_recalled_at_its_first_answer() -> None:
    cell = Cell(60, 1, 600)
    knowing = LearnerKind("knows all", known=1.0)
    everyone = people(cell, 5, (knowing,))
    watched = Watched(NewFirst(cell, quickest=False))
    run(cell, everyone, [], watched)
    truth = Memories(MODEL, everyone.known.shape)
    truth.know(everyone.known, -KNOWN_SINCE)
    failed = (watched.logs[0].rating == 1).mean()
    assert failed == pytest.approx(1 - truth.recall(0).mean(), abs=0.05)
    # What is never asked is recalled all the same.
    away = replace(everyone, seconds=np.zeros_like(everyone.seconds))
    known = run(cell, away, [], NewFirst(cell, quickest=False)).known
    assert known == pytest.approx(truth.recall(1).mean(1))


def test_lenient_graders_fail_less_often_and_recall_no_more() -> None:
    cell = Cell(40, 8, 15)
    kinds_ = (LearnerKind("strict"), LearnerKind("lenient", lenient=0.8))
    everyone = people(cell, 20, kinds_)
    watched = Watched(NewFirst(cell, quickest=False))
    run(cell, everyone, [], watched)
    first = watched.logs[0]
    failed = ((first.rating == 1) & first.asked).reshape(2, -1).sum(1) / first.asked.reshape(
        2, -1
    ).sum(1)
    assert failed[1] == pytest.approx(0.2 * failed[0], abs=0.05)


def test_repeats_that_stick_last_longer() -> None:
    failed = np.ones((1, 1), int)
    asked = np.ones((1, 1), bool)
    plain, sticky = Memories(MODEL, (1, 1)), Memories(MODEL, (1, 1), repeats=2.0)
    unrepeated = Memories(MODEL, (1, 1))
    for memory in (plain, sticky):
        memory.remember(0, asked, failed)
    unrepeated.remember(0, asked, failed, again=False)
    assert sticky.stability == 2 * plain.stability
    assert unrepeated.stability[0, 0] == MODEL[0]


def test_kinds_of_cards_come_in_the_bank_s_shares() -> None:
    dealt = kinds(100)
    assert dealt.count(Kind.RECALL) == 38
    assert dealt.count(Kind.CHOICE) == 6
    assert len(set(dealt[:8])) >= 4


class Watched:
    """A policy that keeps what it saw."""

    def __init__(self, inner: Policy) -> None:
        self.inner, self.repeats = inner, inner.repeats
        self.ranks: list[Floats] = []
        self.logs: dict[int, DayLog] = {}

    def rank(self, day: int, seen: Memories) -> Floats:
        """The inner policy's."""
        assert (seen.w == MODEL).all()
        assert (seen.lasting == 1).all()
        found = self.inner.rank(day, seen)
        self.ranks.append(found)
        return found

    def saw(self, log: DayLog) -> None:
        """The answers."""
        self.logs[log.day] = log
        self.inner.saw(log)


@pytest.mark.parametrize("cell", [CELL, HALF], ids=["new", "half met"])
def test_no_policy_sees_the_truth(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    # The same ratings for everybody: then learners whose memories differ get the same cards.
    monkeypatch.setattr(
        "planbench.trial.ratings", lambda recalled, met, luck: 1 + (4 * luck[1]).astype(int)
    )
    answers = past(cell) if cell.met else []
    alike = tuple(replace(kind, lenient=0.0) for kind in KINDS)
    everyone = people(cell, 2, alike)
    everyone = replace(
        everyone,
        seconds=np.full_like(everyone.seconds, 360.0),
        pace=np.ones_like(everyone.pace),
    )
    shape = (len(KINDS), 2, cell.cards)
    names = [kind.name for kind in KINDS]
    for name, policy in policies(cell, len(everyone.kind)).items():
        watched = Watched(policy)
        result = run(cell, everyone, answers, watched)
        for rank in watched.ranks:
            by_kind = rank.reshape(shape)
            assert (by_kind == by_kind[:1]).all(), name
        known = result.known.reshape(shape[:2])
        assert (known[0] > known[names.index("forgets faster")]).all()


def test_a_day_ends_before_a_card_that_does_not_fit_by_half() -> None:
    rank, usual = np.array([[9.0, 8, 7, 6, 0]]), np.array([[30.0, 200, 30, 30, 1]])
    for left, asked in ((61, [0, 2]), (76, [0, 2, 3]), (100, [0]), (130, [0, 1]), (0, [])):
        found, taken = ask_within(rank, usual, usual, np.array([[float(left)]]))
        assert np.flatnonzero(found[0]).tolist() == asked, left
        assert taken.sum() == usual[0, asked].sum()
        cards = [RankedCard(str(card), rank[0, card], usual[0, card]) for card in range(4)]
        assert [int(card.card_id) for card in within_time(cards, left)] == asked


@every("cell", [CELL, HALF])
def test_time_is_kept(cell: Cell) -> None:
    answers = past(cell) if cell.met else []
    everyone = people(cell, 1)
    slowest = costs(cell.cards).max() * everyone.pace
    for name, policy in policies(cell, len(everyone.kind)).items():
        watched = Watched(policy)
        result = run(cell, everyone, answers, watched)
        # One answer's longest time over, at most; and no second on a day off.
        assert (result.seconds <= everyone.seconds + slowest).all(), name
        assert (result.seconds[everyone.seconds == 0] == 0).all(), name
        for day in range(cell.days):
            log = watched.logs[day]
            assert (log.asked.sum(1) == result.answers[:, day]).all()
            assert (log.seconds.sum(1) == result.seconds[:, day]).all()


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


def test_anki_meets_twenty_new_cards_a_day_after_what_is_due() -> None:
    cell = Cell(40, 20, 10)
    seen = seen_after({0: [0], 1: [2], 2: [3]}, 40)
    found = order(Anki(cell), 4, seen)
    assert found[:2] == [1, 0]
    assert 2 not in found
    assert len(found) == 2 + NEW_A_DAY
    assert found[2] == max(range(3, 40), key=lambda card: shuffled(cell)[card])


def test_a_crammer_is_anki_s_until_the_last_week_or_third() -> None:
    cell = Cell(5, 20, 10)
    seen = seen_after({0: [0], 1: [2], 2: [3]}, 5)
    assert order(Crammer(cell), 13, seen) == order(Anki(cell), 13, seen)
    fresh = sorted((3, 4), key=lambda card: -shuffled(cell)[card])
    assert order(Crammer(cell), 14, seen) == [*fresh, 0, 1, 2]


def test_the_greedy_index_is_the_program_s_greedy_order() -> None:
    cell = Cell(6, 9, 10)
    seen = seen_after({0: [-3, 0], 1: [-20, 1], 2: [3], 3: [-9]}, 6)
    found = greedy_order(planned(cell, seen), {}, Scheduler(0.9), HABITS, 4, 9)
    assert order(Greedy(cell), 4, seen) == [int(card) for card in found]


def test_the_plan_is_the_program_s_by_what_the_log_shows() -> None:
    answers = past(HALF)
    seen = Memories(MODEL, (2, HALF.cards))
    policy = Planned(HALF, 2)
    for each in answers:
        both = np.stack([each.asked, each.asked]), np.stack([each.rating, each.rating])
        seen.remember(each.day, *both)
    cards = planned(HALF, seen)
    plan = build_plan(cards, {}, [360.0] * 5, Scheduler(0.9), HABITS, 0, repeats="always")
    assert order(policy, 0, seen) == [int(card.card_id) for card in plan.ranked]
    # One who takes twice as long as was thought, and fails all, and one who was not there.
    asked = np.zeros(seen.met.shape, bool)
    asked[0] = True
    again = np.ones(seen.met.shape, int)
    taken = np.broadcast_to(2 * costs(HALF.cards)[0, :, 0], seen.met.shape)
    policy.saw(DayLog(0, asked, np.ones_like(asked), again, taken))
    known, unknown = policy.habits(0), policy.habits(1)
    assert unknown == HABITS
    count = {kind: 2 * kinds(HALF.cards).count(kind) for kind in Kind}  # each once more, and passed
    now, whole = (10 + 2 * 24) / (10 + 24), 2.0
    for kind, pace in known.pace.items():
        of_kind = (10 + count[kind] * whole / now) / (10 + count[kind])
        assert pace / HABITS.pace[kind] == pytest.approx(now * of_kind)
    assert policy.used == [{0: pytest.approx(taken[0].sum())}, {0: 0.0}]


def test_luck_is_the_same_for_all_policies_and_kinds() -> None:
    # Whoever asks every card each day sees the same ratings of a learner who forgets nothing more.
    alike = tuple(LearnerKind(kind.name) for kind in KINDS)
    everyone = people(CELL, 2, alike)
    everyone = replace(everyone, seconds=np.full_like(everyone.seconds, 1e6))
    known = [
        run(CELL, everyone, [], policy).known.reshape(len(KINDS), 2)
        for name, policy in policies(CELL, len(everyone.kind)).items()
        if name in ("new first", "quick first", "FSRS 0.70", "FSRS 0.95")
    ]
    assert len(known) == 4
    assert all((each == known[0][:1]).all() for each in known)


SOME = (KINDS[0], KINDS[5], *HELD_OUT[2:5])


@pytest.fixture(scope="module")
def measured() -> list[Row]:
    """A small cell, measured."""
    return [measure(CELL, kind, 2) for kind in SOME]


def test_a_row_tells_of_its_learners(measured: list[Row]) -> None:
    for row, kind in zip(measured, SOME, strict=True):
        assert row.kind == kind
        assert 0 < row.realised <= 100
        assert row.used[PLAN] > 0
        assert row.known[row.best].mean() == max(row.known[name].mean() for name in RIVALS)
        assert all(told.holds_expectation for told in (row.range, *row.later))
        assert len(row.later) == len(row.known[PLAN]) == 2
        best = row.known[row.best].mean()
        assert row.above(row.best).mean() == pytest.approx(row.realised - best)
    assert measured[0].bound > measured[0].range.expected - 1e-6


def test_the_table_says_where_a_bar_is_not_reached(measured: list[Row]) -> None:
    long = [replace(row, cell=Cell(12, 30, 6)) for row in measured]
    tiny = tiny_rows([0])
    text = markdown(Tried([*measured, *long], measured[:1], tiny, 60.0))
    assert text.startswith(f"2 cells, 2 learners of each of {len(SOME)} kinds in each; 3 tiny")
    for kind in SOME[1:]:
        assert sum(line.startswith(f"| {kind.name} |") for line in text.splitlines()) == 1
    assert "| as modelled | 1 | +0.0 ± 0.0 | +0.0 ± 0.0 |" in text
    # A plan far below its rivals reaches no bar against them, and its range covers nobody.
    poor = [
        replace(row, known={**row.known, PLAN: row.known[PLAN] - 60}, used={PLAN: 1.0})
        for row in long
    ]
    beaten = [row._replace(best=row.bound + 1) for row in tiny]
    tried = Tried(poor, [], beaten, 60.0)
    held = {verdict.bar: verdict.held for verdict in verdicts(tried)}
    assert [bar for bar, reached in held.items() if reached] == [
        "not above the upper bound on average, learners as modelled",
        "sessions at most 2% over their minutes on average",
    ]
    assert "**no**" in markdown(tried)
    assert "12 / 30 / 6, drifting pace" in markdown(tried)


def test_the_past_is_answered_when_it_falls_due() -> None:
    answers: list[Answers] = past(Cell(40, 14, 10, met=0.5))
    asked = np.stack([each.asked for each in answers])
    assert asked.any(0).sum() == 20
    assert [each.day for each in answers] == list(range(-40, 0))
    assert (asked.sum(0) > 1).any()
