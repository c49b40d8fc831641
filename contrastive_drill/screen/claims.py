"""Claims of a demo in a few words: what was measured, whether it held, and under what."""

from rich.cells import cell_len
from rich.text import Text

from contrastive_drill.demo.options import spelt
from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.chart.numbers import measured

UNDER_A_CARD = 5  # rows for claims: a card's own words matter more


def number(claim: Claim) -> str:
    """What was measured, in three digits or as many as set it apart from its bound."""
    *_, bound = ("", *claim.expected.split())
    texts = [measured(claim.measured, digits) for digits in range(3, 10)]
    apart = (text for text in texts if text.rstrip("0").rstrip(".") != bound)
    return f"{next(apart, texts[0])} {claim.unit}".strip()


def mark(held: bool, ascii_only: bool) -> Text:
    """A tick or a cross."""
    if held:
        return Text("ok" if ascii_only else "✓", "good")
    return Text("NO" if ascii_only else "✗", "bad")


def circumstances(run: Run) -> list[str]:
    """The day, the seed, the device and the size of a run."""
    return [f"{run.at:%Y-%m-%d}", f"seed {run.seed}", run.device, size(run)]


def size(run: Run) -> str:
    """Whether a run was quick or full, and which settings were changed by hand."""
    changed = [f"{name}={spelt(run.settings[name])}" for name in run.changed]
    return ", ".join(["quick" if run.quick else "full", *changed])


def measured_rows(sheet: Sheet, name: str, run: Run | None) -> Rows:
    """The latest numbers of a card's demo, those that failed first; or how to get any."""
    look = sheet.look
    if run is None:
        words = f"Demo, not run here yet: contrastive-drill demo {name}"
        return sheet.wrapped(Text(words, "muted"))
    dot = look.pick(" · ", " - ")
    rows = sheet.wrapped(sheet.heading(f"Measured {dot.join(circumstances(run))}"))
    claims = sorted(run.claims, key=lambda claim: claim.held)
    shown = claims if len(claims) <= UNDER_A_CARD else claims[: UNDER_A_CARD - 1]
    heads = [(look.text(number(claim)), look.text(claim.expected)) for claim in shown]
    first, second = (max((cell_len(head[i]) for head in heads), default=0) for i in (0, 1))
    for claim, (measure, bound) in zip(shown, heads, strict=True):
        row = mark(claim.held, look.ascii_only)
        lead = " " * (first - cell_len(measure)) + measure, bound + " " * (second - cell_len(bound))
        row.append(f" {' '.join(lead)}  {look.text(claim.text)}", "none")
        if row.cell_len > look.width:
            end = look.pick("…", "...")
            row.truncate(look.width - len(end))
            row.append(end)
        rows.append(row)
    if len(shown) < len(claims):
        count = sum(claim.held for claim in claims)
        words = f"{count} of {len(claims)} held: contrastive-drill demo history {name}"
        rows += sheet.wrapped(Text(words, "muted"))
    return rows
