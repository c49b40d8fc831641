"""Cards, memories and answers made by hand, for tests that count what a report counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from contrastive_drill.cards.card import Card, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.kinds import Kind
from contrastive_drill.cards.prose import Line, Paragraph, Span
from contrastive_drill.memory.log import NEW, Learned, Memory, Mode, Rating, Review
from contrastive_drill.memory.marks import Mark
from contrastive_drill.memory.scheduler import Scheduler
from contrastive_drill.memory.sitting import Sitting, SittingKind
from contrastive_drill.memory.study_day import study_day
from contrastive_drill.reports.report import Report, report
from contrastive_drill.reports.scores import Attempt
from contrastive_drill.reports.standings import Placement
from contrastive_drill.reports.status import status
from contrastive_drill.store import Store

Step = tuple[Rating, Mode, int, float]  # an answer, so many days and seconds after the last one

DAY = 740_000  # today
MOMENT = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)
NUMBERS = count()


def line(words: str) -> Line:
    """A line of plain words."""
    return (Span(words),)


def card(
    name: str,
    section: str = "a",
    level: Level = Level.MID,
    required: Sequence[str] = ("one", "two"),
    optional: Sequence[str] = (),
    demo: str | None = None,
    expected: object = None,
    kind: Kind = Kind.RECALL,
) -> Card:
    """A card whose points are these words."""
    return Card(
        id=name,
        section=section,
        level=level,
        kind=kind,
        prompt=(Paragraph(line(f"What is {name}?")),),
        answer=(Paragraph(line("That.")),),
        points=(
            *(KeyPoint(line(f"{name} {words}"), True) for words in required),
            *(KeyPoint(line(f"{name} {words}"), False) for words in optional),
        ),
        sources=(Source(SourceKind.TEXT, "a book"),),
        demo=demo,
        expected=expected,
    )


def key(name: str, words: str) -> str:
    """The key of a point of `card`."""
    return KeyPoint(line(f"{name} {words}"), True).key


def learned(last_day: int, due_day: int, stability: float = 10.0) -> Learned:
    """A memory. After `stability` days its probability of recall is 0.9, by definition."""
    return Learned(stability, 5.0, last_day, due_day, 2, 0)


def answer(
    name: str,
    rating: Rating = Rating.GOOD,
    day: int = DAY,
    before: Memory = NEW,
    seconds: float = 10.0,
    mode: Mode = Mode.REVIEW,
    covered: Sequence[str] = (),
    missed: Sequence[str] = (),
    typed: str | None = None,
    digest: str = "",
    sitting: str | None = None,
) -> Review:
    """One answer; `covered` and `missed` are the words of the card's points."""
    return Review(
        id=f"{next(NUMBERS)}",
        card_id=name,
        rating=rating,
        at=MOMENT,
        day=day,
        seconds=seconds,
        mode=mode,
        covered=tuple(key(name, words) for words in covered),
        missed=tuple(key(name, words) for words in missed),
        answer=typed,
        digest=digest,
        retention=0.9,
        before=before,
        after=before,
        sitting=sitting,
    )


def study(store: Store, name: str, steps: Iterable[Step], at: datetime) -> datetime:
    """Answer a card so often; returns when it was last."""
    scheduler = Scheduler(0.9)
    for rating, mode, days, seconds in steps:
        at += timedelta(days=days, seconds=seconds)
        before, on = store.memory(name), study_day(at, 4)
        store.record(
            replace(
                answer(name, rating, on, before, 7.25, mode),
                id=f"{name}-{next(NUMBERS)}",
                at=at,
                sitting="sitting" if mode in (Mode.EXAM, Mode.INTERVIEW) else None,
                after=scheduler.after(name, before, rating, on, mode),
            )
        )
    return at


def attempt(
    name: str,
    sort: SittingKind,
    day: int = DAY,
    ended: bool = True,
    planned: int = 0,
    level: str | None = None,
) -> Attempt:
    """An exam or an interview."""
    return Attempt(Sitting(name, sort, MOMENT, day, 1, ("x",) * planned), ended, level)


def report_on(
    cards: Sequence[Card],
    reviews: Sequence[Review] = (),
    memories: Mapping[str, Learned] | None = None,
    marks: Mapping[str, Mark] | None = None,
    sittings: Sequence[Attempt] = (),
    interview_day: int | None = None,
    new_left: int = 10,
) -> Report:
    """The report of today over these cards."""
    by_id = {each.id: each for each in cards}
    memories, marks = memories or {}, marks or {}
    days = sorted({review.day for review in reviews})
    due_days = {name: memory.due_day for name, memory in memories.items()}
    return report(
        titles={each.section: each.section.upper() for each in cards},
        cards={each.id: Placement(each.section, each.level) for each in cards},
        find=by_id.get,
        memories=memories,
        marks=marks,
        reviews=reviews,
        attempts=sittings,
        status=status(by_id.keys(), due_days, marks, days, DAY, 0, new_left),
        interview_day=interview_day,
    )
