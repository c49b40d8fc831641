"""The queue of a review: its cards by the options, the plan, the schedule and the daily limit."""

from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Level
from contrastive_drill.memory.marks import unavailable
from contrastive_drill.review.queue import queue
from contrastive_drill.review.siblings import siblings, spaced
from contrastive_drill.words import day_name

if TYPE_CHECKING:
    from contrastive_drill.bank.cache import IndexEntry
    from contrastive_drill.planner.plan_terms import PlanTerms
    from contrastive_drill.store import Store

RECENT = 300  # answers that say how long cards take
AHEAD = 500  # cards that are put in order: more than anyone answers in a day


class ReviewOptions(NamedTuple):
    """The options of a review."""

    sections: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    limit: int | None = None
    minutes: float | None = None
    new: int | None = None
    cram: bool = False

    @property
    def automatic(self) -> bool:
        """Whether the choice of cards is left to the program."""
        return not (self.sections or self.levels or self.cram or self.new is not None)


def scheduled_queue(env: Environment, store: "Store", options: ReviewOptions) -> tuple[str, ...]:
    """The cards to ask by the schedule and the daily limit, in order."""
    bank, day = env.bank, env.day()
    bank.require_sections(options.sections)

    def selected(entry: "IndexEntry") -> bool:
        return (not options.sections or entry.section in options.sections) and (
            not options.levels or entry.level in options.levels
        )

    excluded = unavailable(store.marks(), day)
    ids = [entry.id for entry in bank.entries if selected(entry) and entry.id not in excluded]
    if options.cram:
        return tuple(ids[: options.limit])
    members = set(ids)
    due = [(card, memory) for card, memory in store.due(day) if card in members]
    if env.paths.plan.exists():
        from contrastive_drill.actions.plan_terms import past_interview_day
        from contrastive_drill.planner.backlog import spread_due_day

        past = past_interview_day(env)
        due = [each for each in due if spread_due_day(each[0], each[1].due_day, past) <= day]
    new = new_cards(env, store, ids, [card for card, _ in due], options)
    return queue(due, new, day, options.limit)


def review_queue(
    env: Environment, store: "Store", options: ReviewOptions
) -> tuple[tuple[str, ...], float | None]:
    """The cards to ask, in order, siblings apart, and the minutes; the plan's if there is one."""
    cards, minutes = _chosen(env, store, options)
    return siblings_apart(env, cards), minutes


def siblings_apart(env: Environment, cards: Sequence[str]) -> tuple[str, ...]:
    """The cards in an order that keeps siblings apart."""
    entries = [env.bank.entry(card) for card in cards[:AHEAD]]
    kin = siblings({entry.id: entry.links.split() for entry in entries})
    needs = {entry.id: entry.needs.split() for entry in entries}
    return (*spaced(cards[:AHEAD], kin, needs), *cards[AHEAD:])


def _chosen(
    env: Environment, store: "Store", options: ReviewOptions
) -> tuple[tuple[str, ...], float | None]:
    """The cards and the minutes; options that choose either have precedence over the plan."""
    if options.automatic and options.minutes is None and is_day_off(env):
        return (), None
    terms = followed_plan(env) if options.automatic else None
    if terms is None:
        return scheduled_queue(env, store, options), options.minutes
    from contrastive_drill.actions.planner import seconds_left, todays_cards

    minutes = options.minutes
    if minutes is None:
        minutes = seconds_left(env, store, terms) / 60
    cards = todays_cards(env, store, terms) if minutes else ()
    return cards[: options.limit], minutes


def nothing_to_ask(env: Environment, store: "Store", options: ReviewOptions) -> str:
    """Why there is no card to ask, and how to study anyway."""
    if not options.automatic:
        return "No card fits: try fewer conditions, or --cram to study without the schedule."
    from contrastive_drill.actions.planner import nothing_planned
    from contrastive_drill.actions.status import current_status

    terms = followed_plan(env)
    if terms is not None:
        return nothing_planned(env, store, terms)
    next_day = current_status(env, store).next_due_day
    when = f"The next card is due {day_name(next_day, env.day())}. " if next_day else ""
    what = "Nothing is due, and today's new cards are met."
    if is_day_off(env):
        what = "Today is a day off."
    elif env.preferences.minutes_per_day is not None:
        what = "Nothing is due, and no new card fits into what is left of today's limits."
    return (
        f"{what} {when}"
        "To continue: --new 5 meets five more, --cram studies without touching the schedule."
    )


def followed_plan(env: Environment) -> "PlanTerms | None":
    """The terms of the plan to follow; where none was ever made, no planner is loaded."""
    if not env.paths.plan.exists():
        return None
    from contrastive_drill.actions.plan_terms import active_terms

    return active_terms(env)


def is_day_off(env: Environment) -> bool:
    """Whether today is a day off by the settings, which a plan replaces."""
    return env.preferences.study_day(env.day()) != env.day() and followed_plan(env) is None


def new_cards(
    env: Environment,
    store: "Store",
    ids: Sequence[str],
    due: Sequence[str],
    options: ReviewOptions,
) -> list[str]:
    """The cards of `ids` to meet today beside those due: as many as are wanted, none on a day off.

    Where no number and no minutes are given, they keep to those of the settings.
    """
    limit, minutes, seen = options.new, env.preferences.minutes_per_day, store.learned_ids()
    if limit is None:
        wanted = 0 if is_day_off(env) else env.preferences.new_per_day
        limit = max(wanted - store.new_today(env.day()), 0)
    new = [card for card in ids if card not in seen][:limit]
    given = options.new is not None or options.minutes is not None
    if given or not new or minutes is None or followed_plan(env) is not None:
        return new
    from contrastive_drill.cards.kinds import Kind
    from contrastive_drill.planner.habits import expected_seconds, habits

    kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
    learner, recall = habits(store.last_reviews(RECENT), kinds), env.preferences.desired_retention
    left = 60 * minutes - store.seconds_on(env.day())
    left -= sum(expected_seconds(learner, kinds[card], recall) for card in due)
    costs = accumulate(expected_seconds(learner, kinds[card], None) for card in new)
    return [card for card, cost in zip(new, costs, strict=True) if cost <= left]
