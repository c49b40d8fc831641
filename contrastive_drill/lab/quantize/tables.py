"""What the demo `quantize` shows."""

from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import (
    Cell,
    Chart,
    Claim,
    Finding,
    LabelledFormula,
    Note,
    Series,
    Table,
)

Errors = tuple[float, float]  # of a layer's weights and of its output, squared, over their squares
TENSOR, NEAREST, EVEN = "per tensor", "per row", "per row, symmetric"
GPTQ, AWQ, QAT = "GPTQ", "AWQ", "trained through"
NORMED, BOTH = "per row, batch norm anew", "GPTQ, batch norm anew"
FORMULA = LabelledFormula(
    "What counts is the output, where errors of correlated inputs cancel or add up; so GPTQ lets "
    "the columns to come make up for one that was rounded (G inverts the Hessian of those left):",
    r"\|(W - \hat{W}) X\|^2, \qquad w_j \leftarrow w_j - \frac{w_i - \hat{w}_i}{G_{ii}} G_{ij}",
)


def errors(found: Mapping[int, Mapping[str, Errors]]) -> Iterator[Finding]:
    """The errors of one layer: in 3 bits against each other, and all."""
    yield Chart(
        "One layer in 3 bits",
        "error of its weights",
        "error of its output",
        tuple(Series(way, (x,), (y,), points=True) for way, (x, y) in found[3].items()),
        sentence="GPTQ stands to the right of rounding to nearest, row by row, and below it.",
    )
    rows = [
        (str(bits), way, Cell(weights, ".2e"), Cell(output, ".2e"))
        for bits, ways in found.items()
        for way, (weights, output) in ways.items()
    ]
    columns = ("bits", "rounded", "error of weights", "error of output")
    note = "Squared, relative; the output on pictures of concepts never trained on."
    yield Table("One layer, 1,024 to 256", columns, tuple(rows), (note,))


def accuracies(full: float, found: Mapping[int, Mapping[str, float]]) -> Iterator[Finding]:
    """Accuracy by bits, every layer rounded."""
    ways = list(next(iter(found.values())))
    bits = tuple(map(float, found))
    yield Chart(
        "Accuracy with every layer rounded",
        "bits",
        "accuracy",
        tuple(
            Series(way, bits, tuple(row[way] for row in found.values()))
            for way in (NEAREST, BOTH, QAT)
        ),
        (("not rounded", full),),
        sentence="In 2 bits rounding to nearest falls; the others hold.",
    )
    rows = [(way, *(Cell(row[way], ".3f") for row in found.values())) for way in ways]
    columns = ("rounded", *(f"{each} bits" for each in found))
    note = f"Not rounded {full:.3f}; the standard error is about 0.016."
    yield Table("Accuracy on concepts never trained on", columns, tuple(rows), (note,))


def accuracy_claims(full: float, found: Mapping[int, Mapping[str, float]]) -> Iterator[Claim]:
    """What rounding the whole classifier costs, and what brings it back."""
    least = found[2][NEAREST]
    lost, trained, free = (each - least for each in (full, found[2][QAT], found[2][BOTH]))
    yield Claim.below("8 bits, nearest: accuracy lost", full - found[8][NEAREST], 0.02)
    yield Claim.above("2 bits, nearest: accuracy lost", lost, 0.02)
    yield Claim.above("share of it won back by training through the rounding", trained / lost, 0.5)
    yield Claim.above("share won back by GPTQ and batch norm anew, no labels", free / lost, 0.5)


def note(awq: float) -> Note:
    """What the numbers mean."""
    return Note(
        f"AWQ has {awq:.2f} of the output error of nearest: its scales protect channels whose "
        "inputs are far larger than others', and behind batch normalization none are. That part "
        "of a language model's story does not show here."
    )
