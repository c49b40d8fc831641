"""The same short training of a masked autoencoder under several mask ratios."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from contrastive_drill.demo.result import Cell, Chart, Host, Series, Table
from contrastive_drill.lab.autoencoder import MaskedAutoencoder
from contrastive_drill.lab.mae.dataset import GroupedEmoji
from contrastive_drill.lab.mae.probes import knn_accuracy
from contrastive_drill.lab.mae.reconstruction import MaskedPictures
from contrastive_drill.lab.mae.self_supervision import train_autoencoder
from contrastive_drill.lab.optimization import Schedule


@dataclass(frozen=True, slots=True)
class RatioResult:
    """An autoencoder after a short training."""

    ratio: float  # the share of the patches that was masked
    normalized: bool  # what it was to rebuild
    visible: int  # patches
    explained: float  # of held-out masked patches; not a number unless targets are normalized
    accuracy: float  # frozen, k-NN


Results = Sequence[RatioResult]


def sweep_ratios(
    fresh: Callable[[], MaskedAutoencoder],
    ratios: Sequence[float],
    raw: float,
    data: GroupedEmoji,
    schedule: Schedule,
    seeded: Callable[[], torch.Generator],
    host: Host,
) -> Iterator[list[RatioResult]]:
    """Train under each ratio, then under `raw` on raw pixels: the results so far."""
    results: list[RatioResult] = []
    pictures = data.views.flatten(0, 1)
    for ratio, normalized in (*((one, True) for one in ratios), (raw, False)):
        model = fresh()
        label = f"{ratio:.0%} masked" + ("" if normalized else ", raw pixels")
        report = host.counted(label, schedule.steps)
        for step, loss in train_autoencoder(
            model, pictures, ratio, schedule, seeded(), normalized=normalized
        ):
            report(step, {"loss": loss})
        masked = MaskedPictures.drawn(data.test.pictures, model.shape, ratio, seeded())
        explained = masked.score(model, seeded()).hidden if normalized else float("nan")
        accuracy = knn_accuracy(model.encoder, data.train, data.test)
        results.append(RatioResult(ratio, normalized, masked.visible, explained, accuracy))
        yield results


def extremes(results: Results) -> tuple[RatioResult, RatioResult]:
    """The result with the fewest patches masked, and that with the most, targets normalized."""
    ordered = sorted((one for one in results if one.normalized), key=lambda one: one.ratio)
    return ordered[0], ordered[-1]


def ratio_table(results: Results, patches: int, steps: int) -> Table:
    """The result of each ratio."""
    return Table(
        title=f"Masking less and more: {steps} steps of MAE each",
        columns=("masked", "patches seen", "explained", "frozen, k-NN"),
        rows=tuple(
            (
                f"{one.ratio:.0%}" if one.normalized else f"{one.ratio:.0%}, raw pixels",
                f"{one.visible} of {patches}",
                Cell(one.explained, ".3f"),
                Cell(one.accuracy, ".3f"),
            )
            for one in results
        ),
        notes=(
            "explained: 1 − squared error on held-out masked patches / that of each patch's mean",
            "raw pixels: targets not normalized, so that their error compares with no other",
        ),
    )


def ratio_chart(results: Results, references: Mapping[str, float]) -> Chart:
    """Frozen accuracy against the share that was masked, with normalized targets."""
    curve = sorted((one.ratio, one.accuracy) for one in results if one.normalized)
    xs, ys = zip(*curve, strict=True)
    return Chart(
        title="Frozen accuracy against the mask ratio",
        x_label="share of the patches masked",
        y_label="k-NN accuracy",
        sentence="The lines are raw pixels and an untrained encoder: what has to be beaten.",
        series=(Series("MAE, trained for short", xs, ys),),
        references=tuple(references.items()),
    )
