"""A table of a card as rows; as a list of its cells where a word of it would not stay whole."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from contrastive_drill.cards.prose import Line
from contrastive_drill.screen.plain import MEASURE

if TYPE_CHECKING:
    from contrastive_drill.screen.card.sheet import Rows, Sheet

GAP, EDGES = 3, 2  # cells between two columns, and at both ends


def grid_rows(
    sheet: "Sheet", header: Sequence[Line], rows: Sequence[Sequence[Line]], indent: str
) -> "Rows":
    """The table within the measure."""
    from rich import box
    from rich.table import Column, Table

    narrow, form = sheet.within(MEASURE), box.ASCII if sheet.look.ascii_only else box.SIMPLE
    titles, cells = [*map(sheet.line, header)], [[*map(sheet.line, row)] for row in rows]
    stacks = [*zip(titles, *cells, strict=True)]
    widths = [max(map(_longest_word, stack)) for stack in stacks]
    most = [max(cell.cell_len for cell in stack) for stack in stacks]
    spare = narrow.look.width - len(indent) - sum(widths) - GAP * len(widths) + GAP - EDGES
    if spare < 0:
        return _listed(sheet, titles, cells, indent)
    # rich shares out what is missing among wide columns, and may break a word of a narrow one.
    for _ in range(min(spare, sum(most) - sum(widths))):
        tightest = max(range(len(widths)), key=lambda n: (most[n] - widths[n]) / widths[n])
        widths[tightest] += 1
    columns = [Column(each, width=n) for each, n in zip(titles, widths, strict=True)]
    table = Table(*columns, box=form, pad_edge=False)
    for row in cells:
        table.add_row(*row)
    return [row for row in narrow.of(table, indent) if row.plain.strip()]


def _longest_word(cell: Text) -> int:
    return max((Text(word).cell_len for word in cell.plain.split()), default=1)


def _listed(
    sheet: "Sheet", titles: Sequence[Text], cells: Sequence[Sequence[Text]], indent: str
) -> "Rows":
    rows: Rows = []
    mark = sheet.look.pick("• ", "- ")
    for row in cells:
        for number, (title, cell) in enumerate(zip(titles, row, strict=True)):
            named = Text.assemble(title, ": " if title.plain.strip() else "", cell)
            rows += sheet.wrapped(named, indent + "  ", indent + ("  " if number else mark))
    return rows
