"""Why a card is asked today or not: what a review would gain, and on which day it gains most."""

from enum import StrEnum
from typing import NamedTuple

from contrastive_drill.memory.log import Learned
from contrastive_drill.planner.deck import DeckCard
from contrastive_drill.planner.grid import Outcomes, first_review, later_review
from contrastive_drill.planner.plan import CardChoice, Plan, choices


class Cause(StrEnum):
    """The main reason."""

    NOW = "now"  # it fits into today's time
    NEXT = "next"  # it gains something today, and others gain more
    LATER = "later"  # it gains more on a later day
    KEPT = "kept"  # it will be known without a review
    DEAR = "dear"  # the time is better spent on others
    DONE = "done"  # it was answered today
    BURIED = "buried"  # the learner put it off until tomorrow


class Explanation(NamedTuple):
    """Why, with the numbers behind it; `idle` and `looked` are probabilities of recall."""

    card_id: str
    why: Cause
    rank: int | None  # among those that gain something today, from 1
    ranked: int  # how many do
    fits: int  # how many of them fit into today's time
    seconds: float  # that a review is expected to take
    idle: float  # recall on the interview day if it is never reviewed again
    looked: float  # the same after one review today, and none later
    best_day: int | None  # the study day on which its first review gains most; None: none does


def explain(plan: Plan, card_id: str, *, buried: bool = False) -> Explanation:
    """The reason for a card of the plan, which may be buried and so not asked today.

    Raises:
        KeyError: when the plan does not have the card.
    """
    ranks = {each.card_id: rank for rank, each in enumerate(plan.ranked, 1)}
    fits = len(plan.today)
    card = {each.card_id: each for each in plan.deck.order}[card_id]
    choice = choices(plan.deck, plan.relaxed.values)[card_id]
    memory, days = card.memory, len(plan.seconds)
    recall = plan.deck.scheduler.curve.recall
    idle = 0.0
    if isinstance(memory, Learned):
        idle = float(recall(memory.stability, max(plan.day - memory.last_day, 0) + days))
    outcomes = _outcomes(plan, card)
    reviewed = sum(
        chance * float(recall(stability, days))
        for chance, stability in zip(outcomes.chances, outcomes.stabilities, strict=True)
    )
    rank = ranks.get(card_id)
    best = _best_day(choice)
    if isinstance(memory, Learned) and memory.last_day >= plan.day:
        why = Cause.DONE
    elif buried:
        why = Cause.BURIED
    elif rank is not None and rank <= fits:
        why = Cause.NOW
    elif best is None:
        why = Cause.KEPT if isinstance(memory, Learned) and idle >= reviewed - 0.1 else Cause.DEAR
    elif best > 0:
        why = Cause.LATER
    else:
        why = Cause.NEXT
    return Explanation(
        card_id=card_id,
        why=why,
        rank=rank,
        ranked=len(plan.ranked),
        fits=fits,
        seconds=choice.seconds,
        idle=idle,
        looked=reviewed,
        best_day=None if best is None else plan.day + int(plan.deck.steps[best]),
    )


def _best_day(choice: CardChoice) -> int | None:
    """The first day on which a review has the highest value; None where never reviewing has it."""
    best = choice.review.max()
    if best <= choice.wait[-1]:
        return None
    return int((choice.review >= best - 1e-9).argmax())


def _outcomes(plan: Plan, card: DeckCard) -> Outcomes:
    """The ratings of a review today, and the states they lead to."""
    scheduler, memory = plan.deck.scheduler, card.memory
    if isinstance(memory, Learned):
        since = max(plan.day - memory.last_day, 0)
        return later_review(scheduler, memory.stability, memory.difficulty, since, plan.deck.passed)
    return first_review(scheduler, plan.deck.first)
