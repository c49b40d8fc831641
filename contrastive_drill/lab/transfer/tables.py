"""What the demo `transfer` shows."""

from collections.abc import Iterator, Mapping, Sequence

from contrastive_drill.demo.result import Cell, Chart, Claim, Finding, Note, Series, Table
from contrastive_drill.lab.transfer.finetuning import Point, old_at
from contrastive_drill.lab.zeroshot import LABEL, NAMES, PROMPTS

ALL, LORA, LAST = "all weights", "LoRA", "last layer"
Curve = Sequence[Point]
Curves = Mapping[str, Mapping[float, Curve]]  # by what is trained and by the learning rate


def level(curves: Curves) -> float:
    """A new recall to compare at: half way to the least that a way reaches at its best rate."""
    ends = [max(curve[-1].new for curve in rates.values()) for rates in curves.values()]
    return (next(iter(curves[ALL].values()))[0].new + min(ends)) / 2


def best(rates: Mapping[float, Curve], new: float) -> Curve:
    """The curve of the rate that keeps most of the old recall at a new one."""
    return max(
        (each for each in rates.values() if each[-1].new > new), key=lambda each: old_at(each, new)
    )


def forgetting(curves: Curves, between: Mapping[float, Point]) -> Iterator[Finding]:
    """Old recall against new: each way by the better of its rates; all of them in numbers."""
    new = level(curves)
    shown = {way: best(rates, new) for way, rates in curves.items()}
    shown["averaged"] = [*between.values()]
    series = [
        Series(way, *zip(*curve, strict=True), points=way not in curves)
        for way, curve in shown.items()
    ]
    yield Chart(
        "The old artists' recall against the new one's, while that is learned",
        "recall@1, new artist",
        "recall@1, old artists",
        tuple(series),
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
    start = next(iter(curves[ALL].values()))[0]
    notes = (
        f"recall@1; before, new {start.new:.3f} and old {start.old:.3f}; nan: not reached",
        "averaged: so much of all weights after the larger rate, the rest of those before",
    )
    columns = ("trained", "rate", "new", "old", f"old at new {new:.2f}")
    yield Table("After fine-tuning", columns, tuple(rows), notes)


def labels(probes: Mapping[int, float], words: Mapping[str, float]) -> Iterator[Finding]:
    """Probes by the number of labels beside words."""
    at = {name: str(passed(probes, words[name]) or "none of these") for name in (LABEL, NAMES)}
    yield Chart(
        "Frozen features: a linear probe beside words",
        "labels a group",
        "accuracy",
        (Series("linear probe", tuple(map(float, probes)), tuple(probes.values())),),
        tuple((name, words[name]) for name in (LABEL, PROMPTS, NAMES)),
        x_axis="log",
        sentence=f"Labels a group at which the probe passes {LABEL}: {at[LABEL]}; {NAMES}: "
        f"{at[NAMES]}.",
    )
    named = {**words, **{f"probe, {count} labels": one for count, one in probes.items()}}
    rows = tuple((name, Cell(one, ".3f")) for name, one in named.items())
    note = "One artist's drawings; trained names and pictures: of the concepts trained on."
    yield Table("Unseen concepts put into nine groups", ("by", "accuracy"), rows, (note,))


def passed(probes: Mapping[int, float], words: float) -> int:
    """The fewest labels with which a probe is better; 0 if it never is."""
    return next((count for count, one in probes.items() if one > words), 0)


def gap(curves: Curves) -> float:
    """At equal new recall: LoRA's old recall less that of all weights, each at its better rate."""
    at = level(curves)
    lora, whole = (old_at(best(curves[way], at), at) for way in (LORA, ALL))
    return lora - whole


def claims(
    curves: Curves,
    rate: float,
    middle: Point,
    probes: Mapping[int, float],
    words: Mapping[str, float],
) -> Iterator[Claim]:
    """What holds of forgetting, averages, labels and prompts."""
    (start, *_, lora), (*_, whole) = curves[LORA][rate], curves[ALL][rate]
    learned = (lora.new - start.new) / (whole.new - start.new)
    forgotten = (start.old - lora.old) / (start.old - whole.old)
    path = old_at(curves[ALL][rate], middle.new)
    above, below = Claim.above, Claim.below
    yield below("equal rate and steps: learned by LoRA over all weights", learned, 0.6)
    yield below("equal rate and steps: forgotten by LoRA over all weights", forgotten, 0.7)
    yield below("equal new recall: old recall of LoRA, above all weights by", gap(curves), 0.0)
    yield above("half averaged, equal new recall: old, above tuning by", middle.old - path, 0.03)
    yield below(
        "8 prompts: accuracy apart from the label's", abs(words[PROMPTS] - words[LABEL]), 0.06
    )
    yield above("trained names: accuracy above the label by", words[NAMES] - words[LABEL], 0.04)
    yield above(
        "trained names: accuracy above a probe with 1 label", words[NAMES] - probes[1], 0.07
    )
    yield above("a probe with 32 labels: above the label by", probes[32] - words[LABEL], 0.04)


def note(rank: int, trained: int, whole: int) -> Note:
    """What the numbers mean."""
    return Note(
        f"LoRA of rank {rank} trains {trained:,} of {whole:,} weights. That it forgets less holds "
        "after equal steps, where it has learned less, as Biderman et al. 2024 say in their title. "
        "A small rate forgets less in each way. New is measured on what was tuned on, old on "
        "other concepts, and texts stay as they are. One hidden layer more or real photographs may "
        "turn the order: what carries over is to compare at equal accuracy."
    )
