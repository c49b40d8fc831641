"""Today's status, from the store, the bank and the plan."""

from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment

if TYPE_CHECKING:
    from contrastive_drill.reports.status import Status
    from contrastive_drill.store import Store


def current_status(env: Environment, store: "Store") -> "Status":
    """The learner's status now."""
    from contrastive_drill.actions.plan_terms import past_interview_day
    from contrastive_drill.actions.queue import new_cards_left
    from contrastive_drill.planner.backlog import spread_due_days
    from contrastive_drill.reports.status import status

    day = env.day()
    return status(
        card_ids={entry.id for entry in env.bank.entries},
        due_days=spread_due_days(store.due_days(), past_interview_day(env)),
        marks=store.marks(),
        days=store.days(),
        day=day,
        answered_today=store.answered_on(day),
        new_left=new_cards_left(env, store),
    )
