"""The learner's plan: the cards it asks today."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from contrastive_drill import settings, signals
from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.pace import expected_seconds, pace
from contrastive_drill.actions.plan_terms import active_terms, planned_weights, require_possible
from contrastive_drill.actions.review.daily_limit import followed_plan, is_interview_day
from contrastive_drill.actions.review.siblings import siblings_apart
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.memory.log import NEW
from contrastive_drill.memory.marks import unavailable
from contrastive_drill.planner.greedy import greedy_order
from contrastive_drill.planner.plan_terms import PlanTerms, Repeats, record_of
from contrastive_drill.planner.ranking import DeckCard, RankedCard, within_time
from contrastive_drill.reports.status import TodaysMinutes
from contrastive_drill.store import Store

if TYPE_CHECKING:
    from contrastive_drill.planner.explanation import Explanation
    from contrastive_drill.planner.forecast import Forecast
    from contrastive_drill.planner.later_interview import LaterInterview
    from contrastive_drill.planner.plan import Plan


class Today(NamedTuple):
    """The cards that are left to ask today by falling gain, those failed today first."""

    cards: tuple[RankedCard, ...]
    repeats: bool  # whether a card failed today is asked again today
    planned: bool  # by a plan; else the greedy order until there is one


def plan_today() -> None:
    """Make the plan of today, if one is followed, in a process of its own that may be ended."""
    signals.guard()
    env = Environment()
    env.notify = lambda _: None  # the review that waits for it has said it
    with signals.at_work(), env.store(read_only=True) as store:
        if terms := active_terms(env, store):
            make_plan(env, store, terms)


def seconds_left(env: Environment, store: Store, terms: PlanTerms) -> float:
    """The seconds of today's plan that its answers have left."""
    return max(60 * terms.minutes_on(env.day()) - store.seconds_on(env.day()), 0.0)


def make_plan(env: Environment, store: Store, terms: PlanTerms) -> "Plan":
    """The plan as of now, with the time left today; it is kept for the reviews of the day.

    What it ranks is what they ask: cards failed today first, where they are asked again.

    Raises:
        UsageProblem: for the first term under which no card can be planned now.
    """
    from contrastive_drill.planner.attendance import attendance
    from contrastive_drill.planner.habits import habits
    from contrastive_drill.planner.plan import build_plan

    require_possible(env, store, terms)
    day, days, start = env.day(), store.days(), _start(env)
    past = terms.past_seconds(day)
    used = {each: store.seconds_on(each) for each in days if each in past}
    kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
    known = habits(store.reviews(), kinds)
    plan = build_plan(
        planned=_deck(env, store, terms),
        needs=_needs(env),
        seconds=[
            seconds_left(env, store, terms),
            *(60 * minutes for minutes in terms.minutes_from(day)[1:]),
        ],
        scheduler=env.scheduler(store.fit()),
        habits=known,
        day=day,
        attendance=attendance(used, past, terms.timed),
        repeats=terms.repeats.after(len(days)),
        near=start,
    )
    costs = {card.card_id: card.seconds for card in plan.ranked}
    order = {card: costs[card] for card in siblings_apart(env, [*costs])}
    with suppress(DataProblem):  # later reviews plan again where it cannot be saved
        saved = {**_key(env, terms), "order": order, "repeats": plan.repeats}
        saved |= {"from": start, "start": plan.start_record()}
        settings.write(_order_path(env), saved)
    gains = {card.card_id: card for card in plan.ranked}
    left = _left(env, store, order, plan.repeats)
    return replace(plan, ranked=tuple(gains.get(each.card_id, each) for each in left))


def reason(env: Environment, store: Store, plan: "Plan", card_id: str) -> "Explanation":
    """Why a card is asked today or not.

    Raises:
        UsageProblem: when the plan does not have it.
    """
    from contrastive_drill.planner.explanation import explain

    if card_id not in {each.card_id for each in plan.deck.order}:
        raise UsageProblem(
            f"{card_id} is not in the plan: suspended, left out by --only, or of weight 0"
        )
    seconds = expected_seconds(env, store)(card_id, card_id not in store.learned_ids())
    return explain(plan, card_id, seconds, buried=card_id in unavailable(store.marks(), env.day()))


def forecast_of(env: Environment, plan: "Plan") -> "Forecast":
    """What to expect of a plan."""
    from contrastive_drill.planner.forecast import forecast

    entries = env.bank.entries
    sections, levels = ({e.id: getattr(e, name) for e in entries} for name in ("section", "level"))
    return forecast(plan, sections, levels)


