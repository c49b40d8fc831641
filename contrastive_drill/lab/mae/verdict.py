"""The claims of `mae`, and what its numbers mean."""

from collections.abc import Iterator

from contrastive_drill.demo.result import Claim, Note, Outcome
from contrastive_drill.lab.mae.encoder_accuracy import PIXELS, Accuracies
from contrastive_drill.lab.mae.mask_ratio import Results, extremes
from contrastive_drill.lab.mae.reconstruction import ReconstructionScore

SCRATCH, MAE, TWIN = "no pretraining", "MAE", "contrastive twin"
ENOUGH = 1000  # steps: from here on a run judges the twin, fine-tuning and the mask ratios


def claims(
    steps: int, accuracies: Accuracies, results: Results, score: ReconstructionScore
) -> Iterator[Claim]:
    """Each relation as this data shows it; most are judged only after enough training."""
    mae, twin = (accuracies[label] for label in (MAE, TWIN))
    low, high = extremes(results)
    above, below = Claim.above, Claim.below
    yield below("Most that noise in masked patches changes of the output", score.leak, 1e-6)
    gained = score.hidden - score.mirrored
    yield above("Variance explained of masked patches, less by copying mirror images", gained, 0.05)
    yield below("The same of patches it saw, which the loss leaves out", score.seen, 0)
    pixels = mae.frozen - accuracies[PIXELS].frozen
    yield below("Frozen: accuracy of MAE, less that of raw pixels", pixels, 0.05)
    if steps >= ENOUGH:
        yield above("Variance explained of held-out masked patches", score.hidden, 0.3)
        yield above("Frozen: accuracy of the twin, less MAE's", twin.frozen - mae.frozen, 0)
        yield above("Accuracy of MAE fine-tuned, less frozen", mae.tuned - mae.frozen, 0.02)
        closed = twin.frozen - mae.frozen - (twin.tuned - mae.tuned)
        yield above("What fine-tuning takes off the twin's lead over MAE", closed, 0)
        harder = low.explained - high.explained
        yield above(f"Explained with {low.ratio:.0%} masked, less with {high.ratio:.0%}", harder, 0)


def notes(
    steps: int,
    sweep_steps: int,
    accuracies: Accuracies,
    results: Results,
    score: ReconstructionScore,
) -> Iterator[Note]:
    """What the numbers mean."""
    yield Note(
        "The pictures flatter. The model says how a masked patch differs from its own mean, in its "
        "own standard deviations; both come from the true picture, and what was seen is pasted "
        "in. So light and dark are right before any training: look at colours and edges. Inside "
        f"masked patches it explains {score.hidden:.0%} of the variance, where copying the mirror "
        f"image of what was seen explains {score.mirrored:.0%}; inside those it saw "
        f"{score.seen:.0%}, worse than blank, because the loss never asks for them."
    )
    mae, twin, scratch, pixels = (accuracies[label] for label in (MAE, TWIN, SCRATCH, PIXELS))
    tuned = (
        f"Fine-tuned, {mae.tuned:.3f} against {twin.tuned:.3f}, and {scratch.tuned:.3f} from "
        "scratch, within what seeds differ."
    )
    if steps < ENOUGH:
        tuned = (
            "This run is too short to judge the twin or fine-tuning, and claims nothing of them."
        )
    yield Note(
        f"Frozen, MAE has {mae.frozen:.3f} against the twin's {twin.frozen:.3f} and "
        f"{pixels.frozen:.3f} for raw pixels. {tuned} "
        "In the paper (arXiv:2111.06377) ViT-B has 68.0 % by a linear probe and 83.6 fine-tuned, "
        "where MoCo v3 has 76.7 (in its own paper, arXiv:2104.02057) and 83.2. Decide by how an "
        "encoder will be used."
    )
    yield Note(
        "Fair to both: the same first weights and about the same multiply-adds (the twin has no "
        "decoder, and sees more pictures), the same share masked, as FLIP masks. Unlike MAE, the "
        "twin is told which drawings show one concept. Accuracy is uncertain by about 0.02, less "
        "between two encoders on the same pictures."
    )
    low, high = extremes(results)
    normal = [one for one in results if one.normalized]
    best = max(normal, key=lambda one: one.accuracy)
    apart = best.accuracy - min(one.accuracy for one in normal)
    yield Note(
        f"Mask ratios differ by {apart:.3f} in frozen accuracy after {sweep_steps} steps, "
        f"the best being {best.ratio:.0%}. The paper's linear probe rises from 54.6 to 73.5 % up "
        "to a ratio of 75 %; so short a training shows no such thing. What masking saves it shows: "
        f"the encoder reads {high.visible} patches at {high.ratio:.0%}, {low.visible} at "
        f"{low.ratio:.0%}."
    )


def outcome(accuracies: Accuracies) -> Outcome:
    """Which option of the prediction came true."""
    gained = accuracies[MAE].frozen - accuracies[PIXELS].frozen
    return Outcome(0 if gained > 0.1 else 1 if gained > -0.1 else 2)
