"""How the push of InfoNCE is divided among the negatives of an anchor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.demo.result import Cell, Chart, LabelledFormula, Series, Strip, Table
from contrastive_drill.lab.emoji import Emoji
from contrastive_drill.lab.losses import picking

FORMULAS = (
    LabelledFormula(
        "The gradient of InfoNCE by a similarity: p is the softmax of the row of anchor i.",
        r"\frac{\partial \mathcal{L}_i}{\partial s_{ij}} = \frac{p_{ij} - [i = j]}{\tau}, "
        r"\quad p_{ij} = \frac{e^{s_{ij}/\tau}}{\sum_k e^{s_{ik}/\tau}}",
    ),
    LabelledFormula(
        "The share of negative j in the push: the hardest has the largest similarity.",
        r"w_{ij} = \frac{p_{ij}}{1 - p_{ii}} "
        r"= \frac{e^{s_{ij}/\tau}}{\sum_{k \ne i} e^{s_{ik}/\tau}}",
    ),
)
FIVE = (0.28, 0.20, 0.10, 0.0, -0.10)  # similarities of an anchor to five negatives


def shares(similarities: Tensor, temperature: float) -> Tensor:
    """The part of the push that each negative takes: exp(s/τ) over its sum, along the last axis."""
    return (similarities / temperature).softmax(dim=-1)


def batch_shares(cosines: Tensor, temperature: float) -> Tensor:
    """`shares` of a batch: cosines [n, n] with the true pairs on the diagonal, which take none."""
    own = torch.eye(len(cosines), dtype=torch.bool, device=cosines.device)
    return shares(cosines.masked_fill(own, -torch.inf), temperature)


def gradient_shares(cosines: Tensor, temperature: float) -> Tensor:
    """`batch_shares` taken from the gradient of the loss by the cosines [n, n].

    The gradient of row i by cᵢⱼ is pᵢⱼ/(nτ), p being the softmax over all n: how hard the row
    pushes differs with its true pair, how it divides the push does not. Not-a-number in rows whose
    whole push is 0 in the precision of the cosines.
    """
    cosines = cosines.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(picking(cosines / temperature), cosines)
    push = gradient - gradient.diagonal().diag()
    return push / push.sum(dim=1, keepdim=True)


def hardest(divided: Tensor) -> float:
    """The share of the hardest negative, mean over the rows: 1/(n − 1) when all are alike."""
    return float(divided.max(dim=1).values.mean())


def disagreement(first: Tensor, second: Tensor) -> float:
    """The largest difference of two ways to divide the push, over the rows that both have."""
    known = ~(first.isnan() | second.isnan()).any(dim=1)
    apart = (first - second)[known].abs()
    return float(apart.max()) if known.any() else float("nan")


@dataclass(frozen=True, slots=True)
class PushShares:
    """How one batch divides its push at one temperature."""

    hardest: float  # the share of the hardest negative, mean over the anchors
    alike: float  # the share of all negatives with the anchor's own label
    number: float  # what part of the negatives these are
    apart: float  # the largest difference between softmax and gradient, over all shares


def push_shares(cosines: Tensor, labels: Tensor, temperature: float) -> PushShares:
    """How cosines [n, n] with true pairs on the diagonal divide it; one label a row and column."""
    divided = batch_shares(cosines, temperature)
    same = labels[:, None] == labels
    return PushShares(
        hardest=hardest(divided),
        alike=float((divided * same).sum(dim=1).mean()),
        number=float(same.sum() - len(same)) / (len(same) * (len(same) - 1)),
        apart=disagreement(divided, gradient_shares(cosines, temperature)),
    )


Pushes = Mapping[float, PushShares]  # by temperature


def share_table(first: Pushes, trained: Pushes, count: int) -> Table:
    """The shares of the hardest and of the alike, of five negatives and of real batches."""
    return Table(
        title="What part of the push the hardest negative takes",
        columns=("τ", "of five", "untrained", "trained", "subgroup"),
        rows=tuple(
            (
                f"{temperature:g}",
                Cell(hardest(shares(torch.tensor([FIVE]), temperature)), ".1%"),
                Cell(first[temperature].hardest, ".1%"),
                Cell(trained[temperature].hardest, ".1%"),
                Cell(trained[temperature].alike, ".1%"),
            )
            for temperature in first
        ),
        notes=(
            f"of five: closed form for similarities {', '.join(f'{one:g}' for one in FIVE)}",
            f"untrained, trained: of {count - 1}, mean over {count} texts never seen in training",
            "subgroup: trained, and taken by all pictures of the text's own subgroup together",
        ),
    )


def share_chart(first: Pushes, trained: Pushes) -> Chart:
    """The shares of `share_table` against τ."""
    at = tuple(sorted(first))
    five = torch.tensor([FIVE])
    return Chart(
        title="What part of the push the hardest negative takes",
        x_label="τ",
        y_label="share",
        sentence="A large τ pushes all negatives alike, a small one mostly the nearest.",
        series=(
            Series("of five", at, tuple(hardest(shares(five, one)) for one in at)),
            Series("untrained", at, tuple(first[one].hardest for one in at)),
            Series("trained", at, tuple(trained[one].hardest for one in at)),
            Series("own subgroup", at, tuple(trained[one].alike for one in at)),
        ),
        x_axis="log",
    )


def hardest_strip(
    emoji: Emoji, concepts: Sequence[int], cosines: Tensor, text: int, at: tuple[float, float]
) -> Strip:
    """The four pictures that one text pushes hardest, with their shares at two temperatures."""
    sharp, soft = (batch_shares(cosines, temperature)[text] for temperature in at)
    worst = cosines[text].argsort(descending=True, stable=True).tolist()
    worst = [picture for picture in worst if picture != text][:4]
    name = emoji.concepts[concepts[text]].name
    return Strip(
        f"“{name}” pushes hardest: share at τ = {at[0]:g} (and at {at[1]:g})",
        tuple(
            emoji.picture(concepts[one], f" {float(sharp[one]):.0%} ({float(soft[one]):.1%})")
            for one in worst
        ),
    )
