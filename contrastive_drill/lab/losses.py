"""Losses on a batch of pairs: two tensors [n, d] in, row i of each a true pair, one number out."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

MAX_SCALE = 100.0  # CLIP's clamp on 1/τ: beyond it training is unstable (arXiv:2103.00020, §2.5)


def unit(vectors: Tensor) -> Tensor:
    """Rows scaled to length 1: points on the sphere."""
    return functional.normalize(vectors, dim=1)


def squared_error(u: Tensor, v: Tensor) -> Tensor:
    """Mean over the pairs of ‖uᵢ − vᵢ‖², on the vectors as they are.

    A constant map brings it to 0. On unit vectors it is 2 − 2cos(uᵢ, vᵢ): twice `cosine_distance`.
    """
    return (u - v).square().sum(dim=1).mean()


def cosine_distance(u: Tensor, v: Tensor) -> Tensor:
    """Mean over the pairs of 1 − cos(uᵢ, vᵢ); a constant map brings it to 0."""
    return (1 - (unit(u) * unit(v)).sum(dim=1)).mean()


def info_nce(u: Tensor, v: Tensor, scale: Tensor | float) -> Tensor:
    """Symmetric InfoNCE: pick vᵢ among all v for uᵢ, and uᵢ among all u for vᵢ.

    −1/2n Σᵢ [log softmaxⱼ(scale·cos(uᵢ, vⱼ))ᵢ + log softmaxⱼ(scale·cos(uⱼ, vᵢ))ᵢ], `scale` = 1/τ.
    log n when all vectors agree. CLIP, arXiv:2103.00020, figure 3; after CPC, arXiv:1807.03748,
    equation 4.
    """
    logits = scale * unit(u) @ unit(v).T  # [n, n]: row i holds u_i against every v
    return (picking(logits) + picking(logits.T)) / 2


def picking(logits: Tensor) -> Tensor:
    """InfoNCE one way: −1/n Σᵢ log softmaxⱼ(sᵢⱼ)ᵢ of logits [n, n], row by row.

    Its gradient by sᵢⱼ is (pᵢⱼ − [i = j])/n, p being the softmax of the row.
    """
    own = torch.arange(len(logits), device=logits.device)
    return functional.cross_entropy(logits, own)


def nt_xent(u: Tensor, v: Tensor, scale: Tensor | float) -> Tensor:
    """SimCLR's loss: each of the 2n views picks its partner among the other 2n − 1.

    So views of its own side are candidates too, which InfoNCE has not: log(2n − 1) when all vectors
    agree. arXiv:2002.05709, equation 1 and algorithm 1.
    """
    views = torch.cat([unit(u), unit(v)])
    logits = scale * views @ views.T
    logits = logits.masked_fill(torch.eye(len(views), dtype=torch.bool, device=u.device), -math.inf)
    partner = torch.arange(len(views), device=u.device).roll(len(u))
    return functional.cross_entropy(logits, partner)


def info_nce_at(count: int, scale: float, gap: float) -> float:
    """InfoNCE of `count` pairs whose true cosines all exceed the wrong ones by `gap`, in nats.

    log(1 + (n − 1)·exp(−scale·gap)): log n for a gap of 0, which is chance.
    """
    return math.log1p((count - 1) * math.exp(-scale * gap))


def least_info_nce(count: int, scale: float) -> float:
    """What InfoNCE of that many pairs of unit vectors cannot go below: a gap of n/(n − 1).

    The loss is convex in the cosines, so equal gaps are best (Jensen); and the mean true cosine
    exceeds the mean wrong one by n/(n − 1) at most (Cauchy and Schwarz, on the vectors less their
    mean). Both are reached by a regular simplex, which fits into n − 1 dimensions or more.
    """
    return info_nce_at(count, scale, count / (count - 1))


def sigmoid_pairs(u: Tensor, v: Tensor, scale: Tensor | float, bias: Tensor | float) -> Tensor:
    """SigLIP: each of the n² pairs on its own is a true pair or is not.

    −1/n Σᵢⱼ log σ(zᵢⱼ(scale·cos(uᵢ, vⱼ) + bias)), z = 1 on the diagonal and −1 elsewhere; z
    multiplies the whole logit. arXiv:2303.15343, algorithm 1 (the sign of b in its displayed
    equation is the other way round).
    """
    logits = scale * unit(u) @ unit(v).T + bias
    z = 2 * torch.eye(len(u), dtype=u.dtype, device=u.device) - 1
    return -functional.logsigmoid(z * logits).sum() / len(u)


def variance(vectors: Tensor, target: float = 1.0, epsilon: float = 1e-4) -> Tensor:
    """How far each dimension's standard deviation falls short of `target`, mean over dimensions.

    VICReg, arXiv:2105.04906, equations 1 and 2. The vectors are not normalized.
    """
    deviation = torch.sqrt(vectors.var(dim=0) + epsilon)
    return functional.relu(target - deviation).mean()


def covariance(vectors: Tensor) -> Tensor:
    """The squared covariances between different dimensions, summed and divided by d.

    VICReg, arXiv:2105.04906, equations 3 and 4.
    """
    centred = vectors - vectors.mean(dim=0)
    matrix = centred.T @ centred / (len(vectors) - 1)
    return (matrix.square().sum() - matrix.diagonal().square().sum()) / vectors.shape[1]


def vicreg(u: Tensor, v: Tensor, weights: tuple[float, float, float] = (25.0, 25.0, 1.0)) -> Tensor:
    """Invariance, variance and covariance, with the weights of the paper: no negatives.

    arXiv:2105.04906, equations 5 and 6, scaled as in the authors' code: squared error is a mean
    over dimensions too, and the variance term a mean over the two towers.
    """
    pairs, spread, decorrelation = weights
    return (
        pairs * squared_error(u, v) / u.shape[1]
        + spread * (variance(u) + variance(v)) / 2
        + decorrelation * (covariance(u) + covariance(v))
    )


def barlow_twins(u: Tensor, v: Tensor, weight: float = 5e-3) -> Tensor:
    """Cross-correlation of the two sides' dimensions: 1 on the diagonal, 0 off it.

    Σᵢ(1 − Cᵢᵢ)² + weight·Σᵢⱼ Cᵢⱼ², i ≠ j, C being [d, d] over the batch; the paper's weight.
    arXiv:2103.03230, equations 1 and 2.
    """
    a, b = ((side - side.mean(dim=0)) / side.std(dim=0) for side in (u, v))
    correlations = a.T @ b / (len(u) - 1)
    own = correlations.diagonal()
    off = correlations.square().sum() - own.square().sum()
    return (1 - own).square().sum() + weight * off


class InfoNCE(nn.Module):
    """`info_nce` with CLIP's learned inverse temperature: exp of a parameter, clamped at 100.

    `limit` moves the clamp, infinity lifts it; the temperature stays fixed if it is not `learned`.
    """

    def __init__(
        self, temperature: float = 0.07, *, limit: float = MAX_SCALE, learned: bool = True
    ) -> None:
        super().__init__()
        self.limit = limit
        start = torch.tensor(-math.log(temperature))
        self.log_scale = nn.Parameter(start, requires_grad=learned)

    @property
    def scale(self) -> float:
        """1/τ as the next batch will use it."""
        return min(float(self.log_scale.detach().exp()), self.limit)

    def forward(self, u: Tensor, v: Tensor) -> Tensor:
        """The loss of one batch."""
        with torch.no_grad():  # the parameter itself, so that a gradient can still bring it back
            self.log_scale.clamp_(max=math.log(self.limit))
        return info_nce(u, v, self.log_scale.exp())


class SigLIP(nn.Module):
    """`sigmoid_pairs` with the paper's learned t = exp(t′) and b: t′ from log 10, b from −10.

    The bias starts where almost every pair is judged wrong, as n − 1 of n are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.log_scale = nn.Parameter(torch.tensor(math.log(10.0)))
        self.bias = nn.Parameter(torch.tensor(-10.0))

    def forward(self, u: Tensor, v: Tensor) -> Tensor:
        """The loss of one batch."""
        return sigmoid_pairs(u, v, self.log_scale.exp(), self.bias)
