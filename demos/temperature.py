"""A small temperature sharpens: the hardest negatives take the push, and gradients grow.

    contrastive-drill demo temperature            45 s on two cores
    contrastive-drill demo temperature --quick     9 s

Two towers learn to match emoji with their captions, from the same weights and on the same batches,
at eight fixed temperatures and with τ learned as CLIP does. Expect the hardest of 299 negatives to
take about 90 % of the push at τ = 0.005 and 0.5 % at τ = 1, where more than 80 % of the loss of
chance must remain; the best recall between 0.07 and 0.2; and a learned 1/τ that stays below 100.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import torch

from contrastive_drill.demo.options import Amount, Count, Few, Positive, Within
from contrastive_drill.demo.result import Claim, Finding, Host, Note
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import emoji, encoders
from contrastive_drill.lab.device import choose
from contrastive_drill.lab.losses import MAX_SCALE, InfoNCE, least_info_nce
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import emoji_pairs
from contrastive_drill.lab.temperature import gradients, negatives, tables, trial
from contrastive_drill.lab.temperature.analysis import LossAnalysis, analyze
from contrastive_drill.lab.temperature.trial import Fixed, Learned, TemperatureTrial, nearest

Temperature = Annotated[float, Within(1e-4, 100)]
Temperatures = Annotated[tuple[float, ...], Within(1e-4, 100)]


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
START = 0.07  # where CLIP begins to learn τ, and the fixed τ whose towers are looked into


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
    yield from notes(first, trained, fixed, learned)
    yield from claims(first, trained, fixed, learned)


def claims(
    first: LossAnalysis, trained: LossAnalysis, fixed: Fixed, learned: Learned
) -> Iterator[Claim]:
    """Each relation as this data shows it; gradients at weights that no temperature has shaped."""
    low, one, high = min(fixed), nearest(list(fixed), 1.0), max(fixed)
    ends, views = f"τ = {low:g} over τ = {one:g}", (first, trained)
    hardest = min(view.growth("hardest", low, one) for view in views)
    alike = trained.growth("alike", low, one)
    gradient, curvature = (first.growth(of, low, one) for of in ("norm", "curvature"))
    recalls = {at: single.recall for at, single in fixed.items()}
    uniformities = {at: single.uniformity for at, single in fixed.items()}
    better = max(recalls.values()) - max(recalls[low], recalls[high])
    even = min(uniformities[low], uniformities[high]) - min(uniformities.values())
    both = torch.tensor([[single.uniformity, single.tolerance] for single in fixed.values()])
    traded = float(torch.corrcoef(both.T)[0, 1])
    left = fixed[one].loss / math.log(fixed[one].pairs)
    lifted = learned["unclamped"].scales[-1] / learned["clamped"].scales[-1]
    apart = max(push.apart for view in views for push in view.pushes.values())
    highest = max(learned["learned"].scales)

    above, below = Claim.above, Claim.below
    yield below("Shares by autograd and by softmax differ at most by", apart, 1e-6)
    yield above(f"Share of the hardest negative, {ends}", hardest, 20)
    yield above(f"Share of the own subgroup, trained, {ends}", alike, 3)
    yield above(f"Gradient of untrained towers, {ends}", gradient, 100)
    yield above(f"Curvature of untrained towers, {ends}", curvature, 300)
    yield above(f"Part of chance loss left by training at τ = {one:g}", left, 0.75)
    yield above("Least loss of 32,768 pairs at τ = 1, in nats", least_info_nce(32_768, 1), 9.39)
    yield above("Recall@1 of the best τ, above the better end by", better, 0.02)
    yield above("Uniformity loss of the best τ, below the better end by", even, 0.3)
    yield above("Correlation of the uniformity loss and tolerance over τ", traded, 0.9)
    yield below(f"1/τ learned from τ = {START:g}, at its highest", highest, MAX_SCALE)
    yield above("1/τ learned from beyond the clamp, without it over with it", lifted, 2)


def notes(
    first: LossAnalysis, trained: LossAnalysis, fixed: Fixed, learned: Learned
) -> Iterator[Note]:
    """What the numbers mean."""
    low, one, high = min(fixed), nearest(list(fixed), 1.0), max(fixed)
    mild, sharp, hard = fixed[one], fixed[low], trained.pushes
    yield Note(
        "Hard negatives are often false ones: pictures of a text's own subgroup are "
        f"{hard[low].number:.1%} of the negatives, and take {hard[one].alike:.1%} of the push at "
        f"τ = {one:g}, {hard[low].alike:.1%} at {low:g}. And raw cosines cannot be sharp: at "
        f"τ = {one:g} {mild.pairs} perfect pairs still cost {mild.least:.2f} nats where chance is "
        f"{math.log(mild.pairs):.2f}; training came to {mild.loss:.2f}."
    )
    norms = [view.growth("norm", low, one) for view in (first, trained)]
    bends = [view.growth("curvature", low, one) for view in (first, trained)]
    noise = [f"{view.gradients[at].noise:.0%}" for view in (trained, first) for at in (one, low)]
    yield Note(
        f"Small τ sharpens; it smooths nothing. From τ = {one:g} to {low:g} untrained towers have "
        f"{norms[0]:.0f} times the gradient and {bends[0]:.0f} times the curvature; AdamW divides "
        f"out the first, not the difference. Trained ones have {norms[1]:.0f} and {bends[1]:.0f} "
        f"times, the fewer the less loss is left: {trained.gradients[low].loss:.2f} nats at "
        f"{low:g}. The part of a gradient that is noise of its batch goes from {noise[0]} to "
        f"{noise[1]} in trained towers, but from {noise[2]} to {noise[3]} in untrained ones."
    )
    even = min(fixed, key=lambda at: fixed[at].uniformity)
    narrow = min(spread for _, spread in sharp.spreads)
    yield Note(
        "Wang and Liu (arXiv:2012.09740) have the smaller τ the more even, at the price of "
        f"tolerance. That is seen from τ = {high:g} to {even:g}; smaller still, it turns. At "
        f"{low:g} the first batch costs {sharp.losses[0]:.0f} nats, and the first thing learned is "
        f"to draw all vectors together, to a spread of {narrow:.2f}, where small differences will "
        "do. Tolerance there is mostly nearness of everything: less that of different subgroups "
        f"it is {sharp.kinship:.2f}, and {fixed[high].kinship:.2f} at {high:g}."
    )
    own, clamped, free = (learned[label] for label in ("learned", "clamped", "unclamped"))
    met = max(own.scales) >= MAX_SCALE
    best = max(fixed.values(), key=lambda single: single.recall)
    yield Note(
        f"Learned from {START:g}, 1/τ ends at {own.scales[-1]:.0f} and "
        + ("meets the clamp at 100. " if met else "never meets the clamp, which changes nothing. ")
        + "CLIP's 0.01 is its clamp, not a place where τ came to rest. Recall@1 is "
        f"{own.recall:.3f}, and {best.recall:.3f} at the best fixed τ, {best.temperature:g}. "
        "To see the clamp at work, two runs begin beyond it: with it 1/τ ends at "
        f"{clamped.scales[-1]:.0f} and recall@1 at {clamped.recall:.3f}, without it at "
        f"{free.scales[-1]:.0f} and {free.recall:.3f}. It gets stuck; the instability that CLIP "
        "reports (arXiv:2103.00020, §2.5) is not seen at this size."
    )
