"""Why a card is asked today, or is not: what a look at it would gain, and when it gains most."""

from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.memory.log import Learned
from contrastive_drill.planner.deck import DeckCard
from contrastive_drill.planner.grid import Outcomes, first_look, later_look
from contrastive_drill.planner.plan import Plan


class Cause(StrEnum):
    """The answer in a word."""

    NOW = "now"  # it fits into today's time
    NEXT = "next"  # it gains something today, and others gain more
    LATER = "later"  # it gains more on a later day
    KEPT = "kept"  # it will be known without a look
    DEAR = "dear"  # the time is better spent on others
    DONE = "done"  # it was answered today


class Explanation(NamedTuple):
    """Why, with the numbers it rests on. Shares are probabilities of recall on the day."""

    card_id: str
    why: Cause
    rank: int | None  # among those that gain something today, from 1
    ranked: int  # how many do
    fits: int  # how many of them fit into today's time
    seconds: float  # that a look takes
    idle: float  # recalled on the day if it is never looked at again
    looked: float  # after one look today, and none later
    best_day: int | None  # the study day on which its first look gains most; None: none does


def explain(plan: Plan, card_id: str) -> Explanation:
    """The reason for a card of the plan.

    Raises:
        KeyError: when the plan does not have the card.
    """
    place = {turn.card_id: rank for rank, turn in enumerate(plan.turns, 1)}
    fits = len(plan.today)
    card = {each.card_id: each for each in plan.deck.order}[card_id]
    look, wait, seconds = _values(plan, card)
    memory, days = card.memory, len(plan.seconds)
    recall = plan.deck.scheduler.recall
    idle = 0.0
    if isinstance(memory, Learned):
        idle = float(recall(memory.stability, max(plan.day - memory.last_day, 0) + days))
    after = _look(plan, card)
    looked = sum(
        chance * float(recall(stability, days))
        for chance, stability in zip(after.chances, after.stabilities, strict=True)
    )
    rank = place.get(card_id)
    best = _best_day(look, wait)
    if isinstance(memory, Learned) and memory.last_day >= plan.day:
        why = Cause.DONE
    elif rank is not None and rank <= fits:
        why = Cause.NOW
    elif best is None:
        why = Cause.KEPT if isinstance(memory, Learned) and idle >= looked - 0.1 else Cause.DEAR
    elif best > 0:
        why = Cause.LATER
    else:
        why = Cause.NEXT
    return Explanation(
        card_id=card_id,
        why=why,
        rank=rank,
        ranked=len(plan.turns),
        fits=fits,
        seconds=seconds,
        idle=idle,
        looked=looked,
        best_day=None if best is None else plan.day + best,
    )


def _values(plan: Plan, card: DeckCard) -> tuple[list[float], list[float], float]:
    """The values of looking on each day and of not doing so, and the seconds of a look today."""
    values = plan.relaxed.values
    for row, each in enumerate(plan.deck.own):
        if each.card_id == card.card_id:
            seconds = float(plan.deck.own_costs[row, 0])
            return values.own_look[row].tolist(), values.own_wait[row].tolist(), seconds
    for place, members in enumerate(plan.deck.new_order):
        if any(each.card_id == card.card_id for each in members):
            seconds = float(plan.deck.new_costs[place])
            return values.new_look[place].tolist(), values.new_wait[place].tolist(), seconds
    raise KeyError(card.card_id)


def _best_day(look: list[float], wait: list[float]) -> int | None:
    """The first day on which looking is worth as much as anything that can be had from now on."""
    best = max(look)
    if best <= wait[-1]:
        return None
    return next(day for day, value in enumerate(look) if value >= best - 1e-9)


def _look(plan: Plan, card: DeckCard) -> Outcomes:
    scheduler, memory = plan.deck.scheduler, card.memory
    if isinstance(memory, Learned):
        since = max(plan.day - memory.last_day, 0)
        return later_look(scheduler, memory.stability, memory.difficulty, since, plan.deck.passed)
    return first_look(scheduler, plan.deck.first)