def later_interview(
    env: Environment, store: Store, terms: PlanTerms, seed: int
) -> "LaterInterview | None":
    """The interview after the next one, if there is any, and what the next one costs it."""
    from contrastive_drill.planner.later_interview import LaterInterview, Rehearsal, Stretch

    if terms.later is None:
        return None
    day, then = env.day(), terms.on(terms.interview_day + 1)
    near, far = (_deck(env, store, each) for each in (terms, then))
    time = [
        60 * each for each in (*terms.minutes_from(day), *then.minutes_from(terms.interview_day))
    ]
    learner = Rehearsal(_needs(env), env.scheduler(store.fit()), pace(env, store), seed)
    first, second = Stretch(near, day, terms.interview_day), Stretch(far, day, then.interview_day)
    both, alone = learner.recalled([first, second], time), learner.recalled([second], time)
    following = len([*(then.later or ())])
    return LaterInterview(then.interview_day, len(far), both, alone, following)


def _deck(env: Environment, store: Store, terms: PlanTerms) -> list[DeckCard]:
    memories = store.memories()
    kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
    return [
        DeckCard(card, kinds[card], weight, memories.get(card, NEW))
        for card, weight in planned_weights(env, store, terms)
    ]


def _needs(env: Environment) -> dict[str, list[str]]:
    return {entry.id: entry.needs.split() for entry in env.bank.entries}


def todays_cards(env: Environment, store: Store, terms: PlanTerms) -> Today:
    """The cards to ask today as planned once a day; until then in the greedy order.

    It makes no plan, and imports nothing that would make the first card of a day wait.
    """
    if (saved := _saved_order(env, terms)) is not None:
        order, repeats = saved
        return Today(_left(env, store, order, repeats), repeats, planned=True)
    day, deck = env.day(), _deck(env, store, terms)
    scheduler, known = env.scheduler(store.fit()), pace(env, store)
    greedy = greedy_order(deck, _needs(env), scheduler, known, day, terms.interview_day)
    seconds, learned = expected_seconds(env, store), store.learned_ids()
    costs = {card: seconds(card, card not in learned) for card in siblings_apart(env, greedy)}
    repeats = terms.repeats is not Repeats.NEVER
    return Today(_left(env, store, costs, repeats), repeats, planned=False)


def _left(
    env: Environment, store: Store, order: Mapping[str, float], repeats: bool
) -> tuple[RankedCard, ...]:
    """The cards of an order, each with its seconds, less those answered, buried or gone since."""
    day, excluded = env.day(), unavailable(store.marks(), env.day())
    today = {card: each for card, each in store.memories().items() if each.last_day >= day}
    failed = [card for card, each in today.items() if each.last_day == day and each.failed]
    seconds = expected_seconds(env, store)
    left = {card: seconds(card, False) for card in failed if repeats and card in env.bank}
    left |= {card: order[card] for card in order if card not in today and card in env.bank}
    return tuple(RankedCard(card, 0.0, left[card]) for card in left if card not in excluded)


def todays_minutes(env: Environment, store: Store) -> TodaysMinutes | None:
    """The time of today's plan or warm-up, and about how many cards fit; no plan is made for it."""
    if is_interview_day(env):
        from contrastive_drill.actions.review.warm_up import warm_up

        cards, minutes, rest = warm_up(env, store)
        return TodaysMinutes(minutes, rest, len(cards), "warm-up") if cards or not rest else None
    if (terms := followed_plan(env, store)) is None:
        return None
    left = seconds_left(env, store, terms)
    fitting = within_time(todays_cards(env, store, terms).cards, left)
    return TodaysMinutes(terms.minutes_on(env.day()), left / 60, len(fitting))


def nothing_planned(env: Environment, store: Store, terms: PlanTerms) -> str:
    """Why the plan asks nothing now, and how to study anyway."""
    more = "To continue: --minutes 10 adds time, --cram studies without touching the schedule."
    if not terms.minutes_on(env.day()):
        return f"Today is a day off in your plan. {more}"
    if not seconds_left(env, store, terms):
        return f"Today's time is used up: {terms.minutes_on(env.day()):g} min in your plan. {more}"
    return f"No card would gain from a review today. {more}"


def _saved_order(env: Environment, terms: PlanTerms) -> tuple[dict[str, float], bool] | None:
    saved = _saved(env)
    order, repeats = saved.get("order"), saved.get("repeats")
    if {**saved, **_key(env, terms)} != saved or not isinstance(order, dict):
        return None
    if not all(isinstance(seconds, int | float) for seconds in order.values()):
        return None
    now = env.bank.renames
    return {now.get(card, card) or card: order[card] for card in order}, repeats is not False


def _saved(env: Environment) -> dict[str, Any]:
    """The last plan as it was saved; nothing where it was not."""
    with suppress(DataProblem):
        return settings.read(_order_path(env)) or {}
    return {}


def _start(env: Environment) -> dict[str, Any] | None:
    """Where this plan is started from, to be found sooner: that of an earlier day.

    Plans of the same day start from the same, so that they say the same.
    """
    saved = _saved(env)
    start = saved.get("from" if saved.get("day") == env.day() else "start")
    return start if isinstance(start, dict) else None


def _key(env: Environment, terms: PlanTerms) -> dict[str, object]:
    return {"day": env.day(), "terms": record_of(terms), "cards": len(env.bank.entries)}


def _order_path(env: Environment) -> Path:
    return env.paths.cache.with_name("plan-of-the-day.json")
