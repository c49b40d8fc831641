"""The picture-caption set as a trained CLIP sees and reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from contrastive_drill.lab.clip.model import Clip
from contrastive_drill.lab.emoji import ARTISTS, Emoji
from contrastive_drill.lab.retrieval import Retrieval

EVERY_ARTIST = tuple(range(len(ARTISTS)))


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Unit vectors of every concept, on the processor."""

    pictures: Tensor  # [artists, concepts, d]
    captions: Tensor  # [concepts, d]
    names: Tensor  # [concepts, d]

    def pairs(
        self, concepts: Tensor, artists: Sequence[int] = EVERY_ARTIST, *, by_name: bool = False
    ) -> Retrieval:
        """Some concepts as some artists drew them, with their captions or with bare names."""
        texts = self.names if by_name else self.captions
        return Retrieval(texts[concepts], self.pictures[torch.tensor(artists)][:, concepts])


def vectors(clip: Clip, emoji: Emoji) -> Vectors:
    """All pictures and texts of the set; 0.3 s on a processor."""
    return Vectors(
        clip.see(emoji.pictures).transpose(0, 1),
        clip.read([concept.caption for concept in emoji.concepts]),
        clip.read([concept.name for concept in emoji.concepts]),
    )
