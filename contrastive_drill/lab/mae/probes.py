"""Probes of an encoder: its nearest neighbours as it is, or a classifier trained through it."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrastive_drill.lab.autoencoder import masks
from contrastive_drill.lab.encoders import embed
from contrastive_drill.lab.neighbours import accuracy, knn_predict
from contrastive_drill.lab.optimization import Schedule, minimize
from contrastive_drill.lab.vit import VisionTransformer, pooled

HEAD = 10  # the new layer learns that much faster than what is only tuned
SMOOTHING = 0.1  # of the labels, as MAE fine-tunes (arXiv:2111.06377, appendix A.1)
AT_ONCE = 256  # pictures: as many as leave memory for their tokens


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPictures:
    """Pictures [n, c, h, w] and the class of each, [n] on the processor."""

    pictures: Tensor
    labels: Tensor


def features(encoder: VisionTransformer, pictures: Tensor) -> Tensor:
    """Pictures [n, c, h, w] to their mean patch tokens [n, width], on the processor."""
    return torch.cat([pooled(embed(encoder, part)) for part in torch.split(pictures, AT_ONCE)])


def knn_accuracy(
    encoder: VisionTransformer, train: LabelledPictures, test: LabelledPictures
) -> float:
    """Accuracy of the nearest neighbours among `train`, the encoder staying as it is."""
    gallery, queries = (features(encoder, part.pictures) for part in (train, test))
    return accuracy(knn_predict(gallery, train.labels, queries), test.labels)


def pixel_knn_accuracy(train: LabelledPictures, test: LabelledPictures) -> float:
    """The same without an encoder: pixels, less the mean picture, which cosines need."""
    gallery, queries = train.pictures.flatten(1).cpu(), test.pictures.flatten(1).cpu()
    mean = gallery.mean(dim=0)
    return accuracy(knn_predict(gallery - mean, train.labels, queries - mean), test.labels)


def majority_accuracy(train: LabelledPictures, test: LabelledPictures) -> float:
    """Accuracy of always saying the most frequent class."""
    return accuracy(train.labels.bincount().argmax(), test.labels)


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

    def forward(self, pictures: Tensor, visible: Tensor | None = None) -> Tensor:
        """Pictures [n, c, h, w] to logits [n, classes]; `visible` are the patches looked at."""
        logits: Tensor = self.head(pooled(self.encoder(pictures, visible)))
        return logits


def fine_tune(
    classifier: Classifier,
    train: LabelledPictures,
    ratio: float,
    schedule: Schedule,
    generator: torch.Generator,
) -> Iterator[tuple[int, float]]:
    """`minimize` the loss of encoder and classifier on the labels, a share `ratio` masked.

    `generator` draws the batches and the masks.
    """
    device, shape = train.pictures.device, classifier.encoder.shape
    labels, visible = train.labels.to(device), shape.visible(ratio)

    def loss() -> Tensor:
        rows = torch.randint(len(labels), (schedule.batch,), generator=generator).to(device)
        order = masks(schedule.batch, shape, generator).to(device)
        logits = classifier(train.pictures[rows], order[:, :visible])
        return functional.cross_entropy(logits, labels[rows], label_smoothing=SMOOTHING)

    modules = [classifier.encoder, classifier.head]
    return minimize(loss, modules, schedule, {classifier.head: HEAD * schedule.rate})


def classifier_accuracy(classifier: Classifier, test: LabelledPictures) -> float:
    """Accuracy of a classifier that sees all patches."""
    logits = [embed(classifier, part) for part in torch.split(test.pictures, AT_ONCE)]
    return accuracy(torch.cat(logits).argmax(dim=1), test.labels)
