"""Today's status, from the store, the bank and the plan."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.kinds import Kind

if TYPE_CHECKING:
    from contrastive_drill.reports.status import Status
    from contrastive_drill.store import Store

LATEST = 200  # answers that tell how long one takes now


def current_status(env: Environment, store: "Store") -> "Status":
    """The learner's status now."""
    from contrastive_drill.actions.plan_terms import past_interview_day
    from contrastive_drill.actions.queue import new_cards_left
    from contrastive_drill.planner.backlog import spread_due_days
    from contrastive_drill.reports.status import status

    day = env.day()
    return status(
        card_ids=dict.fromkeys(entry.id for entry in env.bank.entries),
        due_days=spread_due_days(store.due_days(), past_interview_day(env)),
        marks=store.marks(),
        days=store.days(),
        day=day,
        answered_today=store.answered_on(day),
        new_left=new_cards_left(env, store),
        seconds=expected_seconds(env, store),
    )


def expected_seconds(env: Environment, store: "Store") -> Callable[[str, bool], float]:
    """The seconds that an answer to a card takes, its first or a later one, by the latest."""
    from contrastive_drill.planner.habits import habits

    kinds = {entry.id: Kind(entry.kind) for entry in env.bank.entries}
    priors = {Kind(entry.kind): entry.seconds for entry in env.bank.entries}  # loads no kind
    known, recall = habits(store.latest(LATEST), kinds, priors), env.preferences.desired_retention
    taken = {
        (kind, first): known.seconds(kind, first=first, recall=recall)
        for kind in priors
        for first in (False, True)
    }
    return lambda card, first: taken[kinds[card], first]
