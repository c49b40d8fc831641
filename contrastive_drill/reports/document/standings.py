"""What to do next, and where the learner stands in each section and at each level."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from contrastive_drill.demo.result import Note, Table
from contrastive_drill.reports.document.blocks import (
    Bars,
    Block,
    Detail,
    Points,
    ReportSection,
    Share,
    Steps,
)
from contrastive_drill.reports.report import Report
from contrastive_drill.reports.scores import Tally
from contrastive_drill.reports.standings import Standing
from contrastive_drill.words import date_of, duration, percent

EARLIER = "*"  # after what is not of the last exam, or interview
EMPTY = Note("The bank has no cards: there is nothing to do.")
UNANSWERED = Note("No answer is logged yet: contrastive-drill review begins.")


def standing_sections(report: Report) -> tuple[ReportSection, ...]:
    """The steps; the sections of the bank, whole and by level; the levels of the whole bank."""
    steps = Steps(report.advice) if report.advice else EMPTY
    return (
        ReportSection("What to do next", "next steps", (steps,)),
        ReportSection("Sections", "sections", tuple(_sections(report)), joined=True),
        ReportSection("Known by section and level", "sections by level", tuple(_by_level(report))),
        ReportSection("Readiness by level", "levels", tuple(_levels(report))),
    )


def missed_section(report: Report) -> ReportSection:
    """The required points most often missed, in all and by section."""
    blocks: tuple[Block, ...] = (
        *(Note(f"Stuck: {words}.") for words in report.stuck),
        Points("In all sections", report.total.missed),
        *(Detail(Points(row.title, row.missed)) for row in report.sections if row.missed),
    )
    if not report.total.missed and not report.stuck:
        blocks = (Note("None so far.") if report.total.answers else UNANSWERED,)
    return ReportSection("Required points most often missed", "missed points", blocks)


def _sections(report: Report) -> Iterator[Block]:
    """The sections and their sum."""
    if report.sections:
        rows = [(row.title, row) for row in (*report.sections, report.total)]
        shares = tuple(Share(row.known_now) for _, row in rows)
        yield Bars(_table("Every section", report.total, rows), shares, total=True, extra=1)
    if not report.total.answers:
        yield UNANSWERED


def _table(title: str, total: Standing, rows: Sequence[tuple[str, Standing]]) -> Table:
    """A name and a row of numbers for each standing; `then` with an interview day to come."""
    each = [row for _, row in rows]
    columns = {
        "section": [name for name, _ in rows],
        "seen": [f"{row.seen}/{row.cards}" for row in each],
        "now": [percent(row.recall_now.value) for row in each],
        "then": [percent(row.recall_then.value) if row.recall_then else "-" for row in each],
        "exam": _marked(
            (f"{of.full}/{of.asked}" if of else "-", _old(of, total.exam))
            for of in (row.exam for row in each)
        ),
        "interv.": _marked(
            (f"{of.said}/{of.wanted}" if of else "-", _old(of, total.interview))
            for of in (row.interview for row in each)
        ),
        "time": [
            "-" if (time := row.seconds_each.value) is None else duration(time) for row in each
        ],
        "known": [percent(row.known_now) for row in each],
        "again": [f"{row.again}/{row.answers}" for row in each],
    }
    if total.recall_then is None:
        del columns["then"]
    return Table(title, tuple(columns), tuple(zip(*columns.values(), strict=True)))


def _old(tally: Tally | None, last: Tally | None) -> bool:
    """Whether answers are of an exam, or an interview, before the last one."""
    return tally is not None and last is not None and tally.sitting != last.sitting


def _marked(cells: Iterable[tuple[str, bool]]) -> list[str]:
    """Cells with a mark for what is old; the others have room for it, to stay in line."""
    given = list(cells)
    blank = " " * any(old for _, old in given)
    return [cell + (EARLIER if old else blank) for cell, old in given]


def _by_level(report: Report) -> Iterator[Block]:
    """What is known of every section at every level; all its numbers as a detail."""
    if not report.levels:
        return
    levels = [level.id for level in report.levels]
    rows = []
    for section in report.sections:
        known = {row.id: f"{row.known_now:.0%} of {row.cards}" for row in section.levels}
        rows.append((section.title, *(known.get(level, "") for level in levels)))
    notes = (how_to_read(report),)
    yield Table("Known by section and level", ("section", *levels), tuple(rows), notes)
    inner = [
        (f"{section.title}, {level.title}", level)
        for section in report.sections
        for level in section.levels
    ]
    by_level = _table("Sections by level", report.total, inner)
    yield Detail(replace(by_level, notes=("again: answers rated so, of all.",)))


def _levels(report: Report) -> Iterator[Block]:
    """How much of each level is known, now and on the interview day."""
    if not report.levels:
        return
    rows = (*report.levels, report.total)
    columns = {
        "level": [row.title for row in rows],
        "seen": [f"{row.seen}/{row.cards}" for row in rows],
        "known": [percent(row.known_now) for row in rows],
        "then": [percent(row.known_then) for row in rows],
    }
    if report.total.known_then is None:
        del columns["then"]
    cells = tuple(zip(*columns.values(), strict=True))
    yield Bars(
        Table("Known of all cards", tuple(columns), cells),
        tuple(Share(row.known_now, row.known_then) for row in rows),
        mark="the interview day, if nothing is studied until it",
        total=True,
    )


def how_to_read(report: Report) -> str:
    """What the columns of the tables are."""
    words = (
        "now: mean probability that a seen card is recalled (FSRS-6; failed cards count 0). known: "
        "the same over all cards, unseen ones 0. exam: in full of asked. interv.: "
        "required points said of wanted; each the last one. time: median of an answer."
    )
    last = report.total
    rows = [row for section in report.sections for row in (section, *section.levels)]
    if any(_old(row.exam, last.exam) or _old(row.interview, last.interview) for row in rows):
        words += (
            f" {EARLIER} of an earlier exam or interview, the last that asked the row; All has the "
            "last one alone."
        )
    day = date_of(report.interview_day)
    if last.recall_then is not None:
        return f"{words} then: on {day}, if nothing is studied until it."
    if day is None:
        return f"{words} To look ahead: contrastive-drill config interview_on 2026-12-05."
    past = f"The interview of {day} is past: contrastive-drill plan --on DATE plans for the next."
    return f"{words} {past}"
