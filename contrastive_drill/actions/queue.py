"""Which cards a session asks, by the learner's options, the schedule and the daily limit."""

from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Level
from contrastive_drill.memory.log import away, suspended
from contrastive_drill.review.session import queue
from contrastive_drill.screen.words import day_name

if TYPE_CHECKING:
    from contrastive_drill.bank.cache import IndexEntry
    from contrastive_drill.store import Store


class ReviewOptions(NamedTuple):
    """What the learner asked the session to be."""

    sections: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    limit: int | None = None
    minutes: float | None = None
    new: int | None = None
    cram: bool = False

    @property
    def open(self) -> bool:
        """Whether which cards are asked is left to the program."""
        return not (self.sections or self.levels or self.cram or self.new is not None)


def plan(env: Environment, store: "Store", options: ReviewOptions) -> tuple[str, ...]:
    """The ids of the cards to ask, in order."""
    bank, day = env.bank, env.day()
    bank.require_sections(options.sections)

    def wanted(entry: "IndexEntry") -> bool:
        return (not options.sections or entry.section in options.sections) and (
            not options.levels or entry.level in options.levels
        )

    absent = away(store.marks(), day)
    chosen = [entry.id for entry in bank.entries if wanted(entry) and entry.id not in absent]
    if options.cram:
        return tuple(chosen[: options.limit])
    wanted_ids = set(chosen)
    due = [(card, memory) for card, memory in store.due(day) if card in wanted_ids]
    if has_plan(env):
        from contrastive_drill.actions.planner import ended_on
        from contrastive_drill.planner.backlog import eased

        ended = ended_on(env)
        due = [each for each in due if eased(each[0], each[1].due_day, ended) <= day]
    allowed = env.new_left(store) if options.new is None else options.new
    known = store.known_ids()
    fresh = [card for card in chosen if card not in known][:allowed]
    return queue(due, fresh, day, options.limit)


def has_plan(env: Environment) -> bool:
    """Whether the learner ever made a plan; where not, nothing of it is loaded."""
    return env.paths.plan.exists()


def planned(
    env: Environment, store: "Store", options: ReviewOptions
) -> tuple[tuple[str, ...], float | None]:
    """The cards to ask, in order, and the minutes for them.

    With a plan for an interview both are the plan's, unless the learner asked for others.
    """
    if not options.open or not has_plan(env):
        return plan(env, store, options), options.minutes
    from contrastive_drill.actions.planner import active_terms, seconds_left, todays_cards

    terms = active_terms(env)
    if terms is None:
        return plan(env, store, options), options.minutes
    minutes = options.minutes
    if minutes is None:
        minutes = seconds_left(env, store, terms) / 60
    cards = todays_cards(env, store, terms) if minutes else ()
    return cards[: options.limit], minutes


def nothing_to_ask(env: Environment, store: "Store", options: ReviewOptions) -> str:
    """Why there is no card, and what can be studied all the same."""
    if not options.open:
        return "No card fits: try fewer conditions, or --cram to study without the schedule."
    from contrastive_drill.actions.planner import active_terms, ended_on, nothing_planned
    from contrastive_drill.planner.backlog import eased_all

    terms = active_terms(env)
    if terms is not None:
        return nothing_planned(env, store, terms)
    suspended_cards = suspended(store.marks())
    days = eased_all(store.due_days(), ended_on(env))
    later = [
        due_day
        for card, due_day in days.items()
        if due_day > env.day() and card in env.bank and card not in suspended_cards
    ]
    when = f"The next card is due {day_name(min(later), env.day())}. " if later else ""
    return (
        f"Nothing is due, and today's new cards are met. {when}"
        "To go on: --new 5 meets five more, --cram studies without touching the schedule."
    )
