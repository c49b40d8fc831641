"""Tables of a demo as rows of text that fit a width without leaving anything out."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from contrastive_drill.demo.result import Table
from contrastive_drill.screen.card.sheet import Rows, Sheet

SIGNS = " +-−–—~≈<>≤≥±×÷("  # what a number may begin with, or stand for one that is missing
NO_NUMBERS = ("nan", "inf")
NARROWEST = 16  # cells the first column needs to be read at all


def table_rows(sheet: Sheet, table: Table) -> Rows:
    """Title, header, rows, notes; a header breaks at its spaces to keep its column narrow.

    The first column is words and wraps; others stand on the right, unless they are words too.
    Where even that is too wide, each row becomes a block: its name, then a line for each number.
    """
    rows = [*sheet.words(table.title, "strong"), *body_rows(sheet, table)]
    for note in table.notes:
        rows += sheet.words(note, "muted", "  ")
    return rows


def body_rows(sheet: Sheet, table: Table) -> Rows:
    """Header and rows of a table, without its title and notes."""
    look = sheet.look
    columns = [look.text(name) for name in table.columns]
    body = [[look.text(cell) for cell in row] for row in table.rows]
    numbers = number_widths(columns, body)
    longest = max((cell_len(row[0]) for row in body), default=0)
    room = look.width - sum(numbers)
    gap = 2 if room - 2 * len(numbers) >= longest else 1
    first = min(room - gap * len(numbers), max(longest, cell_len(columns[0])))
    if first >= min(NARROWEST, longest):
        return _grid(sheet, columns, body, [first, *numbers], gap, words_in(table))
    rows: Rows = []
    for name, *cells in body:
        rows += sheet.wrapped(Text(name))
        for column, cell in zip(columns[1:], cells, strict=True):
            rows += sheet.wrapped(Text(f"{column}: {cell}"), "  ")
    return rows


def number_widths(columns: Sequence[str], body: Sequence[Sequence[str]]) -> list[int]:
    """The cells that each column but the first needs."""
    return [
        max((cell_len(part) for part in (*name.split(), *(row[i] for row in body))), default=0)
        for i, name in enumerate(columns[1:], start=1)
    ]


def words_in(table: Table) -> tuple[bool, ...]:
    """Of each column, whether most of its cells are words: they stand on the left."""
    columns = []
    for place in range(len(table.columns)):
        cells = [row[place].strip(SIGNS) for row in table.rows]
        filled = [cell for cell in cells if cell]
        worded = [cell for cell in filled if not cell[0].isdigit() and cell not in NO_NUMBERS]
        columns.append(place == 0 or len(worded) * 2 > len(filled))
    return tuple(columns)


def _grid(
    sheet: Sheet,
    columns: Sequence[str],
    body: Sequence[Sequence[str]],
    widths: Sequence[int],
    gap: int,
    worded: Sequence[bool],
) -> Rows:
    header = [_stacked(name, width) for name, width in zip(columns, widths, strict=True)]
    height = max(map(len, header))
    lines = [[""] * (height - len(parts)) + parts for parts in header]
    rows = [
        Text(_row([parts[i] for parts in lines], widths, gap, worded), "emphasis")
        for i in range(height)
    ]
    for cells in body:
        names = [str(part) for part in Text(cells[0]).wrap(sheet.console, widths[0])] or [""]
        rows.append(Text(_row([names[0].rstrip(), *cells[1:]], widths, gap, worded)))
        rows += [Text(name.rstrip()) for name in names[1:]]
    return rows


def _row(cells: Sequence[str], widths: Sequence[int], gap: int, worded: Sequence[bool]) -> str:
    """Cells in their columns: words from the left, numbers from the right."""
    padded = []
    for cell, width, words in zip(cells, widths, worded, strict=True):
        room = " " * (width - cell_len(cell))
        padded.append(cell + room if words else room + cell)
    return (" " * gap).join(padded).rstrip()


def _stacked(name: str, width: int) -> list[str]:
    """The words of a header on as few lines as its column's width allows."""
    lines: list[str] = []
    for word in name.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]
