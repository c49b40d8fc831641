"""The bench as Markdown: each bar with its verdict, where planning pays, then every cell."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from planbench.fsrs6 import Floats
from planbench.learners import KINDS
from planbench.measured import FIXED, GREEDY, PLAN, RIVALS, Row, mean
from planbench.tiny_decks import TinyRow

LOSS = 0.5  # points below the best rival, at most
GAIN, LONG = 2.0, 30  # points above it on average, from so many days on
HONEST = 2.0  # points between forecast and outcome, at most
RATE = 0.85  # of learners of kinds held out within a stated 90 %
OVERRUN = 0.02  # of the minutes, on average
SURE = 2.0  # standard errors


class Tried(NamedTuple):
    """All that the bench measured."""

    rows: Sequence[Row]
    never: Sequence[Row]  # failed cards not asked again on the same day
    tiny: Sequence[TinyRow]
    seconds: float  # of CPU


class Verdict(NamedTuple):
    """A bar, what was measured, and whether it is reached; None where there is nothing to reach."""

    bar: str
    measured: str
    held: bool | None


def verdicts(tried: Tried) -> list[Verdict]:
    """Every bar that there is something to tell of."""
    rows = tried.rows
    model = [row for row in rows if row.kind == KINDS[0]]
    held_out = [row for row in rows if row.kind.held_out]
    long = [row for row in rows if row.cell.days >= LONG]
    return [
        *([_rivals("kinds tuned on", tuned)] if (tuned := _tuned(rows)) else []),
        *([_rivals("kinds held out", held_out)] if held_out else []),
        *([_long(long)] if long else []),
        *([_most(known)] if (known := [row for row in model if row.cell.days >= LONG]) else []),
        *([_range(held_out)] if held_out else []),
        *([_forecast(model), _bound(model)] if model else []),
        *([_exact(tried.tiny)] if tried.tiny else []),
        _minutes(rows),
    ]


def _tuned(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not row.kind.held_out]


def _rivals(who: str, rows: Sequence[Row]) -> Verdict:
    above = {(row.cell.name, row.kind.name): row.above(row.best) for row in rows}
    # Learners of a row are few: their spread is that of all rows.
    spread = float(np.mean([each.var(ddof=1) for each in above.values()])) ** 0.5
    ahead = {where: float(each.mean()) for where, each in above.items()}
    error = {where: spread / len(each) ** 0.5 for where, each in above.items()}
    below = [where for where, each in ahead.items() if each < -LOSS]
    sure = [where for where in below if ahead[where] + SURE * error[where] < -LOSS]
    least = min(ahead, key=lambda where: ahead[where])
    named = "; ".join(", ".join(where) for where in sure)
    return Verdict(
        f"never more than {LOSS:g} points below the best of all rivals, {who}",
        f"{len(below)} of {len(rows)} rows below it, {len(sure)} by more than {SURE:g} standard "
        f"errors{': ' + named if sure else ''}; least {ahead[least]:+.1f} ± {error[least]:.1f} "
        f"({', '.join(least)})",
        not below,
    )


def _long(rows: Sequence[Row]) -> Verdict:
    average, error = _above(rows, lambda row: row.above(row.best))
    return Verdict(
        f"at least {GAIN:g} points above the best of all rivals on average from {LONG} days on",
        f"{average:+.1f} ± {error:.1f}",
        average >= GAIN,
    )


def _most(rows: Sequence[Row]) -> Verdict:
    average, error = mean([row.bound - float(row.known[row.best].mean()) for row in rows])
    return Verdict(
        "the most there is to gain: the upper bound itself above the best of all rivals, "
        f"learners as modelled, {LONG} days and more",
        f"{average:+.1f} ± {error:.1f}",
        None,
    )


def _range(rows: Sequence[Row]) -> Verdict:
    share, later = (
        mean([float(each) for each in column])[0]
        for column in zip(*((row.covered, row.covered_later) for row in rows), strict=True)
    )
    inside = all(told.holds_expectation for row in rows for told in (row.range, *row.later))
    width, _ = mean([row.range.high - row.range.low for row in rows])
    return Verdict(
        f"the stated 90 % range covers {RATE:.0%} of learners of kinds held out, "
        "and always contains the expectation",
        f"{share:.0%} on the first day, {later:.0%} after a third of the days; "
        f"{'always' if inside else 'not always'}; {width:.0f} points wide",
        share >= RATE and inside,
    )


def _forecast(model: Sequence[Row]) -> Verdict:
    apart = [row.range.expected - row.realised for row in model]
    average, error = mean(apart)
    return Verdict(
        f"forecast within {HONEST:g} points of the outcome on average, learners as modelled",
        f"{average:+.1f} ± {error:.1f}; from {min(apart):+.1f} to {max(apart):+.1f} by cell",
        abs(average) < HONEST,
    )


def _bound(model: Sequence[Row]) -> Verdict:
    under = [row.bound - row.realised for row in model]
    average, error = mean(under)
    return Verdict(
        "not above the upper bound on average, learners as modelled",
        f"{average:.1f} ± {error:.1f} below; from {min(under):+.1f} to {max(under):+.1f} by cell",
        average > -SURE * error,
    )


def _exact(tiny: Sequence[TinyRow]) -> Verdict:
    beaten = [row for row in tiny if row.best > row.bound + 1e-6]
    slack, _ = mean([row.bound - row.best for row in tiny])
    return Verdict(
        "the bound is beaten by no schedule of its class, exactly",
        f"{len(beaten)} of {len(tiny)} tiny decks; {slack:.2f} points above the best on average",
        not beaten,
    )


def _minutes(rows: Sequence[Row]) -> Verdict:
    over, _ = mean([row.used[PLAN] - 1 for row in rows])
    each = ", ".join(
        f"{mean([row.used[PLAN] - 1 for row in rows if row.cell.minutes == minutes])[0]:+.1%} of "
        f"{minutes} min"
        for minutes in sorted({row.cell.minutes for row in rows})
    )
    return Verdict(
        f"sessions at most {OVERRUN:.0%} over their minutes on average",
        f"{over:+.1%}: {each}",
        over <= OVERRUN,
    )


def _above(rows: Sequence[Row], of: Callable[[Row], Floats]) -> tuple[float, float]:
    """A mean over cells, and its standard error by cells: learners of one cell share much."""
    cells = dict.fromkeys(row.cell for row in rows)
    return mean([float(np.mean([of(r).mean() for r in rows if r.cell == cell])) for cell in cells])


class Where(NamedTuple):
    """Cells of one sort."""

    name: str
    holds: Callable[[Row], bool]


WHERE = (
    Where("up to a week", lambda row: row.cell.days <= 7),
    Where("two weeks", lambda row: 7 < row.cell.days < LONG),
    Where(f"{LONG} days and more", lambda row: row.cell.days >= LONG and not row.cell.weekend),
    Where("the same, most minutes at weekends", lambda row: bool(row.cell.weekend)),
)


def markdown(tried: Tried) -> str:
    """The whole report."""
    rows = tried.rows
    kinds = list(dict.fromkeys(row.kind for row in rows))
    cells = list(dict.fromkeys(row.cell for row in rows))
    counts = sorted({len(row.known[PLAN]) for row in rows})
    each = " or ".join(map(str, counts))
    lines = [
        f"{len(cells)} cells, {each} learners of each of {len(kinds)} kinds in each; "
        f"{len(tried.tiny) // 2} tiny decks. {tried.seconds / 60:.0f} minutes of CPU.",
        "",
        "| bar | measured | reached |",
        "|---|---|---|",
    ]
    for verdict in verdicts(tried):
        reached = {True: "yes", False: "**no**", None: ""}[verdict.held]
        lines.append(f"| {verdict.bar} | {verdict.measured} | {reached} |")
    lines += [
        "",
        "Recall on the day is in points: percent of the deck. The plan is made anew each day from",
        "the log, as the program does. Its rivals: greedy takes what one look today adds to recall",
        "on the day, per second; new first takes new cards in any order, then the worst known;",
        "quick first the same, the quickest new cards first; best fixed is FSRS at whichever of",
        "five retentions proved best afterwards; Anki has its defaults, 20 new cards a day after",
        "what is due at 0.90; the crammer leaves them in the last week and asks the worst known",
        "first. The last three ask what is due before new cards, so that they meet few where time",
        "is short: what a plan gains there, new first gains too. All share their learners, their",
        "luck and the rule by which a day ends. Plan above each rival, ± one standard error over",
        "cells, learners of all kinds:",
        "",
        f"| days | cells | {' | '.join(RIVALS)} | best of all, row by row |",
        "|" + "---|" * (len(RIVALS) + 3),
    ]
    for where in WHERE:
        if some := [row for row in rows if where.holds(row)]:
            gains = [_signed(_above(some, lambda row, r=rival: row.above(r))) for rival in RIVALS]  # type: ignore[misc]
            gains.append(_signed(_above(some, lambda row: row.above(row.best))))
            count = len({row.cell for row in some})
            lines.append(f"| {where.name} | {count} | {' | '.join(gains)} |")
    lines += [
        "",
        "Nothing was tuned on the kinds held out. Covered: the share of learners whose recall lay",
        "within the 90 % range that the plan stated on its first day, before any of their answers,",
        "and within the one that it stated after a third of the days.",
        "",
        "| learners | held out | plan | above best rival | covered | below, above | later |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_of_kind([row for row in rows if row.kind == kind]) for kind in kinds]
    lines += [
        "",
        "A cell is cards / days / minutes a day, and at weekends; ½: half of the cards met before.",
        "The bound, what is expected with its range, and the plan beside them are of learners as",
        "modelled; the rest are means over all kinds.",
        "",
        f"| cell | bound | expected | range | plan | all: plan | {' | '.join(RIVALS)} | "
        "above best rival |",
        "|" + "---|" * (len(RIVALS) + 7),
    ]
    lines += [_of_cell([row for row in rows if row.cell == cell]) for cell in cells]
    lines += [*_without_repeats(tried), *_outside(tried.tiny)]
    return "\n".join(lines)


def _without_repeats(tried: Tried) -> list[str]:
    """What it changes not to ask failed cards again on the same day."""
    if not tried.never:
        return []
    lines = [
        "",
        "All of the above ask a failed card once more on the same day. Where they do not, the plan",
        "and greedy change by so many points; in the second row such a look leaves a stability",
        "twice that of FSRS:",
        "",
        "| learners | cells | plan | greedy |",
        "|---|---|---|---|",
    ]
    for kind in dict.fromkeys(row.kind for row in tried.never):
        pairs = [
            (row, other)
            for row in tried.never for other in tried.rows
            if row.kind == other.kind == kind and row.cell == other.cell
        ]  # fmt: skip
        changes = [
            _signed(mean(np.concatenate([row.known[n] - other.known[n] for row, other in pairs])))
            for n in (PLAN, GREEDY)
        ]
        lines.append(f"| {kind.name} | {len(pairs)} | {' | '.join(changes)} |")
    return lines


def _outside(tiny: Sequence[TinyRow]) -> list[str]:
    """What schedules outside the bound's class reach."""
    lines = []
    for schedules in dict.fromkeys(row.schedules for row in tiny):
        rows = [row for row in tiny if row.schedules == schedules and row.wider == row.wider]
        over = [row.wider - row.bound for row in rows]
        gain, _ = mean([row.wider - row.best for row in rows])
        lines.append(
            f"| {schedules.value} | {len(rows)} | {sum(each > 0 for each in over)} | "
            f"{max(over):+.2f} | {gain:.2f}, {max(row.wider - row.best for row in rows):.2f} |"
        )
    if not lines:
        return []
    return [
        "",
        "The bound is for one look at a card a day, failed cards asked again always, or never. A",
        "wider class, any card once more on a day whatever its first answer, reckoned exactly on",
        "tiny decks, in points of their weight; wider over best: the mean and the most.",
        "",
        "| failed cards asked again | decks | wider beats the bound in | by at most | over best |",
        "|---|---|---|---|---|",
        *lines,
    ]


