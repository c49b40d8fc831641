"""Captions as lists of words in random order, and a frozen picture encoder's grid of tokens."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import Host
from contrastive_drill.lab import encoders, losses, vit
from contrastive_drill.lab.alignment import align
from contrastive_drill.lab.emoji import Emoji, picture_input, words
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.pairs import emoji_pairs

NONE, START = 0, 1  # no word; what stands before the first one
LENGTH = 6  # words of a caption that are read, at most
OFTEN = 3  # captions that must have a word for it to be known
TOKENS, CHANNELS = 16, 64  # of a picture
SHAPE = vit.ViTShape(image=32, patch=8, depth=2, width=CHANNELS, heads=4)


@dataclass(frozen=True, slots=True, eq=False)
class Captioned:
    """Picture tokens [n, views, 16, 64] and the known words of each caption [n, most]."""

    tokens: Tensor
    words: Tensor

    def batch(self, size: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Tokens of a view drawn at random, and at most six words in random order: [size, 6]."""
        rows = torch.randint(len(self.words), (size,), generator=generator)
        view = torch.randint(self.tokens.shape[1], (size,), generator=generator)
        return self.tokens[rows, view], shuffled(self.words[rows], generator)


def shuffled(captions: Tensor, generator: torch.Generator) -> Tensor:
    """Six words of each, in random order; keywords have none of their own."""
    keys = torch.rand(captions.shape, generator=generator).to(captions.device)
    return captions.gather(1, (keys + 2 * (captions == NONE)).argsort(1))[:, :LENGTH]


def before(captions: Tensor) -> Tensor:
    """What the decoder reads when it is to say each word: the start, then all words but one."""
    return torch.cat([torch.full_like(captions[:, :1], START), captions[:, :-1]], dim=1)


def captioned(
    emoji: Emoji, held: int, steps: int, generator: torch.Generator, device: torch.device, host: Host
) -> tuple[Captioned, Captioned, list[str], list[int]]:
    """What to train on, what not, the known words, and which concepts are held out.

    The picture encoder is trained against the captions for so many steps, and frozen.
    """
    pairs, unseen, test = emoji_pairs(emoji, held, 4096, generator, device)
    vision = vit.VisionTransformer(SHAPE)
    vit.initialize(vision, generator)
    heads = encoders.projector(CHANNELS, 128), encoders.text_tower(4096, 128)
    for head in heads:
        encoders.initialize(head, generator)
    towers = nn.Sequential(vision, Pooled(), heads[0]), heads[1]
    schedule = Schedule(steps, 128, 3e-3, 0.05)
    report = host.counted("picture encoder", steps)
    print(align(towers, losses.InfoNCE(), pairs, unseen, schedule, generator, report).held_out.recall(1))
    train = sorted({*range(len(emoji.concepts))} - {*test})
    tokens = grid(vision, picture_input(emoji.pictures).to(device), train)
    captions = [[*dict.fromkeys(words(concept.caption))] for concept in emoji.concepts]
    counts = Counter(word for row in train for word in captions[row])
    known = ["", "", *sorted(word for word, count in counts.items() if count >= OFTEN)]
    numbers = numbered(captions, known).to(device)
    test = [row for row in test if numbers[row].any()]
    trained, held_out = (Captioned(tokens[rows], numbers[rows]) for rows in (train, test))
    return trained, held_out, known, test


@torch.no_grad()
def grid(vision: nn.Module, pictures: Tensor, train: list[int]) -> Tensor:
    """[n, views, 3, 32, 32] to the encoder's patch tokens [n, views, 16, 64].

    Each channel has mean 0 and variance 1 over what is trained on.
    """
    tokens = vision.eval()(pictures.flatten(0, 1))[:, 1:].unflatten(0, pictures.shape[:2])
    known = tokens[train].flatten(0, 2)
    out: Tensor = (tokens - known.mean(0)) / known.std(0).clamp(min=1e-5)
    return out


class Pooled(nn.Module):
    """The mean of the patch tokens."""

    def forward(self, tokens: Tensor) -> Tensor:
        return vit.pooled(tokens)


def numbered(captions: Iterable[Sequence[str]], known: Sequence[str]) -> Tensor:
    """The places of the known words of each caption, and 0 after them: [n, most]."""
    places = {word: place for place, word in enumerate(known) if word}
    rows = [torch.tensor([places[word] for word in one if word in places]) for one in captions]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True).long()
