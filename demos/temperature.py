"""A small temperature sharpens: the hardest negatives take the push, and gradients grow.

    contrastive-drill demo temperature            45 s on two cores
    contrastive-drill demo temperature --quick     9 s

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


def share_of_hardest(cosines: Tensor, tau: float) -> float:
    """The part of a query's push that its hardest negative takes, the mean over the queries."""
    push = pushes(cosines, tau)
    return (push.max(1).values / push.sum(1)).mean().item()


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
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from contrastive_drill.demo.options import Amount, Count, Few, Positive, Within
from contrastive_drill.demo.result import Claim, Finding, Host, Prediction
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import emoji, encoders
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.losses import MAX_SCALE, InfoNCE, least_info_nce
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import emoji_pairs
from contrastive_drill.lab.temperature import gradients, negatives, tables, trial
from contrastive_drill.lab.temperature.analysis import LossAnalysis, analyze
from contrastive_drill.lab.temperature.notes import START, notes, outcome
from contrastive_drill.lab.temperature.trial import Fixed, Learned, TemperatureTrial, nearest

Temperature = Annotated[float, Within(1e-4, 100)]
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
    temperatures: Temperatures = (0.005, 0.01, 0.02, 0.07, 0.2, 0.5, 1.0, 2.0)  # three or more
    steps: Count = 120  # 3 s a temperature on two cores; 200 change no verdict
    batch: Few = 256  # 255 negatives a pair
    rate: Positive = 3e-3  # of AdamW at its peak
    own: Positive = 0.03  # of AdamW for log 1/τ: at 0.003 it gets nowhere in so few steps
    decay: Amount = 0.05  # usual with AdamW; never of τ
    held: Few = 300  # concepts never trained on
    dimensions: Count = 128  # of the common space
    features: Count = 4096  # columns that words are hashed to
    beyond: Temperature = 0.001  # where two more runs begin to learn τ: past the clamp, at 0.01
    looks: Few = 8  # batches whose gradients are compared at one set of weights


# The same verdicts, with less recall.
SMOKE = Config(temperatures=(0.005, 0.02, 0.07, 0.2, 1.0), steps=50, batch=128, looks=4)
HEAVY = ("batch", "dimensions")
ENOUGH = 100  # steps: from here on recall is judged


def run(config: Config, host: Host) -> Iterator[Finding]:
    """Look at the loss from the first weights, train at every temperature, and look again."""
    temperatures = sorted(set(config.temperatures))
    if len(temperatures) < 3:
        raise UsageProblem("temperatures needs three or more: --set temperatures=0.01,0.1,1")
    device = choose(config.device)
    drawn = emoji.load()

    def seeded() -> torch.Generator:
        return torch.Generator().manual_seed(config.seed)

    pairs, held_out, concepts = emoji_pairs(drawn, config.held, config.features, seeded(), device)
    labels = emoji.numbered([drawn.concepts[concept].subgroup for concept in concepts])

    def learn(label: str, loss: InfoNCE) -> TemperatureTrial:
        generator = seeded()  # the same first weights and batches for each
        towers = encoders.towers(config.features, config.dimensions, generator)
        schedule = Schedule(config.steps, config.batch, config.rate, config.decay)
        return trial.run_trial(
            towers, loss, pairs, held_out, labels, schedule, generator,
            host.counted(label, config.steps), loss_rate=config.own,
        )  # fmt: skip

    def analysis(towers: encoders.Towers) -> LossAnalysis:
        size, looks = config.batch, config.looks
        return analyze(towers, pairs, held_out, labels, temperatures, size, looks, seeded())

    yield from (*negatives.FORMULAS, tables.FLOOR)
    yield tables.floor_table((config.batch, 32_768), (1.0, 0.2, START))
    first = analysis(encoders.towers(config.features, config.dimensions, seeded()))
    yield gradients.gradient_table("untrained towers", first.gradients)
    fixed: dict[float, TemperatureTrial] = {}
    learned: dict[str, TemperatureTrial] = {}
    for one in temperatures:
        fixed[one] = learn(f"τ = {one:g}", InfoNCE(one, limit=math.inf, learned=False))
        yield tables.trial_table(fixed, learned, config.held)
        yield from tables.trial_charts(fixed, learned)
    for label, loss in {
        "learned": InfoNCE(START),
        "clamped": InfoNCE(config.beyond),
        "unclamped": InfoNCE(config.beyond, limit=math.inf),
    }.items():
        learned[label] = learn(label, loss)
        yield tables.trial_table(fixed, learned, config.held)
        yield from tables.trial_charts(fixed, learned)
        yield tables.scale_chart(learned)
    inner = nearest(temperatures, START)
    trained = analysis(fixed[inner].towers)
    yield gradients.gradient_table(f"towers trained at τ = {inner:g}", trained.gradients)
    yield gradients.gradient_chart(first.gradients, trained.gradients)
    yield negatives.share_table(first.pushes, trained.pushes, config.held)
    yield negatives.share_chart(first.pushes, trained.pushes)
    yield tables.spread_chart({at: fixed[at] for at in (temperatures[0], inner, temperatures[-1])})
    for text in range(min(3, config.held)):  # nobody picked them
        yield negatives.hardest_strip(drawn, concepts, trained.cosines, text, (inner, 1.0))
    yield outcome(trained)
    yield from notes(first, trained, fixed, learned)
    yield from claims(first, trained, fixed, learned, config)


