"""What the demo `siamese` shows."""

from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import Cell, Chart, Note, Series, Table
from contrastive_drill.lab.siamese.tower import Tower


def where(found: Mapping[str, Tower]) -> Table:
    """Where the vectors lie, and what DINO's targets are."""
    rows = []
    for label, one in found.items():
        numbers = (one.spread, one.margin, one.even, one.told)
        rows.append((label, *(Cell(each, ".2f") for each in numbers)))
    return Table(
        title="Concepts never seen, by a tower trained on two drawings of a concept",
        columns=("loss", "spread", "margin", "even, nats", "told, nats"),
        rows=tuple(rows),
        notes=(
            "spread: std times the root of d; 0 collapsed, 1 isotropic",
            "margin: cosine of a concept's two drawings, less that of different concepts",
            "even: entropy of the mean target: 0 when one prototype has all, 5.55 when each has "
            "the same share",
            "told: how far a target lies from the mean one: 0 when all views get the same",
        ),
    )


def spreads(found: Mapping[str, Tower]) -> Chart:
    """The spread of each training batch, over the steps."""
    curves = {label: list(zip(*one.curve, strict=True)) for label, one in found.items()}
    return Chart(
        title="Spread of the batches during training",
        x_label="step",
        y_label="spread",
        series=tuple(Series(label, xs, ys) for label, (xs, ys) in curves.items()),
        references=(("isotropic", 1.0), ("collapsed", 0.0)),
        sentence="All begin alike; what differs is one line of the loss.",
    )


def notes(found: Mapping[str, Tower]) -> Iterator[Note]:
    """What the numbers mean."""
    plain, simsiam, moving, dino, uncentred, flat = found.values()
    yield Note(
        f"Agreement alone is had for nothing by one vector for all: spread {plain.spread:.2f}. "
        "With a predictor and a stopped gradient the target does not come to meet the prediction: "
        f"{simsiam.spread:.2f}. Let the gradient through, and the predictor is no help: "
        f"{moving.spread:.2f}. That the constant is still a minimum of SimSiam's loss is true; "
        "training does not go there."
    )
    yield Note(
        f"DINO's two halves pull apart. Uncentred, the mean target has {uncentred.even:.2f} nats: "
        f"near 0 one prototype takes all. Unsharpened, a target lies {flat.told:.2f} nats from "
        "the mean: near 0 every view gets the same answer, and nothing is taught. With both, "
        f"{dino.even:.2f} and {dino.told:.2f}."
    )
    yield Note(
        "A spread is no skill: it says that vectors differ, not that they know what they show. "
        "BYOL and DINO also average the teacher over time; here it is the student itself. Two "
        "different towers, as CLIP's, are another matter: their targets share no weights with "
        "what is trained."
    )
