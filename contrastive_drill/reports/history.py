"""The days studied, the days to come, and how recall falls with the days between."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from contrastive_drill.memory.log import Learned, Rating, Review
from contrastive_drill.memory.marks import Mark, suspended, unavailable
from contrastive_drill.reports.evidence import ENOUGH_IN_PART, Estimate, RecallTest, mean
from contrastive_drill.reports.status import streak

LATELY = 14  # study days, today among them, in which a card was failed lately
AHEAD = 30  # days of the forecast, today included
# First and last day of each bin of the retention curve; each about twice as far as the one before.
BINS = ((1, 1), (2, 3), (4, 7), (8, 14), (15, 30), (31, 60), (61, 120), (121, None))


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One study day with answers."""

    day: int
    answers: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar: every study day with an answer, oldest first, and what they add up to.

    Days after the report's own are there too, when the clock was ahead once.
    """

    days: tuple[DayTotal, ...]
    streak: int  # days in a row, up to today or yesterday
    answers: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Tested answers by the days since the answer before; both ends belong to it."""

    first: int
    last: int | None  # None: and more
    days: float  # mean days since the answer before; 0 where there is none
    recalled: Estimate
    predicted: Estimate


@dataclass(frozen=True, slots=True)
class DueForecast:
    """Cards due by day, from today on, if each is passed on its day and no new one is met."""

    due: tuple[int, ...]  # the first is today, with all that is overdue
    later: int  # cards due after these days
    suspended: int  # learned cards left out


def days(reviews: Iterable[Review], day: int) -> Days:
    """Answers and seconds by study day, in any mode, of cards no longer in the bank too."""
    seconds: dict[int, list[float]] = {}  # of each answer
    for review in reviews:
        seconds.setdefault(review.day, []).append(review.seconds)
    totals = tuple(DayTotal(at, len(given), fsum(given)) for at, given in sorted(seconds.items()))
    return Days(
        days=totals,
        streak=streak(seconds, day),
        answers=sum(total.answers for total in totals),
        seconds=fsum(total.seconds for total in totals),
    )


def failed_lately(reviews: Iterable[Review], day: int) -> list[str]:
    """Cards rated Again on the last day on which they were asked, if that was lately.

    To pass a card later on that day, minutes after its answer was read, takes nothing back.
    """
    failed: dict[str, int] = {}  # the day of the last Again
    for review in reviews:
        if review.rating is Rating.AGAIN:
            failed[review.card_id] = review.day
        elif failed.get(review.card_id) != review.day:
            failed.pop(review.card_id, None)
    return [card for card, at in failed.items() if at > day - LATELY]


def forecast(memories: Mapping[str, Learned], marks: Mapping[str, Mark], day: int) -> DueForecast:
    """When the cards with these memories fall due; a suspended card does not."""
    left_out, absent = suspended(marks), unavailable(marks, day)  # what is buried waits a day
    ahead = [
        max(memory.due_day - day, card in absent, 0)
        for card, memory in memories.items()
        if card not in left_out
    ]
    due, later = Counter(ahead), sum(wait >= AHEAD for wait in ahead)
    return DueForecast(tuple(due[wait] for wait in range(AHEAD)), later, len(memories) - len(ahead))


def retention(trials: Sequence[RecallTest]) -> tuple[Bin, ...]:
    """The retention curve: recall by days since the answer before, observed and predicted."""
    bins = []
    for first, last in BINS:
        inside = [t for t in trials if first <= t.days and (last is None or t.days <= last)]
        bins.append(
            Bin(
                first=first,
                last=last,
                days=mean(trial.days for trial in inside).value or 0.0,
                recalled=mean((trial.recalled for trial in inside), ENOUGH_IN_PART),
                predicted=mean((trial.predicted for trial in inside), ENOUGH_IN_PART),
            )
        )
    return tuple(bins)
