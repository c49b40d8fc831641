"""Losses in parts that are left to autograd, and pairs in any number."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, logsigmoid

from contrastive_drill.lab import emoji
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.pairs import view_pairs

BIAS = -10.0  # where SigLIP begins


def sliced(u: Tensor, v: Tensor, scale: Tensor, rows: int) -> Tensor:
    """InfoNCE of unit vectors, `rows` rows and then columns at a time, added up."""
    total = u.new_zeros(())
    for ours, theirs in ((u, v), (v, u)):
        for start in range(0, len(u), rows):
            part = slice(start, start + rows)
            logits = scale * ours[part] @ theirs.T
            own = scale * (ours[part] * theirs[part]).sum(1)
            total = total + (logits.logsumexp(1) - own).sum()
    return total / (2 * len(u))


def sigmoid_tiles(u: Tensor, v: Tensor, scale: Tensor, tile: int) -> Tensor:
    """SigLIP of unit vectors, a tile at a time, added up: no softmax ties them together."""
    total = u.new_zeros(())
    for i in range(0, len(u), tile):
        for j in range(0, len(v), tile):
            logits = scale * u[i : i + tile] @ v[j : j + tile].T + BIAS
            if i == j:
                total = total - logits.diagonal().sum()  # log σ(z) = z + log σ(-z)
            total = total - logsigmoid(-logits).sum()
    return total / len(u)


def views(count: int, dimensions: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Pairs of unit vectors [count, dimensions]: an emoji by two artists, coarse, by main axes."""
    drawn = emoji.load().pictures
    coarse = avg_pool2d(emoji.picture_input(drawn.flatten(0, 1)), 4).flatten(1)
    centred = coarse - coarse.mean(0)
    axes = torch.linalg.eigh(centred.T @ centred).eigenvectors[:, -dimensions:]
    vectors = unit(centred @ axes).view(*drawn.shape[:2], dimensions)
    which = torch.randint(len(drawn), (count,), generator=generator)
    first, second = view_pairs(count, drawn.shape[1], generator)
    return vectors[which, first], vectors[which, second]


def graded(loss: Callable[..., Tensor], given: Sequence[Tensor], *more: int) -> list[Tensor]:
    """The loss, and its gradients by the given u, v and scale."""
    leaves = [each.detach().clone().requires_grad_() for each in given]
    value = loss(*leaves, *more)
    return [value.detach(), *torch.autograd.grad(value, leaves)]
