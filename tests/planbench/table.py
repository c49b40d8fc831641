"""The bench as Markdown: each bar with its verdict, then every cell."""

from collections.abc import Sequence
from typing import NamedTuple

from planbench.learners import KINDS
from planbench.measured import (
    FIXED,
    FSRS,
    IMAGINED,
    PLAN,
    RIVALS,
    SIMPLE,
    Row,
    mean,
)

LOSS = 0.5  # points below the best rival, at most
GAIN, GAIN_MISMATCHED = 8.0, 5.0  # points above FSRS 0.90 where time is short, at least
CLOSE, LARGE = 2.0, 150  # points below the bound, at most; cards from which on
HONEST = 2.0  # points between forecast and outcome, at most
RATE = 0.90  # at which the forecast's range is to cover the outcome


class Verdict(NamedTuple):
    """A bar, what was measured, and whether it is reached."""

    bar: str
    measured: str
    held: bool


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """Every bar."""
    model = [row for row in rows if row.kind == KINDS[0]]
    return [
        _rivals(rows),
        _short("without mismatch", GAIN, [row for row in model if row.short]),
        _short(
            "with mismatch",
            GAIN_MISMATCHED,
            [row for row in rows if row.short and row.kind != KINDS[0]],
        ),
        _bound(model),
        _forecast(model),
        _range(rows),
    ]


def _rivals(rows: Sequence[Row]) -> Verdict:
    below = [row for row in rows if row.above(row.best)[0] < -LOSS]
    worst = min(rows, key=lambda row: row.above(row.best)[0])
    return Verdict(
        f"never more than {LOSS:g} points below the best rival",
        f"{_kept(rows, below)}; least {_signed(worst, worst.best)} ({_where(worst)})"
        + _named(below),
        not below,
    )


def _short(how: str, bar: float, rows: Sequence[Row]) -> Verdict:
    below = [row for row in rows if row.above(FSRS)[0] < bar]
    hopeless = [row for row in below if row.bound - row.known[FSRS].mean() < bar]
    said = _kept(rows, below)
    if rows:
        gains = [row.above(FSRS)[0] for row in rows]
        said += f"; {min(gains):+.1f} to {max(gains):+.1f}, mean {mean(gains)[0]:+.1f}"
    if hopeless:
        said += f"; in {len(hopeless)} of those below it the upper bound itself is too low"
    return Verdict(
        f"at least {bar:g} points above FSRS 0.90 where time is short, {how}",
        said + _named(below),
        not below,
    )


def _bound(model: Sequence[Row]) -> Verdict:
    large = [row for row in model if row.cell.cards >= LARGE]
    short_of = {row.cell.name: row.bound - row.realised for row in large}
    below = [row for row in large if short_of[row.cell.name] > CLOSE]
    return Verdict(
        f"within {CLOSE:g} points of the upper bound from {LARGE} cards on",
        f"{_kept(large, below)}; at most {max(short_of.values(), default=0):.1f} below",
        not below,
    )


def _forecast(model: Sequence[Row]) -> Verdict:
    apart = [row.forecast.exact - row.realised for row in model]
    average, error = mean(apart)
    return Verdict(
        f"forecast within {HONEST:g} points of the outcome on average, without mismatch",
        f"{average:+.1f} ± {error:.1f}; from {min(apart):+.1f} to {max(apart):+.1f} by cell",
        abs(average) < HONEST,
    )


def _range(rows: Sequence[Row]) -> Verdict:
    average, _ = mean([row.covered for row in rows])
    each = ", ".join(
        f"{kind} {mean([row.covered for row in rows if row.kind == kind])[0]:.0%}" for kind in KINDS
    )
    return Verdict(
        f"the stated {RATE:.0%} range covers the outcome, mismatched learners included",
        f"{average:.0%}: {each}",
        average >= RATE,
    )


def markdown(rows: Sequence[Row], took: float) -> str:
    """The whole report."""
    cells = len({row.cell for row in rows})
    each = len(rows[0].known[PLAN])
    lines = [
        f"{cells} cells, {each} learners of each of {len(KINDS)} kinds in each, {took:.0f} s.",
        "",
        "| bar | measured | reached |",
        "|---|---|---|",
    ]
    for verdict in verdicts(rows):
        reached = "yes" if verdict.held else "**no**"
        lines.append(f"| {verdict.bar} | {verdict.measured} | {reached} |")
    lines += [
        "",
        "Three simple orders stand beside the rivals. Greedy takes what one look today adds to",
        "recall on the day, per second; new first takes new cards in any order, then the worst",
        "known; quick first the same, the new cards that take the fewest seconds first. The plan",
        "above them, in points, mean and extremes over the rows:",
        "",
        "| order | where time is short | elsewhere |",
        "|---|---|---|",
    ]
    for name in SIMPLE:
        spans = (
            _span([row for row in rows if row.short is short], name) for short in (True, False)
        )
        lines.append(f"| {name} | {' | '.join(spans)} |")
    lines += [
        "",
        "A cell is cards / days / minutes a day; ½: half of the cards met before. * marks cells",
        "where time is short: fewer minutes than 60 % of what FSRS 0.90 uses without a limit, all",
        "new cards on the first day. Recall on the day is in points: percent of the deck. The",
        "bound is under the model, for the minutes really used, over schedules that look at a card",
        "at most once a day. Differences are paired, ± one standard error. The forecast is that of",
        f"day 0 from {IMAGINED} imagined learners.",
    ]
    for kind in KINDS:
        lines += ["", f"### Learners: {kind}", ""]
        lines += _table([row for row in rows if row.kind == kind])
    return "\n".join(lines)


def _span(rows: Sequence[Row], rival: str) -> str:
    if not rows:
        return "-"
    above = [row.above(rival)[0] for row in rows]
    return f"{mean(above)[0]:+.1f} ({min(above):+.1f} to {max(above):+.1f})"


def _table(rows: Sequence[Row]) -> list[str]:
    names = ["cell", "bound", PLAN, *SIMPLE]
    names += [f"{name} (at)" if name == FIXED else name for name in RIVALS]
    names += ["above best rival", "above FSRS 0.90", "minutes: plan, FSRS 0.90"]
    names += ["forecast", "with spread", "range", "covered"]
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    return lines


def _cells(row: Row) -> list[str]:
    means = {name: f"{known.mean():.1f}" for name, known in row.known.items()}
    means[FIXED] += f" ({row.retention:.2f})"
    forecast = row.forecast
    return [
        row.cell.name + (" *" if row.short else ""),
        f"{row.bound:.1f}",
        means[PLAN],
        *(means[name] for name in SIMPLE),
        *(means[name] for name in RIVALS),
        f"{_signed(row, row.best)} ({row.best})",
        _signed(row, FSRS),
        f"{row.minutes[PLAN]:.1f}, {row.minutes[FSRS]:.1f}",
        f"{forecast.exact:.1f}",
        f"{forecast.varied:.1f}",
        f"{forecast.low:.1f} to {forecast.high:.1f}",
        f"{row.covered:.0%}",
    ]


def _signed(row: Row, rival: str) -> str:
    above, error = row.above(rival)
    return f"{above:+.1f} ± {error:.1f}"


def _where(row: Row) -> str:
    return f"{row.cell.name}, {row.kind}"


def _kept(rows: Sequence[Row], below: Sequence[Row]) -> str:
    return f"{len(rows) - len(below)} of {len(rows)}"


def _named(below: Sequence[Row]) -> str:
    return f". Below it: {'; '.join(_where(row) for row in below)}" if below else ""
