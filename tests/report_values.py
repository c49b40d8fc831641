"""Reports: by hand, of a learner with a history and one without; and worked out, of 140 cards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from histories import DAY, answer, attempt, card, learned, report_on

from contrastive_drill.cards.card import Level
from contrastive_drill.cards.prose import Line, Span, Style
from contrastive_drill.memory.log import Mode, Rating
from contrastive_drill.memory.sitting import SittingKind
from contrastive_drill.reports.advice import Rule, Step
from contrastive_drill.reports.calibration import Calibration, Checks, Loss, RatingRecall
from contrastive_drill.reports.evidence import Estimate
from contrastive_drill.reports.history import Bin, Days, DayTotal, DueForecast
from contrastive_drill.reports.report import Report
from contrastive_drill.reports.scores import SittingScore, Tally
from contrastive_drill.reports.standings import MissedPoint, Standing

TODAY = date(2026, 11, 21).toordinal()
NOTHING = Estimate(None, 0, 20)
LINE: Line = (
    Span("the loss is "),
    Span(r"-\log \frac{e^{s_{ii}/\tau}}{\sum_j e^{s_{ij}/\tau}}", Style.FORMULA),
    Span(" with "),
    Span("batch", Style.STRONG),
)


def point(card: str, line: Line = LINE, demo: str | None = None) -> MissedPoint:
    return MissedPoint(card, "key", line, 3, 5, demo)


def standing(name: str, known: float = 0.5, seen: int = 12, cards: int = 20) -> Standing:
    """A row that was studied, three times an exam, with the levels it has."""
    return Standing(
        id=name,
        title=name,
        cards=cards,
        seen=seen,
        recall_now=Estimate(0.91, seen),
        recall_then=Estimate(0.83, seen),
        known_now=known,
        known_then=known * 0.9,
        exam=Tally(TODAY - 3, 9, 6, 2, 1, 20, 26),
        interview=Tally(TODAY - 1, 4, 2, 1, 1, 9, 14),
        answers=61,
        again=7,
        seconds=3723.0,
        seconds_each=Estimate(42.4, 61),
        missed=(point("ntxent"), point("tau", (Span("plain words"),), "temperature")),
    )


def rich(name: str = "Contrastive learning", line: Line = LINE) -> Report:
    """A learner of half a year; every free text is `name` or `line`."""
    random = Random(7)
    days = tuple(
        DayTotal(TODAY - back, answers, answers * 40.0)
        for back in range(170, -1, -1)
        if (answers := random.choice((0, 0, 0, 4, 12, 18, 31, 57)))
    )
    levels = tuple(
        standing(level, known) for level, known in (("mid", 0.82), ("senior", 0.55), ("staff", 0.2))
    )
    section = replace(standing(name), levels=levels, missed=(point("ntxent", line),))
    return Report(
        day=TODAY,
        interview_day=TODAY + 14,
        advice=(
            Step(Rule.DUE, "31 cards are due, 12 of them overdue", "contrastive-drill review"),
            Step(
                Rule.EXAM,
                f"No cold exam since 2026-10-30, and the weakest section is {name}",
                "contrastive-drill exam --level senior --count 15",
            ),
            Step(
                Rule.POINT,
                "The temperature's role is missed again and again (5 of 6)",
                "contrastive-drill demo temperature",
            ),
        ),
        total=replace(standing("All"), missed=(point("ntxent", line, "temperature"), point("tau"))),
        sections=(section, replace(section, title=f"{name} II", exam=None, interview=None)),
        levels=levels,
        calibration=Calibration(
            ratings=(
                RatingRecall(Rating.AGAIN, Estimate(0.74, 31, 10), Estimate(0.79, 31, 10)),
                RatingRecall(Rating.HARD, Estimate(None, 6, 10), Estimate(None, 6, 10)),
                RatingRecall(Rating.GOOD, Estimate(0.92, 207, 10), Estimate(0.90, 207, 10)),
                RatingRecall(Rating.EASY, Estimate(0.97, 60, 10), Estimate(0.94, 60, 10)),
            ),
            loss=Loss(
                recall=Estimate(0.89, 304, 50),
                predicted=Estimate(0.91, 304, 50),
                fsrs=Estimate(0.312, 304, 50),
                constant=Estimate(0.347, 304, 50),
                margin=Estimate(0.011, 304, 50),
            ),
            checks=Checks(
                given=(
                    (Rating.AGAIN, 1, 20),
                    (Rating.HARD, 8, 6),
                    (Rating.GOOD, 61, 9),
                    (Rating.EASY, 22, 0),
                ),
                right=Estimate(0.724, 127, 20),
                kind=Estimate(0.257, 35, 20),
                harsh=Estimate(0.011, 92, 20),
                changed=3,
            ),
            generous=Estimate(0.07, 310, 20),
            guesses=Estimate(0.6, 5, 1),
        ),
        days=Days(days, 4, sum(day.answers for day in days), sum(day.seconds for day in days)),
        forecast=DueForecast(
            (31, 14, 9, 0, 22, 17, 3, 8, 12, 5, 0, 1, 19, 6, *range(1, 17)), 144, 2
        ),
        retention=(
            Bin(1, 1, 1.0, Estimate(0.95, 80, 10), Estimate(0.96, 80, 10)),
            Bin(2, 3, 2.4, Estimate(0.91, 66, 10), Estimate(0.94, 66, 10)),
            Bin(4, 7, 5.5, Estimate(0.88, 59, 10), Estimate(0.92, 59, 10)),
            Bin(8, 14, 11.0, Estimate(0.9, 41, 10), Estimate(0.91, 41, 10)),
            Bin(15, 30, 22.3, Estimate(0.81, 32, 10), Estimate(0.89, 32, 10)),
            Bin(31, None, 40.0, Estimate(None, 4, 10), Estimate(None, 4, 10)),
        ),
        sittings=(
            score(SittingKind.EXAM, 40, 61),
            score(SittingKind.INTERVIEW, 31, 50),
            score(SittingKind.EXAM, 22, 70),
            score(SittingKind.INTERVIEW, 11, 72),
            replace(score(SittingKind.EXAM, 3, 81), ended=False, asked=30),
        ),
    )


def score(sort: SittingKind, back: int, said: int) -> SittingScore:
    return SittingScore(
        id=f"{sort}-{back}",
        sort=sort,
        at=datetime(2026, 11, 21, 9, tzinfo=UTC) - timedelta(days=back),
        day=TODAY - back,
        asked=55,
        planned=55 if sort is SittingKind.EXAM else None,
        ended=True,
        full=31,
        gap=14,
        failed=10,
        said=said,
        wanted=100,
        seconds=2950.0,
        recalled=Estimate(0.78, 40),
        predicted=Estimate(0.84, 40),
    )


def empty() -> Report:
    """A learner before the first answer, with no interview day."""
    blank = replace(
        standing("All", 0.0, 0),
        recall_now=Estimate(None, 0),
        recall_then=None,
        known_then=None,
        exam=None,
        interview=None,
        answers=0,
        again=0,
        seconds=0.0,
        seconds_each=Estimate(None, 0),
        missed=(),
    )
    return Report(
        day=TODAY,
        interview_day=None,
        advice=(
            Step(Rule.NEW, "Meet the first 10 of 364 cards", "contrastive-drill review"),
            Step(Rule.EXAM, "See where you stand cold", "contrastive-drill exam"),
            Step(Rule.INTERVIEW, "Try an interview", "contrastive-drill interview"),
        ),
        total=blank,
        sections=(replace(blank, title="CLIP", levels=(replace(blank, title="mid"),)),),
        levels=(replace(blank, title="mid"),),
        calibration=Calibration(
            ratings=tuple(RatingRecall(rating, NOTHING, NOTHING) for rating in Rating),
            loss=Loss(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
            checks=Checks(tuple((r, 0, 0) for r in Rating), NOTHING, NOTHING, NOTHING, 0),
            generous=NOTHING,
            guesses=NOTHING,
        ),
        days=Days((), 0, 0, 0.0),
        forecast=DueForecast((0,) * 30, 0, 0),
        retention=(Bin(1, 1, 0.0, NOTHING, NOTHING), Bin(2, None, 0.0, NOTHING, NOTHING)),
        sittings=(),
    )


HOSTILE = '</script><b onload="x">\'&amp;\x1b[31m\x00' + "unbreakable" * 30


def hostile() -> Report:
    """The rich history with words that are markup, control characters, and very long."""
    return rich(HOSTILE, (Span(HOSTILE), Span(HOSTILE, Style.CODE), Span("{<", Style.FORMULA)))


def full() -> Report:
    """Fourteen sections with long names, and enough answers for every number."""
    chance = Random(5)
    cards = [
        card(f"card-{n}", f"section-{n % 14:02} | of *many* words here", list(Level)[n % 3])
        for n in range(140)
    ]
    reviews, memories = [], {}
    for n, each in enumerate(cards):
        for days in (1, 3, 6, 12):
            reviews.append(
                answer(
                    each.id,
                    chance.choice(list(Rating)),
                    DAY - 12 + days,
                    learned(DAY - 12 - n % 3, DAY - 12, 5.0),
                    mode=(Mode.REVIEW, Mode.EXAM, Mode.INTERVIEW)[days % 3],
                    covered=("one",),
                    missed=("two",) * (n % 2),
                    sitting=(None, "e", "i")[days % 3],
                )
            )
        memories[each.id] = learned(DAY - n % 40, DAY + n % 40)
    sittings = [
        attempt("e", SittingKind.EXAM, DAY - 9, ended=False),
        attempt("i", SittingKind.INTERVIEW),
    ]
    return report_on(cards, reviews, memories, {}, sittings, interview_day=DAY + 9)
