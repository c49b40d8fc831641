"""Frozen, a masked autoencoder is weak; fine-tuned, it makes up for it.

    contrastive-drill demo mae            80 s on two cores
    contrastive-drill demo mae --quick    10 s

An encoder learns from emoji without labels, twice from the same weights and with the same number
of multiply-adds: as a masked autoencoder, pictures shown while it learns, and by InfoNCE on two
artists' drawings of a concept. Expect, on concepts never trained on, MAE's frozen k-NN accuracy
1 to 8 points below its contrastive twin's and no better than that of raw pixels; fine-tuned with a
few labels, MAE within 2 points of the twin, and 3 to 5 above the same encoder from scratch.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from contrastive_drill.demo.options import Amount, Count, Few, Positive, Share, Shares
from contrastive_drill.demo.result import Claim, Finding, Host, Note
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.autoencoder import FORMULAS, MaskedAutoencoder
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.mae import mask_ratio
from contrastive_drill.lab.mae.dataset import load_grouped
from contrastive_drill.lab.mae.encoder_accuracy import PIXELS, Accuracies, accuracy_table, compare
from contrastive_drill.lab.mae.loss_curve import LossCurve, loss_chart
from contrastive_drill.lab.mae.mask_ratio import Results, extremes
from contrastive_drill.lab.mae.reconstruction import MaskedPictures, ReconstructionScore
from contrastive_drill.lab.mae.self_supervision import train_autoencoder, train_contrastive
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.vit import ViTShape, initialize

SHAPE = ViTShape(image=32, patch=4, depth=3, width=48, heads=4)  # 64 patches of 48 numbers
DECODER = (1, 32, 2)  # depth, width, heads
SCRATCH, MAE, TWIN = "no pretraining", "MAE", "contrastive twin"


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    ratio: Share = 0.75  # of the patches that are masked, for MAE and for its contrastive twin
    steps: Count = 2400  # of MAE, 25 s on two cores; in the first 300 it learns to blur
    batch: Count = 16  # pictures: many small steps rebuild better than few large ones
    rate: Positive = 4e-3  # of AdamW for MAE, at its peak
    twin_steps: Count = 500  # 16 s on two cores: as many multiply-adds as MAE's, decoder and all
    pairs: Few = 64  # two artists' drawings of a concept each, against 63 negatives
    twin_rate: Positive = 3e-3  # of AdamW for the twin, at its peak
    decay: Amount = 0.05  # usual with AdamW
    held: Few = 400  # concepts that nothing is trained on
    labels: Few = 400  # concepts whose group is told, of those trained on
    tune_steps: Count = 300  # 6 s an encoder on two cores
    tune_batch: Few = 32  # pictures
    tune_rate: Positive = 2e-3  # of AdamW for the encoder; the new layer has ten times that
    tune_ratio: Share = 0.5  # of the patches that are left out: half the time, and no worse here
    ratios: Shares = (0.5, 0.75, 0.9)  # of the patches that are masked, in the sweep
    sweep_steps: Count = 400  # of MAE under each ratio


SMOKE = Config(  # enough to judge what is rebuilt, not the twin or what fine-tuning brings
    steps=250,
    twin_steps=25,
    held=150,
    labels=150,
    tune_steps=12,
    ratios=(0.25, 0.9),
    sweep_steps=12,
)
HEAVY = ("batch", "pairs", "tune_batch")
ENOUGH = 1000  # steps: from here on a run judges the twin, fine-tuning and the mask ratios


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train both ways, judge the encoders as they are and tuned, then mask less and more."""
    for ratio in (config.ratio, config.tune_ratio, *config.ratios):
        if not SHAPE.visible(ratio):
            raise UsageProblem(f"a ratio of {ratio:g} leaves none of {SHAPE.patches} patches")
    device = choose(config.device)

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)

    def fresh() -> MaskedAutoencoder:
        model = MaskedAutoencoder(SHAPE, *DECODER)
        initialize(model, seeded())  # the same first weights each time
        return model.to(device)

    data = load_grouped(config.held, config.labels, seeded(), device)
    pictures, artists = data.views.flatten(0, 1), data.views.shape[1]
    masked = MaskedPictures.drawn(data.test.pictures, SHAPE, config.ratio, seeded())
    shown = masked.subset(range(0, len(masked.order), artists)[:3])  # the first: nobody picked them
    autoencoder, twin = fresh(), fresh().encoder
    curves: dict[str, LossCurve] = {}
    guess = {MAE: masked.blank_loss(SHAPE.patch), TWIN: math.log(config.pairs)}

    yield from FORMULAS
    yield from shown.strips(autoencoder, data.names, "untrained")
    schedule = Schedule(config.steps, config.batch, config.rate, config.decay)
    curves[MAE], report = LossCurve(schedule.steps), host.counted(MAE, schedule.steps)
    training = train_autoencoder(autoencoder, pictures, config.ratio, schedule, seeded())
    for step in curves[MAE].follow(training, report):
        yield from shown.strips(autoencoder, data.names, f"step {step}")
        yield loss_chart(curves, guess)
    schedule = Schedule(config.twin_steps, config.pairs, config.twin_rate, config.decay)
    curves[TWIN], report = LossCurve(schedule.steps), host.counted(TWIN, schedule.steps)
    training = train_contrastive(twin, data.views, config.ratio, schedule, seeded())
    for _ in curves[TWIN].follow(training, report):
        yield loss_chart(curves, guess)
    score = masked.score(autoencoder, seeded())

    encoders = {SCRATCH: fresh().encoder, MAE: autoencoder.encoder, TWIN: twin}
    schedule = Schedule(config.tune_steps, config.tune_batch, config.tune_rate, config.decay)
    accuracies: Accuracies = {}
    for accuracies in compare(encoders, data, config.tune_ratio, schedule, seeded, host):
        yield accuracy_table(accuracies, data)
    schedule = Schedule(config.sweep_steps, config.batch, config.rate, config.decay)
    results: Results = ()
    references = {label: accuracies[label].frozen for label in (SCRATCH, PIXELS)}
    for results in mask_ratio.sweep_ratios(
        fresh, config.ratios, config.ratio, data, schedule, seeded, host
    ):
        yield mask_ratio.ratio_table(results, SHAPE.patches, schedule.steps)
        yield mask_ratio.ratio_chart(results, references)
    yield from notes(config, accuracies, results, score)
    yield from claims(config, accuracies, results, score)


