"""The learner's plan: the cards it asks today."""

from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.pace import expected_seconds
from contrastive_drill.actions.plan_terms import active_terms, planned_weights, require_possible
from contrastive_drill.actions.review.siblings import siblings_apart
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import NEW
from contrastive_drill.memory.marks import unavailable
from contrastive_drill.planner.plan_terms import PlanTerms, record_of
from contrastive_drill.reports.status import TodaysMinutes
from contrastive_drill.store import Store

if TYPE_CHECKING:
    from contrastive_drill.planner.plan import Plan


def seconds_left(env: Environment, store: Store, terms: PlanTerms) -> float:
    """The seconds of today's plan that its answers have left."""
    return max(60 * terms.minutes_on(env.day()) - store.seconds_on(env.day()), 0.0)


def make_plan(env: Environment, store: Store, terms: PlanTerms) -> "Plan":
    """The plan as of now, with the time left today.

    Raises:
        UsageProblem: for the first term under which no card can be planned now.
    """
    from contrastive_drill.planner.deck import DeckCard
    from contrastive_drill.planner.habits import attendance, habits
    from contrastive_drill.planner.plan import build_plan

    require_possible(env, store, terms)
    day, memories = env.day(), store.memories()
    kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
    plan = build_plan(
        planned=[
            DeckCard(card, kinds[card], weight, memories.get(card, NEW))
            for card, weight in planned_weights(env, store, terms)
        ],
        needs={entry.id: entry.needs.split() for entry in env.bank.entries},
        seconds=[
            seconds_left(env, store, terms),
            *(60 * minutes for minutes in terms.minutes_from(day)[1:]),
        ],
        scheduler=env.scheduler(store.fit()),
        habits=habits(store.reviews(), kinds),
        day=day,
        attendance=attendance(*terms.attended(set(store.days()), day)),
    )
    ranked = {card.card_id: card for card in plan.ranked}
    return replace(plan, ranked=tuple(ranked[card] for card in siblings_apart(env, [*ranked])))


def todays_cards(env: Environment, store: Store, terms: PlanTerms) -> tuple[str, ...]:
    """The cards to ask today by falling gain, planned once a day, less those answered since.

    Cards failed today and not passed since come first.
    """
    day = env.day()
    order = _saved_order(env, terms)
    if order is None:
        order = [card.card_id for card in make_plan(env, store, terms).ranked]
        save_order(env, terms, order)
    excluded = unavailable(store.marks(), day)
    memories = store.memories()
    today = {card: memory for card, memory in memories.items() if memory.last_day >= day}
    failed = [card for card, each in today.items() if each.last_day == day and each.failed]
    waiting = [card for card in order if card not in today]
    asked = (card for card in (*failed, *waiting) if card in env.bank)
    return tuple(card for card in asked if card not in excluded)


def todays_minutes(env: Environment, store: Store) -> TodaysMinutes | None:
    """The time of today's plan, and about how many cards fit into it; no plan is made for it."""
    if (terms := active_terms(env, store)) is None:
        return None
    order = _saved_order(env, terms) or [entry.id for entry in env.bank.entries]
    learned, left = store.memories(), seconds_left(env, store, terms)
    done = {card for card, memory in learned.items() if memory.last_day >= env.day()}
    done |= unavailable(store.marks(), env.day())
    waiting = [card for card in order if card not in done and card in env.bank]
    seconds = expected_seconds(env, store)
    costs = [seconds(card, card not in learned) for card in waiting]
    ends = zip(accumulate(costs), costs, strict=True)
    fitting = sum(end - cost / 2 <= left for end, cost in ends)
    return TodaysMinutes(terms.minutes_on(env.day()), left / 60, fitting)


def nothing_planned(env: Environment, store: Store, terms: PlanTerms) -> str:
    """Why the plan asks nothing now, and how to study anyway."""
    more = "To continue: --minutes 10 adds time, --cram studies without touching the schedule."
    if not terms.minutes_on(env.day()):
        return f"Today is a day off in your plan. {more}"
    if not seconds_left(env, store, terms):
        return f"Today's time is used up: {terms.minutes_on(env.day()):g} min in your plan. {more}"
    return f"No card would gain from a review today. {more}"


def save_order(env: Environment, terms: PlanTerms, order: list[str]) -> None:
    """Save today's order for later reviews, which plan again where it cannot be saved."""
    with suppress(DataProblem):
        settings.write({_order_path(env): {**_key(env, terms), "order": order}})


def _saved_order(env: Environment, terms: PlanTerms) -> list[str] | None:
    with suppress(DataProblem):
        record = settings.read(_order_path(env)) or {}
        order = record.pop("order", None)
        if isinstance(order, list) and record == _key(env, terms):
            now = env.bank.renames
            return [now.get(each, each) for each in order if isinstance(each, str)]
    return None


def _key(env: Environment, terms: PlanTerms) -> dict[str, object]:
    return {
        "day": env.day(),
        "interview_day": terms.interview_day,
        "terms": record_of(terms),
        "cards": len(env.bank.entries),
    }


def _order_path(env: Environment) -> Path:
    return env.paths.cache.with_name("plan-of-the-day.json")
