"""Without momentum MoCo's queue is told by its age; and crops alone are told by their colours.

    contrastive-drill demo moco            25 s on two cores
    contrastive-drill demo moco --quick     6 s

With momentum 0 expect a query to find its key before all 1,024 of the queue in 81 % of cases, and
before the 63 others of its batch in 6 %. The loss ends at chance, 6.93 nats, the vectors constant.
Then, trained on crops: colour histograms alone find 0.79 of 256 other views, and 0.04 once colours
are distorted. The emoji's groups do not suffer from crops alone: colours tell them, too.
"""

import copy
import math

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize


class MoCo:
    """An encoder to train, a slow copy of it, and a queue of what the copy made of past batches."""

    def __init__(self, encoder: nn.Module, queue: Tensor, momentum: float) -> None:
        self.encoder, self.slow = encoder, copy.deepcopy(encoder).requires_grad_(False)
        self.queue, self.place, self.momentum = queue, 0, momentum  # [K, d], the next row to write

    def encode(self, one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
        """Queries of one view and keys of the other [n, d]; the keys carry no gradient."""
        m = self.momentum
        for slow, fast in zip(self.slow.parameters(), self.encoder.parameters(), strict=True):
            slow.copy_(m * slow + (1 - m) * fast.detach())  # He et al. 2020, eq. 2
        return normalize(self.encoder(one)), normalize(self.slow(other))

    def push(self, keys: Tensor) -> None:
        """The newest keys take the places of the oldest."""
        rows = (self.place + torch.arange(len(keys))) % len(self.queue)
        self.queue = self.queue.clone()  # the backward to come needs the old ones
        self.queue[rows.to(keys.device)] = keys
        self.place = (self.place + len(keys)) % len(self.queue)


def info_nce(queries: Tensor, keys: Tensor, queue: Tensor, temperature: float) -> Tensor:
    """Pick the own key before all of the queue: He et al. 2020, eq. 1. log(1 + K) by chance."""
    cosines = torch.cat([(queries * keys).sum(1, keepdim=True), queries @ queue.T], dim=1)
    return cross_entropy(cosines / temperature, cosines.new_zeros(len(cosines), dtype=torch.long))


def histograms(pictures: Tensor, bins: int = 8) -> Tensor:
    """How often each colour is in pictures [n, 3, h, w] from -1 to 1; roots, as unit vectors."""
    levels = ((pictures + 1) / 2 * bins).long().clamp(0, bins - 1).flatten(2)
    colours = (levels[:, 0] * bins + levels[:, 1]) * bins + levels[:, 2]
    counts = torch.zeros(len(pictures), bins**3, device=pictures.device)
    counts.scatter_add_(1, colours, counts.new_ones(colours.shape))
    return normalize(counts.sqrt())


def matched(u: Tensor, v: Tensor) -> float:
    """The share of rows of u whose nearest row of v is their own."""
    return float(((u @ v.T).argmax(1) == torch.arange(len(u), device=u.device)).double().mean())


if __name__ == "__main__":
    for momentum in (0.0, 0.9, 0.99):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 16))
        moco = MoCo(net, normalize(torch.randn(512, 16)), momentum)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
        for _ in range(150):
            one, other = 2 + torch.randn(64, 32) + 0.5 * torch.randn(2, 64, 32)
            queries, keys = moco.encode(one, other)
            loss = info_nce(queries, keys, moco.queue, 0.1)
            moco.push(keys)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
        first = f"own key first of its batch {matched(queries, keys):.2f}"
        print(f"m = {momentum:4}: loss {loss:.2f}, chance {math.log(513):.2f}, {first}")

# %% The experiment
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Annotated

from contrastive_drill.demo.options import Count, Few, Within
from contrastive_drill.demo.result import Claim, Finding, Host, Outcome, Prediction
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.encoders import embed
from contrastive_drill.lab.labels import labelled
from contrastive_drill.lab.moco import tables
from contrastive_drill.lab.moco.encoder import DIMENSIONS, Judgement, encoder, judged
from contrastive_drill.lab.moco.staleness import Watch
from contrastive_drill.lab.moco.views import BOTH, CROPS, SETS, drawn
from contrastive_drill.lab.neighbours import knn_accuracy
from contrastive_drill.lab.optimization import Schedule, minimize

