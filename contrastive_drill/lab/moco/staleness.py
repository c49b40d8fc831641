"""What a queue looks like to the encoder that trains against it."""

from collections import deque
from typing import NamedTuple

import torch
from torch import Tensor, nn

from contrastive_drill.lab.losses import unit


class Age(NamedTuple):
    """Keys made so many steps ago, against what the key encoder now makes of the same views."""

    cosine: float  # of the two, mean
    known: float  # the share of old keys to which their own new one is the nearest


class Watch:
    """Follows a training, and judges the keys of the queue once, half-way through."""

    def __init__(self, steps: int, batches: int) -> None:
        self.half = max(1, steps // 2)
        self.recent = deque[tuple[Tensor, Tensor]](maxlen=batches)  # views and keys, newest first
        self.told: list[tuple[float, ...]] = []
        self.losses: list[float] = []
        self.ages: list[Age] = []

    def see(self, slow: nn.Module, views: Tensor, keys: Tensor, *told: float) -> None:
        """A step: new keys, and how many queries tell theirs from the queue, and from the batch."""
        self.told.append(told)
        self.recent.appendleft((views, keys))
        if len(self.told) == self.half:
            self.ages = [*self._judged(slow)]

    def _judged(self, slow: nn.Module) -> list[Age]:
        with torch.no_grad():
            now = unit(torch.cat([slow(views) for views, _ in self.recent]))
        cosines = torch.cat([keys for _, keys in self.recent]) @ now.T
        known = (cosines.argmax(1) == torch.arange(len(now), device=now.device)).double()
        sizes = [len(keys) for _, keys in self.recent]
        both = (each.split(sizes) for each in (cosines.diagonal(), known))
        return [Age(*(float(part.mean()) for part in age)) for age in zip(*both, strict=True)]

    @property
    def known(self) -> float:
        """The share of keys recognised, of all ages."""
        return sum(age.known for age in self.ages) / len(self.ages)

    @property
    def end(self) -> float:
        """The loss of the last tenth."""
        last = self.losses[-max(1, len(self.losses) // 10) :]
        return sum(last) / len(last)

    @property
    def early(self) -> tuple[float, ...]:
        """The means of what was told in the first half."""
        return tuple(sum(each) / self.half for each in zip(*self.told[: self.half], strict=True))
