"""The report as Markdown: headings, lists and tables that any reader of it shows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from contrastive_drill.cards.prose import Line, Style, plain
from contrastive_drill.reports.values import Measured, Report, Standing
from contrastive_drill.screen.report_calibration import kindness, loss_words, span
from contrastive_drill.screen.report_tables import (
    full_of,
    more,
    note,
    percent_of,
    points_of,
)
from contrastive_drill.screen.reports import how_to_read, thresholds
from contrastive_drill.screen.words import date_of, duration, percent

# What begins or ends emphasis, code, a link, a tag, an entity, a formula or a cell.
SPECIAL = re.compile(r"[\\`*_\[\]<>|~$&]")
LEADING = re.compile(r"^([#+\-=]|\d+(?=[.)]))")  # what a line may not begin with
LAST = 30  # days listed
TICKS = re.compile(r"`+")


def escaped(words: str) -> str:
    """Words that Markdown shows as they are, on one line."""
    line = SPECIAL.sub(r"\\\g<0>", " ".join(words.split()))
    return LEADING.sub(lambda m: f"{m[0]}\\" if m[0].isdigit() else f"\\{m[0]}", line)


def code(words: str) -> str:
    """Words as code, between more backquotes than they have themselves."""
    fence = "`" * (max(map(len, TICKS.findall(words)), default=0) + 1)
    space = " " if words[:1] in ("`", " ") or words[-1:] in ("`", " ") else ""
    return f"{fence}{space}{words}{space}{fence}"


def report_markdown(report: Report) -> str:
    """The whole report, ending in a line break."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# Where you stand, {date_of(report.day)}"
    yield from ("", "## What to do next", "")
    for number, step in enumerate(report.advice, 1):
        yield f"{number}. {escaped(step.why)}: {code(step.command)}"
    yield from ("", "## Sections and levels", "")
    yield from _standings(report)
    yield from ("", escaped(how_to_read(report)))
    yield from ("", "### Each section by level", "")
    yield from _by_level(report)
    yield from ("", "## Required points most often missed", "")
    for point in report.total.missed:
        words = f"{point.missed} of {point.asked}"
        yield f"- {words}: {_line(point.line)} ({code(point.card_id)})"
    if not report.total.missed:
        yield "None so far."
    yield from ("", "## Calibration", "")
    yield from _calibration(report)
    yield from ("", "## Retention", "")
    yield from table(
        ("days since the last answer", "recalled", "FSRS expected", "answers"),
        (
            (span(each), percent_of(each.recalled), percent_of(each.predicted), more(each.recalled))
            for each in report.retention
        ),
    )
    yield from ("", "## Days", "")
    yield from _days(report)
    yield from ("", "## Exams and interviews", "")
    yield from _scores(report)
    yield from ("", escaped(thresholds()))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of escaped cells; the first column is words, the others stand on the right."""
    yield f"| {' | '.join(map(escaped, head))} |"
    yield f"|---|{'---:|' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(map(escaped, row))} |"


def _line(line: Line) -> str:
    """A line of a card: formulas and code stay what they are."""
    parts = []
    for text, style in line:
        match style:
            case Style.CODE | Style.FORMULA:
                parts.append(code(text))
            case _:
                parts.append(escaped(text) if text.strip() else text)
                # `escaped` takes the blanks at the ends, which part one span from the next.
                if text.strip():
                    parts[-1] = " " * text[0].isspace() + parts[-1] + " " * text[-1].isspace()
    return "".join(parts) or escaped(plain(line))


def _standings(report: Report) -> Iterator[str]:
    then = report.total.recall_then is not None
    head = ["", "cards", "seen", "now", "known", "exam", "interv.", "time", "answers"]
    if then:
        head[4:4] = ["then"]

    def cells(row: Standing) -> list[str]:
        given = [
            row.title,
            f"{row.cards}",
            f"{row.seen}",
            percent_of(row.recall_now),
            percent(row.known_now),
            full_of(row.exam, report.total.exam),
            points_of(row.interview, report.total.interview),
            _seconds(row.seconds_each),
            f"{row.answers}",
        ]
        if then:
            given[4:4] = [percent_of(row.recall_then)]
        return given

    yield from table(head, map(cells, (*report.sections, *report.levels, report.total)))


def _seconds(measured: Measured) -> str:
    return "-" if measured.value is None else duration(measured.value)


def _by_level(report: Report) -> Iterator[str]:
    names = [level.id for level in report.levels]

    def cells(section: Standing) -> list[str]:
        of = {level.id: level for level in section.levels}
        known = [
            f"{of[name].known_now:.0%} of {of[name].cards}" if name in of else "" for name in names
        ]
        return [section.title, *known]

    yield from table(("known now", *names), map(cells, report.sections))


def _calibration(report: Report) -> Iterator[str]:
    held = report.calibration
    yield from table(
        ("rated", "recalled the next time", "FSRS expected", "answers"),
        (
            (
                each.rating.label,
                percent_of(each.recalled),
                percent_of(each.predicted),
                more(each.recalled),
            )
            for each in held.ratings
        ),
    )
    for words in (loss_words(held), *kindness(held)):
        yield from ("", escaped(words))


def _days(report: Report) -> Iterator[str]:
    from contrastive_drill.screen.report_days import forecast_words, total_words

    yield escaped(total_words(report.days))
    if len(report.days.days) > LAST:
        yield f"The last {LAST} of them:"
    yield ""
    yield from table(
        ("day", "answers", "time"),
        (
            (f"{date.fromordinal(each.day)}", f"{each.answers}", duration(each.seconds))
            for each in report.days.days[-LAST:]
        ),
    )
    yield from ("", "### Cards due", "", escaped(forecast_words(report.forecast)), "")
    yield from table(
        ("day", "cards due"),
        (
            (f"{date_of(report.day + ahead)}", f"{cards}")
            for ahead, cards in enumerate(report.forecast.due)
        ),
    )


def _scores(report: Report) -> Iterator[str]:
    if not report.sittings:
        yield "None yet."
        return
    yield from table(
        ("begun", "", "in full", "points", "recalled", "FSRS expected", "of", ""),
        (
            (
                f"{date_of(score.day)}",
                score.sort.value,
                f"{score.full}/{score.asked}",
                percent(score.points),
                percent_of(score.recalled),
                percent_of(score.predicted),
                more(score.recalled) if score.recalled.count else "-",
                note(score),
            )
            for score in report.sittings
        ),
    )
