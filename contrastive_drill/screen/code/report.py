"""What came of judging a file, and the list of tasks, as rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.text import Text

from contrastive_drill.cards.card import Card
from contrastive_drill.cards.prose import Code
from contrastive_drill.code.judge import Failure, Report
from contrastive_drill.code.work import Work
from contrastive_drill.screen.card.sheet import Rows, Sheet, stacked
from contrastive_drill.words import duration, plural

MOST = 4  # failures that are listed
PRINTED = 4  # lines of what the code printed


class TaskLine(NamedTuple):
    """A task in the list."""

    name: str
    section: str  # its title
    level: str
    state: str
    begun: bool  # its file is there
    asked: str  # the first line of the prompt


def report_rows(sheet: Sheet, report: Report) -> Rows:
    """The failures, the smallest case first; the misconception; what was printed."""
    rows: Rows = []
    if report.problem:
        rows += sheet.words(f"Not run: {report.problem}.", "bad")
    elif report.passed:
        words = f"All {report.total} cases hold."
        rows += sheet.words(f"{sheet.look.pick('✓ ', '+ ')}{words}", "success")
    # One error in several cases is one thing to mend.
    named = {each.got if each.stopped else each.case.label: each for each in report.failures[::-1]}
    for failure in [*named.values()][::-1][:MOST]:
        rows += _failure(sheet, failure)
    if (more := len(report.failures) - min(len(named), MOST)) > 0:
        rows += sheet.words(f"and {plural(more, 'case')} more", "muted", "  ")
    if report.belief:
        rows += [
            Text(),
            *sheet.words(f"It does what this mistake does: {report.belief}.", "strong"),
        ]
    if report.printed:
        lines = report.printed.splitlines()
        rows += [Text(), sheet.heading("It printed")]
        rows += [row for line in lines[:PRINTED] for row in sheet.words(line, "muted", "  ")]
    return rows


def _failure(sheet: Sheet, failure: Failure) -> Rows:
    what = "" if failure.what == "value" else f"{failure.what}: "
    words = f"{failure.case.label}: {what}expected {failure.expected}, got {failure.got}"
    if failure.stopped:
        words = f"{failure.case.label}: {failure.got}"
    mark = Text(sheet.look.pick("✗ ", "- "), "bad")
    rows = sheet.wrapped(Text(sheet.look.text(words)), "  ", "  ")
    rows[0] = mark.append_text(rows[0][2:])
    return rows


def state_words(work: Work) -> str:
    """When the file was saved, and how its run went."""
    report = work.report
    if report is None:
        return "not run yet"
    held = f"{report.held} of {report.total} hold"
    return f"saved {work.saved} · {held} · {work.seconds:.1f} s"


def solution_rows(sheet: Sheet, work: Work, card: Card) -> Rows:
    """The reference solution, and what the card says of it."""
    code = Code(work.task.solution.rstrip(), "python")
    return stacked(
        [
            [sheet.heading("A solution"), *sheet.block(code, "")],
            sheet.prose(card.say),
            sheet.prose(card.answer),
        ]
    )


def numbers_rows(sheet: Sheet, report: Report | None) -> Rows:
    """The smallest case that fails, as Python that can be pasted."""
    if report is None or not report.numbers:
        return sheet.words("No case failed: there is nothing to show.")
    label = report.failures[0].case.label
    rows = [sheet.heading(f"The smallest case that fails: {label}")]
    return rows + sheet.block(Code("\n".join(report.numbers), "python"), "")


def task_rows(sheet: Sheet, tasks: Sequence[TaskLine]) -> Rows:
    """The tasks by section: name, level, state, and what is asked."""
    rows: Rows = []
    wide = max((len(task.name) for task in tasks), default=0)
    section = ""
    for task in tasks:
        if task.section != section:
            rows += [Text()] * bool(rows) + [sheet.heading(task.section)]
            section = task.section
        state = f"{task.state}, begun" if task.begun else task.state
        row = Text(f"  {task.name:<{wide}}  {task.level:<6}  ")
        row.append(f"{state:<6}", "strong" if task.state in ("due", "failed") else "muted")
        row.append(f"  {sheet.look.text(task.asked)}", "muted")
        if row.cell_len > sheet.look.width:
            row.truncate(sheet.look.width - 3)
            row.append(sheet.look.pick("…", "..."), "muted")
        rows.append(row)
    return rows


def report_record(report: Report) -> dict[str, Any]:
    """A report as plain values."""
    return {
        "passed": report.passed,
        "held": report.held,
        "cases": report.total,
        "problem": report.problem or None,
        "misconception": report.belief or None,
        "failures": [
            {"case": each.case.label, "what": each.what, "expected": each.expected, "got": each.got}
            for each in report.failures
        ],
        "smallest": list(report.numbers),
        "printed": report.printed or None,
    }


def clock_words(left: float) -> str:
    """The time that is left."""
    return f"{duration(max(left, 0.0))} left"
