"""What a learner tells a plan: the day, the minutes he has, and what matters most."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contrastive_drill.cards.card import Level
from contrastive_drill.errors import UsageProblem

WEEKEND = 5  # date.weekday() of Saturday
LONGEST = 366  # days ahead that are planned
MOST_MINUTES = 16 * 60.0
MOST_WEIGHT = 100.0
NUMBERED = "numbered"  # the cards of the cold list
USUAL = {NUMBERED: 2.0}


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """The terms of a plan. Days are ordinals of study days.

    `weights` are by section or level, and of the numbered cards, which every interviewer asks:
    what knowing a card of it on the day is worth, 1 where nothing is said. They multiply.
    """

    interview_day: int
    minutes: float  # of a weekday
    weekend: float | None = None  # of Saturday and Sunday, where they differ
    off: frozenset[int] = frozenset()
    weights: Mapping[str, float] = field(default_factory=lambda: dict(USUAL))
    only: frozenset[str] = frozenset()  # sections and levels; empty: all
    since: int | None = None  # the day on which the plan was first made

    def minutes_on(self, day: int) -> float:
        """The minutes of a day; none on the interview's own."""
        if day in self.off or day >= self.interview_day:
            return 0.0
        at_weekend = date.fromordinal(day).weekday() >= WEEKEND
        return self.weekend if at_weekend and self.weekend is not None else self.minutes

    def minutes_from(self, day: int) -> list[float]:
        """The minutes of each day from `day` to the eve of the interview."""
        return [self.minutes_on(each) for each in range(day, self.interview_day)]

    def kept(self, studied: Collection[int], today: int) -> tuple[int, int]:
        """Of the days of the plan that have passed: those that were studied, and all with time."""
        begun = today if self.since is None else self.since
        had = [day for day in range(begun, today) if self.minutes_on(day)]
        return sum(day in studied for day in had), len(had)

    def weight(self, section: str, level: Level, numbered: bool) -> float:
        """What knowing a card is worth; 0 leaves it out."""
        # Of sections and of levels each at least one must be named, where any is.
        levels = {name for name in self.only if name in set(Level)}
        sections = self.only - levels
        if (levels and level not in levels) or (sections and section not in sections):
            return 0.0
        weight = self.weights.get(section, 1.0) * self.weights.get(level, 1.0)
        return weight * (self.weights.get(NUMBERED, 1.0) if numbered else 1.0)


def check(terms: PlanTerms, today: int) -> None:
    """Refuse terms under which nothing can be planned.

    Raises:
        UsageProblem: with what to change.
    """
    day = date.fromordinal(terms.interview_day)
    if terms.interview_day < today:
        raise UsageProblem(f"{day} is past: give a day to come")
    if terms.interview_day == today:
        raise UsageProblem(f"the interview is today, {day}: study what you like, and good luck")
    if terms.interview_day > today + LONGEST:
        raise UsageProblem(f"{day} is more than a year ahead: review without a plan until then")
    for name, minutes in (("--minutes", terms.minutes), ("--weekend", terms.weekend)):
        if minutes is not None and not 0 <= minutes <= MOST_MINUTES:
            raise UsageProblem(f"{name} is from 0 to {MOST_MINUTES:g} minutes a day")
    if not any(terms.minutes_from(today)):
        raise UsageProblem(
            f"no day before {day} has a minute: give --minutes above 0, or fewer days off"
        )
    for name, weight in terms.weights.items():
        if not 0 <= weight <= MOST_WEIGHT:
            raise UsageProblem(f"the weight of {name} is from 0 to {MOST_WEIGHT:g}")


def record_of(terms: PlanTerms) -> dict[str, object]:
    """The terms as JSON keeps them, the interview's day aside, which the settings hold."""
    return {
        "minutes": terms.minutes,
        "weekend": terms.weekend,
        "off": [date.fromordinal(day).isoformat() for day in sorted(terms.off)],
        "weights": dict(terms.weights),
        "only": sorted(terms.only),
        "since": None if terms.since is None else date.fromordinal(terms.since).isoformat(),
    }


def terms_of(record: Mapping[str, Any], interview_day: int) -> PlanTerms:
    """The terms that a record holds.

    Raises:
        ValueError: when `record_of` did not write it.
    """
    known = {"minutes", "weekend", "off", "weights", "only", "since"}
    if set(record) != known:
        raise ValueError(f"its keys are not {', '.join(sorted(known))}")
    minutes, weekend = record["minutes"], record["weekend"]
    off, weights, only = record["off"], record["weights"], record["only"]
    numbers: list[Any] = [minutes, *weights.values()] if isinstance(weights, dict) else [None]
    numbers += [] if weekend is None else [weekend]
    if any(type(each) not in (int, float) or not 0 <= each < 1e4 for each in numbers):
        raise ValueError("a number of it is none, or out of bounds")
    if not all(isinstance(each, list) for each in (off, only)):
        raise ValueError("'off' and 'only' are lists")
    try:
        days = frozenset(date.fromisoformat(day).toordinal() for day in off)
        since = record["since"]
        first = None if since is None else date.fromisoformat(since).toordinal()
    except TypeError as error:
        raise ValueError("'off' and 'since' hold dates") from error
    return PlanTerms(
        interview_day, minutes, weekend, days, weights, frozenset(map(str, only)), first
    )
