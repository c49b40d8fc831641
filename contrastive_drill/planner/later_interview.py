"""What a nearer interview costs a later one: the same learner with it, and without.

The greedy order stands for the plan in both, and memories follow the model.
"""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import NamedTuple

from contrastive_drill.memory.log import Learned, Memory
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.greedy import greedy_order, look
from contrastive_drill.planner.habits import Habits, seconds_at
from contrastive_drill.planner.ranking import DeckCard

DEAR = 40_000  # cards by days, from which the time of several days is spent on one


class Stretch(NamedTuple):
    """The days that belong to one interview."""

    planned: Sequence[DeckCard]  # with their memories of today
    today: int
    interview_day: int


class LaterInterview(NamedTuple):
    """An interview after the next one; shares of its cards recalled on its day."""

    interview_day: int
    cards: int
    expected: float
    alone: float  # if all the time until then were its own
    following: int  # interviews after it


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A learner who follows the greedy order; luck depends on the card and its looks alone."""

    needs: Mapping[str, Sequence[str]]
    scheduler: Scheduler
    habits: Habits
    seed: int

    def recalled(self, stretches: Sequence[Stretch], seconds: Sequence[float]) -> float:
        """The share of the last stretch's cards recalled on its day; `seconds` are of each day.

        Where that would take long, the time of a few days is spent on the first of them.
        """
        known: dict[str, Memory] = {}
        day, last = stretches[0].today, stretches[-1]
        step = 1 + len(last.planned) * len(seconds) // DEAR
        for stretch in stretches:
            known = {each.card_id: each.memory for each in stretch.planned} | known
            for begin in range(day, stretch.interview_day, step):
                end = min(begin + step, stretch.interview_day)
                if time := sum(seconds[begin - stretch.today : end - stretch.today]):
                    self._study(stretch, known, begin, time)
            day = stretch.interview_day
        recall, memories = self.scheduler.curve.recall, (known[e.card_id] for e in last.planned)
        shares = [
            float(recall(memory.stability, last.interview_day - memory.last_day))
            for memory in memories
            if isinstance(memory, Learned)
        ]
        return sum(shares) / len(last.planned)

    def _study(self, stretch: Stretch, known: dict[str, Memory], day: int, seconds: float) -> None:
        """One day: cards by falling gain, while at least half of one still fits."""
        deck = {e.card_id: e._replace(memory=known[e.card_id]) for e in stretch.planned}
        habits, until = self.habits, stretch.interview_day
        order = greedy_order([*deck.values()], self.needs, self.scheduler, habits, day, until)
        for card in order:
            memory, pace = known[card], habits.pace[deck[card].kind]
            met = isinstance(memory, Learned)
            if seconds < seconds_at(pace, first=not met).good / 2:
                return
            found = look(self.scheduler, memory, habits.first, habits.passed, day, until)
            reps = memory.reps if isinstance(memory, Learned) else 0
            luck = Random(f"{self.seed} {card} {reps}").random()
            rating = bisect([*accumulate(found.chances)][:3], luck)
            seconds -= seconds_at(pace, first=not met)[rating]
            known[card] = Learned(*found.states[rating], day, day + 1, reps + 1, 0)
