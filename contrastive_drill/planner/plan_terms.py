"""The terms of a plan: the interview days, the minutes a day, and the weights of cards."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from contrastive_drill.cards.card import Level
from contrastive_drill.errors import UsageProblem
from contrastive_drill.spelling import UnknownName

WEEKEND = 5  # date.weekday() of Saturday
MAX_DAYS = 366  # ahead
LEAST_MINUTES, MAX_MINUTES = 0.01, 16 * 60.0
MAX_WEIGHT = 100.0
NUMBERED = "numbered"  # the name of the cold list's cards among the weights
DEFAULT_WEIGHTS = {NUMBERED: 2.0}


class Repeats(StrEnum):
    """Whether a card failed today is asked again today."""

    AUTO = "auto"  # as the plan decides, and always in a person's first weeks
    ALWAYS = "always"
    NEVER = "never"

    def after(self, days: int) -> "Repeats":
        """What holds after so many days with answers."""
        first_weeks = self is Repeats.AUTO and days < FIRST_WEEKS
        return Repeats.ALWAYS if first_weeks else self


FIRST_WEEKS = 21  # days with answers: until then models of a single day are all there is


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """The terms of a plan. Days are ordinals of study days.

    `weights` are what recalling a card on the interview day is worth, by section, by level and for
    the numbered cards; 1 where there is none. A card's weights multiply.
    """

    interview_day: int
    minutes: float  # of a weekday
    weekend: float | None = None  # of Saturday and Sunday, where they differ
    off: frozenset[int] = frozenset()
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    only: frozenset[str] = frozenset()  # sections and levels; empty: all
    since: int | None = None  # the day on which the plan was first made
    repeats: Repeats = Repeats.AUTO
    later: "PlanTerms | None" = None  # of an interview after this one, which it waits for
    timed: int | None = None  # the day from which on its minutes have been these; None: always

    def __iter__(self) -> Iterator["PlanTerms"]:
        """The terms of each interview, the nearest first."""
        yield self
        yield from self.later or ()

    def minutes_on(self, day: int) -> float:
        """The minutes of a day; 0 from the interview day on."""
        if day in self.off or day >= self.interview_day:
            return 0.0
        at_weekend = date.fromordinal(day).weekday() >= WEEKEND
        return self.weekend if at_weekend and self.weekend is not None else self.minutes

    def minutes_from(self, day: int) -> list[float]:
        """The minutes of each day from `day` to the eve of the interview."""
        return [self.minutes_on(each) for each in range(day, self.interview_day)]

    def on(self, today: int) -> "PlanTerms":
        """The terms in force on a day: those of the nearest interview that is not past, if any."""
        if self.later is None or self.interview_day >= today:
            return self
        off = self.later.off | {self.interview_day}
        timed = self.interview_day + 1
        return replace(self.later, since=self.since, off=off, timed=timed).on(today)

    def begin(self, today: int) -> int:
        """The first day of the plan; within a year."""
        return today if self.since is None else max(min(self.since, today), today - MAX_DAYS)

    def past_seconds(self, today: int) -> dict[int, float]:
        """The seconds of each past day of the plan that had any."""
        minutes = {day: self.minutes_on(day) for day in range(self.begin(today), today)}
        return {day: 60 * each for day, each in minutes.items() if each}

    def weight(self, section: str, level: Level, numbered: bool) -> float:
        """The weight of a card; 0 leaves it out.

        Where `only` names sections, the card must be in one of them; likewise for levels.
        """
        levels = {name for name in self.only if name in set(Level)}
        sections = self.only - levels
        if (levels and level not in levels) or (sections and section not in sections):
            return 0.0
        weight = self.weights.get(section, 1.0) * self.weights.get(level, 1.0)
        return weight * (self.weights.get(NUMBERED, 1.0) if numbered else 1.0)


def with_weights(
    weights: Mapping[str, float], changes: Iterable[str], sections: Iterable[str]
) -> dict[str, float]:
    """The weights after changes such as "clip=2": of sections, levels and the numbered cards.

    Raises:
        UsageProblem: for a name that has no weight, or what is no number.
    """
    changed = dict(weights)
    for change in changes:
        name, _, value = change.partition("=")
        try:
            changed[name] = float(value)
        except ValueError:
            raise UsageProblem(f"--weight {change}: write NAME=W, such as clip=2") from None
        _require_known({name}, [*sections, *Level, NUMBERED])
    return changed


def only_these(names: Iterable[str], sections: Iterable[str]) -> frozenset[str]:
    """The sections and levels a plan keeps to; "all" stands for no limit.

    Raises:
        UsageProblem: for a name that is neither.
    """
    chosen = frozenset(names) - {"all"}
    _require_known(chosen, [*sections, *Level])
    return chosen


def _require_known(names: Collection[str], known: Collection[str]) -> None:
    for wrong in sorted(set(names) - set(known)):
        kinds = "a section, a level or numbered" if NUMBERED in known else "a section or a level"
        raise UnknownName(f"'{wrong}' is not {kinds}", wrong, known)


def check_day(day: int, today: int) -> None:
    """Refuse a day of the interview that is past, or too far to look ahead to.

    Raises:
        UsageProblem: with what to do instead.
    """
    named = date.fromordinal(day)
    if day < today:
        raise UsageProblem(f"{named} is in the past: give a future date")
    if day > today + MAX_DAYS:
        wanted = "give a nearer date, or none until then"
        raise UsageProblem(f"{named} is more than a year ahead: {wanted}")


def check(terms: PlanTerms, today: int) -> None:
    """Refuse terms under which nothing can be planned, whatever the cards.

    Raises:
        UsageProblem: for the first term to change.
    """
    check_day(terms.interview_day, today)
    day = date.fromordinal(terms.interview_day)
    if terms.interview_day == today:
        raise UsageProblem(f"the interview is today, {day}: study what you like, and good luck")
    for name, minutes in (("--minutes", terms.minutes), ("--weekend", terms.weekend)):
        if minutes is not None and not 0 <= minutes <= MAX_MINUTES:
            raise UsageProblem(f"{name} must be from 0 to {MAX_MINUTES:g} minutes a day")
    if max(terms.minutes_from(terms.begin(today))) < LEAST_MINUTES:
        raise UsageProblem(
            f"no day before {day} has any minutes: give --minutes above 0, or fewer days off"
        )
    for name, weight in terms.weights.items():
        if not 0 <= weight <= MAX_WEIGHT:
            raise UsageProblem(f"the weight of {name} must be from 0 to {MAX_WEIGHT:g}")


def added(terms: PlanTerms | None, other: PlanTerms) -> PlanTerms:
    """The terms with those of another interview.

    Raises:
        UsageProblem: where there is an interview on its day.
    """
    if terms is None or other.interview_day < terms.interview_day:
        return replace(other, later=terms)
    if other.interview_day == terms.interview_day:
        day = date.fromordinal(terms.interview_day)
        raise UsageProblem(f"there is an interview on {day} already")
    return replace(terms, later=added(terms.later, other))


def without(terms: PlanTerms, day: int) -> PlanTerms | None:
    """The terms without those of the interview on a day."""
    kept = None
    for each in terms:
        if each.interview_day != day:
            kept = added(kept, replace(each, later=None))
    return kept


def record_of(terms: PlanTerms) -> dict[str, Any]:
    """The terms as a JSON object."""
    return {
        "interview_on": date.fromordinal(terms.interview_day).isoformat(),
        "minutes": terms.minutes,
        "weekend": terms.weekend,
        "off": [date.fromordinal(day).isoformat() for day in sorted(terms.off)],
        "weights": dict(terms.weights),
        "only": sorted(terms.only),
        "since": None if terms.since is None else date.fromordinal(terms.since).isoformat(),
        "repeats": terms.repeats.value,
        "later": None if terms.later is None else record_of(terms.later),
        "timed": None if terms.timed is None else date.fromordinal(terms.timed).isoformat(),
    }


# What a file of an earlier version lacks; its day of the interview was among the settings.
ADDED: Mapping[str, Any] = {
    "interview_on": None, "repeats": Repeats.AUTO.value, "later": None, "timed": None,
}  # fmt: skip


def terms_of(record: Mapping[str, Any], interview_day: int | None = None) -> PlanTerms:
    """The terms in a record, of an interview on this day where it names none.

    Raises:
        ValueError: when `record_of` did not write it.
    """
    record = {**ADDED, **record}
    keys = record_of(PlanTerms(1, 0.0)).keys()
    if record.keys() != keys:
        raise ValueError(f"its keys are not {', '.join(sorted(keys))}")
    off, weights, only, later = (record[name] for name in ("off", "weights", "only", "later"))
    minutes, weekend = record["minutes"], record["weekend"]
    numbers: list[Any] = [minutes, *weights.values()] if isinstance(weights, dict) else [None]
    numbers += [] if weekend is None else [weekend]
    if any(type(each) not in (int, float) or not 0 <= each < 1e4 for each in numbers):
        raise ValueError("a value is not a number, or out of bounds")
    if not all(isinstance(each, list) for each in (off, only)):
        raise ValueError("'off' and 'only' must be lists")
    if not isinstance(later, dict | None):
        raise ValueError("'later' must be a plan")
    day, since, timed, *days = (
        None if each is None else _ordinal(each)
        for each in (record["interview_on"], record["since"], record["timed"], *off)
    )
    if (day := interview_day if day is None else day) is None or None in days:
        raise ValueError("'interview_on' and each of 'off' must be a date")
    following = None
    if later is not None and (following := terms_of(later)).interview_day <= day:
        raise ValueError("'later' must be later")
    chosen, repeats = frozenset(map(str, only)), Repeats(record["repeats"])
    return PlanTerms(
        day, minutes, weekend, frozenset(filter(None, days)), weights, chosen, since, repeats,
        following, timed,
    )  # fmt: skip


def _ordinal(word: object) -> int:
    if not isinstance(word, str):
        raise ValueError(f"{word} is no date")
    return date.fromisoformat(word).toordinal()
