"""Alignments side by side, as tables and a chart: where the vectors lie and what they find."""

from collections.abc import Mapping
from functools import partial

import torch

from contrastive_drill.demo.result import Cell, Chart, Series, Table
from contrastive_drill.lab.alignment import Alignment
from contrastive_drill.lab.measures import PRECISIONS, jittered, stored

Alignments = Mapping[str, Alignment]  # by the label of the loss


def geometry_table(alignments: Alignments) -> Table:
    """Cosines of true and wrong pairs, their difference, and spreads: one ruler for every loss."""
    rows = []
    for label, one in alignments.items():
        true, wrong = one.held_out.cosines()
        measured = (true, wrong, true - wrong, one.spread, one.held_out.centred().spread())
        numbers = [Cell(round(value, 3) + 0.0, ".3f") for value in measured]
        rows.append((label, *numbers, Cell(one.length, ".2f")))
    return Table(
        title="Where held-out vectors lie",
        columns=("loss", "cos true", "cos wrong", "margin", "spread", "centred", "length"),
        rows=tuple(rows),
        notes=(
            "margin: cosine of true pairs less that of wrong ones",
            "spread: std times the root of d; 0 collapsed, 1 isotropic",
            "centred: the spread, once each tower's mean is taken off: a cone is wide again",
            "length: of the vectors, against their length before training",
        ),
    )


def recall_table(alignments: Alignments, noise: float, seed: int) -> Table:
    """Recall from text to picture: exact, and recall@1 of the vectors as they may be stored."""
    rows = []
    for label, one in alignments.items():
        lossy = [one.held_out.recall(1, partial(stored, precision=name)) for name in PRECISIONS]
        generator = torch.Generator().manual_seed(seed)
        lossy.append(one.held_out.recall(1, partial(jittered, length=noise, generator=generator)))
        exact = [one.held_out.recall(1), one.held_out.recall(5), one.held_out.centred().recall(1)]
        rows.append((label, *(Cell(value, ".3f") for value in exact + lossy)))
    count = next(iter(alignments.values())).held_out.texts.shape[0]
    chance = [Cell(min(k / count, 1), ".3f") for k in (1, 5, 1, 1, 1, 1, 1)]
    return Table(
        title=f"Pictures found from their text, among {count} never seen",
        columns=("loss", "R@1", "R@5", "centred", "bf16", "int8", "int8/dim", "noise"),
        rows=(*rows, ("chance", *chance)),
        notes=(
            "centred: R@1 once each tower's mean is taken off",
            "bf16, int8, int8/dim, noise: R@1 with the vectors so stored or disturbed",
            "int8: one scale for the whole table; int8/dim: a range for each dimension",
            f"noise: Gaussian, of length {noise:g} against vectors of length 1",
        ),
    )


def spread_chart(alignments: Alignments) -> Chart:
    """The spread of each training batch, over the steps."""
    curves = {label: list(zip(*one.curve, strict=True)) for label, one in alignments.items()}
    return Chart(
        title="Spread of the batches during training",
        x_label="step",
        y_label="spread",
        sentence="A loss on the pairs alone has nothing that keeps its curve up.",
        series=tuple(Series(label, xs, ys) for label, (xs, ys) in curves.items()),
        references=(("isotropic", 1.0), ("collapsed", 0.0)),
    )
