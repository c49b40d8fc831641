"""The result of a demo as one page that needs nothing else: no network, no script, no font."""

from datetime import datetime

from contrastive_drill import __version__
from contrastive_drill.demo.options import spelt
from contrastive_drill.demo.result import Chart, DemoResult, Table
from contrastive_drill.screen.chart.numbers import figure, measured
from contrastive_drill.screen.claims import number
from contrastive_drill.screen.demo.result import circumstances, verdict
from contrastive_drill.screen.pages.templates import drawn

LISTED = 40  # rows: a chart of no more numbers than this has them in a table too


def page(result: DemoResult, when: datetime | None = None) -> str:
    """The whole page: claims and verdicts first, then what they rest on; `when` it was measured."""
    state = "stopped" if result.interrupted else "held" if result.held else "failed"
    return drawn(
        "result.html.jinja",
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
