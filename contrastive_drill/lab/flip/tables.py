"""What the demo `flip` shows."""

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from contrastive_drill.demo import result
from contrastive_drill.demo.result import Cell, Chart, Claim, Finding, Note, Series, Table
from contrastive_drill.lab.flip.costs import Cost
from contrastive_drill.lab.step_cost import Seconds, ratio

FORMULA = result.LabelledFormula(
    "Multiply-adds on t tokens of p numbers, d blocks of width w: most grow with the tokens, "
    "attention with their square, and what the texts cost, c, stays.",
    r"C(t) = d \left( 12 t w^2 + 2 t^2 w \right) + t p w + c",
)
NONE, MOST = "none", "75%"


class Found(NamedTuple):
    """Recall on unseen concepts after a training; all patches are seen, if not said otherwise."""

    steps: int
    cost: float  # of the training, that with none dropped being 1
    first: float  # recall@1
    fifth: float  # recall@5
    masked: float  # recall@5 with as many patches dropped as in training
    tuned: float  # recall@5 after some further steps with none dropped


Trained = Mapping[str, Sequence[Found]]  # by what is dropped: at equal samples, at equal cost


def costs(found: Mapping[str, Cost], seconds: Seconds, held: Mapping[str, int]) -> Table:
    """Where the time goes."""
    whole = found[NONE]
    rows = [
        (
            label,
            Cell(cost.tokens),
            Cell(cost.tower / 1e6, ".2f", "M"),
            Cell(cost.rest / 1e6, ".2f", "M"),
            Cell(whole.whole / cost.whole, ".2f"),
            Cell(ratio(seconds, NONE, label), ".2f"),
            Cell(1e3 * median(seconds[label]), ".0f", "ms"),
            Cell(held[label] / 2**20, ".0f", "MiB"),
        )
        for label, cost in found.items()
    ]
    columns = ("dropped", "tokens", "blocks, M", "rest, M", "counted", "timed", "ms", "MiB")
    notes = (
        "M: million multiply-adds of a pair; rest: the text tower and the head of the other",
        "counted, timed: how many steps fit into one with none dropped; MiB: held at most",
    )
    return Table("A step, by the patches dropped", columns, tuple(rows), notes)


def recalls(found: Trained) -> Iterator[Finding]:
    """Recall by what training costs."""
    none = found[NONE][0].fifth
    curves = [
        Series(label, tuple(one.cost for one in row), tuple(one.fifth for one in row))
        for label, row in found.items()
        if label != NONE
    ]
    (label, best) = max(found.items(), key=lambda each: each[1][-1].fifth)
    yield Chart(
        "Recall@5 against the cost of training",
        "cost, that with none dropped being 1",
        "recall@5",
        (Series(f"{NONE} dropped", (1.0,), (none,), points=True), *curves),
        sentence=f"At equal cost, on the right, the best has {label} dropped: "
        f"{best[-1].fifth:.3f} against {none:.3f} with none.",
    )
    rows = [
        (
            f"{label}, equal {'cost' if place else 'samples'}" if label != NONE else label,
            Cell(one.steps),
            Cell(one.cost, ".2f"),
            *(Cell(each, ".3f") for each in one[2:]),
        )
        for label, row in found.items()
        for place, one in enumerate(row)
    ]
    columns = ("dropped", "steps", "cost", "R@1", "R@5", "R@5, masked", "R@5, tuned")
    notes = (
        "masked: with as many patches dropped as in training, at evaluation, too",
        "tuned: after further steps with none dropped, a control where none were before",
    )
    yield Table("Recall among concepts never trained on", columns, tuple(rows), notes)


def outcome(found: Trained) -> int:
    """The option of the prediction that came true."""
    none, few, many = found[NONE][0].fifth, found[MOST][0], found[MOST][-1]
    return 2 if few.fifth >= none else 1 if many.fifth > none else 0


def over(one: float, other: float) -> float:
    """Their ratio; not-a-number to nothing."""
    return one / other if other else math.nan


def claims(
    found: Trained, cost: Mapping[str, Cost], held: Mapping[str, int], seconds: Seconds | None
) -> Iterator[Claim]:
    """What holds of 75 % beside none; seconds where they follow what is counted."""
    none, samples, equal = found[NONE][0].fifth, found[MOST][0], found[MOST][-1]
    full, less = cost[NONE], cost[MOST]
    whole = over(samples.fifth + equal.fifth, samples.masked + equal.masked)
    above, below = Claim.above, Claim.below
    blocks, step = full.tower / less.tower, full.whole / less.whole
    yield above("multiply-adds of the blocks, none dropped over 75 %", blocks, 4, computed=True)
    yield below("gain of a whole step, over that of the blocks", step / blocks, 0.95, computed=True)
    if seconds:
        yield above("seconds of a step, the same", ratio(seconds, NONE, MOST), 1.7)
    yield above("bytes held in a step, the same", held[NONE] / held[MOST], 1.7)
    yield above(
        "equal samples: recall@5 with 75 % dropped over none", over(samples.fifth, none), 0.5
    )
    yield above("equal cost: recall@5 with 75 % dropped over none", over(equal.fifth, none), 1.05)
    yield above("75 % dropped: recall@5 on whole pictures over masked ones", whole, 1.03)


def note(found: Trained, cost: Cost, pairs: int) -> Note:
    """What the numbers mean."""
    gains = ", ".join(
        f"{label} {row[-1].tuned - row[-1].fifth:+.3f}" for label, row in found.items()
    )
    return Note(
        f"FLIP ends on a short training without masks, which gains it 1.3 points after 75 %. Here "
        f"that moves recall@5 by: {gains}; about 0.01 is the standard error of each. With none "
        f"dropped {cost.rest / cost.whole:.0%} of the multiply-adds are the texts' and the head's, "
        f"which no mask saves; Amdahl's law. FLIP's other use of what is saved, larger batches, is "
        f"not tried: all have {pairs} pairs."
    )
