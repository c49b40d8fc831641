"""Counted costs as charts: against the mask ratio, and against the resolution."""

import math
from dataclasses import replace

from contrastive_drill.demo.result import Chart, Series
from contrastive_drill.lab.mae_flops import flops, recipes
from contrastive_drill.lab.mae_flops.cost_tables import GIGA, model_label, model_title
from contrastive_drill.lab.mae_flops.flops import FLOPS, SQUARE, TRAINING, total
from contrastive_drill.lab.mae_flops.model_sizes import ModelSize
from contrastive_drill.lab.mae_flops.recipes import TOKENS, TWO


def mask_ratio_chart(model: ModelSize) -> Chart:
    """Training on one picture against the share that is masked."""
    percents = tuple(float(percent) for percent in range(0, 96, 5))
    whole, encoder = [], []
    for percent in percents:
        part = replace(model, mask=percent / 100).masked()
        whole.append(FLOPS * TRAINING * total(part) / GIGA)
        encoder.append(whole[-1] * (1 - flops.decoder_share(part)))
    costs = recipes.training(model)
    return Chart(
        title=f"Training {model_title(model)} on one picture: GFLOPs by mask ratio",
        x_label="masked, %",
        y_label="GFLOPs",
        sentence="Masking takes tokens from the encoder; the decoder reads them all.",
        series=(
            Series("MAE", percents, tuple(whole)),
            Series("its encoder", percents, tuple(encoder)),
        ),
        references=(
            ("two views", FLOPS * costs[TWO] / GIGA),
            ("mask tokens in encoder", FLOPS * costs[TOKENS] / GIGA),
        ),
    )


def resolution_chart(model: ModelSize) -> Chart:
    """One view against the resolution: where the part that grows with n² begins to matter."""
    shape = model.shape
    last = 2 * math.isqrt(6 * shape.width)  # patches a side: four times where the parts are equal
    sides = sorted({round(4 * (last / 4) ** (i / 15)) for i in range(16)})
    xs, linear, square = [], [], []
    for side in sides:
        part = replace(model, shape=replace(shape, image=side * shape.patch)).forward()
        xs.append(float(side * shape.patch))
        square.append(FLOPS * part[SQUARE] / GIGA)
        linear.append(FLOPS * total(part) / GIGA - square[-1])
    whole = [a + b for a, b in zip(linear, square, strict=True)]
    return Chart(
        title=f"Forward pass of {model_label(model)}: GFLOPs by resolution",
        x_label="pixels a side",
        y_label="GFLOPs",
        sentence="The n² part grows fastest, from a small share.",
        series=(
            Series("all", tuple(xs), tuple(whole)),
            Series("grows with n", tuple(xs), tuple(linear)),
            Series("grows with n²", tuple(xs), tuple(square)),
        ),
        x_axis="log",
        y_axis="log",
    )
