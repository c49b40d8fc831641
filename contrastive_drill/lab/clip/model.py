"""CLIP (arXiv:2103.00020) in small: two towers and one temperature, taught pairs by InfoNCE."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import encoders
from contrastive_drill.lab.clip.augmentation import few_words, moved
from contrastive_drill.lab.device import fast
from contrastive_drill.lab.emoji import Emoji, picture_input, text_features
from contrastive_drill.lab.losses import InfoNCE, unit
from contrastive_drill.results import Formula

AT_ONCE = 512  # pictures through a tower when nothing is learned
LOSS = Formula(
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

    def see(self, pictures: Tensor) -> Tensor:
        """Pictures uint8 [..., 32, 32, 3] to unit vectors [..., d] on the processor."""
        found = [
            encoders.embed(self.pictures, picture_input(part.to(self.device)))
            for part in torch.split(pictures.flatten(0, -4), AT_ONCE)
        ]
        return unit(torch.cat(found)).view(*pictures.shape[:-3], -1)

    def read(self, texts: Sequence[str]) -> Tensor:
        """Texts to unit vectors [n, d] on the processor."""
        features = text_features(texts, self.features).to(self.device)
        return unit(encoders.embed(self.texts, features))


@dataclass(frozen=True, slots=True)
class Course:
    """How long to learn, from how much at once, and how fast."""

    steps: int
    batch: int  # pairs
    rate: float  # AdamW's at its peak
    decay: float  # AdamW's weight decay
    shift: int  # pixels that a picture is moved by at most

    def rated(self, step: int) -> float:
        """The learning rate of a step, counted from 0: up for a twentieth, down along a cosine."""
        warm = min(1.0, (step + 1) / max(1, self.steps // 20))
        return self.rate * warm * (1 + math.cos(math.pi * step / self.steps)) / 2


def learn(
    clip: Clip,
    emoji: Emoji,
    concepts: Tensor,
    artists: Sequence[int],
    course: Course,
    generator: torch.Generator,
    report: Callable[[int, dict[str, float]], None],
) -> Iterator[int]:
    """Teach it some concepts as some artists drew them; yields the steps done after each.

    Between two steps it may be looked at. `generator` draws the batches: concepts, artists, words
    and places.

    Raises:
        UsageProblem: when a batch needs more concepts than there are.
    """
    if course.batch > len(concepts):
        raise UsageProblem(
            f"there are {len(concepts)} concepts to train on: lower batch, now {course.batch}"
        )
    drawn, by = emoji.pictures.to(clip.device), torch.tensor(artists)

    def loss() -> Tensor:
        rows = concepts[torch.randperm(len(concepts), generator=generator)[: course.batch]]
        artist = by[torch.randint(len(by), (course.batch,), generator=generator)]
        pictures = picture_input(drawn[rows.to(clip.device), artist.to(clip.device)])
        texts = [few_words(emoji.concepts[row], generator) for row in rows.tolist()]
        features = text_features(texts, clip.features).to(clip.device)
        u = clip.pictures(moved(pictures, course.shift, generator))
        value: Tensor = clip.loss(u, clip.texts(features))
        return value

    # Decay spares gains, biases and the temperature, as in CLIP (§2.5).
    parameters = list(clip.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": course.decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, fused=True)
    for step in range(course.steps):
        clip.train()
        for group in optimizer.param_groups:
            group["lr"] = course.rated(step)
        with fast(clip.device):
            value = loss()
            optimizer.zero_grad()
            torch.autograd.backward(value)
        optimizer.step()
        report(step + 1, {"loss": float(value.detach()), "1/τ": clip.loss.scale})
        yield step + 1
