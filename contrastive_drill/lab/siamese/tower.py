"""One tower trained to agree on two artists' drawings of a concept."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import StageProgress
from contrastive_drill.lab import encoders
from contrastive_drill.lab.alignment import PairLoss, SpreadCurve
from contrastive_drill.lab.optimization import Schedule, minimize
from contrastive_drill.lab.pairs import Pairs, two_views
from contrastive_drill.lab.retrieval import Retrieval


@dataclass(frozen=True, slots=True)
class Tower:
    """A tower after training, judged on concepts never seen."""

    spread: float  # 0 collapsed, 1 isotropic
    margin: float  # cosine of two drawings of a concept, less that of two concepts'
    curve: tuple[tuple[float, float], ...]  # (step, spread of its batch)
    even: float  # nats of DINO's mean target, at most the log of the prototypes; else no number
    told: float  # nats that a target lies from the mean: 0 says nothing


def learn(
    loss: nn.Module | PairLoss,
    pairs: Pairs,
    held_out: Pairs,
    schedule: Schedule,
    width: int,
    generator: torch.Generator,
    report: StageProgress,
) -> Tower:
    """Train the tower; `generator` draws its weights, the batches and the views."""
    tower, device = encoders.picture_tower(width), pairs.texts.device
    encoders.initialize(tower, generator)
    modules = [tower, loss] if isinstance(loss, nn.Module) else [tower]
    for module in modules:
        module.to(device)
    curve = SpreadCurve(schedule.steps)
    both: Tensor

    def value() -> Tensor:
        nonlocal both
        both = tower(two_views(pairs.pictures, schedule.batch, generator))
        out: Tensor = loss(*both.chunk(2))
        return out

    for step, number in minimize(value, modules, schedule):
        report(step, {"loss": number, "spread": curve.latest(step, both.detach())})
    drawn = torch.stack([encoders.embed(tower, view) for view in held_out.pictures.unbind(1)])
    found = Retrieval(drawn[0], drawn[1:]).unit()
    even, told = (getattr(loss, name, math.nan) for name in ("even", "told"))
    return Tower(found.spread(), found.margin(), tuple(curve.points), even, told)
