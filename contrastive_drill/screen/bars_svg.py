"""Bars as SVG: numbers as columns in their order, and a share in its frame."""

from collections.abc import Sequence
from typing import NamedTuple

from contrastive_drill.screen.chart.axes import Scale
from contrastive_drill.screen.chart.markup import LETTER, SIZE, label, picture, text
from contrastive_drill.screen.chart.numbers import figure
from contrastive_drill.screen.chart.svg import COLOURS

WIDTH = 420.0  # units, narrow enough for letters that are read on a phone
TOP, BOTTOM, HEIGHT = 36.0, 180.0, 214.0
ROOM = 26.0  # the least distance of two names under columns


class Column(NamedTuple):
    """A number as a column."""

    names: tuple[str, ...]  # one or two lines below it
    value: int
    words: str  # for a pointer that rests on it
    hollow: bool = False  # of another kind than the others: a frame


def columns_svg(
    columns: Sequence[Column],
    name: str,
    title: str,
    description: str,
    axis: str,
    kinds: tuple[str, str] | None = None,
) -> str:
    """A column for each number, not below 0; `axis` says what it is; `name` begins the ids.

    `kinds` are the names of full and hollow columns, where there are both.
    """
    scale = Scale([0.0, float(max((column.value for column in columns), default=0) or 4)], most=4)
    # A number of cards has no halves.
    whole = [(tick, figure(tick)) for tick in scale.ticks if tick.is_integer()]
    left = max(len(words) for _, words in whole) * LETTER + 14
    pitch = (WIDTH - left - 4) / max(len(columns), 1)
    wide = min(pitch * 0.7, 40.0)
    every = -(-int(ROOM) // max(int(pitch), 1))
    lines, words = [], [label(axis, 4, SIZE, more=' font-style="italic"')]
    for tick, written in whole:
        y = BOTTOM - scale.share(tick) * (BOTTOM - TOP)
        lines.append(f"M{left:.1f} {y:.1f}H{WIDTH:g}")
        words.append(label(written, left - 8, y + SIZE / 3, "end"))
    bars = []
    for place, column in enumerate(columns):
        middle = left + 4 + (place + 0.5) * pitch
        y = BOTTOM - scale.share(column.value) * (BOTTOM - TOP)
        if column.value:
            bars.append(_column(column, middle - wide / 2, y, wide))
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
    high = HEIGHT
    if kinds:
        parts += _legend(kinds, left)
        high += 24
    return picture(name, title, description, (WIDTH, high), parts, "chart narrow")


def _column(column: Column, x: float, y: float, wide: float) -> str:
    return _bar(x, y, wide, BOTTOM - y, column.hollow, f"<title>{text(column.words)}</title>")


def _bar(x: float, y: float, wide: float, high: float, hollow: bool, title: str = "") -> str:
    """A full bar, or a frame with a breath of ink in it."""
    ink = 0 if hollow else 1
    look = 'fill-opacity="0.15" stroke="currentColor" stroke-width="2"' if hollow else ""
    inset = 1.0 if hollow else 0.0
    return (
        f'<rect class="c{ink}" color="{COLOURS[ink]}" fill="currentColor" {look} '
        f'x="{x + inset:.1f}" y="{y + inset:.1f}" width="{wide - 2 * inset:.1f}" '
        f'height="{max(high - inset, 0.1):.1f}">{title}</rect>'
    )


def _legend(kinds: tuple[str, str], x: float) -> list[str]:
    parts = []
    for hollow, words in enumerate(kinds):
        parts.append(_bar(x, HEIGHT + 2, 14, 14, bool(hollow)))
        parts.append(label(words, x + 21, HEIGHT + 14))
        x += 21 + len(words) * LETTER + 20
    return parts


def share_svg(share: float, later: float | None = None) -> str:
    """A share as a bar, with a mark for another one: hidden, for the numbers stand beside it."""
    wide, high = 160.0, 14.0
    fill = f'<rect width="{_within(share) * wide:.1f}" height="{high:g}"/>'
    mark = (
        ""
        if later is None
        else f'<path d="M{_within(later) * wide:.1f} -3v{high + 6:g}" stroke="currentColor" '
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