def _of_kind(rows: Sequence[Row]) -> str:
    below = mean([float((row.known[PLAN] < row.range.low).mean()) for row in rows])[0]
    above = mean([float((row.known[PLAN] > row.range.high).mean()) for row in rows])[0]
    cells = [
        rows[0].kind.name,
        "yes" if rows[0].kind.held_out else "",
        f"{mean([row.realised for row in rows])[0]:.1f}",
        _signed(_above(rows, lambda row: row.above(row.best))),
        f"{mean([row.covered for row in rows])[0]:.0%}",
        f"{below:.0%}, {above:.0%}",
        f"{mean([row.covered_later for row in rows])[0]:.0%}",
    ]
    return f"| {' | '.join(cells)} |"


def _of_cell(rows: Sequence[Row]) -> str:
    first = next((row for row in rows if row.kind == KINDS[0]), rows[0])
    known = {name: mean([float(row.known[name].mean()) for row in rows])[0] for name in RIVALS}
    fixed = sorted({row.retention for row in rows})
    span = f"{fixed[0]:.2f}" if len(fixed) == 1 else f"{fixed[0]:.2f} to {fixed[-1]:.2f}"
    spans = {FIXED: f" ({span})"}
    gains = np.concatenate([row.above(row.best) for row in rows])
    cells = [
        first.cell.name,
        f"{first.bound:.1f}",
        f"{first.range.expected:.1f}",
        f"{first.range.low:.0f} to {first.range.high:.0f}",
        f"{first.realised:.1f}",
        f"{mean([row.realised for row in rows])[0]:.1f}",
        *(f"{known[name]:.1f}{spans.get(name, '')}" for name in RIVALS),
        _signed(mean(gains)),
    ]
    return f"| {' | '.join(cells)} |"


def _signed(measured: tuple[float, float]) -> str:
    return f"{measured[0]:+.1f} ± {measured[1]:.1f}"
