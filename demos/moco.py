"""Without momentum MoCo's queue is told by its age; and crops alone are told by their colours.

contrastive-drill demo moco            30 s on two cores
contrastive-drill demo moco --quick     4 s
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


def candidates(queries: Tensor, keys: Tensor, queue: Tensor) -> Tensor:
    """Cosines [n, 1 + K] of each query with its own key, then with the queue."""
    return torch.cat([(queries * keys).sum(1, keepdim=True), queries @ queue.T], dim=1)


def info_nce(cosines: Tensor, temperature: float) -> Tensor:
    """Pick the own key, which is the first: He et al. 2020, eq. 1. log(1 + K) by chance."""
    return cross_entropy(cosines / temperature, cosines.new_zeros(len(cosines), dtype=torch.long))


def nt_xent(u: Tensor, v: Tensor, temperature: float) -> Tensor:
    """SimCLR's loss: pick the other view among the 2n - 1 other vectors of the batch."""
    both = torch.cat([u, v])
    cosines = (both @ both.T).fill_diagonal_(-math.inf)
    partners = torch.arange(len(both), device=u.device).roll(len(u))
    return cross_entropy(cosines / temperature, partners)


def histograms(pictures: Tensor, bins: int = 8) -> Tensor:
    """Colours [n, bins^3] of pictures [n, 3, h, w] from -1 to 1, as unit vectors; no place."""
    level = ((pictures + 1) / 2 * bins).long().clamp(0, bins - 1).flatten(2)
    colour = (level[:, 0] * bins + level[:, 1]) * bins + level[:, 2]
    counts = torch.zeros(len(pictures), bins**3, device=pictures.device)
    return normalize(
        counts.scatter_add_(1, colour, torch.ones_like(colour, dtype=counts.dtype)).sqrt()
    )


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
            loss = info_nce(candidates(queries, keys, moco.queue), 0.1)
            moco.push(keys)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
        told = f"own key first of its batch: {matched(queries, keys):.2f}"
        print(f"m = {momentum:4}: loss {loss:.2f}, of log 513 = {math.log(513):.2f}; {told}")

# %% The experiment
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from contrastive_drill.demo.options import Count, Few, Within
from contrastive_drill.demo.result import Claim, Finding, Host, Outcome, Prediction
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.encoders import embed
from contrastive_drill.lab.labels import labelled
from contrastive_drill.lab.moco import tables
from contrastive_drill.lab.moco.encoder import DIMENSIONS, Judgement, encoder, grouped, judged
from contrastive_drill.lab.moco.staleness import Watch
from contrastive_drill.lab.moco.views import BOTH, CROPS, SETS, drawn
from contrastive_drill.lab.optimization import Schedule, minimize

