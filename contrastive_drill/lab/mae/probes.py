"""What an encoder is worth to a classifier: asked as it is, or trained on with the labels."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive_drill.lab.autoencoder import masks
from contrastive_drill.lab.descent import descend
from contrastive_drill.lab.encoders import embed
from contrastive_drill.lab.losses import unit
from contrastive_drill.lab.mae.loss_curve import Plan
from contrastive_drill.lab.vit import VisionTransformer, pooled

NEIGHBOURS, TEMPERATURE = 20, 0.07  # as DINO's k-NN (arXiv:2104.14294) and its code
HEAD = 10  # the new layer learns that much faster than what is only tuned
SMOOTHING = 0.1  # of the labels, as MAE fine-tunes (arXiv:2111.06377, appendix A.1)
AT_ONCE = 256  # pictures


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Pictures [n, c, h, w] and the class of each, [n] on the processor."""

    pictures: Tensor
    labels: Tensor


def frozen(encoder: VisionTransformer, pictures: Tensor) -> Tensor:
    """Pictures [n, c, h, w] to their mean patch tokens [n, width], on the processor."""
    return torch.cat([pooled(embed(encoder, part)) for part in _parts(pictures)])


def neighbours(gallery: Tensor, labels: Tensor, queries: Tensor, k: int = NEIGHBOURS) -> Tensor:
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


def knn(encoder: VisionTransformer, known: Labelled, asked: Labelled) -> float:
    """Accuracy of the nearest neighbours among `known`, the encoder staying as it is."""
    gallery, queries = frozen(encoder, known.pictures), frozen(encoder, asked.pictures)
    return accuracy(neighbours(gallery, known.labels, queries), asked.labels)


def knn_on_pixels(known: Labelled, asked: Labelled) -> float:
    """The same without an encoder: pixels, less the mean picture, which cosines need."""
    gallery, queries = known.pictures.flatten(1).cpu(), asked.pictures.flatten(1).cpu()
    mean = gallery.mean(dim=0)
    return accuracy(neighbours(gallery - mean, known.labels, queries - mean), asked.labels)


def majority(known: Labelled, asked: Labelled) -> float:
    """Accuracy of always saying the most frequent class."""
    return accuracy(known.labels.bincount().argmax(), asked.labels)


class Classifier(nn.Module):
    """An encoder, its mean patch token normalized over the batch, and a linear layer from zero.

    The normalization has no gain or bias, as where MAE is probed (appendix A.1): features of
    different encoders come at different scales, and none shall gain from that.
    """

    def __init__(self, encoder: VisionTransformer, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Sequential(
            nn.BatchNorm1d(encoder.shape.width, affine=False),
            nn.Linear(encoder.shape.width, classes),
        )
        for parameter in self.head.parameters():
            nn.init.zeros_(parameter)

    def forward(self, pictures: Tensor, kept: Tensor | None = None) -> Tensor:
        """Pictures [n, c, h, w] to logits [n, classes]; `kept` are the patches looked at."""
        logits: Tensor = self.head(pooled(self.encoder(pictures, kept)))
        return logits


def tune(
    classifier: Classifier, known: Labelled, plan: Plan, generator: torch.Generator
) -> Iterator[float]:
    """Train encoder and classifier on the labels: the loss of each step.

    `generator` draws the batches and which patches are looked at.
    """
    device, shape = known.pictures.device, classifier.encoder.shape
    labels, kept = known.labels.to(device), shape.visible(plan.ratio)

    def loss() -> Tensor:
        rows = torch.randint(len(labels), (plan.batch,), generator=generator).to(device)
        order = masks(plan.batch, shape, generator).to(device)
        logits = classifier(known.pictures[rows], order[:, :kept])
        return functional.cross_entropy(logits, labels[rows], label_smoothing=SMOOTHING)

    rated = [(classifier.encoder, plan.rate), (classifier.head, HEAD * plan.rate)]
    return descend(loss, rated, plan.steps, plan.decay, device)


def answers(classifier: Classifier, asked: Labelled) -> float:
    """Accuracy of a classifier that sees all patches."""
    parts = [embed(classifier, part).argmax(dim=1) for part in _parts(asked.pictures)]
    return accuracy(torch.cat(parts), asked.labels)


def _parts(pictures: Tensor) -> list[Tensor]:
    """As many at once as leave memory for their tokens."""
    return [pictures[start : start + AT_ONCE] for start in range(0, len(pictures), AT_ONCE)]
