"""Emoji with the number of their group, divided by concept."""

from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.lab import emoji
from contrastive_drill.lab.holdout import split


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Pictures [n, views, 3, 32, 32], row by row of one concept, and the number of its group."""

    pictures: Tensor
    groups: Tensor

    def flat(self) -> tuple[Tensor, Tensor]:
        """Every view on its own."""
        views = self.pictures.shape[1]
        return self.pictures.flatten(0, 1), self.groups.repeat_interleave(views)

    def some(self, count: int, generator: torch.Generator) -> Tensor:
        """At most `count` pictures, drawn without regard to their groups."""
        pictures, _ = self.flat()
        rows = torch.randperm(len(pictures), generator=generator)[:count]
        return pictures[rows.to(pictures.device)]


def labelled(
    held: int, generator: torch.Generator, device: torch.device
) -> tuple[Labelled, Labelled, int]:
    """What to train on, `held` concepts never trained on, and how many groups there are."""
    drawn = emoji.load()
    pictures = emoji.picture_input(drawn.pictures).to(device)
    groups = emoji.numbered([concept.group for concept in drawn.concepts]).to(device)
    sides = (rows.to(device) for rows in split(drawn, held, generator))
    trained, held_out = (Labelled(pictures[rows], groups[rows]) for rows in sides)
    return trained, held_out, int(groups.max()) + 1
