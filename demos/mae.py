"""Frozen, a masked autoencoder is weak; fine-tuned, it makes up for it.

    contrastive-drill demo mae            60 s on two cores
    contrastive-drill demo mae --quick    10 s

An encoder learns from emoji without labels, twice from the same weights and with the same number
of multiply-adds: as a masked autoencoder, pictures shown while it learns, and by NT-Xent on two
artists' drawings of a concept. Expect, on concepts never trained on, MAE's frozen k-NN accuracy
1 to 8 points below its contrastive twin's and no better than that of raw pixels; fine-tuned with a
few labels, MAE within 4 points of the twin, and all about as good as from scratch.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import unfold


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
    model, side = TinyAutoencoder(16, 16, 32), torch.linspace(0, torch.pi, 16)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for step in range(201):
        waves, phases = 1 + 2 * torch.rand(2, 64, 1, 1), torch.pi * torch.rand(2, 64, 1, 1)
        down, across = (torch.sin(w * side + p) for w, p in zip(waves, phases, strict=True))
        patches = unfold((down.mT * across)[:, None], 4, stride=4).mT  # 16 of 16 pixels each
        order = torch.rand(64, 16).argsort(1)
        loss = masked_loss(model(patches, order, 4), normalized(patches), order, 4)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step:3}: masked loss {loss.item():.3f}; a blank costs about 1")

# %% The experiment
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from contrastive_drill.demo.options import Count, Few, Within
from contrastive_drill.demo.result import Finding, Host, Prediction, Strip
from contrastive_drill.lab.autoencoder import FORMULAS, MaskedAutoencoder
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.encoders import embed
from contrastive_drill.lab.labels import Labelled, labelled
from contrastive_drill.lab.mae import verdict
from contrastive_drill.lab.mae.objectives import match, rebuild, tell
from contrastive_drill.lab.mae.reconstruction import explained, strips
from contrastive_drill.lab.mae.verdict import MAE, PIXELS, SCRATCH, TWIN
from contrastive_drill.lab.neighbours import accuracy, knn_accuracy
from contrastive_drill.lab.vit import VisionTransformer, ViTShape, initialize, pooled

SHAPE = ViTShape(image=32, patch=4, depth=3, width=48, heads=4)  # 64 patches of 48 numbers
DECODER = (1, 32, 2)  # depth, width, heads
RATIO = 0.75  # of the patches that are masked, for MAE and for its contrastive twin
TWIN_STEPS = 0.208  # for one of MAE: as many multiply-adds, decoder and all
PREDICTION = Prediction(
    "Frozen, by its nearest neighbours: MAE's encoder beside raw pixels is…",
    ("far better", "about as good", "far worse"),
)
Ratios = Annotated[tuple[float, ...], Within(0.02, 0.98)]  # at least one patch, and not all


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 1500  # of MAE, 16 s on two cores; its twin takes as many multiply-adds
    held: Few = 400  # concepts that nothing is trained on
    labels: Few = 400  # concepts whose group is told, of those trained on
    tune_steps: Count = 400  # 8 s an encoder on two cores
    ratios: Ratios = (0.5, 0.75, 0.9)  # of the patches that are masked, in short trainings of MAE
    sweep_steps: Count = 200  # of each of these


SMOKE = Config(steps=250, held=150, labels=150, tune_steps=12, ratios=(0.25, 0.9), sweep_steps=12)
HEAVY = ("held", "labels")


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train both ways, judge the encoders as they are and tuned, then mask less and more."""
    device = choose(config.device)

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)

    def fresh() -> MaskedAutoencoder:
        model = MaskedAutoencoder(SHAPE, *DECODER)
        initialize(model, seeded())  # the same first weights each time
        return model.to(device)

    def follow(label: str, steps: int, training: Iterator[tuple[int, float]]) -> Iterator[int]:
        report = host.counted(label, steps)
        for step, loss in training:
            report(step, {"loss": loss})
            if step % max(1, steps // 50) == 0 or step == steps:
                yield step

    def features(encoder: VisionTransformer) -> Callable[[Tensor], Tensor]:
        return lambda pictures: pooled(embed(encoder, pictures))

    def rebuilt(when: str) -> list[Strip]:  # the first three: nobody picked them
        return strips(autoencoder, unseen.pictures[:3, 0], RATIO, seeded(), when)

    trained, unseen, groups = labelled(config.held, seeded(), device)
    known = Labelled(trained.pictures[: config.labels], trained.groups[: config.labels])
    pictures, asked = trained.flat()[0], unseen.flat()[0]
    autoencoder, twin = fresh(), fresh().encoder

    yield from FORMULAS
    yield from rebuilt("untrained")
    training = rebuild(autoencoder, pictures, RATIO, config.steps, seeded())
    for step in follow(MAE, config.steps, training):
        yield from rebuilt(f"step {step}")
    steps = round(TWIN_STEPS * config.steps)
    list(follow(TWIN, steps, match(twin, trained.pictures, RATIO, steps, seeded())))

    encoders = {SCRATCH: fresh().encoder, MAE: autoencoder.encoder, TWIN: twin}
    mean, width, tuned = known.flat()[0].mean(0), SHAPE.width, dict[str, float]()
    frozen = {PIXELS: knn_accuracy(lambda each: (each - mean).flatten(1), known, unseen)}
    for label, encoder in encoders.items():
        frozen[label] = knn_accuracy(features(encoder), known, unseen)
    hidden, seen = explained(autoencoder, asked, RATIO, seeded())
    title = (
        f"{groups} groups, told for {len(known.groups)} concepts, asked for {config.held} others"
    )
    yield verdict.accuracy_table(title, frozen, tuned)
    for label, encoder in encoders.items():
        # Normalized, as where MAE is probed: none gains from the scale of its features.
        head = nn.Sequential(nn.BatchNorm1d(width, affine=False), nn.Linear(width, groups))
        for weight in head.to(device).parameters():
            nn.init.zeros_(weight)
        training = tell(encoder, head, known, config.tune_steps, seeded())
        list(follow(f"tuning: {label}", config.tune_steps, training))
        logits = embed(head, features(encoder)(asked).to(device))
        tuned[label] = accuracy(logits.argmax(1), unseen.flat()[1].cpu())
        yield verdict.accuracy_table(title, frozen, tuned)
    swept: dict[float, tuple[float, float]] = {}
    for part in config.ratios:
        model, label = fresh(), f"{part:.0%} masked"
        training = rebuild(model, pictures, part, config.sweep_steps, seeded())
        list(follow(label, config.sweep_steps, training))
        worth = knn_accuracy(features(model.encoder), known, unseen)
        swept[part] = explained(model, asked, part, seeded())[0], worth
        yield verdict.ratio_chart(swept, frozen[PIXELS])
    yield from verdict.judged(config.steps, frozen, tuned, swept, hidden, seen)
