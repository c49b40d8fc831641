"""CLIP (arXiv:2103.00020) in small: two towers and one temperature, trained on pairs by InfoNCE."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from contrastive_drill.demo.result import LabelledFormula
from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import encoders
from contrastive_drill.lab.augmentation import few_words, places, windows
from contrastive_drill.lab.emoji import Emoji, picture_input, text_features
from contrastive_drill.lab.losses import InfoNCE, unit
from contrastive_drill.lab.optimization import Schedule, minimize

AT_ONCE = 512  # pictures through a tower when nothing is learned
LOSS = LabelledFormula(
    "CLIP's loss: of n pictures u and n texts v, each has to pick its own among all of the other "
    "kind; τ is learned",
    r"\mathcal{L} = -\frac{1}{2n} \sum_{i=1}^{n} \left[ "
    r"\log \frac{e^{\cos(u_i, v_i)/\tau}}{\sum_{j} e^{\cos(u_i, v_j)/\tau}} + "
    r"\log \frac{e^{\cos(u_i, v_i)/\tau}}{\sum_{j} e^{\cos(u_j, v_i)/\tau}} \right]",
)


class Clip(nn.Module):
    """A picture tower, a text tower and a learned temperature."""

    def __init__(self, features: int, dimensions: int, generator: torch.Generator) -> None:
        super().__init__()
        self.features = features
        self.pictures, self.texts = encoders.towers(features, dimensions, generator)
        self.loss = InfoNCE()

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return self.loss.log_scale.device

    def embed_pictures(self, pictures: Tensor) -> Tensor:
        """Pictures uint8 [..., 32, 32, 3] to unit vectors [..., d] on the processor."""
        vectors = [
            encoders.embed(self.pictures, picture_input(part.to(self.device)))
            for part in torch.split(pictures.flatten(0, -4), AT_ONCE)
        ]
        return unit(torch.cat(vectors)).view(*pictures.shape[:-3], -1)

    def embed_texts(self, texts: Sequence[str]) -> Tensor:
        """Texts to unit vectors [n, d] on the processor."""
        features = text_features(texts, self.features).to(self.device)
        return unit(encoders.embed(self.texts, features))


def train_clip(
    clip: Clip,
    emoji: Emoji,
    concepts: Tensor,
    artists: Sequence[int],
    schedule: Schedule,
    shift: int,
    generator: torch.Generator,
) -> Iterator[tuple[int, float]]:
    """`minimize` CLIP's loss on some concepts as some artists drew them.

    Pictures are moved by `shift` pixels at most. `generator` draws the batches: concepts, artists,
    words and places.

    Raises:
        UsageProblem: when a batch needs more concepts than there are.
    """
    size, device = schedule.batch, clip.device
    if size > len(concepts):
        raise UsageProblem(
            f"there are {len(concepts)} concepts to train on: lower batch, now {size}"
        )
    drawings = windows(emoji.pictures.to(device), shift)
    by = torch.tensor(artists)

    def loss() -> Tensor:
        rows = concepts[torch.randperm(len(concepts), generator=generator)[:size]]
        artist = by[torch.randint(len(by), (size,), generator=generator)]
        texts = few_words((emoji.concepts[row] for row in rows.tolist()), generator)
        at = (each.to(device) for each in (rows, artist, *places(size, shift, generator)))
        u = clip.pictures(picture_input(drawings[tuple(at)]))
        v = clip.texts(text_features(texts, clip.features).to(device))
        value: Tensor = clip.loss(u, v)
        return value

    return minimize(loss, [clip], schedule)
