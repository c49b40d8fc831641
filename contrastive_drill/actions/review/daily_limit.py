"""The new cards of a day by the settings, and the days off."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from contrastive_drill.actions.environment import Environment
from contrastive_drill.planner.minutes import fitting

if TYPE_CHECKING:
    from contrastive_drill.planner.plan_terms import PlanTerms
    from contrastive_drill.store import Store


def followed_plan(env: Environment, store: "Store") -> "PlanTerms | None":
    """The terms of the plan to follow; where none was ever made, no planner is loaded."""
    if not env.paths.plan.exists():
        return None
    from contrastive_drill.actions.plan_terms import active_terms

    return active_terms(env, store)


def is_interview_day(env: Environment) -> bool:
    """Whether the interview is today, by the plan or by the settings."""
    if env.paths.plan.exists():
        from contrastive_drill.actions.plan_terms import interview_day

        return interview_day(env) == env.day()
    day = env.preferences.interview_on
    return day is not None and day.toordinal() == env.day()


def is_day_off(env: Environment, store: "Store") -> bool:
    """Whether today is a day off by the settings, which a plan replaces."""
    return env.preferences.study_day(env.day()) != env.day() and followed_plan(env, store) is None


def minutes_left(env: Environment, store: "Store") -> float | None:
    """What today's answers have left of the minutes in the settings; None without a limit."""
    limit = env.preferences.minutes_per_day
    return None if limit is None else max(limit - store.seconds_on(env.day()) / 60, 0.0)


def new_cards(
    env: Environment,
    store: "Store",
    ids: Sequence[str],
    due: Sequence[str],
    number: int | None = None,
    session: float | None = None,
) -> list[str]:
    """The cards of `ids` to meet today beside those due: as many as are wanted, none on a day off.

    Where no number and no minutes of a session are given, they keep to those of the settings.
    """
    limit, minutes, seen = number, minutes_left(env, store), store.learned_ids()
    if limit is None:
        wanted = 0 if is_day_off(env, store) else env.preferences.new_per_day
        limit = max(wanted - store.new_today(env.day()), 0)
    new = [card for card in ids if card not in seen][:limit]
    given = number is not None or session is not None
    if given or not new or minutes is None or followed_plan(env, store) is not None:
        return new
    from contrastive_drill.actions.pace import expected_seconds

    seconds = expected_seconds(env, store)
    left = 60 * minutes - sum(seconds(card, False) for card in due)
    return new[: fitting((seconds(card, True) for card in new), left)]