def claims(
    config: Config, accuracies: Accuracies, results: Results, score: ReconstructionScore
) -> Iterator[Claim]:
    """Each relation as this data shows it; most are judged only after enough training."""
    mae, twin, scratch = (accuracies[label] for label in (MAE, TWIN, SCRATCH))
    low, high = extremes(results)
    above, below = Claim.above, Claim.below
    yield below("Most that noise in masked patches changes of the output", score.leak, 1e-6)
    yield above("Variance explained of held-out masked patches", score.hidden, 0.15)
    yield below("The same of patches it saw, which the loss leaves out", score.seen, 0)
    pixels = mae.frozen - accuracies[PIXELS].frozen
    yield below("Frozen: accuracy of MAE, less that of raw pixels", pixels, 0.05)
    if config.steps >= ENOUGH:
        yield above("Frozen: accuracy of the twin, less MAE's", twin.frozen - mae.frozen, 0)
        yield above("Accuracy of MAE fine-tuned, less frozen", mae.tuned - mae.frozen, 0.02)
        yield above("Fine-tuned: MAE, less from scratch", mae.tuned - scratch.tuned, 0)
        closed = twin.frozen - mae.frozen - (twin.tuned - mae.tuned)
        yield above("What fine-tuning takes off the twin's lead over MAE", closed, 0)
        harder = low.explained - high.explained
        yield above(f"Explained with {low.ratio:.0%} masked, less with {high.ratio:.0%}", harder, 0)


def notes(
    config: Config, accuracies: Accuracies, results: Results, score: ReconstructionScore
) -> Iterator[Note]:
    """What the numbers mean."""
    yield Note(
        "The pictures flatter. The model says how a masked patch differs from its own mean, in its "
        "own standard deviations; both come from the true picture, and what was seen is pasted "
        "in. So light and dark are right before any training: look at colours and edges. Inside "
        f"masked patches it explains {score.hidden:.0%} of the variance; inside those it saw "
        f"{score.seen:.0%}, worse than blank, because the loss never asks for them."
    )
    mae, twin, scratch, pixels = (accuracies[label] for label in (MAE, TWIN, SCRATCH, PIXELS))
    tuned = (
        f"Fine-tuned, {mae.tuned:.3f} against {twin.tuned:.3f}, and {scratch.tuned:.3f} from "
        "scratch."
    )
    if config.steps < ENOUGH:
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
        f"Mask ratios differ by {apart:.3f} in frozen accuracy after {config.sweep_steps} steps, "
        f"the best being {best.ratio:.0%}. The paper's linear probe rises from 54.6 to 73.5 % up "
        "to a ratio of 75 %; so short a training shows no such thing. What masking saves it shows: "
        f"the encoder reads {high.visible} patches at {high.ratio:.0%}, {low.visible} at "
        f"{low.ratio:.0%}."
    )
