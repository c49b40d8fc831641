"""What the demo `transfer` shows."""

import math
from collections.abc import Iterator, Mapping, Sequence

from contrastive_drill.demo.result import Cell, Chart, Claim, Finding, Note, Series, Table
from contrastive_drill.lab.transfer.finetuning import Point, old_at
from contrastive_drill.lab.zeroshot import LABEL, NAMES, PROMPTS, accuracy_table

NOTE = Note(
    "That LoRA forgets less holds after equal steps, where it has learned less, as Biderman et al. "
    "2024 say in their title. New is measured on what is tuned on, old on other concepts; texts "
    "stay. A toy: what carries over is to compare at equal accuracy, not the order found."
)
ALL, LORA, LAST = "all weights", "LoRA", "last layer"
Curves = Mapping[str, Mapping[float, Sequence[Point]]]  # by what is trained, by the learning rate


def level(curves: Curves) -> float:
    """A new recall to compare at: three quarters of what each way learns at its best rate."""
    ends = [max(curve[-1].new for curve in rates.values()) for rates in curves.values()]
    return 0.25 * next(iter(curves[ALL].values()))[0].new + 0.75 * min(ends)


def best(curves: Curves, way: str) -> tuple[float, Sequence[Point]]:
    """The old recall at that level by the rate that keeps most of it, and its curve."""
    read = [(old_at(curve, level(curves)), curve) for curve in curves[way].values()]
    return max(read, key=lambda each: -1.0 if math.isnan(each[0]) else each[0])


def forgetting(curves: Curves, between: Mapping[float, Point]) -> Iterator[Finding]:
    """Old recall against new: each way by the better of its rates; all of them in numbers."""
    new, start = level(curves), next(iter(curves[ALL].values()))[0]
    shown = {way: best(curves, way)[1] for way in curves} | {"averaged": [*between.values()]}
    yield Chart(
        "The old artists' recall against the new one's, while that is learned",
        "recall@1, new artist",
        "recall@1, old artists",
        tuple(
            Series(way, tuple(one.new for one in row), tuple(one.old for one in row))
            for way, row in shown.items()
        ),
        sentence=f"To compare, read above one point of the axis, such as {new:.2f}: after equal "
        "steps the ways have not learned as much.",
    )
    rows = [
        (way, Cell(rate, "g"), *(Cell(each, ".3f") for each in (*curve[-1], old_at(curve, new))))
        for way, rates in curves.items()
        for rate, curve in rates.items()
    ]
    rows += [
        (f"averaged, {share:.0%}", "", *(Cell(each, ".3f") for each in point), "")
        for share, point in between.items()
    ]
    notes = (
        f"recall@1; before, new {start.new:.3f} and old {start.old:.3f}; –: not reached",
        "averaged: so much of all weights after the larger rate, the rest of those before",
    )
    columns = ("trained", "rate", "new", "old", f"old at new {new:.2f}")
    yield Table("After fine-tuning", columns, tuple(rows), notes)


def labels(probes: Mapping[int, float], words: Mapping[str, float]) -> Iterator[Finding]:
    """Probes by the number of labels beside words."""
    at = [
        next((str(count) for count, one in probes.items() if one > words[name]), "none of these")
        for name in (LABEL, NAMES)
    ]
    yield Chart(
        "Frozen features: a linear probe beside words",
        "labels a group",
        "accuracy",
        (Series("linear probe", tuple(map(float, probes)), tuple(probes.values())),),
        tuple((name, words[name]) for name in (LABEL, PROMPTS, NAMES)),
        x_axis="log",
        sentence=f"Labels a group at which a probe passes its bare label: {at[0]}; names: {at[1]}.",
    )
    named = {**words, **{f"probe, {count} labels": one for count, one in probes.items()}}
    yield accuracy_table(named, "one artist's drawings")


def claims(
    curves: Curves, rate: float, middle: Point, probes: Mapping[int, float], by: Mapping[str, float]
) -> Iterator[Claim]:
    """What holds of forgetting, averages, prompts and labels."""
    (start, *_, lora), (*_, whole) = curves[LORA][rate], curves[ALL][rate]
    learned = (lora.new - start.new) / (whole.new - start.new or math.nan)
    forgotten = (start.old - lora.old) / (start.old - whole.old or math.nan)
    gain = middle.old - old_at(curves[ALL][rate], middle.new)
    gap = best(curves, LORA)[0] - best(curves, ALL)[0]
    prompts, names, label = by[PROMPTS] - by[LABEL], by[NAMES], by[LABEL]
    above, below = Claim.above, Claim.below
    yield below("equal rate and steps: learned by LoRA over all weights", learned, 0.5)
    yield below("equal rate and steps: forgotten by LoRA over all weights", forgotten, 0.5)
    yield below("equal new recall: old recall of LoRA, above all weights by", gap, 0.03)
    yield above("half averaged, at its new recall: old, above tuning by", gain, 0.03)
    yield below("prompts: accuracy of 8 apart from the bare label", abs(prompts), 0.07)
    yield above("prompts: accuracy of trained names above the bare label by", names - label, 0.04)
    yield above("accuracy of trained names above a probe with 1 label by", names - probes[1], 0.07)
    yield above("a probe with 32 labels above the bare label by", probes[32] - label, 0.04)
