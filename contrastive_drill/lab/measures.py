"""Measures of embeddings, each with the values it takes at its two ends."""

import math
from typing import Literal, get_args

import torch
from torch import Tensor

from contrastive_drill.lab.losses import unit

Precision = Literal["bfloat16", "int8", "int8 per dimension"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


def pair_cosines(u: Tensor, v: Tensor) -> tuple[float, float]:
    """Mean cosine of the true pairs (row i with row i) and of all wrong ones.

    Their difference is the margin: 0 when true and wrong pairs look the same.
    """
    cosines = unit(u) @ unit(v).T
    true = cosines.diagonal().sum()
    wrong = (cosines.sum() - true) / (len(u) * (len(u) - 1))
    return float(true / len(u)), float(wrong)


def ranks(queries: Tensor, gallery: Tensor) -> Tensor:
    """How many wrong rows of the gallery come before the true one, for each query; a tie does.

    Rows are compared by their dot product, as stored.
    """
    scores = queries @ gallery.T
    return (scores >= scores.diagonal()[:, None]).sum(dim=1) - 1


def recall(queries: Tensor, gallery: Tensor, k: int) -> float:
    """The share of queries whose true row is among their k best: 1 at best, k/n by chance."""
    return float((ranks(queries, gallery) < k).double().mean())


def spread(vectors: Tensor) -> float:
    """std·√d, the standard deviation being the mean over the d dimensions.

    For unit vectors: 0 when all are the same (collapsed), 1 when they fill the sphere evenly.
    """
    return float(vectors.std(dim=0, correction=0).mean()) * math.sqrt(vectors.shape[1])


def uniformity(vectors: Tensor) -> float:
    """log of the mean of exp(−2‖x − y‖²) over all pairs of different rows, scaled to length 1.

    0 when all are the same; about −4 + 8/d when they fill the sphere evenly. Lower is more even.
    Wang and Isola, arXiv:2005.10242, with t = 2, over pairs of different rows as in their code.
    """
    return float(torch.pdist(unit(vectors)).square().mul(-2).exp().mean().log())


def tolerance(vectors: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cosine of two rows with the same label, and that of two with different labels.

    The first is the tolerance of Wang and Liu, arXiv:2012.09740, which rises with any cosine; the
    second says how much of it is nothing but a level that all pairs share. Not-a-number where
    there are no such pairs.
    """
    first, second = torch.triu_indices(len(vectors), len(vectors), offset=1)
    points = unit(vectors)
    cosines = (points @ points.T)[first, second]
    alike = labels[first] == labels[second]
    return float(cosines[alike].mean()), float(cosines[~alike].mean())


def likeness(one: Tensor, other: Tensor) -> float:
    """The correlation of the cosines of all pairs of rows by one and by the other, both centred.

    1 where both see the same neighbours, 0 where they have nothing in common.
    """
    first, second = torch.triu_indices(len(one), len(one), offset=1)
    sides = (unit(side - side.mean(dim=0)) for side in (one, other))
    return float(torch.corrcoef(torch.stack([(x @ x.T)[first, second] for x in sides]))[0, 1])


def stored(vectors: Tensor, precision: Precision) -> Tensor:
    """The vectors as a database of that precision would give them back, in float32.

    `bfloat16` keeps 8 significant bits. `int8` rounds to 255 levels from −m to m, m being the
    largest absolute value of the table; `int8 per dimension` rounds each column to 256 levels
    between its own extremes, which follows a narrow cone wherever it points.
    """
    match precision:
        case "bfloat16":
            return vectors.bfloat16().float()
        case "int8":
            step = vectors.abs().max() / 127
            return (vectors / step).round() * step
        case "int8 per dimension":
            low, high = vectors.min(dim=0).values, vectors.max(dim=0).values
            step = ((high - low) / 255).clamp(min=torch.finfo(torch.float32).tiny)
            return ((vectors - low) / step).round() * step + low


def jittered(vectors: Tensor, length: float, generator: torch.Generator) -> Tensor:
    """The vectors with Gaussian noise of that expected length (root mean square) added to each."""
    noise = torch.randn(vectors.shape, generator=generator).to(vectors.device)
    return vectors + noise * length / math.sqrt(vectors.shape[1])
