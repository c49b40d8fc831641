"""Encoders side by side: the accuracy of each frozen, and after fine-tuning with labels."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import torch

from contrastive_drill.demo.result import Cell, Host, Table
from contrastive_drill.lab.mae import probes
from contrastive_drill.lab.mae.dataset import GroupedEmoji
from contrastive_drill.lab.optimization import Schedule
from contrastive_drill.lab.vit import VisionTransformer

MAJORITY, PIXELS = "most frequent group", "pixels, no encoder"


@dataclass(frozen=True, slots=True)
class EncoderAccuracy:
    """Accuracy on concepts never seen."""

    frozen: float  # k-NN on the features
    tuned: float = float("nan")  # of a classifier, encoder and all; not a number before that


Accuracies = Mapping[str, EncoderAccuracy]  # by label


def compare(
    encoders: Mapping[str, VisionTransformer],
    data: GroupedEmoji,
    ratio: float,
    schedule: Schedule,
    seeded: Callable[[], torch.Generator],
    host: Host,
) -> Iterator[Accuracies]:
    """All encoders frozen, beside what needs none; then again after fine-tuning each in turn."""
    train, test = data.train, data.test
    accuracies = {
        MAJORITY: EncoderAccuracy(probes.majority_accuracy(train, test)),
        PIXELS: EncoderAccuracy(probes.pixel_knn_accuracy(train, test)),
        **{
            label: EncoderAccuracy(probes.knn_accuracy(encoder, train, test))
            for label, encoder in encoders.items()
        },
    }
    yield accuracies
    for label, encoder in encoders.items():
        classifier = probes.Classifier(encoder, data.classes).to(train.pictures.device)
        report = host.counted(f"tuning: {label}", schedule.steps)
        tuning = probes.fine_tune(classifier, train, ratio, schedule, seeded())  # same batches
        for step, loss in tuning:
            report(step, {"loss": loss})
        tuned = probes.classifier_accuracy(classifier, test)
        accuracies = {**accuracies, label: replace(accuracies[label], tuned=tuned)}
        yield accuracies


def accuracy_table(accuracies: Accuracies, data: GroupedEmoji) -> Table:
    """Frozen and fine-tuned accuracy of each, and what fine-tuning brings."""

    train, test = (len(part.labels) // data.views.shape[1] for part in (data.train, data.test))
    return Table(
        title=f"{data.classes} emoji groups, told for {train} concepts, asked for {test} others",
        columns=("encoder", "frozen, k-NN", "fine-tuned", "gain"),
        rows=tuple(
            (
                label,
                Cell(one.frozen, ".3f"),
                Cell(one.tuned, ".3f"),
                Cell(one.tuned - one.frozen, "+.3f"),
            )
            for label, one in accuracies.items()
        ),
        notes=(
            "accuracy, each concept drawn by three artists; nothing was trained on those asked for",
            "k-NN: votes of the 20 nearest, by exp(cosine/0.07); pixels less the mean picture",
        ),
    )
