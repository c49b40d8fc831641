"""Ways to choose today's cards: the plan, and its rivals.

A card is asked once a day, and once more where it was failed and the policy `repeats`.
"""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.attendance import attendance
from contrastive_drill.planner.forecast import Forecast, forecast
from contrastive_drill.planner.habits import Habits, habits
from contrastive_drill.planner.plan import Plan, build_plan
from contrastive_drill.planner.ranking import DeckCard
from planbench import fsrs6
from planbench.cells import HABITS, MODEL, Cell, Memories, kinds
from planbench.fsrs6 import Floats
from planbench.trial import DayLog, costs

NEW_A_DAY = 20  # Anki's default
CRAM = 7  # last days
WHEN = datetime(2026, 11, 21, tzinfo=UTC)
SCHEDULER = Scheduler(0.9)


class Stateless:
    """A policy that needs no more than the memories."""

    def __init__(self, *, repeats: bool = True) -> None:
        self.repeats = repeats

    def saw(self, log: DayLog) -> None:
        """Nothing to keep."""


class Planned:
    """The program's plan, made anew each day for each learner, from the answers so far alone."""

    def __init__(self, cell: Cell, count: int, *, repeats: bool = True) -> None:
        self.cell, self.repeats = cell, repeats
        self.kinds = {str(card): kind for card, kind in enumerate(kinds(cell.cards))}
        self.logs: list[list[Review]] = [[] for _ in range(count)]
        self.used: list[dict[int, float]] = [{} for _ in range(count)]
        self.near: list[Any] = [None] * count
        self.forecasts: list[Forecast] = []  # of each learner, after a third of the days

    def rank(self, day: int, seen: Memories) -> Floats:
        """The plan's own order."""
        found = np.zeros(seen.met.shape)
        for learner in range(len(found)):
            plan = self.plan(day, seen, learner)
            for place, card in enumerate(plan.ranked):
                found[learner, int(card.card_id)] = len(plan.ranked) - place
            self.near[learner] = plan.start_record()
            if day == self.cell.days // 3:
                self.forecasts.append(said(plan))
        return found

    def plan(self, day: int, seen: Memories, learner: int) -> Plan:
        """The plan of one learner as of the morning of a day."""
        return build_plan(
            planned(self.cell, seen, learner),
            {},
            self.cell.seconds[day:].tolist(),
            SCHEDULER,
            self.habits(learner),
            day,
            attendance(self.used[learner], dict(enumerate(self.cell.seconds[:day].tolist()))),
            repeats="always" if self.repeats else "never",
            near=self.near[learner],
        )

    def habits(self, learner: int) -> Habits:
        """What the learner's log shows, as the program reads it."""
        return habits(self.logs[learner], self.kinds)

    def saw(self, log: DayLog) -> None:
        """The answers, as the program would have logged them."""
        if log.day < 0:  # of which no times are known
            return
        for learner, used in enumerate((log.seconds * log.asked).sum(1).tolist()):
            self.used[learner][log.day] = used
        for learner, card in np.argwhere(log.asked).tolist():
            name, mine = str(card), self.logs[learner]
            rating, seconds = Rating(log.rating[learner, card]), float(log.seconds[learner, card])
            before: Memory = MET if log.before[learner, card] else NEW
            usual = HABITS.pace[self.kinds[name]]
            repeat = 0.0
            if rating is Rating.AGAIN and self.repeats:
                whole = costs(self.cell.cards)[int(before is NEW), card, 0]
                repeat = seconds * usual / float(whole)
            mine.append(_answer(name, rating, log.day, seconds - repeat, before))
            if repeat:
                mine.append(_answer(name, Rating.GOOD, log.day, repeat, MET))


def said(plan: Plan) -> Forecast:
    """What a plan says."""
    names = dict.fromkeys((card.card_id for card in plan.deck.order), "")
    return forecast(plan, names, names)


MET = Learned(stability=1.0, difficulty=5.0, last_day=0, due_day=1, reps=1, lapses=0)


def _answer(card: str, rating: Rating, day: int, seconds: float, before: Memory) -> Review:
    return Review(
        id="", card_id=card, rating=rating, at=WHEN, day=day, seconds=seconds, mode=Mode.REVIEW,
        covered=(), missed=(), answer=None, digest="", retention=0.9, before=before, after=MET,
    )  # fmt: skip


def planned(cell: Cell, seen: Memories, learner: int = 0) -> list[DeckCard]:
    """The cards of a learner as a plan sees them; card 7 is "7"."""
    return [
        DeckCard(str(card), kind, 1.0, _memory(seen, learner, card))
        for card, kind in enumerate(kinds(cell.cards))
    ]