PREDICTION = Prediction(
    "Momentum 0: the encoder itself makes the keys, and a queue keeps those of the last batches. "
    "Where does its loss end?",
    ("near that with momentum", "well above it, below chance", "at chance, log(1 + K)"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    steps: Count = 200  # of each training
    batch: Few = 64  # pictures, two views each
    queue: Count = 1024  # keys
    momenta: Annotated[tuple[float, ...], Within(0, 1)] = (0.9, 0.99, 0.999)  # besides 0
    sets: Annotated[int, Within(2, 4)] = 4  # of views: crops and colour, crops, colour, neither
    held: Few = 300  # concepts never trained on


SMOKE = Config(steps=80, queue=512, momenta=(0.999,), sets=2)
HEAVY = ("batch", "queue")
RATE, DECAY, TEMPERATURE = 2e-3, 0.01, 0.1  # AdamW's, at its peak; SimCLR's
Loss = Callable[[Tensor, Tensor], Tensor]  # of two views of a batch


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Train against a queue by momentum, then without one by set of views."""
    if config.queue < config.batch:
        raise UsageProblem(f"a queue of {config.queue} holds no batch: lower batch")
    device = choose(config.device)

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)  # the same weights, batches and views

    trained, unseen, _ = labelled(config.held, seeded(), device)
    pictures, some = trained.flat()[0], unseen.some(256, seeded())
    colours = histograms(unseen.flat()[0])
    judge = partial(judged, trained=trained, unseen=unseen, colours=colours)

    def learn(label: str, loss: Loss, net: nn.Sequential, which: str = BOTH) -> list[float]:
        generator, report, values = seeded(), host.counted(label, config.steps), list[float]()

        def two_views() -> Tensor:
            rows = torch.randperm(len(pictures), generator=generator)[: config.batch].repeat(2)
            return loss(*drawn(pictures[rows.to(device)], which, generator).chunk(2))

        schedule = Schedule(config.steps, config.batch, RATE, DECAY)
        for step, value in minimize(two_views, [net], schedule):
            report(step, {"loss": value})
            values.append(value)
        return values

    yield tables.FORMULA
    runs, rows = dict[float, Watch](), {"untrained": judge(encoder(seeded()).to(device))}
    for momentum in (0.0, *config.momenta):
        net, name = encoder(seeded()).to(device), f"m = {momentum:g}"
        queue = normalize(torch.randn(config.queue, DIMENSIONS, generator=seeded())).to(device)
        watch = runs[momentum] = Watch(config.steps, config.queue // config.batch)
        watch.losses = learn(name, watched(MoCo(net, queue, momentum), watch), net)
        rows[name] = judge(net)
        yield from tables.by_momentum(runs, math.log1p(config.queue))
    for which in SETS[: config.sets]:
        net = encoder(seeded()).to(device)
        learn(which, alone(net), net, which)
        two = drawn(some.repeat(2, 1, 1, 1), which, seeded())
        found = [matched(*side.chunk(2)) for side in (histograms(two), normalize(embed(net, two)))]
        rows[which] = judge(net)._replace(by_colours=found[0], by_encoder=found[1])
    by_colours = grouped(histograms(pictures), trained, colours, unseen)
    yield tables.worth(rows, len(some), by_colours)
    yield from claims(runs, rows, math.log1p(config.queue))


def watched(moco: MoCo, watch: Watch) -> Loss:
    """MoCo's loss, and what is seen of its queue meanwhile."""

    def loss(one: Tensor, other: Tensor) -> Tensor:
        queries, keys = moco.encode(one, other)
        cosines = candidates(queries, keys, moco.queue)
        first = float((cosines.argmax(1) == 0).double().mean())
        watch.see(moco.slow, other, keys, first, matched(queries, keys))
        moco.push(keys)
        return info_nce(cosines, TEMPERATURE)

    return loss


def alone(net: nn.Module) -> Loss:
    """SimCLR's loss: a batch and no queue."""
    return lambda one, other: nt_xent(normalize(net(one)), normalize(net(other)), TEMPERATURE)


def claims(
    runs: Mapping[float, Watch], rows: Mapping[str, Judgement], chance: float
) -> Iterator[Finding]:
    """What becomes of a queue without momentum, and of an encoder that may go by colours."""
    m = min((each for each in runs if each), key=lambda each: abs(each - 0.99))
    fast, slow, none, some = runs[0], runs[m], rows["m = 0"], rows[f"m = {m:g}"]
    both, crops, above, below = rows[BOTH], rows[CROPS], Claim.above, Claim.below
    yield Outcome(2 if fast.end > chance - 0.3 else 1 if fast.end > slow.end + 0.3 else 0)
    told, known = fast.early[0] - fast.early[1], slow.known - fast.known
    like, apart = crops.colours - both.colours, abs(both.group - crops.group)
    yield below(f"m = 0: spread, as a part of that at m = {m:g}", none.spread / some.spread, 0.3)
    yield above("m = 0: own key told from the queue more than from its batch, by", told, 0.3)
    yield above(f"keys recognised at m = {m:g}, more than at m = 0 by", known, 0.3)
    yield above("recall@1 by another artist, over that at m = 0", some.artist / none.artist, 1.15)
    yield above("crops only: other views found by colours alone", crops.by_colours, 0.5)
    yield below("crops and colour: the same", both.by_colours, 0.2)
    yield above("crops only: cosines like those of colours, more than with both by", like, 0.06)
    yield below("group accuracy: crops only apart from crops and colour", apart, 0.08)
