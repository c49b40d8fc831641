"""What the numbers of `temperature` mean."""

import math
from collections.abc import Iterator

from contrastive_drill.demo.result import Note, Outcome
from contrastive_drill.lab.losses import MAX_SCALE
from contrastive_drill.lab.temperature.analysis import LossAnalysis
from contrastive_drill.lab.temperature.trial import Fixed, Learned, nearest

START = 0.07  # where CLIP begins to learn τ, and the fixed τ whose towers are looked into


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


def outcome(trained: LossAnalysis) -> Outcome:
    """Which option of the prediction came true, in trained towers."""
    hardest = trained.pushes[min(trained.pushes)].hardest
    return Outcome(0 if hardest < 0.03 else 1 if hardest < 0.5 else 2)