def _memory(seen: Memories, learner: int, card: int) -> Memory:
    if not seen.met[learner, card]:
        return NEW
    last = int(seen.last[learner, card])
    return Learned(
        stability=float(seen.stability[learner, card]),
        difficulty=float(seen.difficulty[learner, card]),
        last_day=last,
        due_day=last + 1,
        reps=1,
        lapses=0,
    )


class Greedy(Stateless):
    """What a look today alone adds to recall on the day, per second."""

    def __init__(self, cell: Cell, *, repeats: bool = True) -> None:
        super().__init__(repeats=repeats)
        self.days = cell.days
        self.costs = costs(cell.cards, repeats=repeats)

    def rank(self, day: int, seen: Memories) -> Floats:
        """Gain per second."""
        start = np.zeros(4)
        for rating in range(1, 5):
            memory = fsrs6.first(MODEL, np.array(rating))
            start[rating - 1] = self._kept(day, rating, *memory)
        first = np.array(HABITS.first)
        fresh = (start @ first) / (self.costs[1] @ first)
        recalled = seen.recall(day)
        value, cost = np.zeros(recalled.shape), np.zeros(recalled.shape)
        for rating, share in enumerate(HABITS.passed, 1):
            chance = 1 - recalled if rating == 1 else recalled * share
            given = np.array(rating)
            after = fsrs6.later(MODEL, seen.stability, seen.difficulty, given, recalled)
            value += chance * self._kept(day, rating, *after)
            cost += chance * self.costs[0, :, rating - 1]
        return np.where(seen.met, (value - seen.recall(self.days)) / cost, fresh)

    def _kept(self, day: int, rating: int, stability: Floats, difficulty: Floats) -> Floats:
        if rating == 1 and self.repeats:
            stability, _ = fsrs6.same_day(MODEL, stability, difficulty, np.array(3))
        return fsrs6.recall(MODEL, stability, self.days - day)


class Due(Stateless):
    """What is due, the best known first; then new cards; then ahead, the worst known first."""

    def __init__(
        self, cell: Cell, retention: float, *, ahead: bool = True, repeats: bool = True
    ) -> None:
        super().__init__(repeats=repeats)
        self.days, self.retention, self.ahead = cell.days, retention, ahead
        self.turn = shuffled(cell)

    def rank(self, day: int, seen: Memories) -> Floats:
        """Tiers."""
        recalled = seen.recall(day)
        due = day - seen.last >= self.interval(seen)
        rest = np.where(due, 4 + recalled, 2 - recalled if self.ahead else 0.0)
        return np.where(seen.met, rest, 2 + self.turn)

    def interval(self, seen: Memories) -> Floats:
        """Whole days from each card's last look to the next."""
        decay = -MODEL[20]
        reach = (self.retention ** (1 / decay) - 1) / (0.9 ** (1 / decay) - 1)
        found: Floats = np.maximum(np.round(seen.stability * reach), 1)
        return found


class NewFirst(Stateless):
    """New cards, in any order or the quickest first; then the worst known. No schedule at all."""

    def __init__(self, cell: Cell, *, quickest: bool, repeats: bool = True) -> None:
        super().__init__(repeats=repeats)
        speed = 1 / (costs(cell.cards)[1] @ np.array(HABITS.first))
        self.turn = speed / speed.max() if quickest else shuffled(cell)

    def rank(self, day: int, seen: Memories) -> Floats:
        """Two tiers."""
        return np.where(seen.met, 2 - seen.recall(day), 2 + self.turn)


class Anki(Due):
    """Anki's defaults: what is due at 0.90 first, then 20 new cards a day, and nothing ahead."""

    def __init__(self, cell: Cell, *, repeats: bool = True) -> None:
        super().__init__(cell, 0.90, ahead=False, repeats=repeats)

    def rank(self, day: int, seen: Memories) -> Floats:
        """Tiers, new cards up to their number."""
        found = super().rank(day, seen)
        waiting = np.where(seen.met, np.inf, -self.turn).argsort(1).argsort(1)
        return np.where(seen.met | (waiting < NEW_A_DAY), found, 0.0)


class Crammer(Anki):
    """Anki's defaults until the last week; then all cards each day, the worst known first.

    Where there are fewer days, the last third of them.
    """

    def rank(self, day: int, seen: Memories) -> Floats:
        """Tiers, then recall alone."""
        if day < self.days - min(CRAM, max(self.days // 3, 1)):
            return super().rank(day, seen)
        return np.where(seen.met, 2 - seen.recall(day), 2 + self.turn)


def shuffled(cell: Cell) -> Floats:
    """The order of new cards, from 0 to 1, first highest: one for all rivals."""
    found: Floats = cell.chance(6).permutation(cell.cards) / cell.cards
    return found
