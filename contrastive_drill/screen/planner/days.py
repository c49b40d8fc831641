"""The days of a plan as columns of blocks: cards met for the first time above those asked again."""

from collections.abc import Sequence
from math import ceil

from rich.text import Text

from contrastive_drill.planner.forecast import DayLoad
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.words import plural, short_date

HEIGHT = 6  # rows of the highest column
MARGIN = 4  # cells of the numbers beside it
WIDEST = 4  # cells of a day


def days_chart(sheet: Sheet, work: Sequence[DayLoad]) -> Rows:
    """One column a day, or the mean of several days where they are more than the terminal is wide.

    It needs no colour, and no more than ASCII.
    """
    room = max(sheet.look.width - MARGIN, 1)
    each = ceil(len(work) / room)
    wide = max(min(room * each // len(work), WIDEST), 1)
    bins = [work[begin : begin + each] for begin in range(0, len(work), each)]
    again = [sum(day.looks for day in days) / len(days) for days in bins]
    both = [
        sum(day.met for day in days) / len(days) + a for days, a in zip(bins, again, strict=True)
    ]
    top = max(ceil(max(both)), 1)
    new, old = sheet.look.pick("█", "#"), sheet.look.pick("░", ".")

    def cell(row: int, column: int) -> str:
        filled, below = (ceil(n[column] * HEIGHT / top - 0.5) for n in (both, again))
        mark = " " if row > filled else old if row <= below else new
        return (mark * max(wide - 1, 1)).ljust(wide)

    column = f", each column {plural(each, 'day')}" if each > 1 else ""
    rows: Rows = sheet.words(f"Cards a day{column}: {new} new, {old} again", "strong")
    for row in range(HEIGHT, 0, -1):
        label = f"{top}" if row == HEIGHT else ""
        line = "".join(cell(row, column) for column in range(len(bins)))
        rows.append(Text(f"{label:>{MARGIN - 1}} {line}".rstrip()))
    return [*rows, Text(_dates(work, each, wide, room))]


def _dates(work: Sequence[DayLoad], each: int, wide: int, room: int) -> str:
    """The first day of every week, or of every few, under its column."""
    line = " " * MARGIN
    for begin in range(0, len(work), 7):
        at, label = MARGIN + begin // each * wide, short_date(work[begin].day)
        if (at == MARGIN or at > len(line) + 1) and at + len(label) <= MARGIN + room:
            line = line.ljust(at) + label
    return line
