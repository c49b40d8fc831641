"""What the demo `memory` shows."""

from collections.abc import Iterator, Mapping, Sequence

from contrastive_drill.demo.result import (
    Cell,
    Chart,
    Finding,
    LabelledFormula,
    Note,
    Series,
    Table,
)
from contrastive_drill.lab.memory.gradients import PLAIN, Look

MIB = 2**20
OURS = "InfoNCE in tiles"
FORMULA = LabelledFormula(
    "A row's log-sum-exp a comes tile by tile; from it and a column's b backward makes anew:",
    r"\frac{\partial \mathcal{L}}{\partial l_{ij}} = \frac{1}{N}\left("
    r"\frac{e^{l_{ij} - a_i} + e^{l_{ij} - b_j}}{2} - [i = j]\right)",
)
NOTE = Note(
    "Counted is what stays until backward; a tile or two more are made and dropped, a MiB each. "
    "Beside the activations of real towers all this is small, and those are what gradient caching "
    "cuts: to one chunk, for one more forward pass, and exactly where both passes agree."
)


def kept(counts: Mapping[str, Mapping[int, int]]) -> Iterator[Finding]:
    """Bytes kept by loss and number of pairs."""
    sizes = tuple(map(float, next(iter(counts.values()))))
    mib = {label: tuple(each / MIB for each in row.values()) for label, row in counts.items()}
    yield Chart(
        "What is kept for backward",
        "pairs",
        "MiB",
        tuple(Series(label, sizes, row) for label, row in mib.items()),
        x_axis="log",
        y_axis="log",
        sentence="What leaves its parts to autograd is quadratic, SigLIP too; tiles with a "
        "backward of their own are linear.",
    )
    rows = [(label, *(Cell(one, ",.1f", "MiB") for one in row)) for label, row in mib.items()]
    columns = ("pairs", *(f"{n:,.0f}" for n in sizes))
    yield Table("MiB kept for backward", columns, tuple(rows))


def gradients(looks: Sequence[Look]) -> Iterator[Finding]:
    """The accumulated gradient against training, and every way at every look."""
    steps = tuple(float(step) for step, _ in looks)
    _, lengths, cosines = zip(*(ways[PLAIN] for _, ways in looks), strict=True)
    yield Chart(
        "Accumulated gradient beside the true one",
        "steps trained",
        "",
        (Series("cosine", steps, cosines), Series("length", steps, lengths)),
        sentence="While all negatives are alike the two agree; once the hard ones matter, a small "
        "chunk lacks them.",
    )
    rows = [
        (str(step), way, Cell(off, ".1e"), Cell(length, ".3f"), Cell(cosine, ".3f"))
        for step, ways in looks
        for way, (off, length, cosine) in ways.items()
    ]
    columns = ("steps", "gradient", "relative error", "length", "cosine")
    yield Table("Gradients of one batch beside the true one", columns, tuple(rows))
