"""The training loop of every demo: AdamW, its rate warmed up and then let down along a cosine."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from contrastive_drill.lab.device import fast

WARM_UP = 0.1  # of the steps
BETAS = (0.9, 0.95)  # MAE's, arXiv:2111.06377, appendix A.1


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long to train, on how much at once, and how fast."""

    steps: int
    batch: int  # pairs, or pictures
    rate: float  # AdamW's at its peak
    decay: float  # AdamW's weight decay

    def share(self, step: int) -> float:
        """The learning rate of a step, counted from 0, as a share of its peak.

        It rises linearly over the first tenth of the steps, then falls along half a cosine to 0.
        """
        warm = max(1, round(WARM_UP * self.steps))
        if step < warm:
            return (step + 1) / warm
        return 0.5 * (1 + math.cos(math.pi * (step + 1 - warm) / (self.steps + 1 - warm)))


def minimize(
    loss: Callable[[], Tensor],
    modules: Sequence[nn.Module],
    schedule: Schedule,
    rates: Mapping[nn.Module, float] | None = None,
) -> Iterator[tuple[int, float]]:
    """Train the modules, yielding after each step how many were taken, and its loss.

        for step, value in minimize(loss, (pictures, texts), schedule):
            report(step, {"loss": value})

    `loss` draws a batch from a generator of its own and gives the loss of it, whatever that is.
    `rates` are the peaks of modules that do not go by `schedule.rate`. Weight decay spares gains,
    biases and temperatures, as in CLIP (arXiv:2103.00020, §2.5). In every step the modules are in
    training mode: between two of them they may be evaluated. Without a loop nothing is trained.
    """
    groups: list[dict[str, Any]] = []
    for module in modules:
        peak = (rates or {}).get(module, schedule.rate)
        weights = [weight for weight in module.parameters() if weight.requires_grad]
        decayed, spared = [w for w in weights if w.ndim > 1], [w for w in weights if w.ndim < 2]
        groups.append({"params": decayed, "weight_decay": schedule.decay, "peak": peak})
        groups.append({"params": spared, "weight_decay": 0.0, "peak": peak})
    groups = [group for group in groups if group["params"]]
    optimizer = torch.optim.AdamW(groups, betas=BETAS, fused=True)
    device = groups[0]["params"][0].device
    for step in range(schedule.steps):
        for module in modules:
            module.train()
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * schedule.share(step)
        with fast(device):
            value = loss()
            optimizer.zero_grad()
            torch.autograd.backward(value)
        optimizer.step()
        yield step + 1, float(value.detach())
