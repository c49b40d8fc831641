"""The report as one page that needs nothing else: no network, no script, no font."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from contrastive_drill import __version__
from contrastive_drill.demo.result import Chart, Note, Table
from contrastive_drill.reports.document import blocks
from contrastive_drill.reports.standings import MissedPoint
from contrastive_drill.screen.card.html import line_html
from contrastive_drill.screen.chart.markup import text
from contrastive_drill.screen.chart.svg import chart_svg
from contrastive_drill.screen.pages.templates import drawn
from contrastive_drill.screen.report.calendar import calendar_svg
from contrastive_drill.screen.report.columns import WIDTH, columns_svg, share_svg

DENSE = 6  # columns from which on a table has small letters


def page(document: blocks.Document, when: datetime) -> str:
    """The whole page; `when` it was made."""
    from markupsafe import Markup

    def element(block: blocks.Block, name: str, grid: Callable[..., str]) -> Markup:
        return Markup(_element(block, name, grid))  # its words are escaped where it is drawn

    return drawn(
        "report.html.jinja",
        document=document,
        when=when,
        version=__version__,
        element=element,
        id_of=_id,
    )


def _id(section: blocks.ReportSection) -> str:
    return section.name.replace(" ", "-")


def _element(block: blocks.Block, name: str, grid: Callable[..., str]) -> str:
    """A block as HTML; `name` begins the ids in it."""
    match block:
        case Note():
            return f"<p>{text(block.text)}</p>"
        case blocks.Steps():
            steps = (
                f"<li><span>{text(step.why)}</span> <code>{text(step.command)}</code></li>"
                for step in block.steps
            )
            return f'<ol class="steps">{"".join(steps)}</ol>'
        case Table():
            kind = "dense" if len(block.columns) > DENSE else "plain"
            return f'<div class="{kind}">{grid(block)}</div>'
        case blocks.Bars():
            marked = any(share.mark is not None for share in block.shares)
            mark = f'<p class="notes">The mark on a bar: {text(block.mark)}.</p>' if marked else ""
            kind = "bars total" if block.total else "bars"
            return f'<div class="{kind}">{_element(_barred(block), name, grid)}{mark}</div>'
        case blocks.Points():
            return f'<ul class="points">{"".join(map(_point, block.points))}</ul>'
        case Chart():
            return _boxed(block.title, chart_svg(block, name, WIDTH))
        case blocks.Columns():
            words = "; ".join(column.words for column in block.columns)
            return _boxed(block.title, columns_svg(block, name, words))
        case blocks.Calendar():
            return _boxed(block.title, calendar_svg(block, name))
        case blocks.Detail(Chart() as chart):
            return _element(chart, name, grid)
        case blocks.Detail(inner):
            inside = _element(inner, name, grid)
            return f"<details><summary>{text(inner.title)}</summary>{inside}</details>"
        case _:
            assert_never(block)


def _barred(bars: blocks.Bars) -> Table:
    """A table with its bars as cells, after the names."""
    from markupsafe import Markup

    table = bars.table
    rows = zip(table.rows, bars.shares, strict=True)
    return replace(
        table,
        columns=(table.columns[0], "", *table.columns[1:]),
        rows=tuple((row[0], Markup(share_svg(share)), *row[1:]) for row, share in rows),
    )


def _point(point: MissedPoint) -> str:
    demo = f" · <code>contrastive-drill demo {text(point.demo)}</code>" if point.demo else ""
    return (
        f'<li><span class="count">{point.missed} of {point.asked}</span> '
        f'<span>{line_html(point.line)} <span class="about"><code>contrastive-drill show '
        f"{text(point.card_id)}</code>{demo}</span></span></li>"
    )


def _boxed(title: str, svg: str) -> str:
    """A picture that may scroll, reached by the keyboard too."""
    return (
        f'<div class="wide" tabindex="0" role="group" aria-label="Chart: {text(title)}">{svg}</div>'
    )
