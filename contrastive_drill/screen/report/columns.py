"""Numbers as columns and shares as bars: in characters, and as SVG."""

from rich.text import Text

from contrastive_drill.reports.document.blocks import Columns, Share
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.chart.axes import Scale
from contrastive_drill.screen.chart.markup import LETTER, SIZE, label, picture, text
from contrastive_drill.screen.chart.numbers import figure
from contrastive_drill.screen.chart.svg import COLOURS

EIGHTHS, ASCII_EIGHTHS = " ▁▂▃▄▅▆▇█", " ..::::##"
ROWS = 5  # of characters
WIDTH = 420.0  # units, narrow enough for letters that are read on a phone
TOP, BOTTOM, HEIGHT = 36.0, 180.0, 214.0
ROOM = 26.0  # the least distance of two names under columns


def column_rows(sheet: Sheet, chart: Columns) -> Rows:
    """A column of one or two cells for each number, some of them with their names below."""
    values = [column.value for column in chart.columns]
    top = max(values)
    margin = max(len(str(top)), 2) + 1
    wide = 2 if sheet.look.width >= margin + 2 * len(values) else 1
    eighths = sheet.look.pick(EIGHTHS, ASCII_EIGHTHS)
    rows: Rows = []
    for row in range(ROWS, 0, -1):
        name = f"{top}" if row == ROWS else "0" if row == 1 else ""
        drawn = Text(f"{name:>{margin - 1}} ")
        for value in values:
            # A small number is seen beside a large one.
            full = max(round(value / max(top, 1) * ROWS * 8), bool(value)) - 8 * (row - 1)
            drawn.append(eighths[min(max(full, 0), 8)] * wide, "share")
        drawn.rstrip()
        rows.append(drawn)
    names = [" ".join(column.names) for column in chart.columns]
    every = -(-(max(map(len, names)) + 2) // wide)
    line = " " * margin + "".join(f"{name:<{every * wide}}" for name in names[::every])
    return [*rows, Text(line.rstrip(), "muted")]


def columns_svg(chart: Columns, name: str, description: str) -> str:
    """A column for each number; `name` begins the ids."""
    columns = chart.columns
    scale = Scale([0.0, float(max((column.value for column in columns), default=0) or 4)], most=4)
    # A number of cards has no halves.
    whole = [(tick, figure(tick)) for tick in scale.ticks if tick.is_integer()]
    left = max(len(words) for _, words in whole) * LETTER + 14
    pitch = (WIDTH - left - 4) / max(len(columns), 1)
    wide = min(pitch * 0.7, 40.0)
    every = -(-int(ROOM) // max(int(pitch), 1))
    lines, words = [], [label(chart.axis, 4, SIZE, more=' font-style="italic"')]
    for tick, written in whole:
        y = BOTTOM - scale.share(tick) * (BOTTOM - TOP)
        lines.append(f"M{left:.1f} {y:.1f}H{WIDTH:g}")
        words.append(label(written, left - 8, y + SIZE / 3, "end"))
    bars = []
    for place, column in enumerate(columns):
        middle = left + 4 + (place + 0.5) * pitch
        y = BOTTOM - scale.share(column.value) * (BOTTOM - TOP)
        if column.value:
            bars.append(
                f'<rect class="c0" color="{COLOURS[0]}" fill="currentColor" '
                f'x="{middle - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" '
                f'height="{max(BOTTOM - y, 0.1):.1f}"><title>{text(column.words)}</title></rect>'
            )
        if place % every == 0:
            for row, line in enumerate(column.names):
                words.append(label(line, middle, BOTTOM + 16 + 15 * row, "middle"))
        if every == 1:
            words.append(label(str(column.value), middle, y - 5, "middle"))
    parts = [
        f'<path d="{"".join(lines)}" fill="none" stroke="currentColor" stroke-opacity="0.18"/>',
        *bars,
        *words,
    ]
    return picture(name, chart.title, description, (WIDTH, HEIGHT), parts, "chart narrow")


def share_svg(share: Share) -> str:
    """A share as a bar, with a mark for another one: hidden, for the numbers stand beside it."""
    if share.value is None:
        return ""
    wide, high = 160.0, 14.0
    fill = f'<rect width="{_within(share.value) * wide:.1f}" height="{high:g}"/>'
    mark = (
        ""
        if share.mark is None
        else f'<path d="M{_within(share.mark) * wide:.1f} -3v{high + 6:g}" stroke="currentColor" '
        'stroke-width="2.5"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -4 {wide + 4:g} {high + 8:g}" '
        'class="bar" aria-hidden="true" fill="none">'
        f'<g class="c1" color="{COLOURS[1]}" fill="currentColor">{fill}</g>'
        f'<rect width="{wide:g}" height="{high:g}" stroke="currentColor" '
        f'stroke-opacity="0.7"/>{mark}</svg>'
    )


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
