"""The report on a terminal: rows for each section."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from contrastive_drill.demo.result import Chart, Note, Table
from contrastive_drill.reports.advice import Step
from contrastive_drill.reports.document import blocks
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.chart.plots import chart_rows
from contrastive_drill.screen.chart.tables import body_rows, number_widths
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.report.calendar import calendar_rows
from contrastive_drill.screen.report.columns import column_rows

NAME = 20  # cells for the first column, for which the last columns are left out
SHORTEST, LONGEST = 6, 24  # cells of a bar


def section_rows(sheet: Sheet, document: blocks.Document) -> list[Rows]:
    """The sections in their order; what to do next and the sections of the bank come first."""
    drawn: list[Rows] = []
    for section in document.sections:
        rows = [row for part in section.blocks for row in _rows(sheet, section, part)]
        if section.joined:
            drawn[-1].extend(rows)
        else:
            day = "" if drawn else f" ({document.day})"
            drawn.append([sheet.heading(section.title + day), *rows])
    return drawn


def _rows(sheet: Sheet, section: blocks.ReportSection, part: blocks.Block) -> Rows:
    match part:
        case Note():
            return sheet.words(part.text)
        case blocks.Steps():
            return _steps(sheet, part.steps)
        case Table():
            return _table(sheet, part, part is not section.lead)
        case blocks.Bars():
            table = replace(part.table, columns=part.table.columns[: -part.extra or None])
            return _table(sheet, table, part.table is not section.lead, part.shares, part.total)
        case blocks.Points():
            return _points(sheet, part)
        case blocks.Columns():
            return column_rows(sheet, part)
        case blocks.Calendar():
            return calendar_rows(sheet, part)
        case Chart():
            return chart_rows(sheet, part, color=not sheet.console.no_color)
        case blocks.Detail():
            return []
        case _:
            assert_never(part)


def _steps(sheet: Sheet, steps: Sequence[Step]) -> Rows:
    """Each step with its command: on one row where there is room, else on two."""
    rows: Rows = []
    for number, step in enumerate(steps, 1):
        why = Text(f"{number} {sheet.look.text(step.why)}")
        command = Text(step.command, "command")
        if why.cell_len + 2 + command.cell_len <= sheet.look.width:
            rows.append(why.append(": ").append_text(command))
        else:
            rows += sheet.wrapped(why[2:], "  ", f"{number} ")
            # A command that is broken in two cannot be copied: rather without its indent.
            fits = command.cell_len + 2 <= sheet.look.width
            rows += sheet.wrapped(command, "  " if fits else "")
    return rows


def _table(
    sheet: Sheet,
    table: Table,
    titled: bool,
    shares: Sequence[blocks.Share] = (),
    total: bool = False,
) -> Rows:
    """A row for each row of the table, with a bar where there is room for it.

    Where there is little, the last columns are left out, and names are cut.
    """
    look, columns = sheet.look, table.columns
    body = [tuple(map(look.text, row[: len(columns)])) for row in table.rows]
    longest = max((cell_len(name) for name, *_ in body), default=0)
    needs = number_widths(columns, body)
    while len(needs) > 1 and look.width - sum(needs) - len(needs) < min(longest, NAME):
        needs.pop()
    first = look.width - sum(needs) - len(needs)
    wide = min(first - max(longest, cell_len(columns[0])) - 1, LONGEST) if shares else 0
    rows = tuple((_cut(sheet, name, first), *cells[: len(needs)]) for name, *cells in body)
    bars = [_bar(look, share.value, wide) for share in shares] if wide >= SHORTEST else []
    width = look.width - (wide + 1) * bool(bars)
    drawn = body_rows(sheet.within(width), Table("", columns[: len(needs) + 1], rows))
    end = max(row.cell_len for row in drawn) + 1
    for row, bar in zip(drawn[len(drawn) - len(bars) :], bars, strict=True):
        row.pad_right(end - row.cell_len)
        row.append_text(bar)
        row.rstrip()
    if total:
        drawn[-1].stylize("strong")
    notes = [row for note in table.notes for row in sheet.words(note, "muted")]
    title = sheet.words(table.title, "strong") if titled else []
    return [*title, *drawn, *notes]


def _bar(look: Look, share: float | None, width: int) -> Text:
    """A share as a bar; nothing where there is no share."""
    if share is None:
        return Text()
    return look.blocks(round(min(max(share, 0.0), 1.0) * width), width, "share")


def _cut(sheet: Sheet, name: str, width: int) -> str:
    """A name in at most so many cells."""
    if cell_len(name) <= width:
        return name
    return set_cell_size(name, width - 1).rstrip() + sheet.look.pick("…", ".")


def _points(sheet: Sheet, part: blocks.Points) -> Rows:
    rows: Rows = []
    for point in part.points:
        text = Text(f"{point.missed} of {point.asked}  ").append_text(sheet.line(point.line))
        text.append(f"  ({point.card_id})", "muted")
        rows += sheet.wrapped(text, "  ", sheet.look.pick("• ", "- "))
    return rows
