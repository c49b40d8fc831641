"""What the demo `siglip` shows."""

import math
from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import Cell, Chart, Finding, LabelledFormula, Note, Series, Table

FORMULA = LabelledFormula(
    "Each score on its own: its gradient knows of no other, and the bias is a prior.",
    r"\frac{\partial \mathcal{L}}{\partial s_{ij}} = \frac{t}{N}\left(\sigma(t s_{ij} + b) -"
    r" [i = j]\right), \qquad e^{b} \approx \frac{1}{N - 1}",
)

NOTE = Note(
    "The published -10 is near log 1/N at N = 32,768, where it belongs. In a run as "
    "short as this it hardly moves from where it began. That SigLIP is better at small batches, as "
    "its paper finds, is not seen here: the losses differ no more than seeds do."
)


def first(at: Mapping[float, tuple[float, float, float]], best: float, pairs: int) -> Table:
    """Gradients before any step."""
    rows = [(f"{bias:.2f}", *(Cell(each, ",.2f") for each in one)) for bias, one in at.items()]
    note = f"The best bias here is {best:.2f}; log 1/{pairs - 1} is {-math.log(pairs - 1):.2f}."
    columns = ("bias", "loss, nats", "pull on true", "push on wrong")
    return Table(f"Untrained towers, {pairs} pairs, t = 10", columns, tuple(rows), (note,))


def by_batch(recalls: Mapping[str, Mapping[int, float]]) -> Iterator[Finding]:
    """Recall by batch size, drawn where there are two or more."""
    sizes = next(iter(recalls.values()))
    if len(sizes) > 1:
        yield Chart(
            "Recall@1 at equal samples",
            "pairs a batch",
            "recall@1",
            tuple(
                Series(name, tuple(map(float, row)), tuple(row.values()))
                for name, row in recalls.items()
            ),
            x_axis="log",
            sentence="Neither loss is ahead by more than seeds differ.",
        )
    rows = [(name, *(Cell(one, ".3f") for one in row.values())) for name, row in recalls.items()]
    columns = ("pairs a batch", *map(str, sizes))
    yield Table("Recall@1 among concepts never trained on", columns, tuple(rows))


def by_bias(found: Mapping[float, float], batch: int) -> Table:
    """Recall by where the bias began."""
    rows = tuple((f"{bias:.2f}", Cell(one, ".3f")) for bias, one in found.items())
    return Table(f"Recall@1 by the first bias, {batch} pairs a batch", ("bias", "recall@1"), rows)
