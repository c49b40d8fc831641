"""FSRS's parameters fitted to a log, and held against those in use on answers held out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import sqrt
from typing import NamedTuple

from fsrs_rs_python import FSRS, FSRSItem, FSRSReview

from contrastive_drill.memory.log import Mode, Parameters, Rating, Review
from contrastive_drill.memory.log_loss import log_loss
from contrastive_drill.memory.parameters import BOUNDS, Evidence
from contrastive_drill.memory.scheduler import DEFAULT, Scheduler

# Answers that test a prediction. Simulated learners whose parameters are off by a factor of e^0.4:
# fits to 300 predict them no better than FSRS's own do, fits to 500 somewhat, to 800 clearly. Of
# 120 whose parameters are FSRS's own, the rule below let one change them.
NEEDED = 400
NEEDED_SINCE = 100  # of them, after parameters in use were fitted
WINDOWS = 5  # of answers held out, each predicted by a fit to all before it
FIRST = 6  # no window begins before this part of the answers: a sixth
SAME = 1e-4  # parameters nearer than this are the same


class ScheduledAnswer(NamedTuple):
    """One answer that moved the schedule, as FSRS reads it."""

    card_id: str
    rating: Rating
    days: int | None  # since the answer before; None for a card's first
    at: datetime

    @property
    def tests(self) -> bool:
        """Whether it tests a prediction: a repetition on the same day shows no forgetting."""
        return bool(self.days)


class TooFewAnswers(NamedTuple):
    """Too few answers: how many there are, how many it takes, and since when they count."""

    answers: int
    needed: int
    since: datetime | None

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return self.needed - self.answers


class FitResult(NamedTuple):
    """Parameters fitted to all answers, and what such fits are worth on answers held out."""

    parameters: Parameters
    evidence: Evidence
    same: bool  # as those in use, to four digits

    @property
    def better(self) -> bool:
        """Whether to use them instead of those in use."""
        return self.evidence.better and not self.same


def scheduled_answers(reviews: Iterable[Review]) -> list[ScheduledAnswer]:
    """The answers of a log, oldest first, that moved the schedule.

    A card that was failed in an exam before it was ever met was not learned by it. A clock that
    ran backwards counts no time.
    """
    last: dict[str, int] = {}
    found = []
    for review in reviews:
        before = last.get(review.card_id)
        unmet = before is None and review.mode is Mode.EXAM and review.rating is Rating.AGAIN
        if unmet or not review.mode.scheduled:
            continue
        day = review.day if before is None else max(review.day, before)
        days = None if before is None else day - before
        found.append(ScheduledAnswer(review.card_id, review.rating, days, review.at))
        last[review.card_id] = day
    return found


def fit(
    answers: Sequence[ScheduledAnswer], used: Parameters | None, since: datetime | None
) -> FitResult | TooFewAnswers:
    """Parameters fitted to these answers, judged against those in use.

    `used` is None for FSRS's own. Parameters in use that were fitted `since` then are judged by
    later answers alone: they have seen the ones before.
    """
    tests = [place for place, look in enumerate(answers) if look.tests]
    if len(tests) < NEEDED:
        return TooFewAnswers(len(tests), NEEDED, None)
    held = tests[len(tests) // FIRST :]
    if since is not None:
        held = [place for place in held if answers[place].at > since]
        if len(held) < NEEDED_SINCE:
            return TooFewAnswers(len(held), NEEDED_SINCE, since)
    before, after = _losses(answers, held, used)
    gains = [old - new for old, new in zip(before, after, strict=True)]
    mean = sum(gains) / len(gains)
    spread = sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1)
    parameters = fitted(answers)
    present = DEFAULT if used is None else used
    return FitResult(
        parameters=parameters,
        evidence=Evidence(
            answers=len(tests),
            held_out=len(held),
            before=sum(before) / len(held),
            after=sum(after) / len(held),
            error=sqrt(spread / len(gains)),
        ),
        same=all(abs(a - b) < SAME for a, b in zip(parameters, present, strict=True)),
    )


def _losses(
    answers: Sequence[ScheduledAnswer], held: Sequence[int], used: Parameters | None
) -> tuple[list[float], list[float]]:
    """Log losses of answers held out, under the parameters in use and under fits to those before.

    `held` are places among the answers.
    """
    size = -(-len(held) // WINDOWS)
    old, new = losses(answers, used), dict[int, float]()
    for start in range(0, len(held), size):
        window = held[start : start + size]
        found = losses(answers[: window[-1] + 1], fitted(answers[: window[0]]))
        new |= {place: found[place] for place in window}
    return [old[place] for place in held], [new[place] for place in held]


def spacing(scheduler: Scheduler, answers: int = 5) -> tuple[int, ...]:
    """The days after which a new card comes back, each time answered Good when it is due."""
    days: list[int] = []
    state: tuple[float, float] | None = None
    for _ in range(answers):
        state = scheduler.states(state, days[-1] if days else 0)[Rating.GOOD - 1]
        until = scheduler.curve.days_until(scheduler.desired_retention, state[0])
        days.append(max(round(until), 1))
    return tuple(days)


def losses(answers: Sequence[ScheduledAnswer], parameters: Parameters | None) -> dict[int, float]:
    """The log loss in nats of each answer that tests a prediction, by its place."""
    scheduler = Scheduler(0.9, parameters)  # the retention moves intervals, not memories
    states: dict[str, tuple[float, float]] = {}
    found: dict[int, float] = {}
    for place, look in enumerate(answers):
        state = states.get(look.card_id)
        if state is not None and look.tests:
            chance = float(scheduler.recall(state[0], look.days))
            found[place] = log_loss(chance, look.rating is not Rating.AGAIN)
        states[look.card_id] = scheduler.states(state, look.days or 0)[look.rating - 1]
    return found


def fitted(answers: Iterable[ScheduledAnswer]) -> Parameters:
    """Parameters fitted to answers; close to FSRS's own where there are few."""
    histories: dict[str, list[FSRSReview]] = {}
    items = []
    for look in answers:
        history = histories.setdefault(look.card_id, [])
        history.append(FSRSReview(int(look.rating), look.days or 0))
        if look.tests:
            items.append(FSRSItem(history))
    found = FSRS(DEFAULT).compute_parameters(items)
    return tuple(
        min(max(number, low), high) for number, (low, high) in zip(found, BOUNDS, strict=True)
    )
