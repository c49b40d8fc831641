"""The report: where a learner stands, from the log, the memories and the bank."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from contrastive_drill.cards.card import Card
from contrastive_drill.demo.result import Guess
from contrastive_drill.memory.log import Learned, Review
from contrastive_drill.memory.marks import Mark, suspended, unavailable
from contrastive_drill.memory.scheduler import CURVES, Curves
from contrastive_drill.reports.advice import Step, advice
from contrastive_drill.reports.calibration import Calibration, calibration
from contrastive_drill.reports.evidence import trial
from contrastive_drill.reports.history import Bin, Days, DueForecast, days, forecast, retention
from contrastive_drill.reports.scores import Attempt, SittingScore, scores
from contrastive_drill.reports.standings import Placement, Standing, Standings
from contrastive_drill.reports.status import Status
from contrastive_drill.reports.stuck import stuck_cards


@dataclass(frozen=True, slots=True)
class Report:
    """Where a learner stands. Days are ordinals of study days."""

    day: int
    interview_day: int | None  # as set, past or not
    advice: tuple[Step, ...]  # most pressing first; three, save where the bank is empty
    total: Standing
    sections: tuple[Standing, ...]  # in the bank's order
    levels: tuple[Standing, ...]  # mid, senior, staff: those that have cards
    calibration: Calibration
    days: Days
    forecast: DueForecast
    retention: tuple[Bin, ...]  # every bin, the empty ones too
    sittings: tuple[SittingScore, ...]  # exams and interviews with an answer, by the first of them
    stuck: tuple[str, ...] = ()  # leeches, in words


def report(
    titles: Mapping[str, str],
    cards: Mapping[str, Placement],
    find: Callable[[str], Card | None],
    memories: Mapping[str, Learned],
    marks: Mapping[str, Mark],
    reviews: Sequence[Review],
    attempts: Collection[Attempt],
    status: Status,
    interview_day: int | None,
    curves: Curves = CURVES,
    plan_minutes: float | None = None,
    guesses: Sequence[Guess] = (),
) -> Report:
    """The report of `status.day`.

    `titles` names the sections and `cards` has every card of the bank; `find` gives a whole card,
    None where the bank has it no more. Sections and levels are of cards in the bank; calibration,
    calendar and retention are of every answer in the log, `reviews`, oldest first. `plan_minutes`
    are left today of a plan for the interview, where there is one; `guesses` were made before
    runs of demos.
    """
    day = status.day
    known = {card: memory for card, memory in memories.items() if card in cards}
    ahead = interview_day if interview_day is not None and interview_day >= day else None
    standings = Standings(cards, find, known, reviews, day, ahead, curves.now)
    total, sections, levels = standings.total(), standings.sections(titles), standings.levels()
    trials = [each for review in reviews if (each := trial(review, curves)) is not None]
    sat = scores(reviews, attempts, find, curves)
    absent = unavailable(marks, day)
    failed = sum(memory.failed and card not in absent for card, memory in known.items())
    return Report(
        day=day,
        interview_day=interview_day,
        advice=advice(status, failed, total, sections, levels, sat, ahead, plan_minutes),
        total=total,
        sections=sections,
        levels=levels,
        calibration=calibration(reviews, trials, find, curves, guesses),
        days=days(reviews, day),
        forecast=forecast(known, marks, day),
        retention=retention(trials),
        sittings=sat,
        stuck=tuple(sorted(stuck_cards(reviews, find, suspended(marks)))),
    )
