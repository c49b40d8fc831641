"""Today in numbers, from the store, the bank and the plan."""

from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment

if TYPE_CHECKING:
    from contrastive_drill.reports.status import Status
    from contrastive_drill.store import Store


def current_status(env: Environment, store: "Store") -> "Status":
    """The learner's status now."""
    from contrastive_drill.actions.planner import ended_on
    from contrastive_drill.planner.backlog import spread_due_days
    from contrastive_drill.reports.status import status as counted

    day = env.day()
    return counted(
        card_ids={entry.id for entry in env.bank.entries},
        due_days=spread_due_days(store.due_days(), ended_on(env)),
        marks=store.marks(),
        days=store.days(),
        day=day,
        answered_today=store.answered_on(day),
        new_left=env.new_left(store),
    )
