"""Curves and pictures in character cells, in colour or without, in Unicode or in ASCII.

Every drawing is a list of rows, none of them wider than asked for.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rich.console import Console
from rich.text import Text

from contrastive_drill.results import Chart
from contrastive_drill.screen.plain import shown

# Middle tones, told apart on a dark and on a light background.
COLOURS = ("color(160)", "color(172)", "color(33)", "color(37)", "color(70)", "color(133)")
MARKERS, ASCII_MARKERS = "●○▲△■□◆◇", "ox^*#@%&"
# The dots of a braille cell by row and column, as bits above U+2800.
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

Point = tuple[int, int]  # column and row, from the top left


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) that cover a range, at most `most`."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ticks(0.0, 1.0, most)
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):  # level, as far as a label can tell
        low, high = low - max(0.5, abs(low) / 2), high + max(0.5, abs(high) / 2)
    power = math.floor(math.log10((high - low) / most))
    for step in (
        factor * 10.0**exponent for exponent in (power, power + 1) for factor in (1, 2, 5)
    ):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first < most:
            return [float(f"{number * step:.12g}") for number in range(first, last + 1)]
    return [low, high]


class Scale:
    """Places numbers of an axis on `count` dots, from the first tick to the last."""

    def __init__(self, values: Iterable[float], count: int, most: int = 6) -> None:
        known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
        self.ticks = ticks(min(known), max(known), most)
        self.labels = [f"{tick:g}" for tick in self.ticks]
        self.count = count

    def place(self, value: float) -> int:
        """The dot a number falls on; beyond the ends, the end."""
        low, high = self.ticks[0], self.ticks[-1]
        share = (value - low) / (high - low)
        return round(min(max(share, 0.0), 1.0) * (self.count - 1))


def joined(points: Sequence[Point]) -> Iterator[Point]:
    """Every dot of the straight lines through the points, in order."""
    yield from points[:1]
    for (x, y), (u, v) in pairwise(points):
        steps = max(abs(u - x), abs(v - y))
        for step in range(1, steps + 1):
            yield x + round((u - x) * step / steps), y + round((v - y) * step / steps)


def chart_rows(
    console: Console,
    chart: Chart,
    width: int,
    *,
    height: int = 12,
    ascii_only: bool = False,
    color: bool = True,
) -> list[Text]:
    """Curves with axes, ticks, reference lines, and a legend with the last value of each.

    In colour a curve is a line of braille dots; without colour, or in ASCII, each has a marker of
    its own. Where curves share a cell they take turns along the row.
    """
    across, down = (1, 1) if ascii_only or not color else (2, 4)  # dots in a cell
    levels = [y for series in chart.series for y in series.ys]
    y_axis = Scale([*levels, *(level for _, level in chart.references)], height * down)
    margin = max(map(len, y_axis.labels)) + 2
    columns = max(width - margin, 10)
    x_axis = Scale([x for series in chart.series for x in series.xs], columns * across)

    def row(y: float) -> int:
        return height * down - 1 - y_axis.place(y)

    cells: dict[Point, dict[int, int]] = {}  # a cell's curves, and the dots of each in it
    for number, series in enumerate(chart.series):
        pairs = zip(series.xs, series.ys, strict=True)
        points = [(x_axis.place(x), row(y)) for x, y in pairs if math.isfinite(y)]
        for x, y in joined(points):
            curves = cells.setdefault((x // across, y // down), {})
            curves[number] = curves.get(number, 0) | DOTS[y % down][x % across]

    labels = {
        row(tick) // down: name for tick, name in zip(y_axis.ticks, y_axis.labels, strict=True)
    }
    marked = {row(level) // down for _, level in chart.references}
    notch, wall, dash = ("+", "|", ".") if ascii_only else ("┤", "│", "┈")
    rows = [Text(shown(chart.title, ascii_only), "bold")]
    for r in range(height):
        text = Text(f"{labels.get(r, ''):>{margin - 2}} ").append(
            notch if r in labels else wall, "dim"
        )
        for c in range(columns):
            curves = cells.get((c, r), {})
            if not curves:
                text.append(dash if r in marked else " ", "dim")
                continue
            number = sorted(curves)[c % len(curves)]
            if across > 1:
                text.append(chr(0x2800 + curves[number]), COLOURS[number % len(COLOURS)])
            else:
                text.append(_marker(number, ascii_only), _colour(number, color))
        text.rstrip()
        rows.append(text)
    rows += _x_axis(x_axis, chart.x_label, margin, columns, across, ascii_only)
    return rows + _legend(console, chart, width, ascii_only, color, braille=across > 1)


def _x_axis(
    axis: Scale, name: str, margin: int, columns: int, across: int, ascii_only: bool
) -> list[Text]:
    """The line under a chart with its ticks, and the numbers under these; the axis' name last."""
    corner, flat, notch = ("+", "-", "+") if ascii_only else ("└", "─", "┴")
    line = [flat] * columns
    numbers = [" "] * (margin + columns)
    free = 0  # the first column a number may take
    for tick, label in zip(axis.ticks, axis.labels, strict=True):
        at = axis.place(tick) // across
        line[at] = notch
        start = min(margin + at - len(label) // 2, len(numbers) - len(label))
        if start >= free:
            numbers[start : start + len(label)] = label
            free = start + len(label) + 1
    title = shown(name, ascii_only)
    middle = max(margin + (columns - len(title)) // 2, 0)
    return [
        Text(" " * (margin - 1)).append(corner + "".join(line), "dim"),
        Text("".join(numbers).rstrip()),
        Text(" " * middle + title[: len(numbers) - middle], "italic"),
    ]


def _legend(
    console: Console, chart: Chart, width: int, ascii_only: bool, color: bool, braille: bool
) -> list[Text]:
    """The curves with their last values, then the reference lines, as many in a row as fit."""
    entries = []
    for number, series in enumerate(chart.series):
        mark = "━━" if braille else _marker(number, ascii_only)
        last = f" {series.ys[-1]:.2f}" if series.ys else ""
        words = shown(series.label, ascii_only) + last
        entries.append(Text().append(mark, _colour(number, color)).append(f" {words}"))
    for name, level in chart.references:
        words = f"{'..' if ascii_only else '┈┈'} {shown(name, ascii_only)} {level:g}"
        entries.append(Text().append(words, "dim"))
    rows: list[Text] = []
    for entry in entries:
        if rows and rows[-1].cell_len + 3 + entry.cell_len <= width:
            rows[-1].append("   ").append_text(entry)
        else:
            rows.append(entry)
    return [part for row in rows for part in row.wrap(console, width)]


def _marker(number: int, ascii_only: bool) -> str:
    markers = ASCII_MARKERS if ascii_only else MARKERS
    return markers[number % len(markers)]


def _colour(number: int, color: bool) -> str:
    return COLOURS[number % len(COLOURS)] if color else "none"
