"""What the demo `temperature` shows: gradients, pushes and trainings, each against τ."""

import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from torch import Tensor

from contrastive_drill.demo.result import Cell, Chart, Finding, LabelledFormula, Note, Series, Table
from contrastive_drill.lab.losses import MAX_SCALE, least_info_nce

START = 0.07  # where CLIP begins to learn τ, and the fixed τ whose towers are looked into
FORMULA = LabelledFormula(
    "The gradient of InfoNCE by a similarity, p being the softmax of row i; and the share of "
    "negative j in the push, which is the largest for the hardest.",
    r"\frac{\partial \mathcal{L}_i}{\partial s_{ij}} = \frac{p_{ij} - [i = j]}{\tau}, \quad "
    r"w_{ij} = \frac{p_{ij}}{1 - p_{ii}} = \frac{e^{s_{ij}/\tau}}{\sum_{k \ne i} e^{s_{ik}/\tau}}",
)


class Trial(NamedTuple):
    """One training at a fixed or learned τ, measured on held-out pairs."""

    scales: tuple[float, ...]  # 1/τ after each step
    loss: float  # the mean of its last steps
    recall: float  # recall@1 from text to picture
    uniformity: float  # of the pictures
    tolerance: float  # mean cosine of pictures with the same label
    others: float  # mean cosine of pictures with different labels
    cosines: Tensor  # [n, n] of texts and pictures, as if one training batch


Fixed = Mapping[float, Trial]  # by τ
Curves = Mapping[str, Mapping[float, float]]  # each against τ


def chart(title: str, sentence: str, curves: Curves, *, log: bool = False) -> Chart:
    """Curves against τ."""
    series = tuple(Series(name, tuple(one), tuple(one.values())) for name, one in curves.items())
    y_axis: Literal["linear", "log"] = "log" if log else "linear"
    return Chart(title, "τ", "", series, x_axis="log", y_axis=y_axis, sentence=sentence)


def table(title: str, form: str, curves: Curves, *notes: str) -> Table:
    """The numbers of curves, a row for each τ."""
    first, *_ = curves.values()
    rows = [(f"{tau:g}", *(Cell(one[tau], form) for one in curves.values())) for tau in first]
    return Table(title, ("τ", *curves), tuple(rows), notes)


def gradients(slopes: Curves) -> Iterator[Finding]:
    """How steep and how curved the loss is at the first weights."""
    title = "Gradient and curvature seen from untrained towers"
    length = "gradient: its length by all weights, root mean square over batches"
    change = "curvature: change of the gradient per unit of a step along itself"
    yield table(title, ".3g", slopes, length, change)
    yield chart(title, "The same weights and batches: only τ differs.", slopes, log=True)


def pushes(shares: Curves, held_out: int) -> Iterator[Finding]:
    """The share of the hardest negative before and after training, and that of the alike."""
    title = "What part of the push the hardest negative takes"
    yield table(
        title,
        ".1%",
        shares,
        f"of {held_out - 1} negatives, mean over {held_out} texts never seen in training",
        f"trained: by one pair of towers, trained at τ = {START:g}, for every τ of the push",
        "subgroup: by the same, taken by all pictures of the text's own subgroup together",
    )
    yield chart(title, "A large τ pushes all alike, a small one mostly the nearest.", shares)


def training(
    fixed: Fixed, pairs: int, held_out: int, learned: Trial | None = None
) -> Iterator[Finding]:
    """Every trial in a row; the fixed ones against τ, and the course of the learned one."""
    trials = {f"{tau:g}": one for tau, one in fixed.items()}
    if learned:
        trials[f"learned {1 / learned.scales[-1]:.2g}"] = learned
        steps = tuple(map(float, range(len(learned.scales))))
        course, clamp = Series("learned", steps, learned.scales), ("CLIP's clamp", MAX_SCALE)
        yield Chart("1/τ while it is learned", "step", "1/τ", (course,), (clamp,), y_axis="log")
    rows = []
    for label, one in trials.items():
        places = (one.recall, one.uniformity, one.tolerance, one.others)
        numbers = [Cell(round(value, 3) + 0.0, ".3f") for value in places]
        rows.append((label, *numbers, Cell(one.loss, ".2f")))
    yield Table(
        "What training comes to at each temperature",
        ("τ", "R@1", "uniformity", "tolerance", "others", "loss"),
        tuple(rows),
        (
            f"R@1: text to picture among {held_out} never seen; chance {1 / held_out:.3f}",
            "uniformity: 0 when all pictures lie in one place, near −4 when evenly spread",
            "tolerance: mean cosine of pictures of one subgroup; others: of different subgroups",
            f"loss: of the last training batches; chance is log {pairs} = {math.log(pairs):.2f}",
        ),
    )
    best = max(one.recall for one in fixed.values()) or 1.0
    curves = {
        "recall@1/best": {tau: one.recall / best for tau, one in fixed.items()},
        "tolerance": {tau: one.tolerance for tau, one in fixed.items()},
        "uniformity/−4": {tau: one.uniformity / -4 for tau, one in fixed.items()},
    }
    title = "Recall, tolerance and uniformity against the temperature"
    yield chart(title, "Look where each curve turns.", curves)


def notes(shares: Curves, fixed: Fixed, learned: Trial) -> Iterator[Note]:
    """What the numbers mean."""
    low, high, alike = min(fixed), max(fixed), shares["subgroup"]
    yield Note(
        "Hard negatives are often false ones: by trained towers, pictures of a text's own subgroup "
        f"take {alike[1.0]:.1%} of the push at τ = 1, and {alike[low]:.1%} at {low:g}."
    )
    chance, least = math.log(32_768), least_info_nce(32_768, 1)
    yield Note(
        "Raw cosines cannot be sharp: at τ = 1 perfect vectors of 32,768 pairs still cost "
        f"{least:.2f} nats, where chance is {chance:.2f}."
    )
    even = min(fixed, key=lambda tau: fixed[tau].uniformity)
    turn = "; smaller still, it turns" if even > low else ""
    yield Note(
        "Wang and Liu (arXiv:2012.09740) have the smaller τ the more even, at the price of "
        f"tolerance. That is seen from τ = {high:g} to {even:g}{turn}. Tolerance rises with any "
        f"cosine: at {low:g} it is {fixed[low].tolerance:.2f} within a subgroup, and between two "
        f"{fixed[low].others:.2f}; at {even:g} these are {fixed[even].tolerance:.2f} and "
        f"{fixed[even].others:.2f}."
    )
    best = max(fixed, key=lambda tau: fixed[tau].recall)
    yield Note(
        f"Learned from {START:g}, 1/τ ends at {learned.scales[-1]:.0f}. CLIP's 0.01 is its clamp, "
        f"not a place where τ came to rest. Recall@1 is {learned.recall:.3f}, and "
        f"{fixed[best].recall:.3f} at the best fixed τ, {best:g}."
    )
