"""Encoders side by side, frozen and fine-tuned, and what they and the rebuilt pictures show."""

import math
from collections.abc import Iterator, Mapping

from contrastive_drill.demo.result import Cell, Chart, Claim, Finding, Note, Outcome, Series, Table

PIXELS, SCRATCH, MAE, TWIN = "pixels, no encoder", "no pretraining", "MAE", "contrastive twin"
ENOUGH = 1000  # steps: from here on a run judges the encoders and the mask ratios

Accuracies = Mapping[str, float]  # by label, on concepts never seen
Swept = Mapping[float, tuple[float, float]]  # by mask ratio: part explained, frozen accuracy


def accuracy_table(title: str, frozen: Accuracies, tuned: Accuracies) -> Table:
    """Each encoder frozen, by k-NN on its features, and fine-tuned, as far as that is done."""
    return Table(
        title,
        ("encoder", "frozen, k-NN", "fine-tuned"),
        tuple(
            (label, Cell(one, ".3f"), Cell(tuned.get(label, math.nan), ".3f"))
            for label, one in frozen.items()
        ),
        ("k-NN: votes of the 20 nearest, by exp(cosine/0.07); pixels less the mean picture",),
    )


def ratio_chart(swept: Swept, pixels: float) -> Chart:
    """What a short training of MAE explains under each mask ratio, and its frozen accuracy."""
    ratios = tuple(sorted(swept))
    explained, frozen = zip(*(swept[ratio] for ratio in ratios), strict=True)
    return Chart(
        title="A short training of MAE against the mask ratio",
        x_label="share of the patches masked",
        y_label="share",
        series=(
            Series("variance explained", ratios, explained),
            Series("frozen, k-NN", ratios, frozen),
        ),
        references=(("raw pixels, k-NN", pixels),),
        sentence="The paper's linear probe peaks at 75 %: does so short a training?",
    )


def judged(
    steps: int, frozen: Accuracies, tuned: Accuracies, swept: Swept, hidden: float, seen: float
) -> Iterator[Finding]:
    """The outcome, the notes and the claims, most of which take enough training."""
    enough, low, high = steps >= ENOUGH, min(swept), max(swept)
    above, below, gained = Claim.above, Claim.below, frozen[MAE] - frozen[PIXELS]
    yield Outcome(0 if gained > 0.1 else 1 if gained > -0.1 else 2)
    yield Note(
        "The pictures flatter: a masked patch is shown with its true mean and deviation, and what "
        "was seen is pasted in. Look at colours and edges. Of what was masked the model explains "
        f"{hidden:.0%} of the variance, where a blank patch has 0 %; of what it saw, which the "
        f"loss leaves out, {seen:.0%}."
    )
    yield Note(
        "In the paper (arXiv:2111.06377) ViT-B has 68.0 % by a linear probe and 83.6 fine-tuned, "
        "where MoCo v3 has 76.7 (its own paper, arXiv:2104.02057) and 83.2: decide by how an "
        "encoder will be used. The twin here cost as many multiply-adds as MAE, but is told which "
        "drawings show one concept. Over 400 concepts accuracy is uncertain by about 0.02."
    )
    yield above("Variance explained of held-out masked patches", hidden, 0.3 if enough else 0.1)
    yield below("The same of patches it saw, which the loss leaves out", seen, 0)
    if not enough:
        yield Note("This run is too short to judge the encoders, and claims nothing of them.")
        return
    lead, left = (each[TWIN] - each[MAE] for each in (frozen, tuned))
    harder = swept[low][0] - swept[high][0]
    yield below("Frozen: accuracy of MAE, less that of raw pixels", gained, 0.05)
    yield above("Frozen: accuracy of the twin, less MAE's", lead, 0)
    yield above("What fine-tuning takes off the twin's lead over MAE", lead - left, 0)
    yield above(f"Explained with {low:.0%} masked, less with {high:.0%}", harder, 0)
