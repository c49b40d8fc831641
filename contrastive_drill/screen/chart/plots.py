"""Curves and clouds of points in character cells, in colour or without, in Unicode or in ASCII.

Every drawing is a list of rows, none of them wider than asked for.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

from contrastive_drill.demo.result import Chart
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.chart.axes import Scale, end_label, marked, placed
from contrastive_drill.screen.chart.numbers import figure
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.theme import SERIES

MARKERS, ASCII_MARKERS = "●○▲△■□◆◇", "ox^*#@%&"
# The dots of a braille cell by row and column, as bits above U+2800.
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
LABEL = 8  # cells a number under the axis may take, with the gap after it

Point = tuple[int, int]  # column and row, from the top left


def joined(points: Sequence[Point]) -> Iterator[Point]:
    """Every dot of the straight lines through the points, in order."""
    yield from points[:1]
    for (x, y), (u, v) in pairwise(points):
        steps = max(abs(u - x), abs(v - y))
        for step in range(1, steps + 1):
            yield x + round((u - x) * step / steps), y + round((v - y) * step / steps)


def chart_rows(sheet: Sheet, chart: Chart, *, height: int = 12, color: bool = True) -> Rows:
    """Title, curves with axes and reference lines, and a legend; about `height` rows of curves.

    In colour a curve is a line of braille dots with a few markers on it, and a cloud is dots;
    without colour, or in ASCII, both are markers. What shares a cell takes turns along the row.
    """
    look = sheet.look
    area = Area.of(chart, look.width, height, braille=color and not look.ascii_only)
    style = _Style(look, color)
    rows = sheet.words(chart.title, "strong")
    name = look.text(chart.y_label)
    # Where it begins no further left than the axis' numbers, it reads as their heading.
    lead = max(area.margin - 1 - cell_len(name), 0)
    rows += sheet.wrapped(Text(" " * lead + name, "emphasis")) if name else []
    rows += _body(chart, area, style)
    rows += _under(chart.x_label, area, look)
    return rows + _legend(sheet, chart, style)


class _Style(NamedTuple):
    """How the curves are told apart."""

    look: Look
    color: bool

    def marker(self, number: int) -> str:
        """What a curve is known by."""
        markers = self.look.pick(MARKERS, ASCII_MARKERS)
        return markers[number % len(markers)]

    def colour(self, number: int) -> str:
        """The colour of a curve, where there is any."""
        return f"series.{number % SERIES}" if self.color else "none"


@dataclass(frozen=True, slots=True)
class Area:
    """The cells between the axes, and where a number falls in them."""

    x: Scale
    y: Scale
    margin: int  # cells left of the first: the numbers of the axis, a blank, the axis
    columns: int
    rows: int
    braille: bool  # two dots by four in a cell

    @classmethod
    def of(cls, chart: Chart, width: int, height: int, *, braille: bool) -> "Area":
        """The area of a chart; on a linear axis as many rows as set its ticks evenly."""
        levels = [level for series in chart.series for level in series.ys]
        levels += [level for _, level in chart.references]
        y = Scale(levels, chart.y_axis, max(height // 2, 4))
        rows = height
        if chart.y_axis == "linear":
            intervals = len(y.ticks) - 1
            rows = max(round((height - 1) / intervals), 1) * intervals + 1
        margin = max(map(len, y.labels)) + 2
        columns = max(width - margin, 2)
        places = [place for series in chart.series for place in series.xs]
        x = Scale(places, chart.x_axis, min(max(columns // LABEL, 4), 10))
        return cls(x, y, margin, columns, rows, braille)

    def column(self, share: float) -> int:
        """The column of dots at a share of the horizontal axis."""
        dots = self.columns * (2 if self.braille else 1)
        return round(share * (dots - 1))

    def row(self, share: float) -> int:
        """The row of dots at a share of the vertical axis, whose ends are the middle of a cell."""
        down = 4 if self.braille else 1
        return round((1 - share) * (self.rows - 1) * down) + (down - 1) // 2

    def level(self, value: float) -> int:
        """The row of cells that a number of the vertical axis falls in."""
        return self.cell((0, self.row(self.y.share(value))))[1]

    def cell(self, dot: Point) -> Point:
        """The cell of a dot."""
        return (dot[0] // 2, dot[1] // 4) if self.braille else dot


Cells = dict[Point, Counter[int]]  # how often each curve is in a cell


def _body(chart: Chart, area: Area, style: _Style) -> Rows:
    """The rows beside the vertical axis."""
    dots: dict[tuple[Point, int], int] = {}  # the braille dots of a curve in a cell
    cells: Cells = {}
    marks: dict[Point, list[int]] = {}
    for number, series in enumerate(chart.series):
        runs = placed(series, area.x, area.y)
        lines = [[(area.column(x), area.row(y)) for x, y in run] for run in runs]
        points = [dot for line in lines for dot in line]
        for dot in points if series.points else chain.from_iterable(map(joined, lines)):
            cell = area.cell(dot)
            cells.setdefault(cell, Counter())[number] += 1
            bit = DOTS[dot[1] % 4][dot[0] % 2] if area.braille else 0
            dots[cell, number] = dots.get((cell, number), 0) | bit
        if area.braille and not series.points:
            for dot in marked(points, number, len(chart.series)):
                marks.setdefault(area.cell(dot), []).append(number)

    ticks = zip(area.y.ticks, area.y.labels, strict=True)
    labels = {area.level(tick): label for tick, label in ticks}
    levels = {area.level(level) for _, level in chart.references if area.y.has(level)}
    pick = style.look.pick
    notch, wall, dash = pick("┤", "+"), pick("│", "|"), pick("┈", ".")
    rows = []
    for r in range(area.rows):
        text = Text(f"{labels.get(r, ''):>{area.margin - 2}} ")
        text.append(notch if r in labels else wall, "muted")
        for c in range(area.columns):
            curves = cells.get((c, r))
            if not curves:
                text.append(dash if r in levels else " ", "muted")
                continue
            sharing = marks.get((c, r)) or _most_frequent(curves, chart)
            number = sharing[c % len(sharing)]
            if area.braille and (c, r) not in marks:
                text.append(chr(0x2800 + dots[(c, r), number]), style.colour(number))
            else:
                text.append(style.marker(number), style.colour(number))
        text.rstrip()
        rows.append(text)
    return rows


def _most_frequent(curves: Counter[int], chart: Chart) -> list[int]:
    """The curves a cell is shared by; of clouds, only those with the most points in it."""
    most = max(curves.values())
    return [
        number
        for number in sorted(curves)
        if curves[number] == most or not chart.series[number].points
    ]


def _under(name: str, area: Area, look: Look) -> Rows:
    """The line under a chart with its ticks, and the numbers under these; the axis' name last."""
    corner, flat, notch = look.pick("└", "+"), look.pick("─", "-"), look.pick("┴", "+")
    line = [flat] * area.columns
    numbers = [" "] * (area.margin + area.columns)
    free = 0  # the first column a number may take
    for tick, label in zip(area.x.ticks, area.x.labels, strict=True):
        at = area.cell((area.column(area.x.share(tick)), 0))[0]
        line[at] = notch
        start = max(min(area.margin + at - len(label) // 2, len(numbers) - len(label)), 0)
        if start >= free:
            numbers[start : start + len(label)] = label
            free = start + len(label) + 1
    title = Text(look.text(name), "emphasis")
    title.truncate(look.width)
    middle = max(area.margin + (area.columns - title.cell_len) // 2, 0)
    title.pad_left(min(middle, look.width - title.cell_len))
    return [
        Text(" " * (area.margin - 1)).append(corner + "".join(line), "muted"),
        Text("".join(numbers[: area.margin + area.columns]).rstrip()),
        title,
    ]


def _legend(sheet: Sheet, chart: Chart, style: _Style) -> Rows:
    """The curves, with where they end in time, then the levels, as many in a row as fit."""
    look, entries = sheet.look, []
    for number, series in enumerate(chart.series):
        words = f" {look.text(series.label)}"
        if last := end_label(chart, series):
            words += f" {look.pick('→', '->')} {last}"
        entries.append(Text().append(style.marker(number), style.colour(number)).append(words))
    for name, level in chart.references:
        words = f"{look.pick('┈┈', '..')} {look.text(name)} {figure(level)}"
        entries.append(Text().append(words, "muted"))
    return [part for row in sheet.flowed(entries, "   ") for part in sheet.wrapped(row)]
