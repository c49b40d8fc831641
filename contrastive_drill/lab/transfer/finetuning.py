"""Fine-tuning a picture tower on another artist, and what it still knows of the first ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import StageProgress
from contrastive_drill.lab.augmentation import places, windows
from contrastive_drill.lab.encoders import embed
from contrastive_drill.lab.losses import info_nce, unit
from contrastive_drill.lab.measures import recall
from contrastive_drill.lab.optimization import Schedule, minimize

SHIFT = 2  # pixels that a picture is moved by at most, in all training


class Point(NamedTuple):
    """Recall@1 of two sets of pictures by their captions."""

    new: float  # of those that are fine-tuned on
    old: float  # of the first artists', of other concepts, all trained on before


def old_at(curve: Sequence[Point], new: float) -> float:
    """The old recall where the new one is first reached; not-a-number where it never is."""
    reached = np.maximum.accumulate([point.new for point in curve])
    return float(np.interp(new, reached, [point.old for point in curve], right=math.nan))


@dataclass(frozen=True, slots=True, eq=False)
class Domains:
    """Pictures [artists, n, 3, 32, 32] and unit vectors of their texts [n, d], new and old."""

    new: Tensor
    new_texts: Tensor
    old: Tensor
    old_texts: Tensor
    scale: float  # of the cosines, as the towers learned it

    def look(self, tower: nn.Module) -> Point:
        """Both recalls."""
        sides = (self.new, self.new_texts), (self.old, self.old_texts)
        found = [[recall(texts, unit(embed(tower, each)), 1) for each in by] for by, texts in sides]
        return Point(*(sum(row) / len(row) for row in found))

    def follow(
        self,
        tower: nn.Module,
        schedule: Schedule,
        generator: torch.Generator,
        report: StageProgress,
    ) -> list[Point]:
        """Train what is free in a tower on the new pictures, the texts fixed; look on the way.

        Batch normalization keeps the statistics that it has.
        """
        points = [self.look(tower)]
        looks = {max(1, round(schedule.steps * (k / 8) ** 2)) for k in range(1, 9)}
        texts = self.new_texts.to(self.new.device)
        at = windows(self.new[0].movedim(1, -1), SHIFT, white=1.0)

        def loss() -> Tensor:
            tower.eval()
            rows = torch.randperm(len(texts), generator=generator)[: schedule.batch]
            places_of = places(len(rows), SHIFT, generator)
            where = [each.to(texts.device) for each in (rows, *places_of)]
            u = tower(at[tuple(where)].movedim(-1, 1))
            return info_nce(u, texts[where[0]], self.scale)

        for step, value in minimize(loss, [tower], schedule):
            report(step, {"loss": value})
            if step in looks:
                points.append(self.look(tower))
        return points
