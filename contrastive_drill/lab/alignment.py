"""Two towers trained to agree, and how they embed pairs they never saw."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import StageProgress
from contrastive_drill.lab.encoders import Towers, embed
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.measures import spread
from contrastive_drill.lab.optimization import Schedule, minimize
from contrastive_drill.lab.pairs import Pairs
from contrastive_drill.lab.retrieval import Retrieval

POINTS = 40  # of a curve over training: as many as a small chart can show

PairLoss = Callable[[Tensor, Tensor], Tensor]  # of vectors [n, d] of pictures and of texts


class SpreadCurve:
    """The spread of the batches over training."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.points: list[tuple[float, float]] = []  # (steps done before it, spread of its batch)

    def latest(self, step: int, *sides: Tensor) -> float:
        """The mean spread of the sides, or of those of the last point where there is no new one.

        Every step is to be told, counted from 1; the first and the last of all become points.
        """
        if (step - 1) % max(1, self.steps // POINTS) == 0 or step == self.steps:
            spreads = [spread(unit(side)) for side in sides]
            self.points.append((float(step - 1), sum(spreads) / len(spreads)))
        return self.points[-1][1]


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Held-out pairs after training."""

    held_out: Retrieval  # unit vectors of the held-out pairs
    length: float  # of the held-out vectors, against those before training
    curve: tuple[tuple[float, float], ...]  # (step, spread of its batch)

    @property
    def spread(self) -> float:
        """Of the held-out unit vectors: 0 collapsed, 1 isotropic."""
        return self.held_out.spread()


def align(
    towers: Towers,
    loss: PairLoss,
    pairs: Pairs,
    held_out: Pairs,
    schedule: Schedule,
    generator: torch.Generator,
    report: StageProgress,
    *,
    loss_rate: float | None = None,
) -> Alignment:
    """Train the towers, and what the loss itself learns, on `pairs`; then embed `held_out`.

    `generator` draws the batches and nothing else. `report` gets the steps done. `loss_rate` is
    the peak rate of what the loss learns, the towers' own when None.
    """
    modules, rates = [*towers], {}
    if isinstance(loss, nn.Module):
        modules.append(loss)
        rates[loss] = loss_rate or schedule.rate
    for module in modules:
        module.to(pairs.texts.device)
    before = 1.0
    batch: tuple[Tensor, Tensor]
    curve = SpreadCurve(schedule.steps)

    def batch_loss() -> Tensor:
        nonlocal batch
        pictures, texts = pairs.batch(schedule.batch, generator)
        batch = towers[0](pictures), towers[1](texts)
        return loss(*batch)

    for step, value in minimize(batch_loss, modules, schedule, rates):
        vectors = [side.detach() for side in batch]
        if step == 1:
            before = _length(*vectors)
        report(step, {"loss": value, "spread": curve.latest(step, *vectors)})

    count, views = held_out.pictures.shape[:2]
    texts = embed(towers[1], held_out.texts)
    drawn = embed(towers[0], held_out.pictures.transpose(0, 1).flatten(0, 1)).view(views, count, -1)
    return Alignment(
        held_out=Retrieval(texts, drawn).unit(),
        length=_length(drawn.flatten(0, 1), texts) / before,
        curve=tuple(curve.points),
    )


def _length(pictures: Tensor, texts: Tensor) -> float:
    """The root mean square length of all rows."""
    return float(torch.cat([pictures, texts]).square().sum(dim=1).mean().sqrt())