PREDICTION = Prediction(
    "Momentum 0: the encoder itself made the negatives in the queue. Its vectors, trained, are…",
    ("spread out, as with momentum", "narrower, some half as spread", "all alike, a constant"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 200  # of each training
    batch: Few = 64  # pictures, two views each
    queue: Count = 1024  # keys
    momenta: Annotated[tuple[float, ...], Within(0, 1, True)] = (0.9, 0.99, 0.999)  # besides 0
    sets: Annotated[int, Within(2, 4)] = 4  # of views: crops and colour, crops, colour, neither
    held: Few = 300  # concepts never trained on


SMOKE = Config(steps=80, queue=512, momenta=(0.999,), sets=2)
HEAVY = ("batch", "queue")
RATE, DECAY, TEMPERATURE = 2e-3, 0.01, 0.1  # AdamW's, at its peak; SimCLR's


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train by momentum, on crops and colour distortion; then with either left out."""
    if config.queue < config.batch:
        raise UsageProblem(f"a queue of {config.queue} holds no batch: lower batch")
    device = choose(config.device)

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)  # the same weights, batches and views

    trained, unseen, _ = labelled(config.held, seeded(), device)
    pictures, some = trained.flat()[0], unseen.some(256, seeded())
    colours = histograms(unseen.flat()[0])

    def train(net: nn.Sequential, momentum: float, which: str) -> Watch:
        generator, watch = seeded(), Watch(config.steps, config.queue // config.batch)
        queue = normalize(torch.randn(config.queue, DIMENSIONS, generator=generator))
        moco = MoCo(net, queue.to(device), momentum)

        def loss() -> Tensor:
            rows = torch.randperm(len(pictures), generator=generator)[: config.batch].repeat(2)
            one, other = drawn(pictures[rows.to(device)], which, generator).chunk(2)
            queries, keys = moco.encode(one, other)
            watch.see(moco.slow, other, queries.detach(), keys, moco.queue)
            value = info_nce(queries, keys, moco.queue, TEMPERATURE)
            moco.push(keys)
            return value

        report = host.counted(f"m = {momentum:g}, {which}", config.steps)
        schedule = Schedule(config.steps, config.batch, RATE, DECAY)
        for step, value in minimize(loss, [net], schedule):
            report(step, {"loss": value})
            watch.losses.append(value)
        return watch

    def judge(net: nn.Sequential, which: str) -> Judgement:
        two = drawn(some.repeat(2, 1, 1, 1), which, seeded())
        sides = histograms(two), normalize(embed(net, two))
        by_colours, by_encoder = (matched(*side.chunk(2)) for side in sides)
        return Judgement(by_colours, by_encoder, *judged(net, trained, unseen, colours))

    yield tables.FORMULA
    slow, chance, runs = max(config.momenta), math.log1p(config.queue), dict[float, Watch]()
    rows = {"untrained": judge(encoder(seeded()).to(device), BOTH)}
    trainings = [(m, BOTH) for m in (0.0, *config.momenta)]
    for momentum, which in trainings + [(slow, which) for which in SETS[1 : config.sets]]:
        net = encoder(seeded()).to(device)
        watch = train(net, momentum, which)
        rows[f"m = {momentum:g}, {which}"] = judge(net, which)
        if which == BOTH:
            runs[momentum] = watch
            yield from tables.by_momentum(runs, chance)
    yield tables.worth(rows, len(some), knn_accuracy(histograms, trained, unseen))
    yield from claims(runs, rows, slow)
    yield tables.NOTE


def claims(
    runs: Mapping[float, Watch], rows: Mapping[str, Judgement], m: float
) -> Iterator[Finding]:
    """What becomes of a queue without momentum, and of an encoder that may go by colours."""
    fast, slow, none = runs[0], runs[m], rows[f"m = 0, {BOTH}"]
    both, crops = (rows[f"m = {m:g}, {which}"] for which in (BOTH, CROPS))
    above, below = Claim.above, Claim.below
    spread = none.spread / both.spread
    yield Outcome(2 if spread < 0.3 else 1 if spread < 0.8 else 0)
    told, known = fast.early[0] - fast.early[1], fmean(slow.known) - fmean(fast.known)
    artist, lost = none.artist / both.artist, both.group - crops.group
    like = crops.colours - rows["untrained"].colours
    yield below(f"m = 0: spread of vectors, over that at m = {m:g}", spread, 0.3)
    yield above("m = 0: own key told from the queue more than from its batch, by", told, 0.3)
    yield above(f"keys recognised at m = {m:g}, more than at m = 0 by", known, 0.5)
    yield below(f"m = 0: recall@1 by another artist, over that at m = {m:g}", artist, 0.9)
    yield above("crops only: other views found by colours alone", crops.by_colours, 0.5)
    yield below("crops and colour: other views found by colours alone", both.by_colours, 0.2)
    yield above("crops only: cosines more like those of colours than untrained by", like, 0.04)
    yield below("crops only: group accuracy lost against crops and colour", lost, 0.08)
