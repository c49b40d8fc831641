"""Charts as SVG: the axes of the terminal, in ink that follows the page it stands on.

Every colour can be set from outside: text and axes are the page's own, curve `n` has the class
`c0` to `c5`. Curves differ in dash and marker too, so that no reader needs the colours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from contrastive_drill.demo.result import Chart, Series
from contrastive_drill.screen.chart.axes import FEW, Scale, end_label, marked, placed
from contrastive_drill.screen.chart.markup import LETTER, SIZE, label, picture, text
from contrastive_drill.screen.chart.numbers import figure, measured
from contrastive_drill.words import plural

WIDTH, HEIGHT = 600.0, 300.0  # units of the view box; the legend comes below
MARGIN = 16.0  # right of the frame
TICK = 68.0  # the least distance of two ticks
# Dark enough for white paper; a page sets lighter ones for the dark (`c0` to `c5`).
COLOURS = ("#b3390b", "#0067a8", "#00795c", "#a2488c", "#8a6100", "#4d4d9c")
DASHES = ("", "7 3", "2 3", "9 3 2 3", "13 4", "5 2 1 2 1 2")

Point = tuple[float, float]


def chart_svg(chart: Chart, name: str, wide: float = WIDTH) -> str:
    """A chart as one `svg` element; `name` begins the ids in it and must be its own in the page.

    `wide` units wide: a narrow one keeps its letters readable on a phone.
    """
    frame = Frame.of(chart, wide)
    legend, bottom = _legend(chart, frame)
    parts = [
        *_axes(chart, frame),
        *(_curve(series, number, chart, frame) for number, series in enumerate(chart.series)),
        *_references(chart, frame),
        *legend,
    ]
    kind = "chart narrow" if wide < WIDTH else "chart"
    return picture(name, chart.title, description(chart, frame), (wide, bottom), parts, kind)


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle between the axes, and where a number falls in it."""

    x: Scale
    y: Scale
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, chart: Chart, wide: float = WIDTH) -> "Frame":
        """The frame of a chart, as wide as the numbers beside it leave it."""
        levels = [level for series in chart.series for level in series.ys]
        y = Scale([*levels, *(level for _, level in chart.references)], chart.y_axis)
        left = max(map(len, y.labels)) * LETTER + 14
        right = wide - MARGIN
        places = [place for series in chart.series for place in series.xs]
        x = Scale(places, chart.x_axis, max(int((right - left) / TICK), 4))
        return cls(x, y, left, 30.0, right, HEIGHT - 44)

    def at(self, across: float, up: float) -> Point:
        """The point at shares of both axes."""
        x = self.left + across * (self.right - self.left)
        return x, self.bottom - up * (self.bottom - self.top)


def description(chart: Chart, frame: Frame) -> str:
    """A chart in words, for those who cannot see it."""
    kinds = {"linear": "", "log": " (logarithmic)"}
    axes = (
        f"Horizontal axis: {chart.x_label or 'no name'}{kinds[chart.x_axis]}, "
        f"{figure(frame.x.low)} to {figure(frame.x.high)}. "
        f"Vertical axis: {chart.y_label or 'no name'}{kinds[chart.y_axis]}, "
        f"{figure(frame.y.low)} to {figure(frame.y.high)}."
    )
    curves = [f"{series.label}: {_summary(series, frame)}." for series in chart.series]
    lines = [f"Level {name}: {figure(level)}." for name, level in chart.references]
    return " ".join([axes, *curves, *lines])


def _summary(series: Series, frame: Frame) -> str:
    pairs = zip(series.xs, series.ys, strict=True)
    known = [(x, y) for x, y in pairs if frame.x.has(x) and frame.y.has(y)]
    if not known:
        return "nothing to show"
    levels = [y for _, y in known]
    if series.points:
        ends = f"{measured(min(levels))} and {measured(max(levels))}"
        return f"{plural(len(known), 'point')} between {ends}"
    (start, first), (end, last) = known[0], known[-1]
    return (
        f"{measured(first)} at {figure(start)}, {measured(last)} at {figure(end)}, "
        f"lowest {measured(min(levels))}, highest {measured(max(levels))}"
    )


def _axes(chart: Chart, frame: Frame) -> list[str]:
    """Ticks with their numbers, faint lines across, and the names of the axes."""
    left, right, bottom = f"{frame.left:.1f}", f"{frame.right:.1f}", f"{frame.bottom:.1f}"
    lines, words = [], []
    for tick, number in zip(frame.y.ticks, frame.y.labels, strict=True):
        y = frame.at(0, frame.y.share(tick))[1]
        lines.append(f"M{left} {y:.1f}H{right}")
        words.append(label(number, frame.left - 8, y + SIZE / 3, "end"))
    notches = []
    for tick, number in zip(frame.x.ticks, frame.x.labels, strict=True):
        x = frame.at(frame.x.share(tick), 0)[0]
        notches.append(f"M{x:.1f} {bottom}v5")
        words.append(label(number, x, frame.bottom + 19, "middle"))
    middle = (frame.left + frame.right) / 2
    return [
        f'<path d="{"".join(lines)}" fill="none" stroke="currentColor" stroke-opacity="0.18"/>',
        f'<path d="M{left} {frame.top:.1f}V{bottom}H{right}{"".join(notches)}" fill="none" '
        'stroke="currentColor" stroke-opacity="0.6"/>',
        *words,
        f'<text x="4" y="{SIZE:g}" font-style="italic">{text(chart.y_label)}</text>',
        label(chart.x_label, middle, frame.bottom + 38, "middle", ' font-style="italic"'),
    ]


