"""What a nearer interview costs a later one: the same learner with it, and without.

The greedy order stands for the plan in both, and memories follow the model.
"""

from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import NamedTuple

from contrastive_drill.memory.log import Learned, Memory
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.planner.greedy import greedy_order, look
from contrastive_drill.planner.habits import Habits, seconds_at
from contrastive_drill.planner.ranking import DeckCard


class Stretch(NamedTuple):
    """The days that belong to one interview."""

    planned: Sequence[DeckCard]
    interview_day: int
    seconds: Mapping[int, float]  # by study day


class LaterInterview(NamedTuple):
    """An interview after the next one; shares of its cards recalled on its day."""

    interview_day: int
    cards: int
    expected: float
    alone: float  # if all the time until then were its own


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A learner who follows the greedy order; luck depends on the card and its looks alone."""

    needs: Mapping[str, Sequence[str]]
    scheduler: Scheduler
    habits: Habits
    seed: int

    def recalled(self, stretches: Iterable[Stretch]) -> float:
        """The share of the last stretch's cards that is recalled on its day."""
        known: dict[str, Memory] = {}
        for stretch in stretches:
            known = {each.card_id: each.memory for each in stretch.planned} | known
            for day, seconds in stretch.seconds.items():
                if seconds:
                    self._study(stretch, known, day, seconds)
        after = [(known[each.card_id], stretch.interview_day) for each in stretch.planned]
        recall = self.scheduler.curve.recall
        return sum(
            float(recall(memory.stability, day - memory.last_day))
            for memory, day in after
            if isinstance(memory, Learned)
        ) / len(after)

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
