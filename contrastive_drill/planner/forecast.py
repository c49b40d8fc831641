"""What to expect of a plan: recall on the day, the work of each day, the gain of more time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from contrastive_drill.memory.log import Learned
from contrastive_drill.memory.scheduler import recall
from contrastive_drill.planner.arrays import Floats
from contrastive_drill.planner.plan import Plan
from contrastive_drill.planner.prices import bound, evaluate, nearer, trajectory
from contrastive_drill.planner.simulation import Simulation, simulate

LEARNERS = 100  # simulated ones
RANGE = (5.0, 95.0)  # percentiles of their recall
TARGETS = (0.80, 0.90, 0.95)
MORE = 10.0  # minutes a day
# Multiples of the time, for the curve of recall against it: outwards, each from the one before.
TIMES = ((1.0, 1.5, 2.2, 3.3, 5.0, 8.0, 14.0), (0.67, 0.4))
ROUNDS = 10  # of the search for the prices of each
SOFT = 0.01  # temperature of the choices on it
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
    """One day of the plan, means over the simulated learners."""

    day: int
    planned: float  # minutes
    minutes: float  # expected to be used
    met: float  # cards met for the first time
    looks: float  # reviews of cards met before


class MinutesNeeded(NamedTuple):
    """The minutes a day that recalling a share of the cards takes."""

    share: float
    minutes: float | None  # None: out of reach by then, however long one studies


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect of a plan; shares are of its cards."""

    all: RecallForecast
    sections: tuple[RecallForecast, ...]
    levels: tuple[RecallForecast, ...]
    short: tuple[RecallForecast, ...]  # sections that end well below the whole
    work: tuple[DayLoad, ...]
    bound: float  # of the share by weight, for one review of a card a day, under the model
    close: float  # the share of the bound that the plan reaches, by weight, under the model
    needs: tuple[MinutesNeeded, ...]
    more: float  # the share that ten more minutes on each day of study would add


def forecast(
    plan: Plan, sections: Mapping[str, str], levels: Mapping[str, str], seed: int
) -> Forecast:
    """The forecast of a plan; `sections` and `levels` have the names of each card's.

    Expected values are for a learner who studies every day; the range includes missed days.
    """
    seconds = plan.deck.by_step(plan.seconds)
    exact = simulate(plan.deck, plan.relaxed, seconds, LEARNERS, seed, spread=False)
    varied = simulate(plan.deck, plan.relaxed, seconds, LEARNERS, seed, attendance=plan.attendance)
    upper = bound(plan.deck, seconds, plan.relaxed.prices)
    cards = plan.deck.order
    now, idle = _unstudied(plan)

    def recall_of(name: str, groups: Mapping[str, str] | None = None) -> RecallForecast:
        places = [
            place
            for place, each in enumerate(cards)
            if groups is None or groups[each.card_id] == name
        ]
        shares = varied.recall[:, places].mean(1)
        low, high = np.percentile(shares, RANGE)
        return RecallForecast(
            name=name,
            cards=len(places),
            now=float(now[places].mean()),
            idle=float(idle[places].mean()),
            expected=float(exact.recall[:, places].mean()),
            low=float(low),
            high=float(high),
        )

    def recall_by(groups: Mapping[str, str]) -> tuple[RecallForecast, ...]:
        names = dict.fromkeys(groups[each.card_id] for each in cards)
        return tuple(recall_of(name, groups) for name in names)

    whole, parts = recall_of(""), recall_by(sections)
    weights = plan.deck.weights[plan.deck.order_class]
    weighted = float((exact.recall * weights).sum(1).mean())
    curve = _curve(plan)
    # Learners divide their minutes less finely than the curve, and miss so many times as much.
    worse = (1 - whole.expected) / max(1 - _at(curve, 1.0), 1e-9)
    days = max(sum(each > 0 for each in plan.seconds), 1)
    usual = float(seconds.sum()) / days / 60 or MORE  # where no time is left, more changes nothing
    return Forecast(
        all=whole,
        sections=parts,
        levels=recall_by(levels),
        short=tuple(part for part in parts if part.expected < whole.expected - SHORT),
        work=_work(plan, exact),
        bound=min(upper / float(weights.sum()), 1.0),
        close=min(weighted / upper, 1.0) if upper else 1.0,
        needs=tuple(
            MinutesNeeded(share, _minutes(curve, 1 - (1 - share) / max(worse, 1e-9), usual))
            for share in TARGETS
        ),
        more=max(1 - worse * (1 - _at(curve, 1 + MORE / usual)) - whole.expected, 0.0),
    )


def _work(plan: Plan, exact: Simulation) -> tuple[DayLoad, ...]:
    """The work of each day: that of its step, by the day's share of the time."""
    seconds, steps = np.array(plan.seconds), plan.deck.steps
    whole = plan.deck.by_step(plan.seconds).repeat(np.diff(steps))
    shares = np.divide(seconds, whole, out=np.zeros(len(seconds)), where=whole > 0)
    minutes, met, looks = (
        (each.mean(0).repeat(np.diff(steps)) * shares).tolist()
        for each in (exact.seconds / 60, exact.met, exact.reviews)
    )
    days = range(plan.day, plan.interview_day)
    return tuple(map(DayLoad, days, (seconds / 60).tolist(), minutes, met, looks))


def _unstudied(plan: Plan) -> tuple[Floats, Floats]:
    """Each card's recall today, and on the interview day if it is never reviewed again."""
    deck, curve = plan.deck, plan.deck.scheduler.curve
    memories = [each.memory for each in deck.order]
    now = [recall(each, plan.day, curve) if isinstance(each, Learned) else 0.0 for each in memories]
    return np.array(now), np.append(deck.seen_recall, np.zeros(deck.new_counts.sum()))


class _Point(NamedTuple):
    """One point of the relaxed plan: time as a multiple of the planned time, and recall."""

    time: float
    share: float


def _curve(plan: Plan) -> list[_Point]:
    """Recall against time, from the prices of plans with less and with more of it."""
    seconds, cards = plan.deck.by_step(plan.seconds), len(plan.deck.order)
    points = [_Point(0.0, float(_unstudied(plan)[1].mean()))]
    for times in TIMES if seconds.any() else ():
        prices = plan.relaxed.prices
        for time in times:
            prices = nearer(plan.deck, time * seconds, prices, SOFT, ROUNDS)
            course = trajectory(plan.deck, evaluate(plan.deck, prices, SOFT), SOFT)
            used = np.where(seconds > 0, course.seconds, 0).sum()
            points.append(_Point(float(used / seconds.sum()), course.recalled / cards))
    points.sort()
    # A search that ended early spends days that are not there, and more time recalls no less.
    shares = np.minimum.accumulate([each.share for each in reversed(points)])[::-1]
    return [_Point(each.time, float(share)) for each, share in zip(points, shares, strict=True)]


def _at(curve: Sequence[_Point], time: float) -> float:
    return float(np.interp(time, [p.time for p in curve], [p.share for p in curve]))


def _minutes(curve: Sequence[_Point], share: float, usual: float) -> float | None:
    """The minutes a day at which the curve reaches a share; None where it never does."""
    if share > max(point.share for point in curve):
        return None
    low, high = 0.0, curve[-1].time
    for _ in range(40):
        middle = (low + high) / 2
        if _at(curve, middle) < share:
            low = middle
        else:
            high = middle
    return high * usual
