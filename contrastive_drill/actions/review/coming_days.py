"""The cards of today and of days to come, as far as they can be told today."""

from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.review.daily_limit import (
    followed_plan,
    is_day_off,
    is_interview_day,
    minutes_left,
)
from contrastive_drill.actions.review.queue import ReviewOptions, review_queue, scheduled_queue
from contrastive_drill.actions.review.siblings import siblings_apart

if TYPE_CHECKING:
    from contrastive_drill.store import Store


class ComingDays(NamedTuple):
    """The cards of some days, each with its study day, in the order to ask them."""

    cards: dict[str, int]
    repeats: bool  # a failed card is asked again


def coming_days(env: Environment, store: "Store", options: ReviewOptions, days: int) -> ComingDays:
    """The cards that reviews would ask.

    Today's are those of a review. A plan's order goes on into the days that follow, as far as
    their minutes go. Without a plan, a day has what falls due by then and its new cards. A coming
    day of the interview has none.
    """
    today, limit = env.day(), options.limit
    queue = review_queue(env, store, options)
    first = queue.cards[: queue.expected]
    if queue.minutes is not None and queue.expected is None:
        first = _within(env, store, first, queue.minutes)
    found = dict.fromkeys(first, today)
    planned: Iterable[str] = ()
    if days > 1 and options.automatic and not is_interview_day(env) and followed_plan(env, store):
        planned = review_queue(env, store, ReviewOptions(minutes=1.0)).cards  # all of its order
    for ahead in range(1, days):
        later = _ahead(env, ahead)
        left = None if limit is None else limit - len(found)
        if is_interview_day(later):
            continue  # its warm-up is chosen by what is known then
        terms = followed_plan(later, store) if options.automatic else None
        if terms is not None:
            rest = [card for card in planned if card not in found]
            cards = _within(env, store, rest, terms.minutes_on(later.day()))[:left]
        else:
            cards = _scheduled(later, store, options._replace(limit=left), found)
        found |= dict.fromkeys(cards, later.day())
    return ComingDays(found, queue.repeats)


def _scheduled(
    env: Environment, store: "Store", options: ReviewOptions, taken: dict[str, int]
) -> tuple[str, ...]:
    if options.selection.asks_now or (options.automatic and is_day_off(env, store)):
        return ()
    cards = scheduled_queue(env, store, options, taken.keys())
    minutes = minutes_left(env, store) if options.automatic else None
    apart = siblings_apart(env, cards)
    return apart if minutes is None else _within(env, store, apart, minutes)


def _within(
    env: Environment, store: "Store", cards: Iterable[str], minutes: float
) -> tuple[str, ...]:
    """The first cards that fit into the minutes, by the rule of sessions."""
    from contrastive_drill.actions.pace import expected_seconds
    from contrastive_drill.planner.ranking import RankedCard, within_time

    seconds, learned = expected_seconds(env, store), store.learned_ids()
    timed = [RankedCard(card, 0.0, seconds(card, card not in learned)) for card in cards]
    return tuple(each.card_id for each in within_time(timed, 60 * minutes))


def _ahead(env: Environment, days: int) -> Environment:
    """The same on a later day, at the same time of day."""
    later = copy(env)
    later.clock = env.clock._replace(now=lambda: env.clock.now() + timedelta(days=days))
    return later
