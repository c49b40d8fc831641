"""The plan of the learner: its terms, and what it asks today."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Level
from contrastive_drill.errors import DataProblem
from contrastive_drill.memory.log import NEW, away, suspended
from contrastive_drill.planner.terms import NUMBERED, PlanTerms, record_of, terms_of
from contrastive_drill.store import Store

if TYPE_CHECKING:
    from contrastive_drill.planner.plan import Plan


def saved_terms(env: Environment) -> PlanTerms | None:
    """The terms as they were given; None where there is no plan, or no day for it.

    Raises:
        DataProblem: when their file is not what was written.
    """
    record = settings.read(env.paths.plan)
    if record is None or (day := env.preferences.interview_on) is None:
        return None
    try:
        return terms_of(record, day.toordinal())
    except ValueError as error:
        raise DataProblem(
            f"{env.paths.plan} holds no plan: {error}; move it away, and plan again"
        ) from error


def active_terms(env: Environment) -> PlanTerms | None:
    """The terms of a plan whose day is still to come."""
    terms = saved_terms(env)
    return terms if terms is not None and terms.interview_day > env.day() else None


def ended_on(env: Environment) -> int | None:
    """The study day of the interview of a plan that is over."""
    terms = saved_terms(env)
    over = terms is not None and terms.interview_day <= env.day()
    return terms.interview_day if over and terms is not None else None


def seconds_left(env: Environment, store: Store, terms: PlanTerms) -> float:
    """What is left of today's time, after the answers of today."""
    return max(60 * terms.minutes_on(env.day()) - store.seconds_on(env.day()), 0.0)


def make_plan(env: Environment, store: Store, terms: PlanTerms) -> "Plan":
    """The plan from where the learner stands now, with what is left of today's time."""
    from contrastive_drill.planner.deck import DeckCard
    from contrastive_drill.planner.habits import attendance, habits
    from contrastive_drill.planner.plan import make

    day, bank = env.day(), env.bank
    suspended_cards = suspended(store.marks())
    memories = store.memories()
    cards = [bank.card(e.id) for e in bank.entries if e.id not in suspended_cards]
    weighed = [
        (card, terms.weight(card.section, card.level, card.place is not None)) for card in cards
    ]
    kinds = {card.id: card.kind for card in cards}
    reviews = store.reviews()
    return make(
        planned=[
            DeckCard(card.id, card.kind, weight, memories.get(card.id, NEW))
            for card, weight in weighed
            if weight > 0
        ],
        needs={card.id: card.needs for card in cards},
        seconds=[
            seconds_left(env, store, terms),
            *(60 * minutes for minutes in terms.minutes_from(day)[1:]),
        ],
        scheduler=env.scheduler(store.fit()),
        habits=habits(reviews, kinds),
        day=day,
        attendance=attendance(*terms.kept(set(store.days()), day)),
    )


def todays_cards(env: Environment, store: Store, terms: PlanTerms) -> tuple[str, ...]:
    """The cards to ask today, most gainful first: planned once a day, less those answered since.

    A card failed today and not passed since comes first.
    """
    day = env.day()
    order = _kept_order(env, terms)
    if order is None:
        plan = make_plan(env, store, terms)
        order = [turn.card_id for turn in plan.turns]
        keep_order(env, terms, order)
    absent = away(store.marks(), day)
    memories = store.memories()
    failed = [
        card
        for card, memory in memories.items()
        if memory.last_day == day and memory.failed and card in env.bank
    ]
    done = {card for card, memory in memories.items() if memory.last_day >= day}
    waiting = [card for card in order if card not in done and card in env.bank]
    return tuple(card for card in (*failed, *waiting) if card not in absent)


def nothing_planned(env: Environment, store: Store, terms: PlanTerms) -> str:
    """Why the plan asks nothing now, and how to go on all the same."""
    more = "To go on: --minutes 10 studies on, --cram studies without touching the schedule."
    if not terms.minutes_on(env.day()):
        return f"Today is a day off in your plan. {more}"
    if not seconds_left(env, store, terms):
        return f"Today's minutes are used: {terms.minutes_on(env.day()):g} of your plan. {more}"
    return f"Today no card gains from a look before the interview. {more}"


def keep_order(env: Environment, terms: PlanTerms, order: list[str]) -> None:
    """Keep today's order for the next review of the day; where it cannot be kept, it is made."""
    try:
        settings.write(_order_path(env), {**_key(env, terms), "order": order})
    except DataProblem:
        return


def _kept_order(env: Environment, terms: PlanTerms) -> list[str] | None:
    try:
        record = settings.read(_order_path(env))
    except DataProblem:
        return None
    if record is None or any(record.get(k) != v for k, v in _key(env, terms).items()):
        return None
    order = record.get("order")
    return order if isinstance(order, list) else None


def _key(env: Environment, terms: PlanTerms) -> Mapping[str, Any]:
    return {
        "day": env.day(),
        "interview_day": terms.interview_day,
        "terms": record_of(terms),
        "cards": len(env.bank.entries),
    }


def _order_path(env: Environment) -> Any:
    return env.paths.cache.with_name("plan-of-the-day.json")


def names_of(env: Environment) -> list[str]:
    """What can be weighed: the sections, the levels, and the numbered cards."""
    return [*env.bank.titles, *Level, NUMBERED]
