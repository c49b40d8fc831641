"""Runs of demos: the list with each last verdict, the history, and the numbers under a card."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.text import Text

from contrastive_drill.demo.options import spelt
from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.demo.result import number

UNDER_A_CARD = 5  # rows for claims: a card's own words matter more


class DemoListing(NamedTuple):
    """A demo in the list."""

    name: str
    claim: str
    seconds: int  # of a full run on two cores
    quick: int  # seconds with --quick
    last: Run | None  # here


def list_rows(sheet: Sheet, offers: Sequence[DemoListing]) -> Rows:
    """Each demo with its claim, its time, and its last verdict on this machine."""
    indent = " " * (max((len(offer.name) for offer in offers), default=0) + 2)
    rows: Rows = []
    for offer in offers:
        rows += [Text()] if rows else []
        claim = sheet.wrapped(Text(sheet.look.text(offer.claim)), indent)
        claim[0] = Text(offer.name, "bold").append_text(claim[0][len(offer.name) :])
        rows += claim
        rows += sheet.wrapped(Text(f"{offer.seconds} s, --quick {offer.quick} s", "dim"), indent)
        rows += sheet.wrapped(verdict(sheet, offer.last), indent)
    return rows


def verdict(sheet: Sheet, run: Run | None) -> Text:
    """How many claims held on a run, and what it was measured under."""
    if run is None:
        return Text("not run yet", "dim")
    held = sum(claim.held for claim in run.claims)
    facts = [f"{held} of {len(run.claims)} held", *circumstances(run)]
    dot = sheet.look.pick(" · ", " - ")
    return mark(sheet, run.held).append(sheet.look.text(f" {dot.join(facts)}"), "none")


def circumstances(run: Run) -> list[str]:
    """The day, the seed, the device and the size of a run."""
    return [f"{run.at:%Y-%m-%d}", f"seed {run.seed}", run.device, size(run)]


def size(run: Run) -> str:
    """Whether a run was quick or full, and which settings were changed by hand."""
    changed = [f"{name}={spelt(run.settings[name])}" for name in run.changed]
    return ", ".join(["quick" if run.quick else "full", *changed])


def mark(sheet: Sheet, held: bool) -> Text:
    """A tick or a cross."""
    if held:
        return Text(sheet.look.pick("✓", "ok"), "green")
    return Text(sheet.look.pick("✗", "NO"), "bold red")


def measured_rows(sheet: Sheet, name: str, run: Run | None) -> Rows:
    """The latest numbers of a card's demo, those that failed first; or how to get any."""
    if run is None:
        return sheet.wrapped(Text(f"Demo, not run here yet: contrastive-drill demo {name}", "dim"))
    dot = sheet.look.pick(" · ", " - ")
    rows = sheet.wrapped(sheet.heading(f"Measured {dot.join(circumstances(run))}"))
    claims = sorted(run.claims, key=lambda claim: claim.held)
    shown = claims if len(claims) <= UNDER_A_CARD else claims[: UNDER_A_CARD - 1]
    heads = [(_number(sheet, claim), sheet.look.text(claim.expected)) for claim in shown]
    first, second = (max((cell_len(head[i]) for head in heads), default=0) for i in (0, 1))
    for claim, (measure, bound) in zip(shown, heads, strict=True):
        row = mark(sheet, claim.held)
        lead = " " * (first - cell_len(measure)) + measure, bound + " " * (second - cell_len(bound))
        row.append(f" {' '.join(lead)}  {sheet.look.text(claim.text)}", "none")
        if row.cell_len > sheet.look.width:
            end = sheet.look.pick("…", "...")
            row.truncate(sheet.look.width - len(end))
            row.append(end)
        rows.append(row)
    if len(shown) < len(claims):
        held = sum(claim.held for claim in claims)
        words = f"{held} of {len(claims)} held: contrastive-drill demo history {name}"
        rows += sheet.wrapped(Text(words, "dim"))
    return rows


def history_rows(sheet: Sheet, runs: Sequence[Run], name: str | None) -> Rows:
    """The runs, newest first; of one demo also the numbers of each claim, in the same order."""
    if not runs:
        words = f"Demo {name} was not run here yet" if name else "No demo was run here yet"
        return sheet.wrapped(Text(f"{words}: contrastive-drill demo {name or ''}".rstrip()))
    facts = [
        (
            f"{run.at:%Y-%m-%d %H:%M}",
            f"{sum(claim.held for claim in run.claims)}/{len(run.claims)}",
            *([] if name else [run.name]),
            f"seed {run.seed}",
            f"{run.seconds:.1f} s",
            sheet.look.text(run.device),
            size(run),
        )
        for run in runs
    ]
    wide = [max(cell_len(row[i]) for row in facts) for i in range(len(facts[0]))]
    rows: Rows = []
    for run, row in zip(runs, facts, strict=True):
        padded = [
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, wide, strict=True)
        ]
        when, held, *rest = padded
        line = Text(f"{when}  ").append_text(mark(sheet, run.held))
        line.append(f" {held}  {'  '.join(rest)}".rstrip())
        rows += sheet.wrapped(line, "  ", "")
    if name:
        rows += [Text(), sheet.heading("Numbers, newest first")]
        for text, numbers in _by_claim(runs).items():
            rows += _claim_rows(sheet, text, numbers)
    return rows


def _by_claim(runs: Sequence[Run]) -> Mapping[str, list[Claim | None]]:
    """Each claim's numbers over the runs, None where a run did not have it."""
    texts = dict.fromkeys(claim.text for run in runs for claim in run.claims)
    by_text = [{claim.text: claim for claim in run.claims} for run in runs]
    return {text: [claims.get(text) for claims in by_text] for text in texts}


def _claim_rows(sheet: Sheet, text: str, numbers: Sequence[Claim | None]) -> Rows:
    bound = next(claim.expected for claim in numbers if claim)
    rows = sheet.wrapped(Text(sheet.look.text(f"{text}  {bound}")))
    line = Text()
    for claim in numbers:
        line.append("  " if line else "")
        if claim is None:
            line.append("-", "dim")
        elif claim.held:
            line.append(_number(sheet, claim))
        else:
            line.append(f"{_number(sheet, claim)} ", "none").append_text(mark(sheet, False))
    return rows + sheet.wrapped(line, "  ")


def _number(sheet: Sheet, claim: Claim) -> str:
    return sheet.look.text(number(claim))


def run_record(run: Run) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "id": run.id,
        "at": run.at.isoformat(),
        "name": run.name,
        "seed": run.seed,
        "device": run.device,
        "quick": run.quick,
        "seconds": run.seconds,
        "held": run.held,
        "claims": [asdict(claim) for claim in run.claims],
        "settings": dict(run.settings),
        "changed": list(run.changed),
        "version": run.version,
    }


def offer_record(offer: DemoListing) -> dict[str, Any]:
    """A demo in the list as JSON; `last` is its last run here, or null."""
    return {**offer._asdict(), "last": run_record(offer.last) if offer.last else None}
