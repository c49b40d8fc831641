"""The result of a demo in the terminal and as JSON."""

from base64 import b64encode
from dataclasses import asdict
from math import isnan
from typing import Any

from rich.console import Console
from rich.text import Text

from contrastive_drill.demo.result import Cell, DemoResult, LabelledFormula, Picture, Table
from contrastive_drill.formula.tex import TexError
from contrastive_drill.screen.card.sheet import Rows, Sheet, stacked
from contrastive_drill.screen.chart.pictures import colours_pictures, strips_rows
from contrastive_drill.screen.chart.plots import chart_rows
from contrastive_drill.screen.chart.tables import table_rows
from contrastive_drill.screen.claims import heads, mark
from contrastive_drill.screen.console import Look
from contrastive_drill.screen.plain import MEASURE
from contrastive_drill.words import plural

NARROWEST = 20  # cells for the words of a claim
READABLE = 100  # cells: a wider terminal makes notes and charts no better


def result_rows(result: DemoResult, console: Console, *, ascii_only: bool = False) -> Rows:
    """Every part of a result as rows no wider than the console.

    The claims with their verdicts stand last, where the eye is when a command has ended.
    """
    whole = Sheet(console, Look(console.width, ascii_only))
    sheet = whole.within(READABLE)
    color = console.color_system is not None and not console.no_color
    height = min(max(console.height // 2, 8), 16)
    facts = [*circumstances(result), *([] if result.interrupted else [verdict(result)])]
    about = sheet.words(" · ".join(facts), "muted")
    parts = [
        sheet.words(result.claim, "strong") + about,
        *(formula_rows(sheet, formula) for formula in result.formulas),
        *(table_rows(sheet, table) for table in result.tables),
        *(
            chart_rows(sheet, chart, height=height, color=color)
            + (sheet.words(chart.sentence, "muted") if chart.sentence else [])
            for chart in result.charts
        ),
        *strips_rows(whole, result.strips, color=colours_pictures(console)),
    ]
    if result.notes:
        first, *others = (sheet.words(note.text) for note in result.notes)
        parts += [[sheet.heading("What the numbers mean"), *first], *others]
    parts.append([sheet.heading("Claims"), *claim_rows(sheet, result)])
    rows = stacked(parts)
    for row in rows:
        row.rstrip()
    return rows


def circumstances(result: DemoResult) -> list[str]:
    """What a result was measured under, in a few words each."""
    return [
        f"seed {result.seed}",
        result.device,
        *(["quick"] if result.quick else []),
        f"{result.seconds:.1f} s",
        *(["interrupted"] if result.interrupted else []),
    ]


def verdict(result: DemoResult) -> str:
    """How many claims held; of an interrupted run, how far it came."""
    held = sum(claim.held for claim in result.claims)
    count = f"{held} of {plural(len(result.claims), 'claim')} held"
    if not result.interrupted:
        return count
    kinds = (("table", result.tables), ("chart", result.charts), ("strip", result.strips))
    parts = ", ".join(plural(len(values), kind) for kind, values in kinds if values)
    claims = f"{count} so far" if result.claims else "no claim was reached"
    return f"Interrupted after {result.seconds:.1f} s ({parts or 'nothing measured'}): {claims}"


def formula_rows(sheet: Sheet, formula: LabelledFormula) -> Rows:
    """The words, then the formula in two dimensions; as its source, if it cannot be read."""
    from contrastive_drill.formula.layout import layout

    look = sheet.look
    rows = sheet.words(formula.text)
    try:
        drawn = layout(formula.latex, max(look.width - 4, 20), look.ascii_only)
    except TexError:
        return rows + sheet.words(formula.latex)
    return rows + [Text(f"    {row}".rstrip()) for row in drawn]


def claim_rows(sheet: Sheet, result: DemoResult) -> Rows:
    """Each claim after its number and bound, those that fail saying so; then the verdict."""
    look, console = sheet.look, sheet.console
    rows: Rows = []
    for claim, head in zip(result.claims, heads(look, result.claims), strict=True):
        lead = Text().append_text(mark(look, claim.held)).append(f" {head}  ")
        words = claim.text if claim.held else f"{claim.text} (does not hold)"
        indent = " " * lead.cell_len
        if look.width - len(indent) < NARROWEST:  # the words go below
            rows += sheet.wrapped(lead)
            lead, indent = Text("  "), "  "
        width = min(look.width, MEASURE) - len(indent)
        for part in Text(look.text(words), overflow="ignore").wrap(console, width):
            rows.append(lead.append_text(part))
            lead = Text(indent)
    failing = not (result.held or result.interrupted)
    style = "bad" if failing else "success" if result.held else "strong"
    return rows + sheet.words(verdict(result), style)


def to_json(result: DemoResult) -> dict[str, Any]:
    """A result as JSON values; `rgb` are the bytes of a picture, row by row, in base64.

    A number may be infinite or not a number: printed, it is null.
    """
    return {
        "name": result.name,
        "claim": result.claim,
        "seed": result.seed,
        "device": result.device,
        "seconds": result.seconds,
        "quick": result.quick,
        "interrupted": result.interrupted,
        "held": result.held,
        "claims": [asdict(claim) for claim in result.claims],
        "formulas": [asdict(formula) for formula in result.formulas],
        "tables": [_table(table) for table in result.tables],
        "charts": [
            {
                **asdict(chart),
                "references": [{"label": name, "value": value} for name, value in chart.references],
            }
            for chart in result.charts
        ],
        "strips": [
            {"title": strip.title, "pictures": [_picture(picture) for picture in strip.pictures]}
            for strip in result.strips
        ],
        "notes": [note.text for note in result.notes],
        "prediction": asdict(result.prediction) if result.prediction else None,
        "outcome": result.outcome,
        "settings": dict(result.settings),
    }


def _table(table: Table) -> dict[str, Any]:
    """A table by its columns' names: numbers as numbers, with their units, beside what is shown."""

    def cell(text: str) -> object:
        if isinstance(text, Cell):
            value = None if isnan(text.value) else text.value
            ratio = {} if text.ratio is None else {"ratio": text.ratio}
            return {"value": value, "unit": text.unit, "text": str(text)} | ratio
        return text

    rows = [dict(zip(table.columns, map(cell, row), strict=True)) for row in table.rows]
    return {"title": table.title, "rows": rows, "notes": list(table.notes)}


def _picture(picture: Picture) -> dict[str, Any]:
    flat = bytes(part for row in picture.pixels for colour in row for part in colour)
    return {
        "caption": picture.caption,
        "width": len(picture.pixels[0]),
        "height": len(picture.pixels),
        "rgb": b64encode(flat).decode("ascii"),
    }
