"""A small temperature sharpens: the hardest negatives take the push, and gradients grow.

    contrastive-drill demo temperature            36 s on two cores
    contrastive-drill demo temperature --quick     7 s

Two towers learn to match emoji with their captions, from the same weights and on the same batches,
at eight fixed temperatures and with τ learned as CLIP does. Expect the hardest of 299 negatives to
take about 90 % of the push at τ = 0.005 and 0.5 % at τ = 1, where more than 80 % of the loss of
chance must remain; the best recall between 0.07 and 0.2; and a learned 1/τ that stays below 100.
"""

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize


def info_nce(cosines: Tensor, tau: float) -> Tensor:
    """The loss of cosines [n, n], one row a query, its own partner on the diagonal."""
    return cross_entropy(cosines / tau, torch.arange(len(cosines)))


def pushes(cosines: Tensor, tau: float) -> Tensor:
    """By how much each negative is pushed away: dL/dc_ij = p_ij / (n tau), and 0 for the own.

    p is the softmax of the row, so the ratio of two pushes is exp of their cosines' difference over
    tau: that, and nothing else, is what the temperature sharpens.
    """
    p = (cosines / tau).softmax(1)
    return p.masked_fill(torch.eye(len(p), dtype=torch.bool), 0) / (len(p) * tau)


def shares(cosines: Tensor, tau: float) -> Tensor:
    """How each query divides its push: exp(c / tau) over the sum of all its negatives.

    Its own partner decides how hard a row pushes, and has no part in how the push is divided.
    """
    own = torch.eye(len(cosines), dtype=torch.bool)
    return (cosines.masked_fill(own, -torch.inf) / tau).softmax(1)


def share_of_hardest(cosines: Tensor, tau: float) -> float:
    """The part of a query's push that its hardest negative takes, the mean over the queries."""
    return shares(cosines, tau).max(1).values.mean().item()


if __name__ == "__main__":
    generator = torch.Generator().manual_seed(0)
    u = normalize(torch.randn(300, 128, generator=generator, dtype=torch.float64))
    v = normalize(u + 0.1 * torch.randn(300, 128, generator=generator, dtype=torch.float64))
    cosines = (u @ v.T).requires_grad_()
    for tau in (1.0, 0.2, 0.07, 0.02, 0.005):
        (slope,) = torch.autograd.grad(info_nce(cosines, tau), cosines)
        apart = (slope - pushes(cosines, tau)).fill_diagonal_(0).abs().max()
        with torch.no_grad():
            share = share_of_hardest(cosines, tau)
        print(
            f"tau {tau:5}: the hardest of 299 takes {share:5.1%} of the push; "
            f"autograd agrees to {apart.item():.0e}"
        )

# %% The experiment
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from contrastive_drill.demo.options import Count, Few, Within
from contrastive_drill.demo.result import Claim, Finding, Host, Outcome, Prediction
from contrastive_drill.lab import emoji, encoders
from contrastive_drill.lab.alignment import align
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.losses import MAX_SCALE, InfoNCE, least_info_nce
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import emoji_pairs
from contrastive_drill.lab.temperature import tables
from contrastive_drill.lab.temperature.gradients import batch_cosines, loss_gradients
from contrastive_drill.lab.temperature.tables import START, Curves, Fixed, Trial

