"""Two towers trained to agree, and what they make of pairs they never saw."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contrastive_drill.lab.encoders import embed
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.measures import spread
from contrastive_drill.lab.retrieval import Retrieval
from contrastive_drill.lab.training import Loss, Pairs, Schedule, Towers, train

POINTS = 40  # of a curve over training: as many as a small chart can show


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """What training came to.

    `spread` is taken of the vectors as the loss compares them: on the unit sphere, or, for a loss
    that leaves their length free, in units of the length they had before training.
    """

    held: Retrieval  # unit vectors of the held-out pairs
    spread: float  # of the held-out vectors: 0 collapsed, 1 isotropic
    length: float  # of the held-out vectors, against those before training
    curve: tuple[tuple[float, float], ...]  # (step, spread of its batch)


def align(
    towers: Towers,
    loss: Loss,
    pairs: Pairs,
    held: Pairs,
    schedule: Schedule,
    generator: torch.Generator,
    report: Callable[[int, dict[str, float]], None],
    *,
    sphere: bool = True,
) -> Alignment:
    """Train the towers on `pairs`, then embed `held`; `report` hears of the steps done."""
    for module in (*towers, loss):
        if isinstance(module, nn.Module):
            module.to(pairs.texts.device)
    before = 1.0
    curve: list[tuple[float, float]] = []

    def compared(vectors: Tensor) -> Tensor:
        return unit(vectors) if sphere else vectors / before

    def watch(step: int, value: float, pictures: Tensor, texts: Tensor) -> None:
        nonlocal before
        if step == 0:
            before = _length(pictures, texts)
        if step % max(1, schedule.steps // POINTS) == 0 or step == schedule.steps - 1:
            both = spread(compared(pictures)) + spread(compared(texts))
            curve.append((float(step), both / 2))
        report(step + 1, {"loss": value, "spread": curve[-1][1]})

    train(towers, loss, pairs, schedule, generator, watch)
    count, views = held.pictures.shape[:2]
    texts = embed(towers[1], held.texts)
    drawn = embed(towers[0], held.pictures.transpose(0, 1).flatten(0, 1)).view(views, count, -1)
    return Alignment(
        held=Retrieval(texts, drawn).unit(),
        spread=Retrieval(compared(texts), torch.stack([compared(view) for view in drawn])).spread(),
        length=_length(drawn.flatten(0, 1), texts) / before,
        curve=tuple(curve),
    )


def _length(pictures: Tensor, texts: Tensor) -> float:
    """The root mean square length of all rows."""
    return float(torch.cat([pictures, texts]).square().sum(dim=1).mean().sqrt())
