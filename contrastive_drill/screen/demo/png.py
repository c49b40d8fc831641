"""The result of a demo as one PNG file, drawn by matplotlib where it is installed."""

import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from contrastive_drill.demo.result import Chart, DemoResult, LabelledFormula, Strip, Table
from contrastive_drill.errors import UsageProblem
from contrastive_drill.formula.tex import TexError
from contrastive_drill.screen import output_file as files
from contrastive_drill.screen.chart.pictures import paired
from contrastive_drill.screen.chart.png import draw_chart, literal, plain
from contrastive_drill.screen.chart.tables import words_in
from contrastive_drill.screen.claims import number
from contrastive_drill.screen.demo.result import circumstances, verdict

OPTION = "--png"
WIDTH = 9.0  # inches
LEFT = 0.36  # inches
LINE = 1 / 6  # inches: a row of text, 12 points
GAP = 0.3  # inches between two parts
COLUMNS = 96  # characters in a row of text
CHART = 3.1  # inches, without the legend
KEYS = 3  # entries in a row of a legend
MISSING = (
    "--png needs matplotlib: pip install 'contrastive-drill[demos]', "
    "or in a clone pip install -e '.[demos]'"
)
LONG = {"ge": r"\geq", "le": r"\leq", "ne": r"\neq"}
SHORT = re.compile(r"\\(ge|le|ne)(?![a-zA-Z])")


def ready(path: Path) -> None:
    """Make sure before a long run that `draw` can draw into `path`: the same errors, early."""
    if find_spec("matplotlib") is None:
        raise UsageProblem(MISSING)
    files.ready(path, OPTION, (".png",))


class Panel(NamedTuple):
    """A part of the picture: its height in inches, and how it is drawn below a height."""

    size: float
    draw: Callable[[Any, float], None]  # the figure, and inches from its bottom


def draw(result: DemoResult, path: Path) -> None:
    """Draw a result into `path`, which is replaced only by a finished file.

    Raises:
        UsageProblem: without matplotlib, or where its name does not end in .png.
        DataProblem: where the file cannot be written.
    """
    ready(path)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    parts = [
        _text(_verdicts(result)),
        *map(_formula, result.formulas),
        *(part for chart in result.charts for part in _chart(chart)),
        *(_text(_cells(table)) for table in result.tables),
        *map(_strips, paired(result.strips)),
        *(_text(textwrap.fill(plain(note.text), COLUMNS)) for note in result.notes),
    ]
    height = sum(part.size for part in parts) + GAP * (len(parts) + 1)
    sheet = Figure(figsize=(WIDTH, height), dpi=120)
    FigureCanvasAgg(sheet)
    top = height - GAP
    for part in parts:
        part.draw(sheet, top)
        top -= part.size + GAP
    drawn = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # a box is drawn
        sheet.savefig(drawn, format="png", facecolor="white")
    files.write(path, OPTION, drawn.getvalue(), (".png",))


def _text(text: str, **style: Any) -> Panel:
    """Rows of text in letters of one width."""

    def draw(sheet: Any, top: float) -> None:
        place = LEFT / WIDTH, top / sheet.get_figheight()
        look = {"family": "monospace", "size": 8, "va": "top", "linespacing": 1.5, **style}
        sheet.text(*place, literal(text), **look)

    return Panel(LINE * (text.count("\n") + 1), draw)


def _stacked(parts: Iterable[Panel]) -> Panel:
    """Parts under each other, as one."""
    stack = tuple(parts)

    def draw(sheet: Any, top: float) -> None:
        for part in stack:
            part.draw(sheet, top)
            top -= part.size

    return Panel(sum(part.size for part in stack), draw)


def _verdicts(result: DemoResult) -> str:
    lines = [*textwrap.wrap(plain(result.claim), COLUMNS), ", ".join(circumstances(result))]
    lines += [*textwrap.wrap(verdict(result), COLUMNS), ""]
    for claim in result.claims:
        mark = "held  " if claim.held else "FAILED"
        words = f"{number(claim):>9} {claim.expected:<8} {plain(claim.text)}"
        lines += textwrap.wrap(f"{mark} {words}", COLUMNS, subsequent_indent=" " * 26)
    return "\n".join(lines).rstrip()


