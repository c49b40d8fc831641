"""Frozen, a masked autoencoder is weak; fine-tuned, it makes up for it.

    contrastive-drill demo mae            60 s on two cores
    contrastive-drill demo mae --quick    10 s

An encoder learns from emoji without labels, twice from the same weights and with the same number
of multiply-adds: as a masked autoencoder, pictures shown while it learns, and by NT-Xent on two
artists' drawings of a concept. Expect, on concepts never trained on, MAE's frozen k-NN accuracy
1 to 8 points below its contrastive twin's and no better than that of raw pixels; fine-tuned with a
few labels, MAE within 4 points of the twin, and all about as good as from scratch.
"""

import math

import torch
from torch import Tensor, nn


def patchify(pictures: Tensor, patch: int) -> Tensor:
    """Pictures [n, c, h, w] to patches [n, N, patch * patch * c], row by row."""
    n, c, h, w = pictures.shape
    grid = pictures.reshape(n, c, h // patch, patch, w // patch, patch)
    return grid.permute(0, 2, 4, 3, 5, 1).reshape(n, -1, patch * patch * c)


def normalized(patches: Tensor) -> Tensor:
    """The target: each patch less its own mean, over its own standard deviation."""
    spread = (patches.var(2, keepdim=True) + 1e-6).sqrt()
    return (patches - patches.mean(2, keepdim=True)) / spread


def masked_loss(rebuilt: Tensor, target: Tensor, order: Tensor, visible: int) -> Tensor:
    """Squared error where nothing was seen: the patches from place `visible` of the order on."""
    hidden = order[:, visible:, None].expand(-1, -1, target.shape[2])
    return ((rebuilt - target).gather(1, hidden) ** 2).mean()


class TinyAutoencoder(nn.Module):
    """The encoder reads what is visible; the decoder gets a token for each patch that is not."""

    def __init__(self, count: int, pixels: int, width: int) -> None:
        super().__init__()
        self.embed, self.head = nn.Linear(pixels, width), nn.Linear(width, pixels)
        self.places = nn.Parameter(0.02 * torch.randn(count, width))
        self.mask = nn.Parameter(torch.zeros(width))
        self.encoder, self.decoder = (
            nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, "gelu", batch_first=True)
            for _ in range(2)
        )

    def forward(self, patches: Tensor, order: Tensor, visible: int) -> Tensor:
        """Patches [n, N, pixels] to as many rebuilt ones; `order` [n, N] has the visible first."""
        n, count, _ = patches.shape
        tokens = self.embed(patches) + self.places
        places = order[:, :, None].expand(-1, -1, tokens.shape[2])
        seen = self.encoder(tokens.gather(1, places[:, :visible]))
        filled = torch.cat([seen, self.mask.expand(n, count - visible, -1)], 1)
        back = filled.gather(1, places.argsort(1))  # each token in its patch's own place again
        out: Tensor = self.head(self.decoder(back + self.places))
        return out


if __name__ == "__main__":
    torch.manual_seed(0)
    model, side = TinyAutoencoder(16, 16, 32), torch.linspace(0, math.pi, 16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for step in range(201):
        waves, phases = 1 + 2 * torch.rand(2, 64, 1, 1), math.pi * torch.rand(2, 64, 1, 1)
        down, across = (torch.sin(w * side + p) for w, p in zip(waves, phases, strict=True))
        patches = patchify((down.mT * across)[:, None], 4)  # pictures of two waves each
        order = torch.rand(64, 16).argsort(1)
        loss = masked_loss(model(patches, order, 4), normalized(patches), order, 4)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step:3}: masked loss {loss.item():.3f}; a blank costs about 1")

# %% The experiment
from collections.abc import Iterator
from dataclasses import dataclass

from contrastive_drill.demo.options import Amount, Count, Few, Positive, Share, Shares
from contrastive_drill.demo.result import Finding, Host, Prediction
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.autoencoder import FORMULAS, MaskedAutoencoder
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.mae import mask_ratio
from contrastive_drill.lab.mae.dataset import load_grouped
from contrastive_drill.lab.mae.encoder_accuracy import PIXELS, Accuracies, accuracy_table, compare
from contrastive_drill.lab.mae.loss_curve import LossCurve, loss_chart
from contrastive_drill.lab.mae.mask_ratio import Results
from contrastive_drill.lab.mae.reconstruction import MaskedPictures
from contrastive_drill.lab.mae.self_supervision import train_autoencoder, train_contrastive
from contrastive_drill.lab.mae.verdict import MAE, SCRATCH, TWIN, claims, notes, outcome
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.vit import ViTShape, initialize

SHAPE = ViTShape(image=32, patch=4, depth=3, width=48, heads=4)  # 64 patches of 48 numbers
DECODER = (1, 32, 2)  # depth, width, heads
PREDICTION = Prediction(
    "Frozen, by its nearest neighbours: MAE's encoder beside raw pixels is…",
    ("far better", "about as good", "far worse"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    ratio: Share = 0.75  # of the patches that are masked, for MAE and for its contrastive twin
    steps: Count = 1500  # of MAE, 16 s on two cores; in the first 300 it learns to blur
    batch: Count = 16  # pictures: many small steps rebuild better than few large ones
    rate: Positive = 4e-3  # of AdamW for MAE, at its peak
    twin_steps: Count = 312  # 10 s on two cores: as many multiply-adds as MAE's, decoder and all
    pairs: Few = 64  # two artists' drawings of a concept each, against 126 negatives
    twin_rate: Positive = 3e-3  # of AdamW for the twin, at its peak
    decay: Amount = 0.05  # usual with AdamW
    held: Few = 400  # concepts that nothing is trained on
    labels: Few = 400  # concepts whose group is told, of those trained on
    tune_steps: Count = 400  # 8 s an encoder on two cores
    tune_batch: Few = 32  # pictures
    tune_rate: Positive = 2e-3  # of AdamW for the encoder; the new layer has ten times that
    tune_ratio: Share = 0.5  # of the patches that are left out: half the time, and no worse here
    ratios: Shares = (0.5, 0.75, 0.9)  # of the patches that are masked, in the sweep
    sweep_steps: Count = 200  # of MAE under each ratio


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
    guess = {MAE: masked.blank_loss(SHAPE.patch), TWIN: math.log(2 * config.pairs - 1)}

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
    yield outcome(accuracies)
    yield from notes(config.steps, config.sweep_steps, accuracies, results, score)
    yield from claims(config.steps, accuracies, results, score)