def _curve(series: Series, number: int, chart: Chart, frame: Frame) -> str:
    """One curve with its markers, or one cloud."""
    lines = [[frame.at(*place) for place in run] for run in placed(series, frame.x, frame.y)]
    points = [point for line in lines for point in line]
    if series.points:
        size = 2.6 if len(points) > FEW else 5  # a few are to be found, of many the cloud
        marks = "".join(_marker(number, point, size) for point in points)
        return f'<g {_ink(number)} fill-opacity="0.65" stroke-width="1">{marks}</g>'
    path = "".join(f"M{_joined(line)}" for line in lines if len(line) > 1)
    dashes = _dashes(number)
    drawn = f'<path d="{path}" fill="none" stroke-linejoin="round"{dashes}/>' if path else ""
    few = marked(points, number, len(chart.series))
    marks = "".join(_marker(number, point, 3.6) for point in few)
    return f'<g {_ink(number)} stroke-width="1.8">{drawn}{marks}</g>'


def _joined(points: Sequence[Point]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def look(number: int) -> int:
    """Which dash and marker a curve has: past the last colour other ones for the same colour."""
    return (number + number // len(COLOURS)) % len(COLOURS)


def _ink(number: int) -> str:
    """The colour of a curve, which a page may set by class."""
    index = number % len(COLOURS)
    return f'class="c{index}" color="{COLOURS[index]}" stroke="currentColor" fill="currentColor"'


def _marker(number: int, point: Point, size: float) -> str:
    """What a curve is known by: disc, ring, triangle, square, diamond or cross."""
    x, y = point
    match look(number):
        case 0:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" stroke="none"/>'
        case 1:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:g}" fill="none"/>'
        case 2:
            corners = [(x, y - size * 1.3), (x + size * 1.2, y + size), (x - size * 1.2, y + size)]
        case 3:
            corners = [(x - size, y - size), (x + size, y - size)]
            corners += [(x + size, y + size), (x - size, y + size)]
        case 4:
            reach = size * 1.4
            corners = [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
        case _:
            rising = _joined([(x - size, y + size), (x + size, y - size)])
            falling = _joined([(x - size, y - size), (x + size, y + size)])
            return f'<path d="M{rising}M{falling}" fill="none"/>'
    return f'<path d="M{_joined(corners)}Z" stroke="none"/>'


def _level(y: float, left: float, right: float) -> str:
    """A dotted line across."""
    return (
        f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" fill="none" stroke="currentColor" '
        'stroke-opacity="0.8" stroke-dasharray="0.1 4" stroke-linecap="round" stroke-width="2"/>'
    )


def _references(chart: Chart, frame: Frame) -> list[str]:
    levels = [level for _, level in chart.references if frame.y.has(level)]
    heights = [frame.at(0, frame.y.share(level))[1] for level in levels]
    return [_level(y, frame.left, frame.right) for y in heights]


def _legend(chart: Chart, frame: Frame) -> tuple[list[str], float]:
    """The line and marker of each curve, with its name and perhaps where it ends, then the levels.

    As many in a row as fit; with the height at which the last row ends.
    """
    entries = []
    for number, series in enumerate(chart.series):
        last = end_label(chart, series)
        entries.append((f"{series.label} → {last}" if last else series.label, number))
    entries += [(f"{name} {figure(level)}", -1) for name, level in chart.references]
    parts = []
    x, y = frame.left, HEIGHT + 14
    for words, number in entries:
        wide = 40 + len(words) * LETTER + 14
        if x > frame.left and x + wide > frame.right + MARGIN:
            x, y = frame.left, y + 22
        middle = y - SIZE / 3
        level = number < 0
        parts.append(_level(middle, x, x + 32) if level else _sample(chart, number, x, middle))
        parts.append(label(words, x + 39, y))
        x += wide
    return parts, y + 10


def _sample(chart: Chart, number: int, x: float, y: float) -> str:
    """A short piece of a curve, or one point of a cloud."""
    line = f'<path d="M{x:.1f} {y:.1f}h32" fill="none"{_dashes(number)}/>'
    return (
        f'<g {_ink(number)} stroke-width="1.8">{"" if chart.series[number].points else line}'
        f"{_marker(number, (x + 16, y), 3.6)}</g>"
    )


def _dashes(number: int) -> str:
    dash = DASHES[look(number)]
    return f' stroke-dasharray="{dash}"' if dash else ""
