"""The result of a demo as one page that needs nothing else: no network, no script, no font."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contrastive_drill import __version__
from contrastive_drill.options import spelt
from contrastive_drill.results import Chart, DemoResult, Formula, Table
from contrastive_drill.screen import files
from contrastive_drill.screen.figures import figure, measured
from contrastive_drill.screen.markup import clean
from contrastive_drill.screen.mathml import mathml
from contrastive_drill.screen.raster import data_uri
from contrastive_drill.screen.results import circumstances, number, verdict
from contrastive_drill.screen.svg import chart_svg
from contrastive_drill.screen.tables import words_in
from contrastive_drill.tex import TexError

if TYPE_CHECKING:
    from jinja2 import Environment

OPTION = "--html"
SUFFIXES = (".html", ".htm")
LISTED = 40  # rows: a chart of no more numbers than this has them in a table too


def ready(path: Path) -> None:
    """Make sure before a long run that `write` can write `path`: the same errors, early."""
    files.ready(path, OPTION, SUFFIXES)


def write(result: DemoResult, path: Path, when: datetime | None = None) -> None:
    """Write the page into `path`, replaced only by a finished file.

    Raises:
        UsageProblem: where its name is not that of a page.
        DataProblem: where the file cannot be written.
    """
    ready(path)
    with files.replacing(path, OPTION) as partial:
        partial.write_text(page(result, when), "utf-8")
        partial.replace(path)


def page(result: DemoResult, when: datetime | None = None) -> str:
    """The whole page: claims and verdicts first, then what they rest on; `when` it was measured."""
    state = "stopped" if result.interrupted else "held" if result.held else "failed"
    return (
        pages()
        .get_template("result.html.jinja")
        .render(
            result=result,
            about=circumstances(result),
            verdict=verdict(result),
            state=state,
            when=when,
            version=__version__,
            number=number,
            spelt=spelt,
            numbers=numbers,
        )
    )


def pages() -> "Environment":
    """The templates, with the drawings they may call; every word in them is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("contrastive_drill.screen", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )

    def grid(table: Table) -> str:
        worded = [Markup(' class="words"') if words else "" for words in words_in(table)]
        return environment.get_template("grid.html.jinja").render(table=table, worded=worded)

    def safe(draw: Callable[..., str]) -> Callable[..., Markup]:
        return lambda *values: Markup(draw(*values))  # its words are escaped where it is drawn

    environment.globals.update(
        svg=safe(chart_svg),
        mathml=safe(formula_element),
        grid=safe(grid),
        data_uri=data_uri,
    )
    return environment


def _clean(value: Any) -> Any:
    return clean(value) if type(value) is str else value


def formula_element(formula: Formula) -> str:
    """A formula as MathML; as its source, if it cannot be read."""
    from markupsafe import escape

    try:
        return mathml(formula.latex, block=True)
    except TexError:
        return f"<code>{escape(clean(formula.latex))}</code>"


def numbers(chart: Chart) -> Table | None:
    """The numbers of a chart whose curves share a few places: what a picture cannot be asked."""
    places = {series.xs for series in chart.series}
    if len(places) != 1 or any(series.points for series in chart.series):
        return None
    (xs,) = places
    if not 0 < len(xs) <= LISTED:
        return None
    rows = [
        (figure(x), *(measured(series.ys[place]) for series in chart.series))
        for place, x in enumerate(xs)
    ]
    columns = (chart.x_label, *(series.label for series in chart.series))
    return Table(f"{chart.title}: {chart.y_label}", columns, tuple(rows))
