"""InfoNCE's estimate of mutual information stops at log N, and a better one finds nothing better.

    contrastive-drill demo bound            10 s on two cores
    contrastive-drill demo bound --quick     3 s

Gaussians whose mutual information is known, and the best critic that there is. Expect 12 nats to be
estimated at 2.08, 4.15, 6.19 and 7.47 with 8, 64, 512 and 2,048 pairs, whose logarithms are 2.08,
4.16, 6.24 and 7.62; 1 nat at 1.0. And expect the nearest neighbour of a picture to be of its group
in 0.61 of all cases, and in 0.43 under an invertible map, which keeps all information.
"""

import math

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy


def correlated(n: int, rho: float, dims: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Pairs x, y [n, dims] of standard normals; each coordinate of x and y correlates by rho."""
    x, noise = (torch.randn(n, dims, generator=generator, dtype=torch.float64) for _ in range(2))
    return x, rho * x + math.sqrt(1 - rho**2) * noise


def correlation(nats: float, dims: int) -> float:
    """The rho of that mutual information: I(x; y) = -dims/2 log(1 - rho^2)."""
    return math.sqrt(1 - math.exp(-2 * nats / dims))


def best_critic(x: Tensor, y: Tensor, rho: float) -> Tensor:
    """log p(y_j | x_i) / p(y_j) of every pair [n, n]: no critic that is learned can do better."""
    dims, rest = x.shape[1], 1 - rho**2
    apart = (y * y).sum(1) - 2 * rho * x @ y.T + rho**2 * (x * x).sum(1, keepdim=True)
    return -apart / (2 * rest) + (y * y).sum(1) / 2 - dims / 2 * math.log(rest)


def estimate(scores: Tensor) -> Tensor:
    """InfoNCE's lower bound on the mutual information, in nats: log n less the loss.

    The loss is a cross-entropy, which is never negative: so the bound never exceeds log n.
    """
    n = len(scores)
    return math.log(n) - cross_entropy(scores, torch.arange(n))


def estimated(nats: float, n: int, dims: int, batches: int, generator: torch.Generator) -> float:
    """The mean estimate over some batches of n pairs, by the best critic."""
    rho = correlation(nats, dims)
    drawn = (correlated(n, rho, dims, generator) for _ in range(batches))
    return sum(float(estimate(best_critic(x, y, rho))) for x, y in drawn) / batches


if __name__ == "__main__":
    for n in (8, 64, 512, 2048):
        nats = estimated(12.0, n, 20, 4, torch.Generator().manual_seed(0))
        print(f"{n:5} pairs: {nats:5.2f} nats of 12, log n = {math.log(n):.2f}")

# %% The experiment
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from contrastive_drill.demo.options import Count, Few, Within
from contrastive_drill.demo.result import (
    Cell,
    Chart,
    Claim,
    Finding,
    Host,
    LabelledFormula,
    Note,
    Outcome,
    Prediction,
    Series,
    Table,
)
from contrastive_drill.lab import emoji

Sizes = Annotated[tuple[float, ...], Within(2, 8192)]
Nats = Annotated[tuple[float, ...], Within(0.1, 100)]
PREDICTION = Prediction(
    "The truth is 12 nats, the critic the best there is, a batch has 64 pairs. The estimate?",
    ("about 12 nats", "about 4 nats", "about 0 nats"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    nats: Nats = (1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0)  # of true mutual information
    sizes: Sizes = (8, 64, 512, 2048)  # pairs a batch
    dims: Few = 20  # of each Gaussian
    batches: Count = 8  # a mean over them
    axes: Few = 256  # of the pictures' principal ones
    power: Annotated[float, Within(0, 8)] = 2.0  # each is divided by its deviation so many times


SMOKE = Config(nats=(1.0, 4.0, 12.0), sizes=(8, 64, 512), batches=4)
HEAVY = ("sizes", "dims")
HIGH, LOW = 12.0, 1.0  # nats; the claims are about these


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Estimate every truth with every size; then stretch pictures, and look for neighbours."""
    generator = torch.Generator().manual_seed(config.seed)
    yield LabelledFormula(
        "InfoNCE is a lower bound, and log N is its ceiling:",
        r"I(x;y) \ge \log N - \mathcal{L}_{\mathrm{NCE}}, \qquad \mathcal{L}_{\mathrm{NCE}} \ge 0",
    )
    truths = sorted({*config.nats, HIGH, LOW})
    sizes = sorted({*map(int, config.sizes), 64})
    found: dict[int, list[float]] = {}
    for size in sizes:
        report = host.counted(f"{size} pairs", len(truths))
        found[size] = []
        for done, nats in enumerate(truths, 1):
            found[size].append(estimated(nats, size, config.dims, config.batches, generator))
            report(done, {"nats": found[size][-1]})
        yield _chart(truths, found)
        yield _table(truths, found)
    high, low = truths.index(HIGH), truths.index(LOW)
    yield Outcome(min(range(3), key=lambda place: abs(found[64][high] - (12, 4, 0)[place])))
    before, after = neighbours(config)
    yield Table(
        "The nearest neighbour is of the same group",
        ("pictures as", "share", "information"),
        (
            ("principal coordinates", Cell(before, ".3f"), "all"),
            ("the same, stretched by an invertible map", Cell(after, ".3f"), "all"),
        ),
    )
    largest = sizes[-1]
    over = max(each - math.log(size) for size, row in found.items() for each in row)
    yield Claim.below("the most that an estimate exceeds log N", over, 1e-9, "nats", computed=True)
    lost = abs(math.log(64) - found[64][high])
    yield Claim.below("12 nats and 64 pairs: what is missing to log N", lost, 0.1, "nats")
    yield Claim.below("1 nat: error with most pairs", abs(found[largest][low] - LOW), 0.1, "nats")
    yield Claim.above("neighbours of their group lost, all information kept", before - after, 0.1)
    yield Note(
        "With N pairs no InfoNCE can tell 12 nats from 16: to certify I nats takes about exp(I) "
        "pairs, 160,000 for 12. That is about the estimate, not about training: the loss can teach "
        "long after its number has stopped to say anything."
    )
    yield Note(
        "An invertible map keeps every bit of information about anything, so no estimate of it can "
        "see the difference; neighbours do. What contrastive features owe their use to is "
        "the geometry that encoder and critic impose, not the tightness of the bound."
    )


def neighbours(config: Config) -> tuple[float, float]:
    """How often a picture's nearest neighbour is of its group: before an invertible map, after."""
    drawn = emoji.load()
    flat = emoji.picture_input(drawn.pictures[:, 0]).flatten(1).double()
    groups = emoji.numbered([concept.group for concept in drawn.concepts])
    centred = flat - flat.mean(0)
    # Of the products of pictures, which are fewer than pixels: far quicker than of the pictures.
    squares, coordinates = torch.linalg.eigh(centred @ centred.T)
    deviations = squares.flip(0)[: config.axes].clamp(min=1e-12 * squares[-1]).sqrt()
    kept = coordinates.flip(1)[:, : config.axes] * deviations
    stretched = kept / (deviations / deviations[0]) ** config.power

    def share(vectors: Tensor) -> float:
        apart = torch.cdist(vectors, vectors).fill_diagonal_(torch.inf)
        return float((groups[apart.argmin(1)] == groups).double().mean())

    return share(kept), share(stretched)


def _chart(truths: list[float], found: dict[int, list[float]]) -> Chart:
    series = [Series("the truth", tuple(truths), tuple(truths))]
    series += [Series(f"{size} pairs", tuple(truths), tuple(row)) for size, row in found.items()]
    return Chart(
        "InfoNCE's estimate against the true mutual information",
        "true nats",
        "estimated nats",
        tuple(series),
        tuple((f"log {size}", math.log(size)) for size in found),
        sentence="Each batch size follows the truth up to its log N, and stays there.",
    )


def _table(truths: list[float], found: dict[int, list[float]]) -> Table:
    rows = [
        (f"{size} pairs", *(Cell(nats, ".2f", "nats") for nats in row), Cell(math.log(size), ".2f"))
        for size, row in found.items()
    ]
    columns = ("estimate, nats", *(f"{nats:g}" for nats in truths), "log N")
    return Table("Estimates by the best critic", columns, tuple(rows))
