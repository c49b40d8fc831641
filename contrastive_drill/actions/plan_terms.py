"""The terms of the learner's plan: as saved, changed by options, cleared."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Level
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.memory.marks import suspended
from contrastive_drill.planner.plan_terms import (
    NUMBERED,
    PlanTerms,
    check,
    check_day,
    only_these,
    record_of,
    terms_of,
    with_weights,
)
from contrastive_drill.words import date_from

if TYPE_CHECKING:
    from contrastive_drill.store import Store

NO_WEIGHT = 0.01  # below it, weights multiplied may come to nothing


def saved_terms(env: Environment) -> PlanTerms | None:
    """The saved terms; None where there is no plan, or no interview day.

    Raises:
        DataProblem: when the file is damaged.
    """
    return _terms_for(env, _interview_day(env))


def _interview_day(env: Environment) -> int | None:
    day = env.preferences.interview_on
    return None if day is None else day.toordinal()


def _terms_for(env: Environment, day: int | None) -> PlanTerms | None:
    if day is None or (record := settings.read(env.paths.plan)) is None:
        return None
    try:
        return terms_of(record, day)
    except ValueError as error:
        raise DataProblem(
            f"{env.paths.plan} is not a plan: {error}; move it away, and plan again"
        ) from error


def _usable_terms(env: Environment, day: int | None) -> PlanTerms | None:
    """The saved terms; where their file is damaged, none, and the learner is told."""
    try:
        return _terms_for(env, day)
    except DataProblem as problem:
        env.notify_once(f"there is no plan to follow: {problem}")
        return None


def active_terms(env: Environment, store: "Store") -> PlanTerms | None:
    """The terms of a plan whose interview is still to come, and that can be followed.

    The learner is told of one that cannot, whatever became of it since it was saved.
    """
    terms = _usable_terms(env, _interview_day(env))
    if terms is None or terms.interview_day <= env.day():
        return None
    try:
        require_possible(env, store, terms)
    except UsageProblem as problem:
        env.notify_once(f"there is a plan, but reviews follow the schedule: {problem}")
        return None
    return terms


def require_possible(env: Environment, store: "Store", terms: PlanTerms) -> None:
    """Refuse terms under which no card can be planned: the check of every way in.

    Raises:
        UsageProblem: for the first term to change.
    """
    check(terms, env.day())
    if any(planned_weights(env, store, terms)):
        return
    if any(_weights(env, terms)):
        raise UsageProblem(
            "every card of the plan is suspended: contrastive-drill flags lists them, and resume "
            "asks them again"
        )
    known = {*env.bank.titles, *Level, NUMBERED}
    none = (name for name, weight in terms.weights.items() if weight < NO_WEIGHT and name in known)
    options = [*(f"--weight {name}=1" for name in none), *(["--only all"] if terms.only else [])]
    raise UsageProblem(
        "the terms of the plan leave no card: contrastive-drill plan "
        f"{' '.join(options)} takes that back"
    )


def planned_weights(
    env: Environment, store: "Store", terms: PlanTerms
) -> Iterator[tuple[str, float]]:
    """The cards of the plan, each with its weight."""
    excluded = suspended(store.marks())
    return (each for each in _weights(env, terms) if each[0] not in excluded)


def _weights(env: Environment, terms: PlanTerms) -> Iterator[tuple[str, float]]:
    for entry in env.bank.entries:
        weight = terms.weight(entry.section, Level(entry.level), entry.place is not None)
        if weight > 0:
            yield entry.id, weight


def check_interview_day(env: Environment, day: int) -> None:
    """Refuse a day that no plan could have, or for which the saved one cannot be kept.

    Raises:
        UsageProblem: with what to do instead.
    """
    check_day(day, env.day())
    terms = _usable_terms(env, day)
    if terms is not None and day > env.day():
        check(terms, env.day())


def past_interview_day(env: Environment) -> int | None:
    """The study day of the interview of a plan that is over."""
    terms = _usable_terms(env, _interview_day(env))
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
        kept = {each for each in terms.off if "none" not in off or each < env.day()}
        changes["off"] = frozenset(days | kept)
    if weight is not None:
        changes["weights"] = with_weights(terms.weights, weight, sections)
    if only is not None:
        changes["only"] = only_these(only, sections)
    return replace(terms, **changes)


def save_terms(env: Environment, terms: PlanTerms) -> None:
    """Save terms under which something can be planned, and the interview day: both or neither.

    Raises:
        UsageProblem: for the first term to change.
    """
    with env.store(read_only=True) as store:
        require_possible(env, store, terms)
    day = date.fromordinal(terms.interview_day)
    changed = asdict(replace(env.preferences, interview_on=day))
    settings.write({env.paths.plan: record_of(terms), env.paths.settings: changed})


def clear_plan(env: Environment) -> None:
    """Delete the plan; the interview day is a setting, and stays.

    Raises:
        UsageProblem: when there is none.
    """
    if not env.paths.plan.exists():
        raise UsageProblem("there is no plan to clear")
    env.paths.plan.unlink()
