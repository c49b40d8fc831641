"""Losses on true pairs alone collapse; negatives prevent that, and are not the only cure.

    contrastive-drill demo collapse            40 s on two cores
    contrastive-drill demo collapse --quick    10 s

Two towers learn to match emoji with their captions, seven times, from the same weights and on the
same batches: only the loss changes. Expect, on concepts never trained on, a margin of true over
wrong pairs of 0.001 at most after squared error or cosine on the pairs, and of 0.15 to 0.28 after
the others; recall@1 of 2 to 4 times chance, and of 17 to 26. SimSiam and DINO: `demo siamese`.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize


def pairs_alone(u: Tensor, v: Tensor) -> Tensor:
    """Pull the two of each pair together, rows of u and v [n, d]: one constant does it best."""
    return (1 - (normalize(u) * normalize(v)).sum(1)).mean()


def info_nce(u: Tensor, v: Tensor, scale: float = 1 / 0.07) -> Tensor:
    """Pick the own partner among all n, both ways: a constant is worth log n."""
    logits = scale * normalize(u) @ normalize(v).T
    own = torch.arange(len(u))
    return (cross_entropy(logits, own) + cross_entropy(logits.T, own)) / 2


def vicreg(u: Tensor, v: Tensor) -> Tensor:
    """No negatives: each dimension has to vary, and no two to vary together (VICReg)."""

    def alive(z: Tensor) -> Tensor:
        return (1 - (z.var(0) + 1e-4).sqrt()).relu().mean()

    def alike(z: Tensor) -> Tensor:
        centred = z - z.mean(0)
        covariance = centred.T @ centred / (len(z) - 1)
        return (covariance**2).sum() - (covariance.diagonal() ** 2).sum()

    apart = ((u - v) ** 2).mean()
    return 25 * apart + 25 * (alive(u) + alive(v)) / 2 + (alike(u) + alike(v)) / u.shape[1]


def spread(z: Tensor) -> float:
    """Standard deviation of unit vectors times the root of d: 0 collapsed, 1 isotropic."""
    return normalize(z).std(0, correction=0).mean().item() * math.sqrt(z.shape[1])


def trained(loss: Callable[[Tensor, Tensor], Tensor], generator: torch.Generator) -> float:
    """The spread after training two towers on pairs: two noisy views of one thing."""
    towers = [nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 16)) for _ in range(2)]
    weights = [weight for tower in towers for weight in tower.parameters()]
    for weight in weights:
        nn.init.normal_(weight, std=weight[0].numel() ** -0.5, generator=generator)
    optimizer = torch.optim.AdamW(weights, lr=3e-3)
    for _ in range(200):
        thing = torch.randn(128, 20, generator=generator)
        views = (thing + 0.3 * torch.randn(128, 20, generator=generator) for _ in range(2))
        u, v = (tower(view) for tower, view in zip(towers, views, strict=True))
        optimizer.zero_grad()
        torch.autograd.backward(loss(u, v))
        optimizer.step()
    return spread(u)


if __name__ == "__main__":
    for loss in (pairs_alone, info_nce, vicreg):
        print(f"{loss.__name__:12} spread {trained(loss, torch.Generator().manual_seed(0)):.3f}")

# %% The experiment
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contrastive_drill.demo.options import Amount, Count, Few, Positive
from contrastive_drill.demo.result import Finding, Host, Prediction
from contrastive_drill.lab import emoji, encoders, losses
from contrastive_drill.lab.alignment import Alignment, PairLoss, align
from contrastive_drill.lab.collapse import tables, verdict
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import Pairs, emoji_pairs
from contrastive_drill.lab.retrieval import rank_chart

PREDICTION = Prediction(
    "Two towers learn by the cosine of true pairs alone. Recall@1 of unseen concepts is then…",
    ("that of chance", "some times chance", "near that of InfoNCE"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 200  # 3 s a loss on two cores; 300 change no verdict
    batch: Few = 256  # 255 negatives a pair, and more rows than dimensions for a covariance
    rate: Positive = 5e-3  # of AdamW at its peak
    decay: Amount = 0.05  # usual with AdamW, and too weak to shrink anything by itself so soon
    held: Few = 300  # concepts never trained on: by chance one text in 300 finds its picture
    dimensions: Count = 128  # 64 and 256 give the same verdicts
    features: Count = 4096  # columns that words are hashed to; half as many do as well
    noise: Amount = 0.05  # against vectors of length 1: what a quantizer or an index may cost


# The same verdicts with less recall. A batch needs more rows than dimensions for a covariance, and
# SigLIP, which begins to tell pairs apart last, needs the steps.
SMOKE = Config(steps=50, batch=128, rate=3e-3, dimensions=64)
HEAVY = ("batch", "dimensions")


@dataclass(frozen=True, slots=True)
class Objective:
    """A loss, and what it is put on."""

    label: str
    loss: Callable[[], PairLoss]  # made anew for each run: some learn a temperature
    frozen: bool = False  # the texts stay where they are: at their features, whitened


FAMILIES = {
    "Pairs alone": (
        Objective("squared error", lambda: losses.squared_error),
        Objective("cosine", lambda: losses.cosine_distance),
    ),
    "Negatives": (Objective("InfoNCE", losses.InfoNCE), Objective("SigLIP", losses.SigLIP)),
    "Other cures": (
        Objective("frozen target", lambda: losses.cosine_distance, frozen=True),
        Objective("variance+covariance", lambda: losses.vicreg),  # squared error and two terms
        Objective("Barlow Twins", lambda: losses.barlow_twins),
    ),
}


def learn(
    objective: Objective, config: Config, trained: Pairs, held_out: Pairs, host: Host
) -> Alignment:
    """Train the two towers with one loss, and embed the concepts they never saw."""
    generator = torch.Generator().manual_seed(config.seed)  # same weights and batches for each loss
    towers = encoders.towers(config.features, config.dimensions, generator)
    if objective.frozen:
        towers = towers[0], encoders.Whitening(trained.texts, config.dimensions)
    schedule = Schedule(config.steps, config.batch, config.rate, config.decay)
    loss, report = objective.loss(), host.counted(objective.label, config.steps)
    return align(towers, loss, trained, held_out, schedule, generator, report)


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train with every loss in turn, and judge each on concepts it never saw."""
    device = choose(config.device)
    generator = torch.Generator().manual_seed(config.seed)
    pairs, held, _ = emoji_pairs(emoji.load(), config.held, config.features, generator, device)
    alignments: dict[str, Alignment] = {}
    for family in FAMILIES.values():
        for objective in family:
            alignments[objective.label] = learn(objective, config, pairs, held, host)
            yield tables.geometry_table(alignments)
            yield tables.recall_table(alignments, config.noise, config.seed)
            yield tables.spread_chart(alignments)
    centred = {label: one.held_out.centred() for label, one in alignments.items()}
    yield rank_chart(centred, "Centred, so that no cone counts: what is left is what was learned.")
    yield verdict.outcome(alignments, config.held)
    yield from verdict.notes(alignments, config.held)
    families = {words: [one.label for one in family] for words, family in FAMILIES.items()}
    yield from verdict.claims(alignments, families, config.held, config.steps)
