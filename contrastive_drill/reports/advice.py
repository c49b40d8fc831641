"""What to do next: three steps, each with the command to type, by rules in a fixed order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contrastive_drill.cards.card import Level
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.reports.evidence import ENOUGH
from contrastive_drill.reports.scores import SittingScore
from contrastive_drill.reports.standings import MissedPoint, Standing
from contrastive_drill.reports.status import Status
from contrastive_drill.words import plural

STEPS = 3
CLOSE = 14  # days before the interview from which on it is rehearsed
REHEARSED = 3  # days for which a mock interview is recent when the real one is close
# Days after which another is worth its time.
RECENT = {SittingKind.EXAM: 21, SittingKind.INTERVIEW: 14}
RECENT_WHEN_CLOSE = 7  # for an exam
READY = 0.6  # share of a level's cards known from which on interviews ask the next level
KNOWN = 0.9  # share of a section's cards known that leaves nothing to advise
PROGRAM = "contrastive-drill"


class Rule(StrEnum):
    """Why a step is advised."""

    PLAN = "plan"  # minutes of the plan for an interview are left today
    DUE = "due"
    NEW = "new"
    PAUSED = "paused"
    CLOSE = "close"  # the interview day is near
    EXAM = "exam"
    POINT = "point"  # a required point is missed again and again
    WEAKEST = "weakest"
    INTERVIEW = "interview"
    KEEP = "keep"  # nothing is pressing


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do next."""

    rule: Rule
    why: str  # one line of plain words, without a full stop
    command: str  # as typed, the program's name included


def advice(
    status: Status,
    failed: int,
    total: Standing,
    sections: Sequence[Standing],
    levels: Sequence[Standing],
    sat: Sequence[SittingScore],
    interview_day: int | None,
    plan_minutes: float | None = None,
) -> tuple[Step, ...]:
    """The first steps whose rules apply; none in an empty bank.

    With a plan for the interview, `plan_minutes` are left of it today. `failed` cards wait to be
    passed, `sat` are the exams and interviews, oldest first, and the interview day is today or
    later, or not known.
    """
    if not total.cards:
        return ()
    steps: dict[str, Step] = {}
    for step in (
        *(_cards(status, failed) if plan_minutes is None else _planned(plan_minutes)),
        *_paused(sat),
        *_close(status.day, levels, sat, interview_day),
        *_exam(status.day, total, sat, interview_day),
        *_point(total.missed),
        *_weakest(total, sections),
        *_interview(status.day, total, levels, sat),
        *_keep(levels),
    ):
        steps.setdefault(step.command, step)
    return tuple(steps.values())[:STEPS]


def _cards(status: Status, failed: int) -> Iterator[Step]:
    """What is due comes before everything; where nothing is, today's new cards."""
    command = f"{PROGRAM} review"
    if status.due:
        yield Step(Rule.DUE, _due(status.due, failed), command)
    elif status.new:
        why = f"Nothing is due; {plural(status.new, 'new card')} can be met today"
        yield Step(Rule.NEW, why, command)


def _planned(minutes: float) -> Iterator[Step]:
    """A plan says which cards, and for how long."""
    if minutes >= 1:
        why = f"{minutes:.0f} minutes of your plan are left today"
        yield Step(Rule.PLAN, why, f"{PROGRAM} review")


def _due(due: int, failed: int) -> str:
    one = due == 1
    if failed >= due:
        again = "was failed and is" if one else "were failed and are"
        return f"{plural(due, 'card')} {again} due again"
    why = f"{plural(due, 'card')} {'is' if one else 'are'} due"
    return why + (f", {failed} of them failed and not passed since" if failed else "")


def _paused(sat: Sequence[SittingScore]) -> Iterator[Step]:
    """An exam that was left goes on where it stopped; only the newest can."""
    exam = _newest(sat, SittingKind.EXAM)
    if exam is not None and not exam.ended:
        planned = exam.planned or 0
        why = f"The exam waits after {exam.asked}" + (f" of {planned}" if planned else "")
        if planned and exam.asked >= planned:
            why = f"The exam is answered, all {planned}: see the result"
        yield Step(Rule.PAUSED, why, f"{PROGRAM} exam")


