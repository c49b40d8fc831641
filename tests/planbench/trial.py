"""Learners follow a policy to the interview: the truth rates, the policy sees the ratings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from contrastive_drill.memory.log import Rating
from contrastive_drill.planner.habits import ANSWERS, seconds_at
from contrastive_drill.planner.minutes import fits
from planbench.cells import HABITS, MODEL, Answers, Cell, Memories, kinds, ratings
from planbench.fsrs6 import Flags, Floats, Whole
from planbench.learners import KNOWN_SINCE, People


@dataclass(frozen=True)
class DayLog:
    """The answers of one day; arrays are (learner, card), and count where asked."""

    day: int
    asked: Flags
    before: Flags  # met before
    rating: Whole  # 1 to 4, as the learners rated themselves
    seconds: Floats  # with the repeat of a failed card


class Policy(Protocol):
    """A way to choose cards. It sees the model's memory of the answers, never the truth."""

    repeats: bool  # a failed card is asked again on the same day

    def rank(self, day: int, seen: Memories) -> Floats:
        """How early each (learner, card) is asked today: highest first, none at 0 or below."""

    def saw(self, log: DayLog) -> None:
        """The answers of a day, those from before the plan first."""


@dataclass(frozen=True)
class Result:
    """Where learners ended."""

    known: Floats  # (learner,) share of the cards recalled on the day, in expectation
    seconds: Floats  # (learner, day)
    answers: Whole  # (learner, day)


def costs(cards: int, *, repeats: bool = True) -> Floats:
    """Seconds of an answer: (met before or not, card, rating less one), and of a repeat with it."""
    each = kinds(cards)
    found = np.array(
        [[seconds_at(HABITS.pace[kind], first=first) for kind in each] for first in (False, True)]
    )
    if not repeats:
        found[..., 0] -= np.array([HABITS.pace[kind] for kind in each])
    return found


def expected(price: Floats, seen: Memories, day: int) -> Floats:
    """The seconds a review is expected to take, as far as one can tell beforehand."""
    recalled = seen.recall(day)
    failed, passed = price[0, :, 0], price[0] @ np.array(HABITS.passed)
    first = price[1] @ np.array(HABITS.first)
    found: Floats = np.where(seen.met, failed + recalled * (passed - failed), first)
    return found


def ask_within(rank: Floats, cost: Floats, usual: Floats, left: Floats) -> tuple[Flags, Floats]:
    """The cards asked in the seconds `left`, (learner, 1), and the seconds that each takes.

    In the order of their ranks, by the program's rule: those that would not fit on their own are
    passed over, and the first other that does not fit ends the day.
    """
    rows = np.arange(len(rank))[:, None]
    order = np.argsort(-rank, 1, kind="stable")
    wanted = ((rank > 0) & fits(usual, left) & (left > 0))[rows, order]
    spent = np.where(wanted, cost[rows, order], 0.0)
    room = fits(usual[rows, order], left - (spent.cumsum(1) - spent))
    asked = np.zeros(rank.shape, bool)
    asked[rows, order] = wanted & np.minimum.accumulate(room | ~wanted, 1)
    return asked, np.where(asked, cost, 0.0)


def run(cell: Cell, people: People, past: Sequence[Answers], policy: Policy) -> Result:
    """Every learner to the end. Luck depends on the card, the day and the learner alone."""
    shape = (len(people.kind), cell.cards)
    truth = Memories(people.w, shape, people.lasting, people.exponential, people.repeats)
    truth.know(people.known, -KNOWN_SINCE)
    seen = Memories(MODEL, shape)
    price, card = costs(cell.cards, repeats=policy.repeats), np.arange(cell.cards)
    for answers in past:
        asked = np.broadcast_to(answers.asked, shape)
        rating = np.broadcast_to(answers.rating, shape)
        truth.remember(answers.day, asked, rating)
        _tell(DayLog(answers.day, asked, seen.met.copy(), rating, np.zeros(shape)), seen, policy)
    twins = max(people.twin) + 1
    first = cell.chance(3).random((twins, cell.cards))
    chance = cell.chance(4)
    seconds = np.zeros((shape[0], cell.days))
    count = np.zeros((shape[0], cell.days), int)
    slower, timed = np.full((shape[0], 1), ANSWERS), np.full((shape[0], 1), ANSWERS)
    for day in range(cell.days):
        luck = np.stack([first, *chance.random((2, twins, cell.cards))])[:, people.twin]
        soft = chance.random((twins, cell.cards))[people.twin] < people.lenient
        honest = ratings(truth.recall(day), truth.met, luck)
        rating = np.where((honest == Rating.AGAIN) & soft, Rating.HARD, honest)
        new = (~seen.met).astype(int)
        first_guess = price[new, card, rating - 1]
        cost = first_guess * people.pace[:, [day]]
        # What this learner is known to take: the pace of their answers so far.
        usual = expected(price, seen, day) * slower / timed
        rank = policy.rank(day, seen)
        asked, taken = ask_within(rank, cost, usual, people.seconds[:, [day]])
        seconds[:, day], count[:, day] = taken.sum(1), asked.sum(1)
        slower += (asked * cost / first_guess).sum(1, keepdims=True)
        timed += asked.sum(1, keepdims=True)
        again = (rating == Rating.AGAIN) & policy.repeats
        truth.remember(day, asked, honest, again)
        _tell(DayLog(day, asked, seen.met.copy(), rating, taken), seen, policy)
    return Result(truth.recall(cell.days).mean(1), seconds, count)


def _tell(log: DayLog, seen: Memories, policy: Policy) -> None:
    again = (log.rating == Rating.AGAIN) & (policy.repeats or log.day < 0)
    seen.remember(log.day, log.asked, log.rating, again)
    policy.saw(log)
