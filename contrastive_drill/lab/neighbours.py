"""Classes by the nearest neighbours of frozen vectors."""

from collections.abc import Callable

import torch
from torch import Tensor

from contrastive_drill.lab.labels import Labelled
from contrastive_drill.lab.losses import unit

NEIGHBOURS, TEMPERATURE = 20, 0.07  # as DINO's k-NN (arXiv:2104.14294) and its code


def knn_predict(gallery: Tensor, labels: Tensor, queries: Tensor, k: int = NEIGHBOURS) -> Tensor:
    """The class of each query [m, d] by the votes of its k nearest rows of the gallery [n, d].

    Near is a high cosine, and a vote weighs exp(cosine / τ).
    """
    cosines, nearest = (unit(queries) @ unit(gallery).T).topk(min(k, len(gallery)), dim=1)
    votes = torch.zeros(len(queries), int(labels.max()) + 1)
    votes.scatter_add_(1, labels[nearest], (cosines / TEMPERATURE).exp())
    return votes.argmax(dim=1)


def accuracy(predicted: Tensor, labels: Tensor) -> float:
    """The share of right answers."""
    return float((predicted == labels).double().mean())


def knn_accuracy(see: Callable[[Tensor], Tensor], known: Labelled, asked: Labelled) -> float:
    """The share of views asked for whose group their nearest neighbours among the known tell.

    `see` turns pictures [n, 3, 32, 32] into the vectors [n, d] that are compared.
    """
    (gallery, labels), (queries, answers) = known.flat(), asked.flat()
    predicted = knn_predict(see(gallery).cpu(), labels.cpu(), see(queries).cpu())
    return accuracy(predicted, answers.cpu())
