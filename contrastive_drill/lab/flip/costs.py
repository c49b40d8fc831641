"""What a training step costs by the share of patches dropped: counted, timed, and in bytes."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from contrastive_drill.lab.encoders import Towers, embed
from contrastive_drill.lab.pairs import Pairs
from contrastive_drill.lab.retrieval import Retrieval
from contrastive_drill.lab.step_cost import TimedStep


class Cost(NamedTuple):
    """Of one share dropped; multiply-adds are of one pair, forward."""

    tokens: int  # that the picture tower works on
    tower: int  # multiply-adds of its blocks and of the patches' embedding
    rest: int  # of its head and of the text tower, whatever is dropped

    @property
    def whole(self) -> int:
        """Multiply-adds of a pair."""
        return self.tower + self.rest


def linear(*modules: nn.Module) -> int:
    """Multiply-adds of linear layers, each used once."""
    layers = [each for module in modules for each in module.modules()]
    return sum(each.weight.numel() for each in layers if isinstance(each, nn.Linear))


def step(
    pictures: nn.Module, texts: nn.Module, loss: nn.Module, batch: tuple[Tensor, Tensor]
) -> TimedStep:
    """On the same pairs each time; which patches are dropped differs."""

    def value() -> Tensor:
        found: Tensor = loss(pictures(batch[0]), texts(batch[1]))
        return found

    model = nn.ModuleList([pictures, texts, loss]).to(batch[1].device).train()
    return TimedStep(model, value, batch[1].device)


def embedded(towers: Towers, pairs: Pairs) -> Retrieval:
    """Unit vectors of pairs, in evaluation mode."""
    pictures = torch.stack([embed(towers[0], view) for view in pairs.pictures.transpose(0, 1)])
    return Retrieval(embed(towers[1], pairs.texts), pictures).unit()
