"""The printed bound on tiny decks, against the exact best of its class and of a wider one."""

from collections.abc import Iterable
from typing import NamedTuple

from contrastive_drill.planner.plan import build_plan
from planbench.cells import HABITS
from planbench.exact import Schedules, TinyDeck, best, tiny
from planbench.policies import SCHEDULER, said

SIZES = ((2, 3), (2, 4), (3, 3))  # cards, days
DECKS = 170  # of each size
CLASSES = (Schedules.ALWAYS, Schedules.NEVER)


class TinyRow(NamedTuple):
    """One deck: in points, percent of its weight; nan where it was not reckoned."""

    schedules: Schedules  # the bound's class
    bound: float
    best: float  # of that class
    wider: float  # of the wider one


def tiny_rows(seeds: Iterable[int]) -> list[TinyRow]:
    """Decks of every size, under both ways with failed cards."""
    found = []
    for seed in seeds:
        for size in SIZES:
            deck = tiny(seed, *size)
            unit = 100 / deck.weight
            wider = unit * best(deck, Schedules.WIDER) if size == SIZES[0] else float("nan")
            for schedules in CLASSES:
                reached = unit * best(deck, schedules)
                found.append(TinyRow(schedules, 100 * bound(deck, schedules), reached, wider))
    return found


def bound(deck: TinyDeck, schedules: Schedules) -> float:
    """The bound that the program would print, a share of the weight."""
    plan = build_plan(
        deck.cards, {}, list(deck.seconds), SCHEDULER, HABITS, 0, repeats=schedules.value
    )
    return said(plan).bound
