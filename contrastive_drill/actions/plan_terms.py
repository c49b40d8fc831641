"""The terms of the learner's plan: as saved, changed by options, cleared."""

from dataclasses import replace
from datetime import date
from typing import Any

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.planner.plan_terms import (
    PlanTerms,
    check,
    only_these,
    record_of,
    terms_of,
    with_weights,
)
from contrastive_drill.words import date_from


def saved_terms(env: Environment) -> PlanTerms | None:
    """The saved terms; None where there is no plan, or no interview day.

    Raises:
        DataProblem: when the file is damaged.
    """
    record = settings.read(env.paths.plan)
    if record is None or (day := env.preferences.interview_on) is None:
        return None
    try:
        return terms_of(record, day.toordinal())
    except ValueError as error:
        raise DataProblem(
            f"{env.paths.plan} is not a plan: {error}; move it away, and plan again"
        ) from error


def active_terms(env: Environment) -> PlanTerms | None:
    """The terms of a plan whose interview is still to come."""
    terms = saved_terms(env)
    return terms if terms is not None and terms.interview_day > env.day() else None


def past_interview_day(env: Environment) -> int | None:
    """The study day of the interview of a plan that is over."""
    terms = saved_terms(env)
    return terms.interview_day if terms and terms.interview_day <= env.day() else None


def changed_terms(
    env: Environment,
    saved: PlanTerms | None,
    on: str | None,
    minutes: float | None,
    weekend: float | None,
    off: list[str] | None,
    weight: list[str] | None,
    only: list[str] | None,
) -> PlanTerms:
    """The saved terms, changed by the options given.

    Raises:
        UsageProblem: for a value that cannot be read, or where a first plan lacks one.
    """
    sections = list(env.bank.titles)
    day = env.preferences.interview_on if on is None else date_from(on, env.day())
    if day is None:
        raise UsageProblem("a plan needs the interview's date: --on 2026-12-05")
    if saved is None and minutes is None:
        raise UsageProblem("a plan needs the minutes you have on a day: --minutes 20")
    terms = saved or PlanTerms(day.toordinal(), minutes or 0.0, since=env.day())
    given = {"interview_day": day.toordinal(), "minutes": minutes, "weekend": weekend}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if off is not None:
        days = {date_from(each, env.day()).toordinal() for each in off if each != "none"}
        changes["off"] = frozenset(days if "none" in off else days | terms.off)
    if weight is not None:
        changes["weights"] = with_weights(terms.weights, weight, sections)
    if only is not None:
        changes["only"] = only_these(only, sections)
    return replace(terms, **changes)


def save_terms(env: Environment, terms: PlanTerms) -> None:
    """Save terms under which something can be planned, and the interview day.

    Raises:
        UsageProblem: for the first term to change.
    """
    check(terms, env.day())
    settings.write(env.paths.plan, record_of(terms))
    day = date.fromordinal(terms.interview_day).isoformat()
    settings.save(env.paths.settings, settings.changed(env.preferences, "interview_on", day))


def clear_plan(env: Environment) -> None:
    """Delete the plan; the interview day is a setting, and stays.

    Raises:
        UsageProblem: when there is none.
    """
    if not env.paths.plan.exists():
        raise UsageProblem("there is no plan to clear")
    env.paths.plan.unlink()
