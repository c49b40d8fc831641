"""Words that ask for definitions, as vectors: GloVe's averages, and each level of a text model."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from contrastive_drill.lab import glosses
from contrastive_drill.lab.emoji import words
from contrastive_drill.lab.glosses import Gloss
from contrastive_drill.lab.text_model import TextModel

GLOVE, TOKENS, OUTPUT = "GloVe, averaged", "tokens, averaged", "output"


class Sides(NamedTuple):
    """Vectors of queries and of documents, row i for row i, and other texts to fit to: [n, d]."""

    queries: Tensor  # the words for a meaning
    documents: Tensor  # its definition
    words: Tensor  # of other meanings
    sample: Tensor  # their definitions


def asked(known: Sequence[Gloss]) -> list[str]:
    """The words for each meaning."""
    return [" ".join(gloss.lemmas) for gloss in known]


def levels(model: TextModel, held: Sequence[Gloss], others: Sequence[Gloss]) -> dict[str, Sides]:
    """The sides by level, the model's output last; on the processor, in full precision."""
    texts = [
        made for some in (held, others)
        for made in (asked(some), [gloss.definition for gloss in some])
    ]  # fmt: skip
    static = [glosses.averaged(each, glosses.glove(), {}) for each in texts]
    deep = [model.levels(each).cpu() for each in texts]
    between = [f"block {place}" for place in range(1, len(deep[0]) - 1)]
    return {GLOVE: Sides(*(torch.from_numpy(each).float() for each in static))} | {
        name: Sides(*(side[place] for side in deep))
        for place, name in enumerate((TOKENS, *between, OUTPUT))
    }


def commonness(known: Sequence[Gloss]) -> Tensor:
    """How common the words of each definition are: the mean log of their share of all words."""
    texts = [gloss.definition for gloss in known]
    shares = glosses.shares(texts)
    split = [words(text) for text in texts]
    return torch.tensor(
        [sum(math.log(shares[word]) for word in each) / max(len(each), 1) for each in split]
    )