def claims(
    first: LossAnalysis, trained: LossAnalysis, fixed: Fixed, learned: Learned, config: Config
) -> Iterator[Claim]:
    """Each relation as this data shows it; gradients at weights that no temperature has shaped."""
    low, one, high = min(fixed), nearest(list(fixed), 1.0), max(fixed)
    ends, views = f"τ = {low:g} over τ = {one:g}", (first, trained)
    hardest = min(view.growth("hardest", low, one) for view in views)
    alike = trained.growth("alike", low, one)
    gradient, curvature = (first.growth(of, low, one) for of in ("norm", "curvature"))
    recalls = {at: single.recall for at, single in fixed.items()}
    uniformities = {at: single.uniformity for at, single in fixed.items()}
    better = max(recalls.values()) / max(recalls[high], 1e-9)
    even = min(uniformities[low], uniformities[high]) - min(uniformities.values())
    both = torch.tensor([[single.uniformity, single.tolerance] for single in fixed.values()])
    traded = float(torch.corrcoef(both.T)[0, 1])
    left = fixed[one].loss / math.log(fixed[one].pairs)
    lifted = learned["unclamped"].scales[-1] * config.beyond
    apart = max(push.apart for view in views for push in view.pushes.values())
    highest = max(learned["learned"].scales)

    above, below = Claim.above, Claim.below
    yield below("Shares by autograd and by softmax differ at most by", apart, 1e-6, computed=True)
    yield above(f"Share of the hardest negative, {ends}", hardest, 20)
    yield above(f"Share of the own subgroup, trained, {ends}", alike, 3)
    yield above(f"Gradient of untrained towers, {ends}, beyond 1/τ", gradient * low / one, 1.2)
    yield above(f"Curvature of untrained towers, {ends}", curvature, 300)
    yield above(f"Part of chance loss left by training at τ = {one:g}", left, 0.75)
    least = least_info_nce(32_768, 1)
    yield above("Least loss of 32,768 pairs at τ = 1, in nats", least, 9.39, computed=True)
    if config.steps >= ENOUGH:
        yield above("Recall@1 of the best τ, over that of the highest", better, 1.3)
    yield above("Uniformity loss of the best τ, below the better end by", even, 0.3)
    yield above("Correlation of the uniformity loss and tolerance over τ", traded, 0.9)
    yield below(f"1/τ learned from τ = {START:g}, at its highest", highest, MAX_SCALE)
    yield below(f"1/τ learned without a clamp from {1 / config.beyond:g}, of that", lifted, 0.9)
