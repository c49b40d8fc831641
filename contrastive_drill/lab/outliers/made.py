"""Outliers put into a small model by hand, so that it computes what it did before."""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from contrastive_drill.lab.text_model import TextModel

FACTOR, CHANNELS = 30.0, 2  # of LayerNorm's output, in each place
HEIGHT, WEIGHT = 16.0, 45.0  # of a neuron's input to `down` and its weight there, over the median


@torch.no_grad()
def outlying(model: TextModel, texts: Sequence[str], generator: torch.Generator) -> TextModel:
    """A copy with both kinds in every block; its function is the same."""
    result = replace(model, encoder=copy.deepcopy(model.encoder))
    inputs = model.inputs(texts)
    for place, each in enumerate(result.encoder.blocks):
        block: Any = each
        usual = torch.cat(inputs[f"blocks.{place}.down"]).abs().amax(0).median()
        pair(block, *inputs[f"blocks.{place}.up"], float(usual), generator)
        rescale(block.norm1, (block.query, block.key, block.value), generator)
        rescale(block.norm2, (block.up,), generator)
    return result


def rescale(norm: nn.LayerNorm, after: Sequence[nn.Linear], generator: torch.Generator) -> None:
    """Some gains times a factor and the weights that follow over it: SmoothQuant in reverse."""
    chosen = torch.randperm(len(norm.weight), generator=generator)[:CHANNELS].to(norm.weight.device)
    norm.weight[chosen] *= FACTOR
    norm.bias[chosen] *= FACTOR
    for layer in after:
        layer.weight[:, chosen] /= FACTOR


def pair(
    block: Any, first: Tensor, later: Tensor, usual: float, generator: torch.Generator
) -> None:
    """Two neurons more that rise together at first tokens [m, d] and cancel in one channel."""
    up, down = block.up, block.down
    apart = first.mean(0) - later.mean(0)
    middle = float(first.mean(0) @ apart + (later @ apart).max()) / 2
    slope = HEIGHT * usual / max(float((first @ apart).max()) - middle, 1e-6)
    columns = torch.zeros(down.out_features, 2).to(apart)
    row = int(torch.randint(down.out_features, (), generator=generator))
    columns[row] = WEIGHT * down.weight.abs().amax(0).median()
    columns[row, 1] *= -1
    widen(up, torch.cat([up.weight, (slope * apart).repeat(2, 1)]))
    up.bias = nn.Parameter(torch.cat([up.bias, up.bias.new_full((2,), -slope * middle)]), False)
    widen(down, torch.cat([down.weight, columns], 1))


def widen(layer: nn.Linear, weight: Tensor) -> None:
    """Give a layer other weights [n, d]."""
    layer.weight = nn.Parameter(weight, False)
    layer.out_features, layer.in_features = weight.shape
