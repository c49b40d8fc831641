"""The modality gap: pictures and texts as two clouds that lie apart (arXiv:2203.02053)."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from contrastive_drill.demo.result import Cell, Chart, LabelledFormula, Series, Table
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.retrieval import Retrieval

FORMULA = LabelledFormula(
    "The modality gap: the mean of the picture vectors u less that of the text vectors v, all of "
    "length 1",
    r"\Delta = \frac{1}{n} \sum_{i=1}^{n} u_i - \frac{1}{n} \sum_{i=1}^{n} v_i",
)


def gap(pictures: Tensor, texts: Tensor) -> Tensor:
    """The mean of the pictures [n, d] less that of the texts [n, d]."""
    return pictures.mean(dim=0) - texts.mean(dim=0)


def length(vectors: Retrieval) -> float:
    """The length of the gap: 0 for clouds with one centre, 2 for two opposite points."""
    return vectors.mean(lambda view: float(gap(view, vectors.texts).norm()))


def length_by_chance(vectors: Retrieval) -> float:
    """The root mean square gap of two samples as wide and as many, if they had one centre.

    √((tr Σ_u + tr Σ_v)/n), the covariances being those of the pictures and of the texts.
    """
    texts = float(vectors.texts.var(dim=0).sum())
    traces = vectors.mean(lambda view: float(view.var(dim=0).sum())) + texts
    return math.sqrt(traces / len(vectors.texts))


def separated(vectors: Retrieval) -> float:
    """The share of vectors on the side of their own kind, cut halfway along the gap.

    0.5 when the clouds lie in one another, 1 when this plane parts them.
    """

    def share(view: Tensor) -> float:
        along = gap(view, vectors.texts)
        middle = (view.mean(dim=0) + vectors.texts.mean(dim=0)) @ along / 2
        right = torch.cat([view @ along > middle, vectors.texts @ along < middle])
        return float(right.float().mean())

    return vectors.mean(share)


def gap_table(retrievals: Mapping[str, Retrieval]) -> Table:
    """The gap of several sets of vectors, and how it comes about."""
    rows = []
    for label, one in retrievals.items():
        pictures = one.mean(lambda view: float(view.mean(dim=0).norm()))
        texts = float(one.texts.mean(dim=0).norm())
        numbers = (length(one), length_by_chance(one), pictures, texts, separated(one))
        rows.append((label, *(Cell(number, ".3f") for number in numbers)))
    return Table(
        title="The modality gap",
        columns=("", "length", "by chance", "pictures", "texts", "parted"),
        rows=tuple(rows),
        notes=(
            "by chance: the length to expect of as many vectors with one centre",
            "pictures, texts: length of their mean; 1 when all are one vector, 0 all around",
            "parted: share on the side of their own kind of a plane halfway; 0.5 without a gap",
        ),
    )


def gap_chart(vectors: Retrieval) -> Chart:
    """Pictures of the first view and texts, along the gap and across it where they vary most."""
    pictures, texts = vectors.pictures[0], vectors.texts
    along = unit(gap(pictures, texts)[None])[0]
    both = torch.cat([pictures, texts]) - (pictures.mean(dim=0) + texts.mean(dim=0)) / 2
    rest = both - (both @ along)[:, None] * along
    across = torch.linalg.svd(rest, full_matrices=False).Vh[0]
    across = across * across[across.abs().argmax()].sign()  # a singular vector has no sign
    xs, ys = (both @ along).tolist(), (rest @ across).tolist()
    kinds = {"pictures": slice(len(pictures)), "texts": slice(len(pictures), None)}
    return Chart(
        title="The modality gap: pictures and texts of unseen concepts",
        x_label="along the gap",
        y_label="across it, first principal component",
        sentence="Each point is a concept: its picture and its text lie in two clouds, apart.",
        series=tuple(
            Series(label, tuple(xs[rows]), tuple(ys[rows]), points=True)
            for label, rows in kinds.items()
        ),
    )
