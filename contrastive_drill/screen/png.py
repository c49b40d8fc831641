"""The result of a demo as one PNG file, drawn by matplotlib where it is installed."""

import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from contrastive_drill.errors import DataProblem, UsageProblem
from contrastive_drill.results import Chart, DemoResult, Strip, Table

WIDTH = 9.0  # inches
LINE = 1 / 6  # inches: a row of text, 12 points
COLUMNS = 96  # characters in a row of text
MISSING = (
    "--png needs matplotlib: pip install 'contrastive-drill[demos]', "
    "or in a clone pip install -e '.[demos]'"
)
# The colours of Okabe and Ito, told apart by colour-blind readers too.
COLOURS = ("#d55e00", "#e69f00", "#0072b2", "#56b4e9", "#009e73", "#cc79a7", "#000000")


def ready(path: Path) -> None:
    """Make sure before a long run that `draw` can draw into `path`: the same errors, early."""
    if find_spec("matplotlib") is None:
        raise UsageProblem(MISSING)
    if path.is_dir():
        raise DataProblem(f"cannot write {path}: it is a folder; name a file in it for --png")
    with _replacing(path) as partial:
        partial.touch()
        partial.unlink()


def draw(result: DemoResult, path: Path) -> None:
    """Draw claims, charts, tables and pictures into `path`, replaced only by a finished file.

    `UsageProblem` without matplotlib, `DataProblem` where the file cannot be written.
    """
    ready(path)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    blocks: list[tuple[float, Any]] = [(_lines(_verdicts(result)), _verdicts(result))]
    blocks += [(3.6, chart) for chart in result.charts]
    blocks += [(_lines(_cells(table)), _cells(table)) for table in result.tables]
    blocks += [(1.9, pair) for pair in _paired(result.strips)]
    height = sum(size for size, _ in blocks) + 0.3 * len(blocks)
    figure = Figure(figsize=(WIDTH, height), dpi=120)
    FigureCanvasAgg(figure)
    top = height
    for size, block in blocks:
        if isinstance(block, str):
            figure.text(
                0.04, top / height, block, family="monospace", size=8, va="top", linespacing=1.5
            )
        elif isinstance(block, Chart):
            # A third of an inch for the title, half for the numbers under the axis and its name.
            box = (0.08, (top - size + 0.5) / height, 0.88, (size - 0.8) / height)
            _draw_chart(figure.add_axes(box), block)
        else:
            _draw_strips(figure, block, top, height)
        top -= size + 0.3
    with _replacing(path) as partial:
        figure.savefig(partial, format="png", facecolor="white")
        partial.replace(path)


def _lines(text: str) -> float:
    return LINE * (text.count("\n") + 1)


def _verdicts(result: DemoResult) -> str:
    lines = [*textwrap.wrap(result.claim, COLUMNS), f"seed {result.seed}, {result.device}", ""]
    for claim in result.claims:
        mark = "held  " if claim.held else "FAILED"
        words = f"{claim.measured:9.3g} {claim.expected:<8} {claim.text}"
        lines += textwrap.wrap(f"{mark} {words}", COLUMNS, subsequent_indent=" " * 26)
    return _literal("\n".join(lines))


def _cells(table: Table) -> str:
    widths = [max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (table.columns, *table.rows)
    ]
    notes = [line for note in table.notes for line in textwrap.wrap(note, COLUMNS)]
    return _literal("\n".join([table.title, *lines, *notes]))


def _literal(text: str) -> str:
    """Text that matplotlib does not read as a formula."""
    return text.replace("$", r"\$")


def _paired(strips: tuple[Strip, ...]) -> list[tuple[Strip, ...]]:
    """Two columns, read down: the first half of the strips beside the second."""
    half = -(-len(strips) // 2)
    return [strips[row::half] for row in range(half)]


def _draw_chart(axes: Any, chart: Chart) -> None:
    for number, series in enumerate(chart.series):
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(series.xs, series.ys, label=_literal(series.label), color=colour)
    for name, level in chart.references:
        axes.axhline(level, color="0.6", linewidth=0.8, linestyle=":")
        axes.annotate(
            _literal(name), (1.0, level), xycoords=("axes fraction", "data"), size=7, color="0.4",
            ha="right", va="bottom",
        )  # fmt: skip
    axes.set_title(_literal(chart.title), size=9, loc="left")
    axes.set_xlabel(_literal(chart.x_label), size=8)
    axes.set_ylabel(_literal(chart.y_label), size=8)
    axes.tick_params(labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    if chart.series:
        axes.legend(fontsize=7, frameon=False, loc="center right")


def _draw_strips(figure: Any, strips: tuple[Strip, ...], top: float, height: float) -> None:
    """Two strips side by side, each half the width."""
    for half, strip in enumerate(strips):
        left = 0.04 + half * 0.48
        title = _literal("\n".join(textwrap.wrap(strip.title, 52)))
        figure.text(left, top / height, title, size=8, va="top", weight="bold")
        share = 0.46 / max(len(strip.pictures), 4)
        for index, picture in enumerate(strip.pictures):
            size = share * 0.9 * WIDTH
            box = (left + index * share, (top - 0.35 - size) / height, share * 0.9, size / height)
            axes = figure.add_axes(box)
            axes.imshow(picture.pixels, interpolation="nearest")
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_xlabel(_literal("\n".join(textwrap.wrap(picture.caption, 15))), size=6)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to write first, gone afterwards: a failure leaves what was there."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
    except OSError as error:
        raise DataProblem(
            f"cannot write {path}: {error.strerror or error}; choose another file for --png"
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
