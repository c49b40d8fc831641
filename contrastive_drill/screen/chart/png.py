"""A chart drawn by matplotlib, with the axes of the terminal and the inks of the page."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from contrastive_drill.demo.result import Chart
from contrastive_drill.screen.chart.axes import Scale, end_label, marked, placed
from contrastive_drill.screen.chart.numbers import figure
from contrastive_drill.screen.chart.svg import COLOURS, DASHES, look
from contrastive_drill.screen.plain import shown

MARKERS = ("o", "o", "^", "s", "D", "x")
HOLLOW = 1  # of them, the one that is a ring


def plain(words: str) -> str:
    """Words without control characters."""
    return shown(words, ascii_only=False)


def literal(text: str) -> str:
    """Text that matplotlib does not read as a formula."""
    return text.replace("$", r"\$")


def draw_chart(axes: Any, chart: Chart) -> None:
    """Draw a chart on axes from 0 to 1, whose ticks are those of the terminal."""
    levels = list(chain.from_iterable(series.ys for series in chart.series))
    x = Scale(chain.from_iterable(series.xs for series in chart.series), chart.x_axis, 10)
    y = Scale([*levels, *(level for _, level in chart.references)], chart.y_axis)
    for index, series in enumerate(chart.series):
        runs = placed(series, x, y)
        points = list(chain.from_iterable(runs))
        ink, kind = COLOURS[index % len(COLOURS)], look(index)
        dash = tuple(map(float, DASHES[kind].split()))
        style = {
            "color": ink,
            "linestyle": (0, tuple(part / 2 for part in dash)) if dash else "-",
            "marker": MARKERS[kind],
            "markerfacecolor": "none" if kind == HOLLOW else ink,
            "markersize": 3 if series.points else 4,
            "linewidth": 1.4,
        }
        if series.points:
            style |= {"linestyle": "", "alpha": 0.65, "markeredgewidth": 0.7}
        else:
            for run in runs:
                axes.plot(*_columns(run), **style | {"marker": ""}, clip_on=False)
            axes.plot(
                *_columns(marked(points, index, len(chart.series))),
                **style | {"linestyle": ""}, clip_on=False,
            )  # fmt: skip
        last = end_label(chart, series)
        label = literal(plain(series.label) + (f" → {last}" if last else ""))
        shown_points = points if series.points else []
        axes.plot(*_columns(shown_points), **style, label=label, clip_on=False)
    for name, level in chart.references:
        label = literal(f"{plain(name)} {figure(level)}")
        height = y.share(level) if y.has(level) else float("nan")
        axes.axhline(height, color="0.4", linewidth=1, linestyle=":", label=label)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks([x.share(tick) for tick in x.ticks], x.labels)
    axes.set_yticks([y.share(tick) for tick in y.ticks], y.labels)
    axes.tick_params(labelsize=7)
    axes.grid(axis="y", color="0.9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(literal(plain(chart.title)), size=9, loc="left", pad=16)
    axes.set_xlabel(literal(plain(chart.x_label)), size=8, style="italic")
    axes.annotate(
        literal(plain(chart.y_label)), (0, 1), (-20, 5), "axes fraction",
        textcoords="offset points", size=8, style="italic",
    )  # fmt: skip


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]