def _close(
    day: int, levels: Sequence[Standing], sat: Sequence[SittingScore], interview_day: int | None
) -> Iterator[Step]:
    if interview_day is None or interview_day - day > CLOSE:
        return
    since = _since(sat, SittingKind.INTERVIEW, day)
    if since is None or since >= REHEARSED:
        ahead = interview_day - day
        when = {0: "today", 1: "tomorrow"}.get(ahead, f"in {ahead} days")
        yield Step(Rule.CLOSE, f"The interview is {when}; rehearse it", _mock(levels))


def _exam(
    day: int, total: Standing, sat: Sequence[SittingScore], interview_day: int | None
) -> Iterator[Step]:
    close = interview_day is not None and interview_day - day <= CLOSE
    since = _since(sat, SittingKind.EXAM, day)
    if since is None:
        if total.seen >= ENOUGH:
            why = "No cold exam yet: it shows what holds without a hint"
            yield Step(Rule.EXAM, why, f"{PROGRAM} exam")
    elif since >= (RECENT_WHEN_CLOSE if close else RECENT[SittingKind.EXAM]):
        yield Step(Rule.EXAM, f"The last cold exam was {since} days ago", f"{PROGRAM} exam")


def _point(missed: Sequence[MissedPoint]) -> Iterator[Step]:
    """A point missed twice or more, and as often as not; rather one that a demo shows."""
    often = [point for point in missed if point.often]
    for point in sorted(often, key=lambda point: point.demo is None)[:1]:
        why = f"Missed {point.missed} times of {point.asked}: a point of {point.card_id}"
        how = f"demo {point.demo}" if point.demo else f"show {point.card_id}"
        yield Step(Rule.POINT, why, f"{PROGRAM} {how}")


def _weakest(total: Standing, sections: Sequence[Standing]) -> Iterator[Step]:
    """The section of which the smallest share is known, once there is something to compare."""
    for weak in sorted(sections, key=lambda section: section.known_now)[:1]:
        if total.seen < ENOUGH or weak.known_now >= KNOWN:
            return
        if weak.seen:
            why = f"Weakest: {weak.title}, {weak.known_now:.0%} of {weak.cards} cards known"
        else:
            why = f"Not begun: {weak.title}, {weak.cards} cards"
        how = "--new 5" if weak.seen < weak.cards else "--cram"
        yield Step(Rule.WEAKEST, why, f"{PROGRAM} review --section {weak.id} {how}")


def _interview(
    day: int, total: Standing, levels: Sequence[Standing], sat: Sequence[SittingScore]
) -> Iterator[Step]:
    since = _since(sat, SittingKind.INTERVIEW, day)
    if since is None:
        if total.seen >= ENOUGH:
            yield Step(Rule.INTERVIEW, "No mock interview yet: answer one aloud", _mock(levels))
    elif since >= RECENT[SittingKind.INTERVIEW]:
        why = f"The last mock interview was {since} days ago"
        yield Step(Rule.INTERVIEW, why, _mock(levels))


def _keep(levels: Sequence[Standing]) -> Iterator[Step]:
    """What is always worth its time."""
    yield Step(Rule.KEEP, "An experiment shows what a card only says", f"{PROGRAM} demo")
    yield Step(Rule.KEEP, "A cold exam shows where you stand", f"{PROGRAM} exam")
    yield Step(Rule.KEEP, "A mock interview shows what comes under pressure", _mock(levels))


def _mock(levels: Sequence[Standing]) -> str:
    """An interview at the first level that is not ready yet."""
    unready = [level.id for level in levels if level.known_now < READY]
    return f"{PROGRAM} interview --level {(unready or [Level.STAFF.value])[0]}"


def _newest(sat: Sequence[SittingScore], sort: SittingKind) -> SittingScore | None:
    return next((score for score in reversed(sat) if score.sort is sort), None)


def _since(sat: Sequence[SittingScore], sort: SittingKind, day: int) -> int | None:
    """Study days since the newest was begun; None before the first."""
    newest = _newest(sat, sort)
    return None if newest is None else max(day - newest.day, 0)
