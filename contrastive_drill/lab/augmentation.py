"""What differs from step to step: which of its words a concept is called by, where it stands."""

from collections.abc import Iterable
from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from contrastive_drill.lab.emoji import Concept

WHITE = 255  # what surrounds every drawing


def few_words(concepts: Iterable[Concept], generator: torch.Generator) -> list[str]:
    """Of each its name, one time in three; else some words of its caption, in any order.

    One who searches writes a few words, and not those of a caption in their order.
    """
    chance = Random(int(torch.randint(2**62, (), generator=generator)))

    def some(concept: Concept) -> str:
        if chance.random() < 1 / 3:
            return concept.name
        words = concept.caption.split()
        return " ".join(chance.sample(words, chance.randint(1, len(words))))

    return [some(concept) for concept in concepts]


def windows(pictures: Tensor, most: int, white: float = WHITE) -> Tensor:
    """Pictures [..., h, w, c] at every place that is up to `most` pixels away, bytes if not said.

    A view [..., rows, columns, h, w, c] of the pictures in a white frame: nothing is copied for it,
    and `windows[..., most, most, :, :, :]` are the pictures as they were.
    """
    height, width = pictures.shape[-3:-1]
    framed = functional.pad(pictures, (0, 0, most, most, most, most), value=white)
    return framed.unfold(-3, height, 1).unfold(-3, width, 1).movedim(-3, -1)


def places(count: int, most: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """A row and a column of `windows` for each of `count` pictures, drawn at random."""
    down, across = torch.randint(0, 2 * most + 1, (2, count), generator=generator)
    return down, across
