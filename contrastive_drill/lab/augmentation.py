"""What differs from step to step: which of its words a concept is called by, where it stands."""

import torch
from torch import Tensor
from torch.nn import functional

from contrastive_drill.lab.emoji import Concept

WHITE = 1.0  # of `emoji.picture_input`: what surrounds every drawing


def few_words(concept: Concept, generator: torch.Generator) -> str:
    """Its name, one time in three; else any number of the words of its caption, in any order.

    One who searches writes a few words, and not those of a caption in their order.
    """
    if float(torch.rand((), generator=generator)) < 1 / 3:
        return concept.name
    words = concept.caption.split()
    order = torch.randperm(len(words), generator=generator).tolist()
    count = int(torch.randint(1, len(words) + 1, (), generator=generator))
    return " ".join(words[index] for index in order[:count])


def moved(pictures: Tensor, most: int, generator: torch.Generator) -> Tensor:
    """Pictures [n, c, h, w], each moved by up to `most` pixels along both axes; white comes in."""
    count, channels, height, width = pictures.shape
    by = torch.randint(0, 2 * most + 1, (2, count, 1), generator=generator)
    rows = (by[0] + torch.arange(height)).to(pictures.device)  # [n, h], into the padded picture
    columns = (by[1] + torch.arange(width)).to(pictures.device)
    padded = functional.pad(pictures, (most, most, most, most), value=WHITE)
    each = torch.arange(count, device=pictures.device)[:, None, None, None]
    channel = torch.arange(channels, device=pictures.device)[None, :, None, None]
    return padded[each, channel, rows[:, None, :, None], columns[:, None, None, :]]
