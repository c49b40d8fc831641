"""The same short training of a masked autoencoder under several mask ratios."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.mae.dataset import Groups
from contrastive_drill.lab.mae.loss_curve import Plan, watched
from contrastive_drill.lab.mae.probes import knn
from contrastive_drill.lab.mae.reconstruction import Exam
from contrastive_drill.lab.mae.self_supervision import rebuild
from contrastive_drill.results import Chart, Host, Series, Table


@dataclass(frozen=True, slots=True)
class Trained:
    """An autoencoder after a short training."""

    ratio: float  # the share of the patches that was masked
    normalized: bool  # what it was to rebuild
    seen: int  # patches
    explained: float  # of held-out masked patches; not a number unless targets are normalized
    accuracy: float  # frozen, k-NN


def sweep(
    fresh: Callable[[], MaskedAutoencoder],
    ratios: Sequence[float],
    data: Groups,
    plan: Plan,
    seeded: Callable[[], torch.Generator],
    host: Host,
) -> Iterator[list[Trained]]:
    """Train under each ratio, then on raw pixels under the plan's own: the list so far."""
    found: list[Trained] = []
    for ratio, normalized in (*((one, True) for one in ratios), (plan.ratio, False)):
        model, own = fresh(), replace(plan, ratio=ratio)
        pictures = data.views.flatten(0, 1)
        losses = rebuild(model, pictures, own, seeded(), normalized=normalized)
        label = f"{ratio:.0%} masked" + ("" if normalized else ", raw pixels")
        for _ in watched(losses, own.steps, host.counted(label, own.steps)):
            pass
        exam = Exam.of(data.asked.pictures, model.shape, ratio, seeded())
        explained = exam.grade(model, seeded()).hidden if normalized else float("nan")
        accuracy = knn(model.encoder, data.known, data.asked)
        found.append(Trained(ratio, normalized, exam.kept, explained, accuracy))
        yield found


def ends(found: Sequence[Trained]) -> tuple[Trained, Trained]:
    """The training with the fewest patches masked, and that with the most, targets normalized."""
    among = sorted((one for one in found if one.normalized), key=lambda one: one.ratio)
    return among[0], among[-1]


def ratio_table(found: Sequence[Trained], patches: int, steps: int) -> Table:
    """What each ratio came to."""
    rows = tuple(
        (
            f"{one.ratio:.0%}" if one.normalized else f"{one.ratio:.0%}, raw pixels",
            f"{one.seen} of {patches}",
            f"{one.explained:.3f}" if one.normalized else "–",
            f"{one.accuracy:.3f}",
        )
        for one in found
    )
    return Table(
        title=f"Masking less and more: {steps} steps of MAE each",
        columns=("masked", "patches seen", "explained", "frozen, k-NN"),
        rows=rows,
        notes=(
            "explained: 1 − squared error on held-out masked patches / that of each patch's mean",
            "raw pixels: targets not normalized, so that their error compares with no other",
        ),
    )


def ratio_chart(found: Sequence[Trained], references: Mapping[str, float]) -> Chart:
    """Frozen accuracy against the share that was masked, with normalized targets."""
    curve = sorted((one.ratio, one.accuracy) for one in found if one.normalized)
    xs, ys = zip(*curve, strict=True)
    return Chart(
        title="Frozen accuracy against the mask ratio",
        x_label="share of the patches masked",
        y_label="k-NN accuracy",
        series=(Series("MAE, trained for short", xs, ys),),
        references=tuple(references.items()),
    )
