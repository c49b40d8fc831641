"""The templates of pages, and the drawings they may call."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from contrastive_drill.demo.result import Table
from contrastive_drill.screen.card.html import formula_html, line_html, prose_html
from contrastive_drill.screen.chart.raster import data_uri
from contrastive_drill.screen.chart.svg import chart_svg
from contrastive_drill.screen.chart.tables import words_in
from contrastive_drill.screen.plain import shown

if TYPE_CHECKING:
    from jinja2 import Environment


def templates() -> "Environment":
    """The templates, with the drawings they may call; every word in them is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("contrastive_drill.screen", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def grid(table: Table) -> str:
        worded = [Markup(' class="words"') if words else "" for words in words_in(table)]
        return environment.get_template("grid.html.jinja").render(table=table, worded=worded)

    def safe(draw: Callable[..., str]) -> Callable[..., Markup]:
        return lambda *values: Markup(draw(*values))  # its words are escaped where it is drawn

    environment.globals.update(
        svg=safe(chart_svg),
        mathml=safe(lambda formula: formula_html(formula.latex, block=True)),
        grid=safe(grid),
        line=safe(line_html),
        prose=safe(prose_html),
        data_uri=data_uri,
    )
    return environment


def drawn(name: str, **values: Any) -> str:
    """A whole page from a template; no character in it moves or hides another."""
    return shown(templates().get_template(name).render(values))
