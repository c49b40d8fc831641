"""Encoders side by side: what they are worth as they are, and after training on with labels."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import torch

from contrastive_drill.lab.mae.dataset import Groups
from contrastive_drill.lab.mae.loss_curve import Curve, Plan, watched
from contrastive_drill.lab.mae.probes import (
    Classifier,
    answers,
    knn,
    knn_on_pixels,
    majority,
    tune,
)
from contrastive_drill.lab.vit import VisionTransformer
from contrastive_drill.results import Chart, Host, Series, Table

MAJORITY, PIXELS = "most frequent group", "pixels, no encoder"


@dataclass(frozen=True, slots=True)
class Worth:
    """Accuracy on concepts never seen."""

    frozen: float  # k-NN on the features
    tuned: float = float("nan")  # of a classifier, encoder and all; not a number before that


Found = Mapping[str, Worth]  # by label


def judge(
    encoders: Mapping[str, VisionTransformer],
    data: Groups,
    plan: Plan,
    seeded: Callable[[], torch.Generator],
    host: Host,
) -> Iterator[Found]:
    """Judge all as they are, beside what needs no encoder; then tune each in turn, for good."""
    known, asked = data.known, data.asked
    found = {MAJORITY: Worth(majority(known, asked)), PIXELS: Worth(knn_on_pixels(known, asked))}
    found |= {label: Worth(knn(encoder, known, asked)) for label, encoder in encoders.items()}
    yield found
    for label, encoder in encoders.items():
        classifier = Classifier(encoder, data.classes).to(known.pictures.device)
        losses = tune(classifier, known, plan, seeded())  # the same batches for each
        for _ in watched(losses, plan.steps, host.counted(f"tuning: {label}", plan.steps)):
            pass
        found = {**found, label: replace(found[label], tuned=answers(classifier, asked))}
        yield found


def worths(found: Found, data: Groups) -> Table:
    """Frozen and fine-tuned accuracy of each, and what fine-tuning brings."""

    def spelt(value: float, sign: str = "") -> str:
        return f"{value:{sign}.3f}" if value == value else "–"

    known, asked = (len(part.labels) // data.views.shape[1] for part in (data.known, data.asked))
    return Table(
        title=f"{data.classes} emoji groups, told for {known} concepts, asked for {asked} others",
        columns=("encoder", "frozen, k-NN", "fine-tuned", "gain"),
        rows=tuple(
            (label, spelt(one.frozen), spelt(one.tuned), spelt(one.tuned - one.frozen, "+"))
            for label, one in found.items()
        ),
        notes=(
            "accuracy, each concept drawn by three artists; nothing was trained on those asked for",
            "k-NN: votes of the 20 nearest, by exp(cosine/0.07); pixels less the mean picture",
        ),
    )


def courses(
    curves: Mapping[str, Curve], steps: Mapping[str, int], guess: Mapping[str, float]
) -> Chart:
    """Training losses, each over what a guess would lose, against its own number of steps."""
    return Chart(
        title="Loss in training, over that of a guess",
        x_label="steps, %",
        y_label="loss / guess",
        series=tuple(
            Series(
                label,
                tuple(100 * step / steps[label] for step, _ in curve),
                tuple(loss / guess[label] for _, loss in curve),
            )
            for label, curve in curves.items()
        ),
        references=(("a guess", 1.0),),
    )
