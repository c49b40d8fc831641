"""The exact best of tiny decks: by hand, and against a recursion with the program's outcomes."""

import numpy as np
import pytest
from cases import every
from planbench.cells import HABITS
from planbench.exact import Schedules, TinyDeck, best, tiny

from contrastive_drill.cards.kinds import Kind
from contrastive_drill.memory.log import NEW, Learned
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.habits import seconds_at
from contrastive_drill.planner.ranking import DeckCard
from contrastive_drill.planner.solver.outcomes import first_review, later_review

SCHEDULER = Scheduler(0.9)
MET = Learned(3.0, 6.0, -2, 0, 1, 0)


def recursion(card: DeckCard, seconds: tuple[float, ...], repeats: bool) -> float:
    """The same of one card: look today or wait, history by history."""
    pace, days = HABITS.pace[card.kind], len(seconds)

    def value(day: int, state: tuple[float, float, int] | None) -> float:
        if day == days:
            return (
                0.0 if state is None else float(SCHEDULER.curve.recall(state[0], days - state[2]))
            )
        found = value(day + 1, state)
        if state is None:
            look = first_review(SCHEDULER, HABITS.first, repeats=repeats)
        else:
            s, d, last = state
            look = later_review(SCHEDULER, s, d, day - last, HABITS.passed, repeats=repeats)
        taken = seconds_at(pace, first=state is None)
        cost = float(look.chances @ taken) - (not repeats) * pace * float(look.chances[0])
        if cost <= seconds[day]:
            after = zip(look.stabilities, look.difficulties, strict=True)
            values = [value(day + 1, (float(s), float(d), day)) for s, d in after]
            found = max(found, float(look.chances @ values))
        return found

    memory = card.memory
    start = None
    if isinstance(memory, Learned):
        start = memory.stability, memory.difficulty, memory.last_day
    return card.weight * value(0, start)


@every("repeats", [True, False])
@every("memory", [NEW, MET])
def test_one_card_by_recursion(memory: Learned, repeats: bool) -> None:
    card = DeckCard("0", Kind.RECALL, 2.0, memory)
    for seconds in ((300.0, 0.0, 300.0), (60.0, 90.0, 150.0, 300.0), (0.0, 300.0)):
        schedules = Schedules.ALWAYS if repeats else Schedules.NEVER
        exact = best(TinyDeck((card,), seconds), schedules)
        assert exact == pytest.approx(recursion(card, seconds, repeats), rel=1e-5)


@every("seed", range(6))
def test_cards_with_time_for_all_are_each_on_their_own(seed: int) -> None:
    deck = tiny(seed, 2, 3)
    free = (1e4,) * 3
    for schedules in Schedules:
        apart = sum(best(TinyDeck((card,), free), schedules) for card in deck.cards)
        assert best(TinyDeck(deck.cards, free), schedules) == pytest.approx(apart)


@every("seed", range(6))
def test_a_wider_class_and_more_time_reach_no_less(seed: int) -> None:
    deck = tiny(seed, 2, 3)
    reached = {schedules: best(deck, schedules) for schedules in Schedules}
    assert reached[Schedules.WIDER] >= max(reached.values()) - 1e-12
    longer = TinyDeck(deck.cards, tuple(1.5 * each for each in deck.seconds))
    for schedules in Schedules:
        assert best(longer, schedules) >= reached[schedules] - 1e-12
    assert 0 < reached[Schedules.ALWAYS] <= deck.weight
    # The two cards share the minutes.
    alone = sum(best(TinyDeck((card,), deck.seconds), Schedules.ALWAYS) for card in deck.cards)
    assert reached[Schedules.ALWAYS] <= alone + 1e-12


def test_tiny_decks_are_of_all_sorts() -> None:
    decks = [tiny(seed, 3, 3) for seed in range(40)]
    cards = [card for deck in decks for card in deck.cards]
    assert 0.3 < np.mean([card.memory is NEW for card in cards]) < 0.7
    assert len({card.weight for card in cards}) == 3
    assert len({card.kind for card in cards}) == len(Kind)
    assert any(0.0 in deck.seconds for deck in decks)
