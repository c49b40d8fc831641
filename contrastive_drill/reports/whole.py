"""The whole report, from the log, the memories and the bank."""

from collections.abc import Callable, Collection, Mapping, Sequence

from contrastive_drill.cards.card import Card
from contrastive_drill.memory.log import Learned, Mark, Review, unavailable
from contrastive_drill.memory.scheduler import CURVES, Curves
from contrastive_drill.reports.advice import advice
from contrastive_drill.reports.calibration import calibration
from contrastive_drill.reports.evidence import trial
from contrastive_drill.reports.history import days, forecast, retention
from contrastive_drill.reports.scores import scores
from contrastive_drill.reports.sections import Standings
from contrastive_drill.reports.status import Status
from contrastive_drill.reports.values import Held, Listed, Report


def report(
    titles: Mapping[str, str],
    cards: Mapping[str, Listed],
    find: Callable[[str], Card | None],
    memories: Mapping[str, Learned],
    marks: Mapping[str, Mark],
    reviews: Sequence[Review],
    sittings: Collection[Held],
    status: Status,
    interview_day: int | None,
    curves: Curves = CURVES,
    plan_minutes: float | None = None,
) -> Report:
    """The report of `status.day`.

    `titles` names the sections and `cards` has every card of the bank; `find` gives a whole card,
    None where the bank has it no more. Sections and levels are of cards in the bank; calibration,
    calendar and retention are of every answer in the log, `reviews`, oldest first. `plan_minutes`
    are left today of a plan for the interview, where there is one.
    """
    day = status.day
    held = {card: memory for card, memory in memories.items() if card in cards}
    ahead = interview_day if interview_day is not None and interview_day >= day else None
    standings = Standings(cards, find, held, reviews, day, ahead, curves.now)
    total, sections, levels = standings.total(), standings.sections(titles), standings.levels()
    trials = [found for review in reviews if (found := trial(review, curves)) is not None]
    sat = scores(reviews, sittings, find, curves)
    absent = unavailable(marks, day)
    failed = sum(memory.failed and card not in absent for card, memory in held.items())
    return Report(
        day=day,
        interview_day=interview_day,
        advice=advice(status, failed, total, sections, levels, sat, ahead, plan_minutes),
        total=total,
        sections=sections,
        levels=levels,
        calibration=calibration(reviews, trials, find, curves),
        days=days(reviews, day),
        forecast=forecast(held, marks, day),
        retention=retention(trials),
        sittings=sat,
    )
