"""What to expect of a plan: recall on the day, the work of each day, the gain of more time."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.scheduler import recall
from contrastive_drill.planner.bound import bound
from contrastive_drill.planner.needs import (
    MORE,
    TARGETS,
    Curve,
    MinutesNeeded,
    curve,
    usual_minutes,
)
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.solver.arrays import Floats
from contrastive_drill.planner.spread import Spread

SHORT = 0.10  # a section this far below the whole is short of time


class RecallForecast(NamedTuple):
    """Recall over the whole plan, a section or a level; shares of its cards, from 0 to 1."""

    name: str
    cards: int
    now: float  # recalled today
    idle: float  # recalled on the day if nothing is studied until then
    expected: float  # recalled on the day under the plan
    low: float
    high: float


class DayLoad(NamedTuple):
    """One day of the plan, as expected."""

    day: int
    planned: float  # minutes
    minutes: float  # expected to be used
    met: float  # cards met for the first time
    looks: float  # reviews of cards met before


@dataclass(frozen=True)
class Forecast:
    """What to expect of a plan; shares are of its cards. What takes time is reckoned when read."""

    plan: Plan
    all: RecallForecast
    sections: tuple[RecallForecast, ...]
    levels: tuple[RecallForecast, ...]
    short: tuple[RecallForecast, ...]  # sections that end well below the whole
    work: tuple[DayLoad, ...]
    expected_weighted: float  # the share by weight recalled on the day

    @cached_property
    def bound(self) -> float:
        """The highest share by weight of any schedule of the class that `bound` names."""
        return max(bound(self.plan), self.expected_weighted)

    @property
    def close(self) -> float:
        """The share of the bound that is expected."""
        return self.expected_weighted / self.bound if self.bound else 1.0

    @cached_property
    def curve(self) -> Curve:
        """Recall by minutes."""
        return curve(self.plan)

    @property
    def needs(self) -> tuple[MinutesNeeded, ...]:
        """The minutes on each day of study that recalling some shares of the cards takes."""
        return tuple(self.curve.need(share) for share in TARGETS)

    @property
    def more(self) -> float:
        """The share that ten more minutes on each day of study would add."""
        usual = usual_minutes(self.plan)
        return self.curve.at(usual + MORE) - self.curve.at(usual)


def forecast(plan: Plan, sections: Mapping[str, str], levels: Mapping[str, str]) -> Forecast:
    """The forecast of a plan; `sections` and `levels` have the names of each card's.

    Expected values are for a learner who studies every day; the range includes missed days.
    """
    cards, expected, spread = plan.deck.order, plan.outlook.expected, Spread(plan)
    now, idle = _unstudied(plan)

    def recall_of(name: str, groups: Mapping[str, str] | None = None) -> RecallForecast:
        of_group = (groups is None or groups[each.card_id] == name for each in cards)
        places = np.flatnonzero(np.fromiter(of_group, bool, len(cards)))
        mean = float(expected[places].mean())
        return RecallForecast(
            name,
            len(places),
            float(now[places].mean()),
            float(idle[places].mean()),
            mean,
            *spread.around(mean, places),
        )

    def recall_by(groups: Mapping[str, str]) -> tuple[RecallForecast, ...]:
        names = dict.fromkeys(groups[each.card_id] for each in cards)
        return tuple(recall_of(name, groups) for name in names)

    whole, parts = recall_of(""), recall_by(sections)
    return Forecast(
        plan=plan,
        all=whole,
        sections=parts,
        levels=recall_by(levels),
        short=tuple(part for part in parts if part.expected < whole.expected - SHORT),
        work=_work(plan),
        expected_weighted=plan.outlook.steady.course.recalled / plan.deck.weight,
    )


def _work(plan: Plan) -> tuple[DayLoad, ...]:
    """The work of each day: that of its step, by the day's share of the time."""
    course, steps, deck = plan.outlook.steady.course, plan.outlook.steady.model.steps, plan.deck
    seconds = np.array(plan.seconds)
    lengths = np.diff(np.append(steps.starts, deck.days))
    whole = steps.total(seconds).repeat(lengths)
    shares = np.divide(seconds, whole, out=np.zeros(len(seconds)), where=whole > 0)
    # Weight is counted back into cards: by column for the new ones, by the mean for the others.
    count = np.bincount(
        deck.places[deck.met :].ravel(), deck.shares[deck.met :].ravel(), len(deck.columns)
    )
    of_weight = np.divide(count, deck.new, out=np.zeros(len(count)), where=deck.new > 0)
    met, again = course.met @ of_weight, course.again * len(deck.order) / deck.weight
    minutes, met, looks = (
        (each.repeat(lengths) * shares).tolist() for each in (course.seconds / 60, met, again)
    )
    days = range(plan.day, plan.interview_day)
    found = list(map(DayLoad, days, (seconds / 60).tolist(), minutes, met, looks))
    # Today is known card by card.
    new = {card.card_id for card in deck.order[deck.met :]}
    first = sum(card.card_id in new for card in plan.today)
    used = min(sum(card.seconds for card in plan.today), plan.seconds[0]) / 60
    today = found[0]._replace(minutes=used, met=first, looks=len(plan.today) - first)
    return (today, *found[1:])


def _unstudied(plan: Plan) -> tuple[Floats, Floats]:
    """Each card's recall today, and on the interview day if it is never looked at again."""
    curve_, days = plan.rules.scheduler.curve, plan.deck.days
    now, idle = np.zeros((2, len(plan.deck.order)))
    for place, each in enumerate(plan.deck.order):
        memory = each.memory
        if isinstance(memory, Learned):
            now[place] = recall(memory, plan.day, curve_)
            since = max(plan.day - memory.last_day, 0) + days
            idle[place] = curve_.recall(memory.stability, since)
    return now, idle
