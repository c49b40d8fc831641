"""Today's status, from the store, the bank and the plan."""

from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment
from contrastive_drill.actions.pace import expected_seconds

if TYPE_CHECKING:
    from contrastive_drill.reports.status import Status
    from contrastive_drill.store import Store


def current_status(env: Environment, store: "Store") -> "Status":
    """The learner's status now."""
    from contrastive_drill.actions.plan_terms import past_interview_day
    from contrastive_drill.actions.review.daily_limit import followed_plan, new_cards
    from contrastive_drill.memory.marks import unavailable
    from contrastive_drill.planner.backlog import spread_due_days
    from contrastive_drill.reports.status import status

    day, marks = env.day(), store.marks()
    due_days = spread_due_days(store.due_days(), past_interview_day(env))
    if env.preferences.days_off and followed_plan(env, store) is None:
        study_day = env.preferences.study_day
        due_days = {card: study_day(max(due, day)) for card, due in due_days.items()}
    absent = unavailable(marks, day)
    ids = [entry.id for entry in env.bank.entries if entry.id not in absent]
    due = [card for card in ids if due_days.get(card, day + 1) <= day]
    return status(
        card_ids=dict.fromkeys(entry.id for entry in env.bank.entries),
        due_days=due_days,
        marks=marks,
        days=store.days(),
        day=day,
        answered_today=store.answered_on(day),
        new_left=len(new_cards(env, store, ids, due)),
        seconds=expected_seconds(env, store),
    )
