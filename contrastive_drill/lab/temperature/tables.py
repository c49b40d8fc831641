"""Trainings at several temperatures side by side, as tables and charts."""

import math
from collections.abc import Sequence

from contrastive_drill.demo.result import Cell, Chart, LabelledFormula, Series, Table
from contrastive_drill.lab.losses import MAX_SCALE, info_nce_at, least_info_nce
from contrastive_drill.lab.temperature.trial import Fixed, Learned

FLOOR = LabelledFormula(
    "The floor for N pairs of unit vectors; wrong pairs at cosine 0 come within a hair of it.",
    r"\mathcal{L} \ge \log\left(1 + (N - 1)\, e^{-\frac{N}{(N - 1)\tau}}\right)",
)


def trial_table(fixed: Fixed, learned: Learned, held_out: int) -> Table:
    """Every trial in a row: its recall, where its pictures lie, and how low its loss got."""
    trials = {f"{temperature:g}": one for temperature, one in fixed.items()}
    trials |= {f"{label} {one.temperature:.2g}": one for label, one in learned.items()}
    rows = []
    for label, one in trials.items():
        places = (one.recall, one.uniformity, one.tolerance, one.others)
        numbers = [Cell(round(value, 3) + 0.0, ".3f") for value in places]
        rows.append((label, *numbers, Cell(one.loss, ".2f"), Cell(one.least, ".2f")))
    pairs = next(iter(trials.values())).pairs
    return Table(
        title="What training comes to at each temperature",
        columns=("τ", "R@1", "uniformity", "tolerance", "others", "loss", "least"),
        rows=tuple(rows),
        notes=(
            f"R@1: text to picture among {held_out} never seen; chance {1 / held_out:.3f}",
            "uniformity: 0 when all pictures lie in one place, near −4 when evenly spread",
            "tolerance: mean cosine of pictures of one subgroup; others: of different subgroups",
            f"loss: of the last training batches; chance is log {pairs} = {math.log(pairs):.2f}",
            "least: what no unit vectors can go below at that temperature",
        ),
    )


def floor_table(pairs: Sequence[int], temperatures: Sequence[float]) -> Table:
    """Chance, the loss with wrong pairs at right angles, and the least of all, in nats."""
    rows = []
    for count in pairs:
        for temperature in temperatures:
            scale = 1 / temperature
            nats = (math.log(count), info_nce_at(count, scale, 1.0), least_info_nce(count, scale))
            rows.append((f"{count:,}", f"{temperature:g}", *(Cell(value, ".3f") for value in nats)))
    return Table(
        title="How low the loss of a batch can go",
        columns=("pairs", "τ", "chance", "wrong at 0", "least"),
        rows=tuple(rows),
        notes=(
            "wrong at 0: true pairs at cosine 1, wrong ones at 0",
            "least: wrong ones at −1/(N − 1), which takes N − 1 dimensions; in fewer it is a bound",
        ),
    )


def trial_charts(fixed: Fixed, learned: Learned) -> tuple[Chart, Chart]:
    """Recall, tolerance and uniformity against τ; then tolerance against uniformity."""
    at = tuple(sorted(fixed))
    trials = [fixed[temperature] for temperature in at]
    even = tuple(one.uniformity for one in trials)
    tolerant = tuple(one.tolerance for one in trials)
    own = tuple(learned.values())[:1]
    return (
        Chart(
            title="Recall, tolerance and uniformity against the temperature",
            x_label="τ",
            y_label="",
            sentence="Look where each curve turns.",
            series=(
                Series("recall@1", at, tuple(one.recall for one in trials)),
                Series("tolerance", at, tolerant),
                Series("uniformity/−4", at, tuple(value / -4 for value in even)),
            ),
            x_axis="log",
        ),
        Chart(
            title="Tolerance against uniformity",
            x_label="uniformity: the lower the more even",
            y_label="tolerance",
            sentence="Each point is a temperature.",
            series=(
                Series("fixed τ, from the smallest to the largest", even, tolerant),
                *(Series("learned τ", (o.uniformity,), (o.tolerance,), points=True) for o in own),
            ),
        ),
    )


def spread_chart(fixed: Fixed) -> Chart:
    """The spread of each training batch over the steps, at some temperatures."""
    curves = {one: list(zip(*fixed[one].spreads, strict=True)) for one in sorted(fixed)}
    return Chart(
        title="Spread of the batches during training",
        x_label="step",
        y_label="spread",
        sentence="A very small τ may draw everything together before it learns.",
        series=tuple(Series(f"τ = {one:g}", xs, ys) for one, (xs, ys) in curves.items()),
        references=(("evenly spread", 1.0), ("in one place", 0.0)),
    )


def scale_chart(learned: Learned) -> Chart:
    """1/τ over the steps of the trials that learn it."""
    return Chart(
        title="1/τ while it is learned",
        x_label="step",
        y_label="1/τ",
        sentence="The line is CLIP's clamp.",
        series=tuple(
            Series(label, tuple(float(step) for step in range(len(one.scales))), one.scales)
            for label, one in learned.items()
        ),
        references=(("CLIP's clamp", MAX_SCALE),),
        y_axis="log",
    )
