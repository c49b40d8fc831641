"""Runs of demos: the list with each last verdict, and the history."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from contrastive_drill.demo.result import Claim, Run
from contrastive_drill.screen.card.sheet import Rows, Sheet
from contrastive_drill.screen.claims import circumstances, mark, number, size


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
        claim = sheet.words(offer.claim, indent=indent)
        claim[0] = Text(offer.name, "strong").append_text(claim[0][len(offer.name) :])
        rows += claim
        rows += sheet.words(f"{offer.seconds} s, --quick {offer.quick} s", "muted", indent)
        rows += sheet.wrapped(verdict(sheet, offer.last), indent)
    return rows


def verdict(sheet: Sheet, run: Run | None) -> Text:
    """How many claims held on a run, and what it was measured under."""
    if run is None:
        return Text("not run yet", "muted")
    count = sum(claim.held for claim in run.claims)
    facts = [f"{count} of {len(run.claims)} held", *circumstances(run)]
    dot = sheet.look.pick(" · ", " - ")
    words = sheet.look.text(f" {dot.join(facts)}")
    return mark(sheet.look, run.held).append(words, "none")


def history_rows(sheet: Sheet, runs: Sequence[Run], name: str | None) -> Rows:
    """The runs, newest first; of one demo also the numbers of each claim, in the same order."""
    if not runs:
        words = f"Demo {name} was not run here yet" if name else "No demo was run here yet"
        return sheet.words(f"{words}: contrastive-drill demo {name or ''}".rstrip())
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
        when, count, *rest = map(set_cell_size, row, wide)
        line = Text(f"{when}  ").append_text(mark(sheet.look, run.held))
        line.append(f" {count}  {'  '.join(rest)}".rstrip())
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
    rows = sheet.words(f"{text}  {bound}")
    line = Text()
    for claim in numbers:
        line.append("  " if line else "")
        if claim is None:
            line.append("-", "muted")
            continue
        line.append(sheet.look.text(number(claim)))
        if not claim.held:
            line.append(" ").append_text(mark(sheet.look, False))
    return rows + sheet.wrapped(line, "  ")


def run_record(run: Run) -> dict[str, Any]:
    """A run as JSON."""
    return {**asdict(run), "at": run.at.isoformat(), "held": run.held}


def offer_record(offer: DemoListing) -> dict[str, Any]:
    """A demo in the list as JSON; `last` is its last run here, or null."""
    return {**offer._asdict(), "last": run_record(offer.last) if offer.last else None}
