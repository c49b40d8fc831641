"""The queue of a review: its cards by the options, the plan, the schedule and the daily limit."""

from collections.abc import Collection, Iterable
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.daily_limit import (
    followed_plan,
    is_day_off,
    is_interview_day,
    minutes_left,
    new_cards,
)
from contrastive_drill.actions.review.siblings import siblings_apart
from contrastive_drill.errors import UsageProblem
from contrastive_drill.memory.marks import unavailable
from contrastive_drill.review.order import queue
from contrastive_drill.review.selection import Selection
from contrastive_drill.words import day_name, plural

if TYPE_CHECKING:
    from contrastive_drill.planner.plan_terms import PlanTerms
    from contrastive_drill.store import Store

MOST_MISSED = 20  # cards of the points missed most that are chosen together


class ReviewOptions(NamedTuple):
    """The options of a review."""

    selection: Selection = Selection()
    limit: int | None = None
    minutes: float | None = None
    new: int | None = None
    cram: bool = False

    @property
    def automatic(self) -> bool:
        """Whether the choice of cards is left to the program."""
        return self.selection == Selection() and not self.cram and self.new is None


def scheduled_queue(
    env: Environment, store: "Store", options: ReviewOptions, taken: Collection[str] = ()
) -> tuple[str, ...]:
    """The cards to ask by the schedule and the daily limit, in order; those named, all of them.

    Those `taken` already are left out.
    """
    day, selection = env.day(), options.selection
    selection = selection._replace(ids=[*map(env.present_id, selection.ids)])
    excluded = unavailable(store.marks(), day)
    for card in excluded.intersection(selection.ids):
        raise UsageProblem(f"{card} is suspended or buried: contrastive-drill resume {card}")
    chosen = selected(env, store, selection)
    ids = [card for card in chosen if card not in excluded and card not in taken]
    if options.cram or selection.asks_now:
        return tuple(ids[: options.limit])
    members = set(ids)
    due = [(card, memory) for card, memory in store.due(day) if card in members]
    if env.paths.plan.exists():
        from contrastive_drill.actions.plan_terms import past_interview_day
        from contrastive_drill.planner.backlog import spread_due_day

        past = past_interview_day(env)
        due = [each for each in due if spread_due_day(each[0], each[1].due_day, past) <= day]
    asked = [card for card, _ in due]
    new = new_cards(env, store, ids, asked, options.new, options.minutes)
    return queue(due, new, day, options.limit)


def selected(env: Environment, store: "Store", selection: Selection) -> list[str]:
    """The cards of a selection: as they were named, the worst first, or in the bank's order.

    Raises:
        UsageProblem: for a card, a section or a tag that is not there.
    """
    bank, day = env.bank, env.day()
    bank.require_sections(selection.sections)
    bank.require_tags(selection.tags)
    fitting = {entry.id: None for entry in bank.entries if selection.fits(entry)}
    lists: list[Iterable[str]] = []
    if selection.ids:
        lists.append(bank.entry(card).id for card in selection.ids)
    if selection.missed:
        from contrastive_drill.reports.standings import facts, missed_points

        points = missed_points(facts(store.reviews(), fitting.keys()).items(), bank.card)
        often = dict.fromkeys(point.card_id for point in points if point.often)
        lists.append(islice(often, MOST_MISSED))
    if selection.failed:
        from contrastive_drill.reports.history import LATELY, failed_lately

        lists.append(failed_lately(store.reviews(since=day - LATELY), day))
    if selection.flagged:
        lists.append(card for card, mark in store.marks().items() if mark.flag is not None)
    first, *rest = [*map(dict.fromkeys, lists), fitting]
    return [card for card in first if all(card in others for others in rest)]


class ReviewQueue(NamedTuple):
    """The cards of a review in order, siblings apart, and its minutes."""

    cards: tuple[str, ...] = ()
    minutes: float | None = None
    expected: int | None = None  # cards, where the minutes do not leave room for all
    repeats: bool = True  # a failed card is asked again
    late: "PlanTerms | None" = None  # of the plan that is still to be made for the day


def review_queue(
    env: Environment, store: "Store", options: ReviewOptions, *, waits: bool = True
) -> ReviewQueue:
    """The queue by the options, the plan, the schedule and the daily limit.

    Where the plan of the day is not made yet, one that `waits` for it has it made first.
    """
    if options.automatic and is_interview_day(env):
        return _warming_up(env, store, options)
    minutes = options.minutes
    terms = followed_plan(env, store) if options.automatic else None
    if options.automatic and minutes is None and is_day_off(env, store):
        return ReviewQueue()
    if terms is None:  # options that choose either have precedence over the plan
        if options.automatic and minutes is None:
            minutes = minutes_left(env, store)
        cards = () if minutes == 0 else scheduled_queue(env, store, options)
        return ReviewQueue(siblings_apart(env, cards), minutes)
    from contrastive_drill.actions.planner import Today, make_plan, seconds_left, todays_cards
    from contrastive_drill.planner.ranking import within_time

    left = seconds_left(env, store, terms)
    if not left and minutes is None:
        return ReviewQueue()
    today = todays_cards(env, store, terms)
    if waits and not today.planned:
        plan = make_plan(env, store, terms)
        today = Today(plan.ranked, plan.repeats, planned=True)
    return ReviewQueue(
        siblings_apart(env, [card.card_id for card in today.cards][: options.limit]),
        left / 60 if minutes is None else minutes,
        len(within_time(today.cards, left)) if minutes is None else None,
        today.repeats,
        None if today.planned else terms,
    )


def _warming_up(env: Environment, store: "Store", options: ReviewOptions) -> ReviewQueue:
    from contrastive_drill.actions.review.warm_up import warm_up

    cards, _, left = warm_up(env, store)
    minutes = left if options.minutes is None else options.minutes
    if cards and minutes:
        env.notify(
            f"Your interview is today: {plural(round(minutes) or 1, 'minute')} of what you know "
            "and what counts most, and nothing new."
        )
    return ReviewQueue(siblings_apart(env, cards[: options.limit]), minutes)


def nothing_to_ask(env: Environment, store: "Store", options: ReviewOptions) -> str:
    """Why there is no card to ask, and how to study anyway."""
    if not options.automatic:
        cram = "" if options.selection.asks_now else ", or --cram to study without the schedule"
        return f"No card fits: try fewer conditions{cram}."
    if is_interview_day(env):
        return (
            "Your interview is today, and there is nothing left to warm up with. Good luck. "
            "To study all the same: --cram leaves the schedule as it is."
        )
    from contrastive_drill.actions.planner import nothing_planned
    from contrastive_drill.actions.status import current_status

    terms = followed_plan(env, store)
    if terms is not None:
        return nothing_planned(env, store, terms)
    next_day = current_status(env, store).next_due_day
    when = f"The next card is due {day_name(next_day, env.day())}. " if next_day else ""
    what = "Nothing is due, and today's new cards are met."
    if is_day_off(env, store):
        what = "Today is a day off."
    elif minutes_left(env, store) == 0:
        what = f"Today's {env.preferences.minutes_per_day:g} minutes are used up."
    elif env.preferences.minutes_per_day is not None:
        what = "Nothing is due, and no new card fits into what is left of today's limits."
    return (
        f"{what} {when}"
        "To continue: --new 5 meets five more, --cram studies without touching the schedule."
    )
