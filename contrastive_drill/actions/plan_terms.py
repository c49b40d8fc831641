"""The terms of the learner's plan: as saved, changed by options, cleared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from contrastive_drill import settings
from contrastive_drill.actions.environment import Environment
from contrastive_drill.cards.card import Level
from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.memory.marks import suspended
from contrastive_drill.planner.plan_terms import (
    NUMBERED,
    PlanTerms,
    Repeats,
    added,
    check,
    check_day,
    only_these,
    record_of,
    terms_of,
    with_weights,
    without,
)
from contrastive_drill.words import date_from

if TYPE_CHECKING:
    from contrastive_drill.store import Store

NO_WEIGHT = 0.01  # below it, weights multiplied may come to nothing


class Changes(NamedTuple):
    """What a person changes of a plan, as they wrote it; None where they leave it as it is."""

    on: str | None = None
    minutes: float | None = None
    weekend: float | None = None
    off: list[str] | None = None
    weight: list[str] | None = None
    only: list[str] | None = None
    repeats: Repeats | None = None


def saved_terms(env: Environment) -> PlanTerms | None:
    """The saved terms that are in force; None where there is no plan, or no interview day.

    Raises:
        DataProblem: when the file is damaged.
    """
    if (record := settings.read(env.paths.plan)) is None:
        return None
    day = env.preferences.interview_on  # as files of earlier versions have it
    try:
        terms = terms_of(record, env.day() if day is None else day.toordinal()).on(env.day())
    except (ValueError, RecursionError) as error:
        raise DataProblem(
            f"{env.paths.plan} is not a plan: {error}; move it away, and plan again"
        ) from error
    return None if day is None and record.get("interview_on") is None else terms


def interview_day(env: Environment) -> int | None:
    """The study day of the next interview by the plan, or else by the settings."""
    terms = _usable_terms(env) if env.paths.plan.exists() else None
    if terms is not None and terms.interview_day >= env.day():
        return terms.interview_day
    if (day := env.preferences.interview_on) is not None:
        return day.toordinal()
    return None if terms is None else terms.interview_day


def _usable_terms(env: Environment) -> PlanTerms | None:
    """The saved terms; where their file is damaged, none, and the learner is told."""
    try:
        return saved_terms(env)
    except DataProblem as problem:
        env.notify_once(f"there is no plan to follow: {problem}")
        return None


def active_terms(env: Environment, store: "Store") -> PlanTerms | None:
    """The terms of a plan whose interview is still to come, and that can be followed.

    The learner is told of one that cannot, whatever became of it since it was saved.
    """
    terms = _usable_terms(env)
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
    for each in [each for each in terms if each.interview_day > env.day()] or [terms]:
        check(each, env.day())
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
    """Refuse a day that no plan could have, or another than that of the plan there is.

    Raises:
        UsageProblem: with what to do instead.
    """
    check_day(day, env.day())
    terms = _usable_terms(env)
    if terms is not None and env.day() < terms.interview_day != day:
        raise UsageProblem(_elsewhere(terms, day, "contrastive-drill plan --on {} --move"))


def _elsewhere(terms: PlanTerms, day: int, move: str) -> str:
    planned, other = (date.fromordinal(each) for each in (terms.interview_day, day))
    return f"your plan is for {planned}: {move.format(other)} moves it to {other}, --add keeps both"


def past_interview_day(env: Environment) -> int | None:
    """The study day of the interview of a plan that is over."""
    terms = _usable_terms(env)
    return terms.interview_day if terms and terms.interview_day <= env.day() else None


def changed_terms(
    env: Environment,
    saved: PlanTerms | None,
    changes: Changes,
    *,
    add: bool = False,
    move: bool = False,
) -> PlanTerms:
    """The saved terms, changed; those of an interview to `add`, or to `move` the next one to.

    Where the last interview is over, the plan begins anew, and so it does where there is none.

    Raises:
        UsageProblem: for a value that cannot be read, what a first plan lacks, or another date than
            the plan's where neither is wished.
    """
    today = env.day()
    if saved is not None and saved.interview_day == today and saved.later is not None:
        return replace(saved, later=changed_terms(env, saved.later, changes, add=add, move=move))
    day = None if changes.on is None else date_from(changes.on, today).toordinal()
    if saved is None or saved.interview_day <= today:
        if add or move:
            raise UsageProblem("there is no interview to come in the plan: leave --add and --move")
        known = env.preferences.interview_on
        if day is None and known is not None and known.toordinal() >= today:
            day = known.toordinal()
        if day is None:
            raise UsageProblem("a plan needs the interview's date: --on 2026-12-05")
        if saved is None and changes.minutes is None:
            raise UsageProblem("a plan needs the minutes you have on a day: --minutes 20")
        saved = replace(saved or PlanTerms(day, 0.0), interview_day=day, since=today)
        return _changed(env, saved, changes)
    if day is None and (add or move):
        raise UsageProblem("--add and --move need the date: --on 2026-12-05")
    if add and day is not None:
        other = replace(saved, interview_day=day, since=today)
        return added(saved, replace(_changed(env, other, changes), later=None))
    for each in saved:
        if day in (None, each.interview_day):
            rest = without(saved, each.interview_day)
            return added(rest, _changed(env, each, changes))
    if not move:
        raise UsageProblem(_elsewhere(saved, day or today, "--move"))
    moved = replace(saved, interview_day=day or today)
    return added(saved.later, _changed(env, moved, changes))


def moved_words(before: PlanTerms, after: PlanTerms) -> str:
    """Which interview was moved, and to which day."""
    days = {each.interview_day for each in after} - {each.interview_day for each in before}
    new = date.fromordinal(*days or [before.interview_day])
    return f"the interview of {date.fromordinal(before.interview_day)} is on {new} now"


def _changed(env: Environment, terms: PlanTerms, changes: Changes) -> PlanTerms:
    sections = list(env.bank.titles)
    _, minutes, weekend, off, weight, only, repeats = changes
    given = {"minutes": minutes, "weekend": weekend, "repeats": repeats}
    changed: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if off is not None:
        days = {date_from(each, env.day()).toordinal() for each in off if each != "none"}
        kept = {each for each in terms.off if "none" not in off or each < env.day()}
        changed["off"] = frozenset(days | kept)
    if weight is not None:
        changed["weights"] = with_weights(terms.weights, weight, sections)
    if only is not None:
        changed["only"] = only_these(only, sections)
    new = replace(terms, **changed)
    alike = (new.minutes, new.weekend) == (terms.minutes, terms.weekend)
    return new if alike else replace(new, timed=env.day())


def save_terms(env: Environment, terms: PlanTerms) -> None:
    """Save terms under which something can be planned, in one file: all of them or none.

    Raises:
        UsageProblem: for the first term to change.
    """
    with env.store(read_only=True) as store:
        require_possible(env, store, terms)
    settings.write(env.paths.plan, record_of(terms))


def clear_plan(env: Environment, on: str | None) -> PlanTerms | None:
    """Delete the plan, or of several interviews that on a day; the terms that stay.

    Raises:
        UsageProblem: when there is none.
    """
    if not env.paths.plan.exists():
        raise UsageProblem("there is no plan to clear")
    rest = None
    if on is not None:
        day, terms = date_from(on, env.day()), saved_terms(env)
        if terms is None or day.toordinal() not in {each.interview_day for each in terms}:
            raise UsageProblem(f"the plan has no interview on {day}")
        rest = without(terms, day.toordinal())
    if rest is None:
        env.paths.plan.unlink()
    else:
        settings.write(env.paths.plan, record_of(rest))
    return rest