def _cells(table: Table) -> str:
    grid = [[plain(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    worded = words_in(table)
    lines = [
        "  ".join(
            cell.ljust(width) if words else cell.rjust(width)
            for cell, width, words in zip(row, widths, worded, strict=True)
        ).rstrip()
        for row in grid
    ]
    notes = [line for note in table.notes for line in textwrap.wrap(plain(note), COLUMNS)]
    return "\n".join([plain(table.title), *lines, *notes])


def _formula(formula: LabelledFormula) -> Panel:
    """The words and the formula under them: as matplotlib sets it, or else as a terminal does."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.mathtext import MathTextParser

    words = _text(textwrap.fill(plain(formula.text), COLUMNS))
    # The short names of the relations are LaTeX that matplotlib does not know.
    source = f"${SHORT.sub(lambda match: LONG[match[1]], formula.latex)}$"
    try:
        parsed = MathTextParser("path").parse(source, dpi=72, prop=FontProperties(size=11))
    except ValueError:
        return _stacked([words, _text(_in_rows(formula), linespacing=1.0)])

    def draw(sheet: Any, top: float) -> None:
        place = 2 * LEFT / WIDTH, (top - 0.08) / sheet.get_figheight()
        sheet.text(*place, source, size=11, va="top", math_fontfamily="dejavusans")

    return _stacked([words, Panel(parsed.height / 72 + 0.16, draw)])


def _in_rows(formula: LabelledFormula) -> str:
    from contrastive_drill.formula.layout import layout

    try:
        return "\n".join(f"    {row}" for row in layout(formula.latex, COLUMNS - 4))
    except TexError:
        return textwrap.fill(plain(formula.latex), COLUMNS)


def _chart(chart: Chart) -> Iterator[Panel]:
    """A chart with its legend below, and what to see in it."""
    keys = len(chart.series) + len(chart.references)
    legend = LINE * -(-keys // KEYS)

    def draw(sheet: Any, top: float) -> None:
        height = sheet.get_figheight()
        # 0.45 inches for the title and the name of the axis, as much for the numbers below.
        box = (0.08, (top - CHART + 0.45) / height, 0.88, (CHART - 0.9) / height)
        axes = sheet.add_axes(box)
        draw_chart(axes, chart)
        if keys:
            below = -0.42 / (CHART - 0.9)
            axes.legend(
                fontsize=7, frameon=False, ncols=KEYS, loc="upper left", borderaxespad=0,
                bbox_to_anchor=(0, below), handlelength=3.5,
            )  # fmt: skip

    yield Panel(CHART + legend, draw)
    if chart.sentence:
        yield _text(textwrap.fill(plain(chart.sentence), COLUMNS))


def _strips(strips: Sequence[Strip]) -> Panel:
    """Two strips side by side, each half the width."""
    titles = ["\n".join(textwrap.wrap(plain(strip.title), 52)) for strip in strips]
    heading = LINE * max(title.count("\n") + 1 for title in titles)
    share = 0.46 / max(4, *(len(strip.pictures) for strip in strips))
    captions = [
        "\n".join(textwrap.wrap(plain(picture.caption), 15))
        for strip in strips
        for picture in strip.pictures
    ]
    side = share * 0.9 * WIDTH
    below = 0.1 + 0.12 * max((caption.count("\n") + 1 for caption in captions), default=0)

    def draw(sheet: Any, top: float) -> None:
        height = sheet.get_figheight()
        words = iter(captions)
        for half, (strip, title) in enumerate(zip(strips, titles, strict=True)):
            left = LEFT / WIDTH + half * 0.48
            sheet.text(left, top / height, literal(title), size=8, va="top", weight="bold")
            for index, picture in enumerate(strip.pictures):
                bottom = top - heading - side
                box = (left + index * share, bottom / height, share * 0.9, side / height)
                axes = sheet.add_axes(box)
                axes.imshow(picture.pixels, interpolation="nearest")
                axes.set_xticks([])
                axes.set_yticks([])
                axes.set_xlabel(literal(next(words)), size=6)

    return Panel(heading + side + below, draw)
