"""Claims of a demo in a few words: what was measured, whether it held, and under what."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from contrastive_drill.demo.options import spelt
from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.chart.numbers import measured
from contrastive_drill.screen.console import Look

UNDER_A_CARD = 5  # rows for claims: a card's own words matter more


def number(claim: Claim) -> str:
    """What was measured, in three digits or as many as set it apart from its bound."""
    *_, bound = ("", *claim.expected.split())
    texts = [measured(claim.measured, digits) for digits in range(3, 10)]
    apart = (text for text in texts if text.rstrip("0").rstrip(".") != bound)
    return f"{next(apart, texts[0])} {claim.unit}".strip()


def mark(look: Look, held: bool) -> Text:
    """A tick or a cross."""
    return Text(look.pick("✓", "ok"), "good") if held else Text(look.pick("✗", "NO"), "bad")


def circumstances(run: Run) -> list[str]:
    """The day, the seed, the device and the size of a run."""
    return [f"{run.at:%Y-%m-%d}", f"seed {run.seed}", run.device, size(run)]


def size(run: Run) -> str:
    """Whether a run was quick or full, and which settings were changed by hand."""
    changed = [f"{name}={spelt(run.settings[name])}" for name in run.changed]
    return ", ".join(["quick" if run.quick else "full", *changed])


def heads(look: Look, claims: Sequence[Claim]) -> list[str]:
    """The number and the bound of each claim, in columns."""
    pairs = [(look.text(number(claim)), look.text(claim.expected)) for claim in claims]
    first, second = (max((cell_len(pair[i]) for pair in pairs), default=0) for i in (0, 1))
    return [
        f"{' ' * (first - cell_len(measure))}{measure} {set_cell_size(bound, second)}"
        for measure, bound in pairs
    ]


def measured_rows(sheet: Sheet, name: str, run: Run | None) -> Rows:
    """The latest numbers of a card's demo, those that failed first; or how to get any."""
    look = sheet.look
    if run is None:
        return sheet.words(f"Demo, not run here yet: contrastive-drill demo {name}", "muted")
    dot = look.pick(" · ", " - ")
    rows = sheet.wrapped(sheet.heading(f"Measured {dot.join(circumstances(run))}"))
    claims = sorted(run.claims, key=lambda claim: claim.held)
    shown = claims if len(claims) <= UNDER_A_CARD else claims[: UNDER_A_CARD - 1]
    for claim, head in zip(shown, heads(look, shown), strict=True):
        row = mark(look, claim.held)
        row.append(f" {head}  {look.text(claim.text)}", "none")
        if row.cell_len > look.width:
            end = look.pick("…", "...")
            row.truncate(look.width - len(end))
            row.append(end)
        rows.append(row)
    if len(shown) < len(claims):
        count = sum(claim.held for claim in claims)
        words = f"{count} of {len(claims)} held: contrastive-drill demo history {name}"
        rows += sheet.words(words, "muted")
    return rows
