"""The result of a demo in the terminal and as JSON."""

from base64 import b64encode
from dataclasses import asdict
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from contrastive_drill.demo.result import DemoResult, LabelledFormula, Picture
from contrastive_drill.formula.tex import TexError
from contrastive_drill.screen.chart.pictures import colours_pictures, strips_rows
from contrastive_drill.screen.chart.plots import chart_rows
from contrastive_drill.screen.chart.tables import table_rows
from contrastive_drill.screen.claims import mark, number
from contrastive_drill.screen.console import print_rows
from contrastive_drill.screen.plain import shown
from contrastive_drill.words import plural

NARROWEST = 20  # cells for the words of a claim
READABLE = 100  # cells: a wider terminal makes notes and charts no better


def show(result: DemoResult, console: Console, *, ascii_only: bool = False) -> None:
    """Print a result to fit the console."""
    print_rows(console, result_rows(result, console, ascii_only=ascii_only))


def result_rows(result: DemoResult, console: Console, *, ascii_only: bool = False) -> list[Text]:
    """Every part of a result as rows no wider than the console.

    The claims with their verdicts stand last, where the eye is when a command has ended.
    """
    width = min(console.width, READABLE)
    color = console.color_system is not None and not console.no_color
    height = min(max(console.height // 2, 8), 16)

    def wrapped(words: str, style: str = "") -> list[Text]:
        return [*Text(shown(words, ascii_only), style).wrap(console, width)]

    def heading(words: str) -> Text:
        return Text(f"{'--' if ascii_only else '──'} {words}", "heading")

    parts = [
        wrapped(result.claim, "strong") + wrapped(" · ".join(circumstances(result)), "muted"),
        *(formula_rows(console, each, width, ascii_only=ascii_only) for each in result.formulas),
        *(table_rows(console, table, width, ascii_only=ascii_only) for table in result.tables),
        *(
            chart_rows(console, chart, width, height=height, ascii_only=ascii_only, color=color)
            for chart in result.charts
        ),
        *strips_rows(
            console,
            result.strips,
            console.width,
            ascii_only=ascii_only,
            color=colours_pictures(console),
        ),
    ]
    if result.notes:
        first, *others = (wrapped(note.text) for note in result.notes)
        parts += [[heading("What the numbers mean"), *first], *others]
    claims = claim_rows(result, console, width, ascii_only=ascii_only)
    parts.append([heading("Claims"), *claims])
    rows: list[Text] = []
    for part in parts:
        rows += [Text(), *part] if rows else part
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


def formula_rows(
    console: Console, formula: LabelledFormula, width: int, *, ascii_only: bool
) -> list[Text]:
    """The words, then the formula in two dimensions; as its source, if it cannot be read."""
    from contrastive_drill.formula.layout import layout

    rows = [*Text(shown(formula.text, ascii_only)).wrap(console, width)]
    try:
        drawn = layout(formula.latex, max(width - 4, 20), ascii_only)
    except TexError:
        return [*rows, *Text(shown(formula.latex, ascii_only)).wrap(console, width)]
    return rows + [Text(f"    {row}".rstrip()) for row in drawn]


def claim_rows(result: DemoResult, console: Console, width: int, *, ascii_only: bool) -> list[Text]:
    """Each claim after its number and bound, those that fail saying so; then the verdict."""
    heads = [
        (shown(number(claim), ascii_only), shown(claim.expected, ascii_only))
        for claim in result.claims
    ]
    first, second = (max((cell_len(head[i]) for head in heads), default=0) for i in (0, 1))
    rows: list[Text] = []
    for claim, (measure, bound) in zip(result.claims, heads, strict=True):
        sign = mark(claim.held, ascii_only)
        lead = Text().append_text(sign).append(f" {measure:>{first}} {bound:<{second}}  ")
        words = claim.text if claim.held else f"{claim.text} (does not hold)"
        indent = " " * (len(sign) + first + second + 4)
        if width - len(indent) < NARROWEST:  # the words go below
            lead.rstrip()
            rows += lead.wrap(console, width)
            lead, indent = Text("  "), "  "
        for part in Text(shown(words, ascii_only)).wrap(console, width - len(indent)):
            rows.append(lead.append_text(part))
            lead = Text(indent)
    failing = not (result.held or result.interrupted)
    style = "bad" if failing else "success" if result.held else "strong"
    return [*rows, *Text(verdict(result), style).wrap(console, width)]


def to_json(result: DemoResult) -> dict[str, Any]:
    """A result as JSON values, under `schema` 2.

    name, claim, seed, device, seconds, quick, interrupted, held (false where interrupted); claims
    of {text, measured, expected, held, unit}; formulas of {text, latex}; tables of {title, columns,
    rows, notes}; charts of {title, x_label, y_label, x_axis, y_axis ("linear" or "log"), series of
    {label, xs, ys, points (true for a cloud)}, references of {label, value}}; strips of {title,
    pictures of {caption, width, height, rgb}}, `rgb` being the bytes of the pixels row by row in
    base64; notes; settings. A number may be infinite or not a number: printed, it is null.
    """
    return {
        "schema": 2,
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
        "tables": [asdict(table) for table in result.tables],
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
        "settings": dict(result.settings),
    }


def _picture(picture: Picture) -> dict[str, Any]:
    flat = bytes(part for row in picture.pixels for colour in row for part in colour)
    return {
        "caption": picture.caption,
        "width": len(picture.pixels[0]),
        "height": len(picture.pixels),
        "rgb": b64encode(flat).decode("ascii"),
    }
