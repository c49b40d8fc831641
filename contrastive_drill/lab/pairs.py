"""Pictures and texts in pairs: batches to train on, and pairs held out."""

from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab.emoji import Emoji, picture_input, text_features
from contrastive_drill.lab.holdout import split


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pictures [n, views, 3, 32, 32] and text features [n, features], row by row one concept."""

    pictures: Tensor
    texts: Tensor

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """`size` different concepts, each in a view drawn at random, and their texts.

        Raises:
            UsageProblem: when there are fewer.
        """
        count, views = self.pictures.shape[:2]
        if size > count:
            raise UsageProblem(f"there are {count} pairs to train on: lower batch, now {size}")
        rows = torch.randperm(count, generator=generator)[:size].to(self.texts.device)
        view = torch.randint(views, (size,), generator=generator).to(self.texts.device)
        return self.pictures[rows, view], self.texts[rows]


def two_views(pictures: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """`size` different rows of pictures [n, views, ...], or all, each in two views: [2 size, ...].

    The first half has one view of each, the second another, in the same order.
    """
    rows = torch.randperm(len(pictures), generator=generator)[:size].to(pictures.device)
    both = view_pairs(len(rows), pictures.shape[1], generator).to(pictures.device)
    return torch.cat([pictures[rows, view] for view in both])


def view_pairs(size: int, views: int, generator: torch.Generator) -> Tensor:
    """The numbers of two different views, drawn for each of so many rows: [2, size]."""
    return torch.rand(size, views, generator=generator).argsort(dim=1)[:, :2].T


def emoji_pairs(
    emoji: Emoji, held: int, width: int, generator: torch.Generator, device: torch.device
) -> tuple[Pairs, Pairs, list[int]]:
    """Pairs to train on; those of `held` concepts never trained on; which concepts these are.

    Nor is a near twin of these trained on: see `split`.
    """
    pictures = picture_input(emoji.pictures).to(device)
    texts = text_features([concept.caption for concept in emoji.concepts], width).to(device)
    divided = [rows.to(device) for rows in split(emoji, held, generator)]
    trained, held_out = (Pairs(pictures[rows], texts[rows]) for rows in divided)
    return trained, held_out, divided[1].tolist()
