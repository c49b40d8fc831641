"""A small text model trained here in seconds, for where MiniLM is not installed."""

import zlib
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import StageProgress
from contrastive_drill.lab import glosses
from contrastive_drill.lab.emoji import words
from contrastive_drill.lab.glosses import Gloss
from contrastive_drill.lab.losses import InfoNCE
from contrastive_drill.lab.optimization import Schedule, minimize
from contrastive_drill.lab.text_encoder import Encoder, Sizes
from contrastive_drill.lab.text_model import TextModel, averaged, padded

BUCKETS = 1_024  # for words that GloVe does not know
FIRST, END, KNOWN = 1, 2, 3  # numbers of tokens; 0 is padding
MOST = 16  # tokens of a text
WIDTH, HEADS, LAYERS, HIDDEN = 64, 4, 3, 128
RATE, DECAY = 5e-3, 0.01  # of AdamW at its peak


class Tokens:
    """Texts to numbers: words that GloVe knows, and others hashed into buckets."""

    def __init__(self) -> None:
        self.places = glosses.glove().places()
        self.vocabulary = KNOWN + len(self.places) + BUCKETS

    def __call__(self, text: str) -> list[int]:
        """At most `MOST` numbers, a mark at either end."""
        return [FIRST, *map(self.number, words(text)[: MOST - 2]), END]

    def number(self, word: str) -> int:
        """The number of a word; CRC-32 is the same on every machine."""
        place = self.places.get(word, len(self.places) + zlib.crc32(word.encode()) % BUCKETS)
        return KNOWN + place


def untrained(generator: torch.Generator) -> TextModel:
    """A model that has learned nothing but GloVe's vectors of words, in its first 50 numbers."""
    tokens = Tokens()
    sizes = Sizes(tokens.vocabulary, MOST, WIDTH, HEADS, LAYERS, HIDDEN, first=True)
    encoder = Encoder(sizes)
    for name, weight in encoder.named_parameters():
        if weight.ndim > 1:
            nn.init.normal_(weight, 0, weight.shape[1] ** -0.5, generator=generator)
        elif name.endswith("bias"):
            nn.init.zeros_(weight)
    known = torch.from_numpy(glosses.glove().vectors).float()
    with torch.no_grad():
        rows = encoder.words.weight[KNOWN : KNOWN + len(known)]
        rows[:, : known.shape[1]] = known / known.std() * WIDTH**-0.5
        encoder.positions.weight.mul_(0.1)
    return TextModel("a small model trained here", encoder, tokens)


def pairs(known: Sequence[Gloss]) -> list[tuple[str, str]]:
    """The words of each meaning and its definition; and the definition with an example of use."""
    found = [(" ".join(gloss.lemmas), gloss.definition) for gloss in known]
    return found + [
        (example, gloss.definition) for gloss in known for example in gloss.examples[:1]
    ]


def trained(
    known: Sequence[Gloss], schedule: Schedule, seed: int, device: torch.device,
    report: StageProgress,
) -> TextModel:  # fmt: skip
    """A model whose pairs were told from all others of their batch, by InfoNCE."""
    generator = torch.Generator().manual_seed(seed)
    model = untrained(generator)
    encoder, loss = model.encoder.to(device), InfoNCE().to(device)
    sides = [[model.tokens(text) for text in side] for side in zip(*pairs(known), strict=True)]

    def value() -> Tensor:
        drawn = torch.randperm(len(sides[0]), generator=generator)[: schedule.batch].tolist()
        u, v = (padded([side[place] for place in drawn]).to(device) for side in sides)
        result: Tensor = loss(averaged(encoder(u)[-1], u), averaged(encoder(v)[-1], v))
        return result

    for step, number in minimize(value, [encoder, loss], schedule):
        report(step, {"loss": number})
    encoder.eval().requires_grad_(False)
    return model
