"""What a queue looks like to the encoder that trains against it."""

from collections import deque
from statistics import fmean

import torch
from torch import Tensor, nn

from contrastive_drill.lab.losses import unit


class Watch:
    """Follows a training, and judges the keys of the queue once, half-way through."""

    def __init__(self, steps: int, batches: int) -> None:
        self.half = max(1, steps // 2)
        self.recent = deque[tuple[Tensor, Tensor]](maxlen=batches)  # views and keys, newest first
        self.told: list[tuple[float, ...]] = []  # own key first of the queue, and of the batch
        self.losses: list[float] = []
        self.cosines: list[float] = []  # by age: of old keys with the same views' made anew
        self.known: list[float] = []  # of these the share nearest to their own, of all made anew

    def see(
        self, slow: nn.Module, views: Tensor, queries: Tensor, keys: Tensor, queue: Tensor
    ) -> None:
        """A step, its keys not yet in the queue."""
        own, fresh = (queries * keys).sum(1, keepdim=True), (queries @ keys.T).fill_diagonal_(-2)
        rivals = ((queries @ queue.T).amax(1, True), fresh.amax(1, True))
        self.told.append(tuple(float((own > rival).double().mean()) for rival in rivals))
        self.recent.appendleft((views, keys))
        if len(self.told) == self.half:
            now = unit(torch.cat([slow(views) for views, _ in self.recent]))
            cosines = torch.cat([keys for _, keys in self.recent]) @ now.T
            right = (cosines.argmax(1) == torch.arange(len(now), device=now.device)).double()
            self.cosines, self.known = (
                [float(age.mean()) for age in torch.split(each, len(keys))]
                for each in (cosines.diagonal(), right)
            )

    @property
    def early(self) -> tuple[float, ...]:
        """The means of what was told in the first half."""
        return tuple(map(fmean, zip(*self.told[: self.half], strict=True)))

    @property
    def end(self) -> float:
        """The loss of the last tenth."""
        return fmean(self.losses[-max(1, len(self.losses) // 10) :])
