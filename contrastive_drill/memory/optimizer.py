"""FSRS's parameters fitted to a log, and compared with those in use on answers held out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import sqrt
from typing import NamedTuple

from fsrs_rs_python import FSRS, FSRSItem, FSRSReview

from contrastive_drill.memory.log import Mode, Parameters, Rating, Review
from contrastive_drill.memory.log_loss import log_loss
from contrastive_drill.memory.parameters import BOUNDS, Evidence
from contrastive_drill.memory.scheduler import DEFAULT, Scheduler

# Answers that test a prediction. For simulated learners whose parameters are off by a factor of
# e^0.4, fits to 300 predict no better than FSRS's defaults, fits to 500 somewhat, to 800 clearly.
# Of 120 learners with FSRS's defaults, the rule below changed the parameters of one.
NEEDED = 400
NEEDED_SINCE = 100  # of them, after parameters in use were fitted
WINDOWS = 5  # of answers held out, each predicted by a fit to all before it
BURN_IN = 6  # the first sixth of the answers is never held out
SAME = 1e-4  # parameters closer than this are the same


class ScheduledAnswer(NamedTuple):
    """One answer that moved the schedule, in the form FSRS reads."""

    card_id: str
    rating: Rating
    days: int | None  # since the answer before; None for a card's first
    at: datetime

    @property
    def tests(self) -> bool:
        """Whether it tests a prediction: a repetition on the same day shows no forgetting."""
        return bool(self.days)


class TooFewAnswers(NamedTuple):
    """Why there is no fit: the answers there are since a time, and those needed."""

    answers: int
    needed: int
    since: datetime | None

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return self.needed - self.answers


class FitResult(NamedTuple):
    """Parameters fitted to all answers, and how such fits predict answers held out."""

    parameters: Parameters
    evidence: Evidence
    same: bool  # as those in use, within `SAME`

    @property
    def better(self) -> bool:
        """Whether to use them: they predict better by more than the standard error."""
        return self.evidence.gain > self.evidence.error and not self.same


def scheduled_answers(reviews: Iterable[Review]) -> list[ScheduledAnswer]:
    """The answers of a log, oldest first, that moved the schedule.

    A card failed in an exam before it was ever met stays new. Where the clock ran backwards, no
    days are counted.
    """
    last: dict[str, int] = {}
    answers = []
    for review in reviews:
        before = last.get(review.card_id)
        unmet = before is None and review.mode is Mode.EXAM and review.rating is Rating.AGAIN
        if unmet or not review.mode.scheduled:
            continue
        day = review.day if before is None else max(review.day, before)
        days = None if before is None else day - before
        answers.append(ScheduledAnswer(review.card_id, review.rating, days, review.at))
        last[review.card_id] = day
    return answers


def fit(
    answers: Sequence[ScheduledAnswer], used: Parameters | None, since: datetime | None
) -> FitResult | TooFewAnswers:
    """Parameters fitted to these answers, compared with those in use.

    `used` is None for FSRS's defaults. Those fitted at the time `since` are judged by later answers
    alone: they have seen the earlier ones.
    """
    tests = [place for place, answer in enumerate(answers) if answer.tests]
    if len(tests) < NEEDED:
        return TooFewAnswers(len(tests), NEEDED, None)
    held_out = tests[len(tests) // BURN_IN :]
    if since is not None:
        held_out = [place for place in held_out if answers[place].at > since]
        if len(held_out) < NEEDED_SINCE:
            return TooFewAnswers(len(held_out), NEEDED_SINCE, since)
    before, after = _losses(answers, held_out, used)
    gains = [old - new for old, new in zip(before, after, strict=True)]
    mean = sum(gains) / len(gains)
    spread = sum((gain - mean) ** 2 for gain in gains) / (len(gains) - 1)
    parameters = optimize(answers)
    current = DEFAULT if used is None else used
    return FitResult(
        parameters=parameters,
        evidence=Evidence(
            answers=len(tests),
            held_out=len(held_out),
            before=sum(before) / len(held_out),
            after=sum(after) / len(held_out),
            error=sqrt(spread / len(gains)),
        ),
        same=all(abs(a - b) < SAME for a, b in zip(parameters, current, strict=True)),
    )


def _losses(
    answers: Sequence[ScheduledAnswer], held_out: Sequence[int], used: Parameters | None
) -> tuple[list[float], list[float]]:
    """Log losses of answers held out, under the parameters in use and under fits to earlier ones.

    `held_out` are indices into the answers.
    """
    size = -(-len(held_out) // WINDOWS)
    old, new = losses(answers, used), dict[int, float]()
    for start in range(0, len(held_out), size):
        window = held_out[start : start + size]
        up_to_window = losses(answers[: window[-1] + 1], optimize(answers[: window[0]]))
        new |= {place: up_to_window[place] for place in window}
    return [old[place] for place in held_out], [new[place] for place in held_out]


def spacing(scheduler: Scheduler, answers: int = 5) -> tuple[int, ...]:
    """The intervals in days of a new card that is answered Good each time it falls due."""
    days: list[int] = []
    state: tuple[float, float] | None = None
    for _ in range(answers):
        state = scheduler.states(state, days[-1] if days else 0)[Rating.GOOD - 1]
        until = scheduler.curve.days_until(scheduler.desired_retention, state[0])
        days.append(max(round(until), 1))
    return tuple(days)


def losses(answers: Sequence[ScheduledAnswer], parameters: Parameters | None) -> dict[int, float]:
    """The log loss in nats of each answer that tests a prediction, by its index."""
    scheduler = Scheduler(0.9, parameters)  # the retention changes intervals, not memories
    states: dict[str, tuple[float, float]] = {}
    by_place: dict[int, float] = {}
    for place, answer in enumerate(answers):
        state = states.get(answer.card_id)
        if state is not None and answer.tests:
            chance = float(scheduler.curve.recall(state[0], answer.days))
            by_place[place] = log_loss(chance, answer.rating is not Rating.AGAIN)
        states[answer.card_id] = scheduler.states(state, answer.days or 0)[answer.rating - 1]
    return by_place


def optimize(answers: Iterable[ScheduledAnswer]) -> Parameters:
    """Parameters fitted to answers; close to FSRS's defaults where there are few."""
    histories: dict[str, list[FSRSReview]] = {}
    items = []
    for answer in answers:
        history = histories.setdefault(answer.card_id, [])
        history.append(FSRSReview(int(answer.rating), answer.days or 0))
        if answer.tests:
            items.append(FSRSItem(history))
    parameters = FSRS(DEFAULT).compute_parameters(items)
    return tuple(
        min(max(number, low), high) for number, (low, high) in zip(parameters, BOUNDS, strict=True)
    )
