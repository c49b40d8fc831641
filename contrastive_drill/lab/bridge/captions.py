"""Captions as words in random order, and the patch tokens of a frozen picture encoder."""

from collections import Counter
from typing import NamedTuple

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import Host
from contrastive_drill.lab import emoji, encoders, losses, vit
from contrastive_drill.lab.alignment import align
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import emoji_pairs

NONE, START = 0, 1  # no word; what stands before the first one
LENGTH, OFTEN = 6, 3  # words read of a caption; captions that a word is in, to be known
CHANNELS = 64  # of each of a picture's 16 tokens
SHAPE = vit.ViTShape(image=32, patch=8, depth=2, width=CHANNELS, heads=4)


class Captioned(NamedTuple):
    """Picture tokens [n, views, 16, 64] and the known words of each caption, then 0: [n, most]."""

    tokens: Tensor
    words: Tensor

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Tokens of a view drawn at random, and six words."""
        rows = torch.randint(len(self.words), (size,), generator=generator)
        view = torch.randint(self.tokens.shape[1], (size,), generator=generator)
        return self.tokens[rows, view], shuffled(self.words[rows], generator)


def shuffled(captions: Tensor, generator: torch.Generator) -> Tensor:
    """Six words of each at most, in random order, since keywords have none: [n, 6]."""
    keys = torch.rand(captions.shape, generator=generator).to(captions.device)
    return captions.gather(1, (keys + 2 * (captions == NONE)).argsort(1))[:, :LENGTH]


def captioned(
    held: int, steps: int, generator: torch.Generator, device: torch.device, host: Host
) -> tuple[Captioned, Captioned, int]:
    """Concepts to train on, `held` others, and how many numbers of words there are.

    A vision transformer is trained against the captions for so many steps; its tokens are kept,
    each channel with mean 0 and variance 1 over what is trained on.
    """
    drawn = emoji.load()
    pairs, unseen, test = emoji_pairs(drawn, held, 4096, generator, device)
    vision, head = vit.VisionTransformer(SHAPE), encoders.projector(CHANNELS, 128)
    towers = nn.Sequential(vision, Pooled(), head), encoders.text_tower(4096, 128)
    vit.initialize(vision, generator)
    encoders.initialize(nn.ModuleList([head, towers[1]]), generator)
    schedule, report = Schedule(steps, 128, 3e-3, 0.05), host.counted("picture encoder", steps)
    align(towers, losses.InfoNCE(), pairs, unseen, schedule, generator, report)
    pictures = emoji.picture_input(drawn.pictures).to(device)
    tokens = encoders.embed(vision, pictures.flatten(0, 1))[:, 1:]
    tokens = tokens.reshape(*pictures.shape[:2], -1, CHANNELS)
    train = sorted({*range(len(pictures))} - {*test})
    seen = tokens[train].flatten(0, 2)
    tokens = ((tokens - seen.mean(0)) / seen.std(0).clamp(min=1e-5)).to(device)

    captions = [[*dict.fromkeys(emoji.words(concept.caption))] for concept in drawn.concepts]
    counts = Counter(word for row in train for word in captions[row])
    known = sorted(word for word, count in counts.items() if count >= OFTEN)
    numbers = {word: number for number, word in enumerate(known, START + 1)}
    rows = [torch.tensor([numbers[word] for word in one if word in numbers]) for one in captions]
    words = nn.utils.rnn.pad_sequence(rows, batch_first=True).long().to(device)
    test = [row for row in test if len(rows[row])]
    trained, held_out = (Captioned(tokens[some], words[some]) for some in (train, test))
    return trained, held_out, START + 1 + len(known)


class Pooled(nn.Module):
    """The mean of the patch tokens."""

    def forward(self, tokens: Tensor) -> Tensor:
        return vit.pooled(tokens)
