"""Learners follow a policy to the interview: the truth rates, the policy sees the ratings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from contrastive_drill.planner.habits import seconds_at
from contrastive_drill.planner.simulation import ask_within
from planbench.cells import HABITS, MODEL, Answers, Cell, Memories, kinds, ratings
from planbench.fsrs6 import Flags, Floats, Whole
from planbench.learners import People


class Policy(Protocol):
    """A way to choose cards. It sees the model's memory of the answers, never the truth."""

    def rank(self, day: int, seen: Memories) -> Floats:
        """How early each (learner, card) is asked today: highest first, none at 0 or below."""

    def saw(self, day: int, asked: Flags, rating: Whole) -> None:
        """The answers of a day, those from before the plan first."""


@dataclass(frozen=True)
class Result:
    """Where learners ended."""

    known: Floats  # (learner,) share of the cards recalled on the day, in expectation
    seconds: Floats  # (learner, day)
    answers: Whole  # (learner, day)


def costs(cards: int) -> Floats:
    """Seconds of an answer: (met before or not, card, rating less one)."""
    each = kinds(cards)
    return np.array(
        [[seconds_at(HABITS.pace[kind], first=first) for kind in each] for first in (False, True)]
    )


def expected(price: Floats, seen: Memories, day: int) -> Floats:
    """The seconds a review is expected to take, as far as one can tell beforehand."""
    recalled = seen.recall(day)
    failed, passed = price[0, :, 0], price[0] @ np.array(HABITS.passed)
    first = price[1] @ np.array(HABITS.first)
    found: Floats = np.where(seen.met, failed + recalled * (passed - failed), first)
    return found


def run(cell: Cell, people: People, past: Sequence[Answers], policy: Policy) -> Result:
    """Every learner to the end. Luck depends on the card, the day and the learner alone."""
    shape = (len(people.kind), cell.cards)
    truth = Memories(people.w, shape, people.lasting)
    seen = Memories(MODEL, shape)
    for answers in past:
        asked = np.broadcast_to(answers.asked, shape)
        rating = np.broadcast_to(answers.rating, shape)
        _answer(answers.day, asked, rating, truth, seen, policy)
    twins = max(people.twin) + 1
    first = cell.chance(3).random((twins, cell.cards))
    chance = cell.chance(4)
    price, card = costs(cell.cards), np.arange(cell.cards)
    seconds = np.zeros((shape[0], cell.days))
    count = np.zeros((shape[0], cell.days), int)
    for day in range(cell.days):
        luck = np.stack([first, *chance.random((2, twins, cell.cards))])[:, people.twin]
        rating = ratings(truth.recall(day), truth.met, luck)
        rank = policy.rank(day, seen)
        new = (~seen.met).astype(int)
        cost, usual = price[new, card, rating - 1], expected(price, seen, day)
        asked, seconds[:, day] = ask_within(rank, cost, usual, people.seconds[:, [day]])
        count[:, day] = asked.sum(1)
        _answer(day, asked, rating, truth, seen, policy)
    return Result(truth.recall(cell.days).mean(1), seconds, count)


def _answer(
    day: int, asked: Flags, rating: Whole, truth: Memories, seen: Memories, policy: Policy
) -> None:
    truth.remember(day, asked, rating)
    seen.remember(day, asked, rating)
    policy.saw(day, asked, rating)