Temperatures = Annotated[tuple[float, ...], Within(1e-4, 100)]
PREDICTION = Prediction(
    "At the smallest τ, which part of a text's push goes to the hardest of all its negatives?",
    ("about its share of one in n", "about a tenth", "most of it"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The numbers of a run."""

    seed: int = 0
    device: str = "auto"
    temperatures: Temperatures = (0.005, 0.01, 0.02, 0.07, 0.2, 0.5, 1.0, 2.0)  # 0.07 and 1 anyway
    steps: Count = 120  # 3 s a temperature on two cores; 200 change no verdict
    batch: Few = 256  # 255 negatives a pair
    held: Few = 300  # concepts never trained on
    dimensions: Count = 128  # of the common space
    looks: Count = 8  # batches whose gradients are compared at the first weights


# The same verdicts, with less recall.
SMOKE = Config(temperatures=(0.005, 0.02, 0.07, 0.2, 1.0), steps=50, batch=128, looks=4)
HEAVY = ("batch", "dimensions")
ENOUGH = 100  # steps: from here on recall is judged
OWN = 0.03  # AdamW's peak rate for log 1/τ: at 0.003 it gets nowhere in so few steps


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Look at the loss from the first weights, train at every temperature, and look again."""
    temperatures = sorted({*config.temperatures, START, 1.0})
    device, drawn = choose(config.device), emoji.load()

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)

    pairs, held_out, concepts = emoji_pairs(drawn, config.held, 4096, seeded(), device)
    labels = emoji.numbered([drawn.concepts[concept].subgroup for concept in concepts])

    def learn(label: str, loss: InfoNCE) -> Trial:
        generator = seeded()  # the same first weights and batches for each
        towers = encoders.towers(4096, config.dimensions, generator)
        schedule = Schedule(config.steps, config.batch, 3e-3, 0.05)
        report, losses, scales = host.counted(label, config.steps), list[float](), list[float]()

        def record(done: int, numbers: dict[str, float]) -> None:
            losses.append(numbers["loss"])
            scales.append(loss.scale)
            report(done, {"loss": losses[-1], "1/τ": scales[-1]})

        aligned = align(towers, loss, pairs, held_out, schedule, generator, record, loss_rate=OWN)
        found = aligned.held_out
        return Trial(
            tuple(scales),
            sum(losses[-10:]) / len(losses[-10:]),
            found.recall(1),
            found.uniformity(),
            *found.tolerance(labels),
            batch_cosines(towers, held_out),
        )

    yield tables.FORMULA
    towers = encoders.towers(4096, config.dimensions, seeded())
    slopes = loss_gradients(towers, pairs, temperatures, config.batch, config.looks, seeded())
    yield from tables.gradients(slopes)
    first = batch_cosines(towers, held_out)
    fixed: dict[float, Trial] = {}
    for tau in temperatures:
        fixed[tau] = learn(f"τ = {tau:g}", InfoNCE(tau, limit=math.inf, learned=False))
        yield from tables.training(fixed, config.batch, config.held)
    learned = learn("learned", InfoNCE(START))
    yield from tables.training(fixed, config.batch, config.held, learned)
    trained, alike = fixed[START].cosines, labels[:, None] == labels
    pushed = {
        "untrained": {tau: share_of_hardest(first, tau) for tau in temperatures},
        "trained": {tau: share_of_hardest(trained, tau) for tau in temperatures},
        "subgroup": {
            tau: (shares(trained, tau) * alike).sum(1).mean().item() for tau in temperatures
        },
    }
    yield from tables.pushes(pushed, config.held)
    hardest = pushed["trained"][temperatures[0]]
    yield Outcome(0 if hardest < 0.03 else 1 if hardest < 0.5 else 2)
    yield from tables.notes(pushed, fixed, learned)
    yield from claims(pushed, slopes, fixed, learned, config)


def claims(
    pushed: Curves, slopes: Curves, fixed: Fixed, learned: Trial, config: Config
) -> Iterator[Claim]:
    """Each relation as this data shows it; gradients at weights that no temperature has shaped."""
    low, high, above = min(fixed), max(fixed), Claim.above
    ends = f"τ = {low:g} over τ = 1"

    def growth(curve: Mapping[float, float]) -> float:
        return curve[low] / curve[1.0] if curve[1.0] else math.nan

    hardest = min(growth(pushed["untrained"]), growth(pushed["trained"]))
    yield above(f"Share of the hardest negative, {ends}", hardest, 20)
    yield above(f"Share of the own subgroup, trained, {ends}", growth(pushed["subgroup"]), 3)
    gradient = growth(slopes["gradient"]) * low
    yield above(f"Gradient of untrained towers, {ends}, beyond 1/τ", gradient, 1.2)
    yield above(f"Curvature of untrained towers, {ends}", growth(slopes["curvature"]), 300)
    left = fixed[1.0].loss / math.log(config.batch)
    yield above("Part of chance loss left by training at τ = 1", left, 0.75)
    least = least_info_nce(32_768, 1)
    yield above("Least loss of 32,768 pairs at τ = 1, in nats", least, 9.39, computed=True)
    if config.steps >= ENOUGH:
        better = max(trial.recall for trial in fixed.values()) / max(fixed[high].recall, 1e-9)
        yield above("Recall@1 of the best τ, over that of the highest", better, 1.3)
    both = torch.tensor([(trial.uniformity, trial.tolerance) for trial in fixed.values()]).T
    even = float(min(both[0, 0], both[0, -1]) - both[0].min())
    yield above("Uniformity loss of the best τ, below the better end by", even, 0.3)
    traded = float(torch.corrcoef(both)[0, 1])
    yield above("Correlation of the uniformity loss and tolerance over τ", traded, 0.9)
    highest = max(learned.scales)
    yield Claim.below(f"1/τ learned from τ = {START:g}, at its highest", highest, MAX_SCALE)
