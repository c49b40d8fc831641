"""Without negatives one tower holds by a stopped gradient, or by centring and sharpening.

    contrastive-drill demo siamese            20 s on two cores
    contrastive-drill demo siamese --quick     8 s

Expect of one tower for two drawings a spread of 0.02 with nothing to keep it up, 0.75 by SimSiam,
and 0.04 unless its gradient is stopped. Of DINO's 256 prototypes a few take all unless targets are
centred, and each gets the same unless they are sharpened.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, log_softmax, normalize, softmax


def alike(u: Tensor, v: Tensor) -> Tensor:
    """Pull two views [n, d] together, and nothing else."""
    return -cosine_similarity(u, v).mean()


class SimSiam(nn.Module):
    """Each view's prediction goes to the other (arXiv:2011.10566, algorithm 1)."""

    def __init__(self, width: int, *, stopped: bool = True) -> None:
        super().__init__()
        narrow = max(2, width // 4)  # a bottleneck, as 512 of 2048 in the paper
        self.predict = nn.Sequential(
            nn.Linear(width, narrow), nn.BatchNorm1d(narrow), nn.ReLU(), nn.Linear(narrow, width)
        )
        self.stopped = stopped  # the whole difference

    def forward(self, u: Tensor, v: Tensor) -> Tensor:
        """The loss."""
        a, b = (u.detach(), v.detach()) if self.stopped else (u, v)
        return (alike(self.predict(u), b) + alike(self.predict(v), a)) / 2


class Dino(nn.Module):
    """As arXiv:2104.14294, algorithm 1, but the teacher is the student, not its slow copy."""

    centre: Tensor

    def __init__(self, width: int, *, centred: bool = True, sharp: bool = True) -> None:
        super().__init__()
        self.prototypes = nn.Parameter(torch.randn(width, 256))
        self.register_buffer("centre", torch.zeros(256))
        self.centred, self.temperature = centred, 0.04 if sharp else 0.1
        self.even = self.told = 0.0  # entropy of the mean target; how far a target lies from it

    def forward(self, u: Tensor, v: Tensor) -> Tensor:
        """The cross-entropy, after which the centre follows the batch."""
        scores = torch.stack([normalize(u), normalize(v)]) @ normalize(self.prototypes, dim=0)
        with torch.no_grad():
            targets = softmax((scores - self.centre) / self.temperature, 2).flip(0)
            self.even = float(torch.special.entr(targets.mean((0, 1))).sum())
            self.told = self.even - float(torch.special.entr(targets).sum(2).mean())
            if self.centred:
                self.centre.lerp_(scores.mean((0, 1)), 0.1)
        return -(targets * log_softmax(scores / 0.1, 2)).sum(2).mean()


def spread(z: Tensor) -> float:
    """Standard deviation of unit vectors times the root of d: 0 collapsed, 1 isotropic."""
    return normalize(z).std(0, correction=0).mean().item() * math.sqrt(z.shape[1])


def trained(loss: Callable[[Tensor, Tensor], Tensor]) -> str:
    """The spread of a tower trained on two noisy views of a thing."""
    tower = nn.Sequential(nn.Linear(20, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 32))
    weights = [w for m in (tower, loss) if isinstance(m, nn.Module) for w in m.parameters()]
    optimizer = torch.optim.AdamW(weights, 3e-3)
    for _ in range(150):
        both = torch.randn(128, 20).repeat(2, 1) + 0.5 * torch.randn(256, 20)
        u, v = tower(both).chunk(2)
        optimizer.zero_grad()
        torch.autograd.backward(loss(u, v))
        optimizer.step()
    return f"spread {spread(u):.2f}"


if __name__ == "__main__":
    torch.manual_seed(0)
    print("pairs alone         ", trained(alike))
    print("SimSiam             ", trained(SimSiam(32)))
    print("SimSiam, not stopped", trained(SimSiam(32, stopped=False)))

# %% The experiment
from collections.abc import Iterator
from dataclasses import dataclass

from contrastive_drill.demo.options import Count, Few, Positive
from contrastive_drill.demo.result import Claim, Finding, Host, Outcome, Prediction
from contrastive_drill.lab import emoji
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import Pairs, emoji_pairs
from contrastive_drill.lab.siamese import tables
from contrastive_drill.lab.siamese.tower import Tower, learn

PREDICTION = Prediction(
    "SimSiam, as published, but its gradient also flows into the targets. The vectors…",
    ("spread wider", "spread as before", "collapse into a narrow cone"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 150
    batch: Few = 192  # concepts, two drawings of each
    rate: Positive = 3e-3  # of AdamW at its peak
    dimensions: Count = 128
    held: Few = 300  # concepts never trained on


SMOKE = Config(steps=60, batch=128)
HEAVY = ("batch", "dimensions")
LOSSES: dict[str, Callable[[int], nn.Module | Callable[[Tensor, Tensor], Tensor]]] = {
    "pairs alone": lambda width: alike,
    "SimSiam": SimSiam,
    "SimSiam, gradient not stopped": lambda width: SimSiam(width, stopped=False),
    "DINO-like": Dino,
    "DINO-like, not centred": lambda width: Dino(width, centred=False),
    "DINO-like, not sharpened": lambda width: Dino(width, sharp=False),
}


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train one tower by each loss, from the same weights and on the same batches."""
    device, found = choose(config.device), dict[str, Tower]()
    generator = torch.Generator().manual_seed(config.seed)
    pairs, held, _ = emoji_pairs(emoji.load(), config.held, 8, generator, device)
    for label in LOSSES:
        found[label] = trial(label, config, pairs, held, host)
        yield tables.where(found)
        yield tables.spreads(found)
    plain, simsiam, moving, dino, uncentred, flat = found.values()
    yield Outcome(2 if moving.spread < 0.25 else 0 if moving.spread > simsiam.spread else 1)
    yield from tables.notes(found)
    above, below, most = Claim.above, Claim.below, math.log(256)
    yield below("pairs alone: spread", plain.spread, 0.15)
    yield above("SimSiam: spread", simsiam.spread, 0.4)
    yield below("SimSiam, gradient not stopped: spread", moving.spread, 0.25)
    rise = dino.even / max(uncentred.even, 1e-6)
    yield above("DINO-like: entropy of the mean target, over that not centred", rise, 2)
    yield below("not centred: entropy of the mean target, of the most", uncentred.even / most, 0.4)
    told = dino.told / max(flat.told, 1e-6)
    yield above("DINO-like: what targets tell, over that without sharpening", told, 1.5)


def trial(label: str, config: Config, pairs: Pairs, held: Pairs, host: Host) -> Tower:
    """A tower trained by one loss, judged on concepts it never saw."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        loss = LOSSES[label](config.dimensions)
    schedule = Schedule(config.steps, config.batch, config.rate, 0.05)
    report = host.counted(label, config.steps)
    generator = torch.Generator().manual_seed(config.seed)
    return learn(loss, pairs, held, schedule, config.dimensions, generator, report)
