"""Why a card is asked today or not, and why it may rest: what a look adds to recall on the day.

Nothing is said of a later day: the next plan, made from what happens today, may think otherwise.
"""

from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.memory.log import Learned, Memory
from contrastive_drill.planner.greedy import Look, look
from contrastive_drill.planner.plan import Plan


class Cause(StrEnum):
    """The main reason."""

    NOW = "now"  # it fits into today's time
    AGAIN = "again"  # it was failed today, and is asked again first
    NEXT = "next"  # it gains something today, and others come first
    RESTS = "rests"  # the time gains more on other cards, or on another day
    DONE = "done"  # it was answered today
    BURIED = "buried"  # the learner put it off until tomorrow


class Explanation(NamedTuple):
    """Why, with the numbers behind it; `idle` and `looked` are probabilities of recall."""

    card_id: str
    why: Cause
    rank: int | None  # among the cards that gain something today, from 1
    ranked: int  # how many do
    fits: int  # how many of them fit into today's time
    seconds: float  # that a look is expected to take
    idle: float  # recall on the interview day if it is never looked at again
    looked: float  # the same after one look today, and none later


def explain(plan: Plan, card_id: str, seconds: float, *, buried: bool = False) -> Explanation:
    """The reason for a card of the plan; `seconds` are those of a look where it is not ranked.

    Raises:
        KeyError: when the plan does not have the card.
    """
    today = [each.card_id for each in plan.today]
    order = {card: rank for rank, card in enumerate(today, 1)}
    for each in plan.ranked:
        order.setdefault(each.card_id, len(order) + 1)
    fits, rank = len(today), order.get(card_id)
    memory = {each.card_id: each for each in plan.deck.order}[card_id].memory
    idle, looked, *_ = _look(plan, memory, plan.day)
    answered = isinstance(memory, Learned) and memory.last_day >= plan.day
    if buried:
        why = Cause.BURIED
    elif answered:
        why = Cause.DONE if rank is None else Cause.AGAIN
    elif rank is None:
        why = Cause.RESTS
    else:
        why = Cause.NOW if rank <= fits else Cause.NEXT
    taken = {each.card_id: each.seconds for each in plan.ranked}.get(card_id, seconds)
    return Explanation(card_id, why, rank, len(order), fits, taken, idle, looked)


class Rest(NamedTuple):
    """A card after one look today: why another look may be long in coming."""

    once: float  # recall on the interview day after it, if no other follows
    more: float  # what another look would add to that, at the best time for it
    days: int  # from today to that time
    new: bool  # the card is one that was never met


def rest(plan: Plan) -> Rest | None:
    """The first card of today, a new one if there is any; None where there is no day for another.

    The look at the best time is the one look after today's that adds most recall.
    """
    cards = {each.card_id: each.memory for each in plan.deck.order}
    today = [cards[each.card_id] for each in plan.today]
    left = plan.interview_day - plan.day
    if not today or left < 2:
        return None
    new = [each for each in today if not isinstance(each, Learned)]
    memory = (new or today)[0]
    once = _look(plan, memory, plan.day)
    after = [
        (chance, Learned(*state, plan.day, plan.day, 1, 0))
        for chance, state in zip(once.chances, once.states, strict=True)
    ]

    def twice(days: int) -> float:
        return sum(chance * _look(plan, each, plan.day + days).looked for chance, each in after)

    best = max(range(1, left), key=twice)
    return Rest(once.looked, twice(best) - once.looked, best, bool(new))


def _look(plan: Plan, memory: Memory, day: int) -> Look:
    rules = plan.rules
    return look(
        rules.scheduler, memory, rules.first, rules.passed, day, plan.interview_day,
        repeats=plan.repeats,
    )  # fmt: skip
