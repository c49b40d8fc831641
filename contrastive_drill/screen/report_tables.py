"""The report's steps, tables and bars as rows of text."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from contrastive_drill.reports.values import (
    Measured,
    MissedPoint,
    Report,
    Score,
    Standing,
    Step,
    Tally,
)
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.words import date_of, duration, percent

BLUE = "color(33)"  # a middle tone, seen on a dark and on a light background
EARLIER = "*"  # after what is not of the last exam, or interview
LAST = 12  # exams and interviews listed in the terminal


def bar(sheet: Sheet, share: float | None, width: int) -> Text:
    """A share as a bar; nothing where there is no share."""
    if share is None:
        return Text(" " * width)
    full = round(min(max(share, 0.0), 1.0) * width)
    text = Text(sheet.look.pick("█", "#") * full, BLUE)
    return text.append(sheet.look.pick("░", ".") * (width - full), "dim")


def percent_of(measured: Measured | None) -> str:
    """A share, or a dash where it rests on too little."""
    return "-" if measured is None else percent(measured.value)


def more(measured: Measured) -> str:
    """What a number rests on, or what it still needs."""
    return (
        f"{measured.count}, {measured.missing} more needed"
        if measured.missing
        else (f"{measured.count}")
    )


def advice_rows(sheet: Sheet, advice: Sequence[Step]) -> Rows:
    """Each step with its command: on one row where there is room, else on two."""
    rows: Rows = []
    for number, step in enumerate(advice, 1):
        why = Text(f"{number} {sheet.look.text(step.why)}")
        command = Text(step.command, "bold")
        if why.cell_len + 2 + command.cell_len <= sheet.look.width:
            rows.append(why.append(": ").append_text(command))
        else:
            rows += sheet.wrapped(why[2:], "  ", f"{number} ")
            # A command that is broken in two cannot be copied: rather without its indent.
            fits = command.cell_len + 2 <= sheet.look.width
            rows += sheet.wrapped(command, "  " if fits else "")
    return rows


def standing_rows(sheet: Sheet, report: Report) -> Rows:
    """The sections and their sum; a bar of what is known where there is room for one."""
    rows = (*report.sections, report.total)
    then = report.total.recall_then is not None
    columns = [
        _column("seen", [f"{row.seen}/{row.cards}" for row in rows]),
        _column("now", [percent_of(row.recall_now) for row in rows]),
        *([_column("then", [percent_of(row.recall_then) for row in rows])] if then else []),
        _column("exam", _marked([full_of(row.exam, report.total.exam) for row in rows])),
        _column(
            "interv.", _marked([points_of(row.interview, report.total.interview) for row in rows])
        ),
        _column("time", [_time(row.seconds_each) for row in rows]),
    ]
    lines = ["".join(cells) for cells in zip(*columns, strict=True)]
    room = sheet.look.width - len(lines[0])
    title = min(max(cell_len(row.title) for row in rows), room)
    meter = room - title - 1
    meter = min(meter, 12) if meter >= 6 else 0
    drawn = [Text(fitted(sheet, "section", title) + lines[0] + " known" * bool(meter), "bold")]
    for row, line in zip(rows, lines[1:], strict=True):
        text = Text(fitted(sheet, row.title, title), "bold" if row is report.total else "")
        text.append(line)
        if meter:
            text.append(" ").append_text(bar(sheet, row.known_now, meter))
        drawn.append(text)
    return drawn


def _column(name: str, cells: Sequence[str]) -> list[str]:
    """A name and the cells under it, on the right, with a gap before each."""
    width = max(map(len, (name, *cells))) + 1
    return [f"{cell:>{width}}" for cell in (name, *cells)]


def _marked(cells: Sequence[str]) -> list[str]:
    """Cells with room for the marks that some have, so that the numbers stay in line."""
    if not any(cell.endswith(EARLIER) for cell in cells):
        return list(cells)
    return [cell if cell.endswith(EARLIER) else f"{cell} " for cell in cells]


def fitted(sheet: Sheet, words: str, width: int) -> str:
    """Words in exactly so many cells, cut where they are longer."""
    name = sheet.look.text(words)
    if cell_len(name) > width:
        end = sheet.look.pick("…", ".")
        name = set_cell_size(name, width - 1).rstrip() + end
    return set_cell_size(name, width)


def full_of(tally: Tally | None, last: Tally | None) -> str:
    """Answers in full, of those asked; marked where they are not of the `last` exam."""
    return "-" if tally is None else f"{tally.full}/{tally.asked}{_earlier(tally, last)}"


def points_of(tally: Tally | None, last: Tally | None) -> str:
    """Required points covered, of those wanted; marked where not of the `last` interview."""
    return "-" if tally is None else f"{tally.said}/{tally.wanted}{_earlier(tally, last)}"


def _earlier(tally: Tally, last: Tally | None) -> str:
    return EARLIER if last is not None and tally.sitting != last.sitting else ""


def earlier_words(report: Report) -> str:
    """What the mark stands for; nothing where no row has it."""
    total = report.total
    for section in report.sections:
        for row in (section, *section.levels):
            cells = full_of(row.exam, total.exam), points_of(row.interview, total.interview)
            if any(cell.endswith(EARLIER) for cell in cells):
                return (
                    f"{EARLIER} of an earlier exam or interview, the last that asked the row; "
                    "All has the last one alone."
                )
    return ""


def _time(seconds: Measured) -> str:
    return "-" if seconds.value is None else duration(seconds.value)


def level_rows(sheet: Sheet, report: Report) -> Rows:
    """Readiness by level as bars, then every section at every level."""
    width = sheet.look.width
    rows: Rows = [sheet.heading("Readiness: cards of each level known now")]
    for row in report.levels:
        words = f" {row.known_now:>4.0%} of {row.cards} cards, {row.seen} seen"
        if row.known_then is not None:
            words += f"; then {row.known_then:.0%}"
        text = Text(f"{row.title:<7}").append_text(bar(sheet, row.known_now, min(width - 46, 30)))
        rows.append(text.append(words))
    names = [row.id for row in report.levels]
    title = min(max(cell_len(row.title) for row in report.sections), width - 11 * len(names))
    head = fitted(sheet, "section", title) + "".join(f"{name:>11}" for name in names)
    rows += [Text(head, "bold")]
    for section in report.sections:
        of = {level.id: level for level in section.levels}
        text = Text(fitted(sheet, section.title, title))
        for name in names:
            text.append(f"{_known(of[name]) if name in of else '':>11}")
        rows.append(text)
    return rows


def _known(row: Standing) -> str:
    return f"{row.known_now:.0%} of {row.cards}"


def score_rows(sheet: Sheet, scores: Sequence[Score]) -> Rows:
    """The newest exams and interviews, the last one at the bottom, with bars of points covered."""
    rows: Rows = [sheet.heading("Exams and interviews")]
    if not scores:
        return [*rows, *sheet.wrapped(Text("None yet: contrastive-drill exam begins one."))]
    wide = 12 if sheet.look.width >= 72 else 0
    head = f"{'begun':<10} {'':<9} {'in full':>7} {'points':>6}"
    rows.append(Text(f"{head} {'':<{wide + bool(wide)}}{'recalled':>8} {'FSRS':>5}  of", "bold"))
    for score in scores[-LAST:]:
        text = Text(
            f"{date_of(score.day)} {score.sort.value:<9} {f'{score.full}/{score.asked}':>7} "
        )
        text.append(f"{percent(score.points):>6} ")
        if wide:
            text.append_text(bar(sheet, score.points, wide)).append(" ")
        text.append(f"{percent_of(score.recalled):>8} {percent_of(score.predicted):>5}  ")
        text.append(f"{score.recalled.count:<3}{note(score)}").rstrip()
        rows.append(text)
    words = "recalled, FSRS: of the answers on cards that had been learned before."
    if len(scores) > LAST:
        words += f" {len(scores) - LAST} earlier ones are left out here."
    return rows + sheet.wrapped(Text(words, "dim"))


def note(score: Score) -> str:
    """That it waits to be gone on with, or the level reached."""
    return (score.level or "") if score.ended else "open"


def missed_rows(sheet: Sheet, missed: Sequence[MissedPoint]) -> Rows:
    """The required points most often missed."""
    rows: Rows = [sheet.heading("Required points most often missed")]
    for point in missed:
        text = Text(f"{point.missed} of {point.asked}  ").append_text(sheet.line(point.line))
        text.append(f"  ({point.card_id})", "dim")
        rows += sheet.wrapped(text, "  ", sheet.look.pick("• ", "- "))
    return rows if missed else [*rows, Text("None so far.")]
